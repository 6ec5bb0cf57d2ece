//! What an operation is, beyond the schemas of its bodies.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    Direction, OnOperation, Place, Said,
    body::{Bodies, Part},
    place,
};
use crate::{
    import::{entry::What, matching::Pair, shape::Site},
    spec::{
        bundle::escape,
        operations::{Operation, resolve},
    },
};

/// The header that carries an idempotency key.
pub(in crate::import) const KEY: &str = "X-Idempotency-Key";

/// Compares one operation with all that it sends and receives.
pub(super) fn compare<'a>(bodies: &mut Bodies<'a>, pair: Pair<'a>) {
    let mut on = On { bodies, pair, place: place(&pair.curated) };
    on.texts();
    on.deprecation();
    on.scope();
    on.status();
    on.key();
    on.parameters();
    on.request();
    on.reply();
}

struct On<'b, 'a> {
    bodies: &'b mut Bodies<'a>,
    pair: Pair<'a>,
    place: Place,
}

impl<'a> On<'_, 'a> {
    fn say(&mut self, what: What, upstream: String, curated: String, agrees: bool) {
        let (place, direction) = (self.place.clone(), Direction::Sent);
        let said = Said { what, place, direction, upstream, curated, agrees, site: None };
        self.bodies.seen.operations.push(OnOperation { pair: self.pair, said });
    }

    fn count(&mut self, convention: &'static str) {
        self.bodies.seen.conventions.count(convention, &self.place.pointer);
    }

    fn texts(&mut self) {
        let Pair { upstream, curated } = self.pair;
        let differs = |key: &str| upstream.value.get(key) != curated.value.get(key);
        if differs("summary") || differs("description") {
            self.count("texts");
        }
        let names = |path: &str| path.split('/').filter(|part| part.starts_with('{')).map(str::to_owned).collect();
        let (theirs, ours): (Vec<String>, Vec<String>) = (names(upstream.path), names(curated.path));
        if differs("operationId") || differs("tags") || theirs != ours {
            self.count("names");
        }
    }

    fn deprecation(&mut self) {
        let is_deprecated = |operation: &Operation<'_>| operation.value.get("deprecated") == Some(&Value::Bool(true));
        let word = |deprecated: bool| if deprecated { "deprecated" } else { "" }.to_owned();
        let (theirs, ours) = (is_deprecated(&self.pair.upstream), is_deprecated(&self.pair.curated));
        self.say(What::Operation, word(theirs), word(ours), ours || !theirs);
    }

    fn scope(&mut self) {
        let own = self.pair.upstream.value.get("security").or_else(|| self.bodies.upstream.get("security"));
        let Some(security) = own.and_then(Value::as_array) else {
            return;
        };
        let schemes = security.iter().filter_map(Value::as_object);
        let mut theirs: Vec<&str> = schemes
            .clone()
            .flat_map(|entry| entry.values())
            .filter_map(Value::as_array)
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        theirs.sort_unstable();
        theirs.dedup();
        let mut ours = self.pair.curated.scopes();
        ours.sort_unstable();
        let needs_no_token = schemes.clone().all(serde_json::Map::is_empty);
        if !theirs.is_empty() || needs_no_token {
            let agrees = theirs == ours;
            self.say(What::Scope, theirs.join(" "), ours.join(" "), agrees);
        }
    }

    fn status(&mut self) {
        let ours = self.pair.curated.success().map_or("", |(status, _)| status).to_owned();
        let theirs = statuses(&self.pair.upstream);
        let expected = statuses(&self.pair.curated);
        if expected.iter().any(|status| !status.starts_with('2') && !theirs.contains(status)) {
            self.count("failures");
        }
        let successes: Vec<&String> = theirs.iter().filter(|status| status.starts_with('2')).collect();
        if let Some(first) = successes.first() {
            let agrees = successes.iter().any(|status| **status == ours || *status == "2XX") || ours == "2XX";
            self.say(What::Status, (*first).clone(), ours, agrees);
        }
    }

    fn key(&mut self) {
        let Some(mark) = self.pair.curated.text("x-idempotency").map(str::to_owned) else {
            return;
        };
        let has_key = parameters(self.bodies.upstream, &self.pair.upstream)
            .keys()
            .any(|(place, name)| place == "header" && name.eq_ignore_ascii_case(KEY));
        if has_key {
            let agrees = mark == "evidenced";
            self.say(What::Idempotency, KEY.to_owned(), mark, agrees);
        } else if mark != "none" {
            self.count("idempotency-keys");
        }
    }

    fn parameters(&mut self) {
        let theirs = parameters(self.bodies.upstream, &self.pair.upstream);
        let ours = parameters(self.bodies.curated, &self.pair.curated);
        let in_query = |key: &&(String, String)| key.0 == "query";
        let operation = self.place.clone();
        for key in theirs.keys().chain(ours.keys()).filter(in_query) {
            let at = format!("{}: {}", operation.at, key.1);
            let (known, wanted) = (theirs.get(key), ours.get(key));
            let pointer =
                wanted.map_or_else(|| format!("{}/{}", operation.pointer, escape(&key.1)), |site| site.pointer.clone());
            let place = Place { pointer, at };
            match (known, wanted) {
                (Some(upstream), Some(curated)) => self.parameter(upstream, curated, &place),
                _ => self.presence(key, known, wanted, place),
            }
        }
    }

    fn presence(&mut self, key: &(String, String), known: Option<&Site<'a>>, wanted: Option<&Site<'a>>, place: Place) {
        let name = |site: Option<&Site<'a>>| site.map(|_| key.1.clone()).unwrap_or_default();
        let said = Said {
            what: What::Parameter,
            direction: Direction::Sent,
            upstream: name(known),
            curated: name(wanted),
            agrees: false,
            site: known.cloned(),
            place,
        };
        self.bodies.seen.operations.push(OnOperation { pair: self.pair, said });
    }

    fn parameter(&mut self, upstream: &Site<'a>, curated: &Site<'a>, place: &Place) {
        self.bodies.texts(upstream, curated, place);
        if let (Some(theirs), Some(ours)) = (upstream.child("schema"), curated.child("schema")) {
            self.bodies.schema(&theirs, &ours, Part::Request, place);
        }
    }

    fn request(&mut self) {
        let body = |document: &'a Value, operation: &Operation<'a>| {
            let value = operation.value.get("requestBody")?;
            content(document, Site { pointer: format!("{}/requestBody", operation.pointer()), value })
        };
        let theirs = body(self.bodies.upstream, &self.pair.upstream);
        let ours = body(self.bodies.curated, &self.pair.curated);
        let is_omitted = self.pair.curated.text("x-client-body") == Some("omit");
        if is_omitted && theirs.is_none() {
            return;
        }
        let part = if self.pair.curated.method == "patch" { Part::Partial } else { Part::Request };
        self.bodies(theirs, ours, part);
    }

    fn reply(&mut self) {
        let Some((status, value)) = self.pair.curated.success() else {
            return;
        };
        let reply = |operation: &Operation<'a>, status: &str, value: &'a Value| Site {
            pointer: format!("{}/responses/{status}", operation.pointer()),
            value,
        };
        let ours = content(self.bodies.curated, reply(&self.pair.curated, status, value));
        let replies = self.pair.upstream.value.get("responses");
        let same = replies.and_then(|replies| Some((status, replies.get(status)?)));
        let Some((status, value)) = same.or_else(|| self.pair.upstream.success()) else {
            return;
        };
        let theirs = content(self.bodies.upstream, reply(&self.pair.upstream, status, value));
        self.bodies(theirs, ours, Part::Reply);
    }

    fn bodies(&mut self, theirs: Option<Content<'a>>, ours: Option<Content<'a>>, part: Part) {
        let (theirs, ours) = match (theirs, ours) {
            (Some(theirs), Some(ours)) => (theirs, ours),
            (Some(_), None) => return self.count("bodyless"),
            (None, None) => return,
            (None, Some(ours)) => {
                let Some((_, curated)) = ours.first() else {
                    return;
                };
                let place = Place { pointer: curated.pointer.clone(), at: self.place.at.clone() };
                let (upstream, curated) = ("nothing".to_owned(), "a body".to_owned());
                let direction = if part == Part::Reply { Direction::Received } else { Direction::Sent };
                let said = Said { what: What::Type, place, direction, upstream, curated, agrees: false, site: None };
                return self.bodies.seen.said.push(said);
            }
        };
        if theirs.iter().any(|(media, _)| ours.iter().all(|(known, _)| known != media)) {
            self.count("media-types");
        }
        let Some((media, curated)) = ours.first() else {
            return;
        };
        let find = |wanted: &str| theirs.iter().find(|(media, _)| *media == wanted);
        let upstream = find(media).or_else(|| find("application/json")).or_else(|| theirs.first());
        if let Some((_, upstream)) = upstream {
            let place = Place { pointer: curated.pointer.clone(), at: self.place.at.clone() };
            self.bodies.schema(upstream, curated, part, &place);
        }
    }
}

/// Media types with their schemas.
pub(in crate::import) type Content<'a> = Vec<(&'a str, Site<'a>)>;

/// What the body or reply at `site` of `document` holds, if anything.
pub(in crate::import) fn content<'a>(document: &'a Value, site: Site<'a>) -> Option<Content<'a>> {
    let target = resolve(document, site.value);
    let reference = site.value.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
    let start = reference.map_or(site.pointer, str::to_owned);
    let content = target.get("content")?.as_object()?;
    let schemas = content.iter().filter_map(|(media, value)| {
        let pointer = format!("{start}/content/{}/schema", escape(media));
        Some((media.as_str(), Site { pointer, value: value.get("schema")? }))
    });
    let found: Content<'a> = schemas.collect();
    (!found.is_empty()).then_some(found)
}

fn statuses(operation: &Operation<'_>) -> Vec<String> {
    let replies = operation.value.get("responses").and_then(Value::as_object);
    replies.into_iter().flat_map(|replies| replies.keys().cloned()).collect()
}

/// Parameters of `operation` and of the path item around it, by place and name. What the operation says wins.
pub(in crate::import) fn parameters<'a>(
    document: &'a Value,
    operation: &Operation<'a>,
) -> BTreeMap<(String, String), Site<'a>> {
    let mut found = BTreeMap::new();
    let item = format!("/paths/{}", escape(operation.path));
    for (holder, start) in [(operation.item, item), (operation.value, operation.pointer())] {
        let listed = holder.get("parameters").and_then(Value::as_array).into_iter().flatten();
        for (index, entry) in listed.enumerate() {
            let reference = entry.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
            let pointer = reference.map_or_else(|| format!("{start}/parameters/{index}"), str::to_owned);
            let value = resolve(document, entry);
            let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
            if let (Some(place), Some(name)) = (text("in"), text("name")) {
                found.insert((place, name), Site { pointer, value });
            }
        }
    }
    found
}
