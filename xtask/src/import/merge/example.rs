//! Examples that fit: invented where there are none, mended where a schema asks for more than they have.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::names;
use crate::{
    import::{
        files::Files,
        shape::{Field, Kind, Shape, Site},
    },
    spec::{
        bundle::{self, escape},
        lint::Examples,
        operations,
    },
};

/// Objects within objects that an invented example shows in full; below them it has what is required.
const SHOWN: usize = 3;

/// Where an example ends, whatever its schema demands: it may hold itself.
const DEEPEST: usize = 8;

/// How many values of one name are remembered.
const REMEMBERED: usize = 8;

/// Gives every operation of `files` examples that its schemas accept.
pub(in crate::import) fn complete(files: &mut Files) -> Result<(), String> {
    let (bundle, findings) = bundle::bundle(&files.source());
    if let Some(finding) = findings.first() {
        return Err(finding.to_string());
    }
    let maker = Maker::new(bundle.document());
    let mut edits = Vec::new();
    for operation in operations::all(bundle.document()) {
        let body = operation.value.get("requestBody").map(|body| ("requestBody".to_owned(), body));
        let reply = operation.success().map(|(status, reply)| (format!("responses/{}", escape(status)), reply));
        for (place, part) in body.into_iter().chain(reply) {
            let content = part.get("content").and_then(Value::as_object).into_iter().flatten();
            for (media, value) in content.filter(|(media, _)| media.as_str() != "multipart/form-data") {
                let pointer = format!("{}/{place}/content/{}", operation.pointer(), escape(media));
                edits.extend(maker.media(&pointer, value));
            }
        }
    }
    for (pointer, key, value) in edits {
        let (file, pointer) = bundle.origin(&pointer);
        files.at(&file, &pointer)?.insert(key, value);
    }
    Ok(())
}

struct Maker<'d> {
    document: &'d Value,
    examples: Examples,
    /// Values that examples have, by the name of their property.
    known: BTreeMap<&'d str, Vec<&'d Value>>,
}

impl<'d> Maker<'d> {
    fn new(document: &'d Value) -> Self {
        let mut known = BTreeMap::new();
        remember(document, false, &mut known);
        Self { document, examples: Examples::of(document), known }
    }

    /// What has to be written into the media type `value` at `pointer`: place, key and value.
    fn media(&self, pointer: &str, value: &'d Value) -> Vec<(String, String, Value)> {
        let Some(schema) = value.get("schema") else {
            return Vec::new();
        };
        let site = Site { pointer: format!("{pointer}/schema"), value: schema };
        let named = value.get("examples").and_then(Value::as_object).into_iter().flatten();
        let named: Vec<_> = named.map(|(name, example)| (name, example.get("value"))).collect();
        let Some(example) = value.get("example") else {
            if named.is_empty() {
                return vec![(pointer.to_owned(), "example".to_owned(), self.make(&site, "", &[]))];
            }
            let mended = named.into_iter().filter_map(|(name, example)| Some((name, self.mend(&site, "", example?)?)));
            let place = |name: &str| format!("{pointer}/examples/{}", escape(name));
            return mended.map(|(name, value)| (place(name), "value".to_owned(), value)).collect();
        };
        let mended = self.mend(&site, "", example);
        mended.map(|value| (pointer.to_owned(), "example".to_owned(), value)).into_iter().collect()
    }

    /// `example` as `site` accepts it; nothing if it does already.
    fn mend(&self, site: &Site<'d>, name: &str, example: &Value) -> Option<Value> {
        if self.examples.accepts(site.value, example) {
            return None;
        }
        let shape = Shape::new(self.document, site);
        let mended = match (&shape.kind, example) {
            (Kind::Object | Kind::Money, Value::Object(map)) => Value::Object(self.mend_object(&shape, map)),
            (Kind::Array, Value::Array(items)) => {
                let inside = shape.items()?;
                let item = |item: &Value| self.mend(&inside, name, item).unwrap_or_else(|| item.clone());
                items.iter().map(item).collect()
            }
            (Kind::Plain { kind: "string", .. }, Value::Number(number)) => json!(number.to_string()),
            _ => return Some(self.make(site, name, &[])),
        };
        if self.examples.accepts(site.value, &mended) { Some(mended) } else { Some(self.make(site, name, &[])) }
    }

    fn mend_object(&self, shape: &Shape<'d>, map: &Map<String, Value>) -> Map<String, Value> {
        let mut mended = map.clone();
        for Field { name, site, required, .. } in shape.fields() {
            match mended.get(name) {
                Some(value) => {
                    if let Some(value) = self.mend(&site, name, value) {
                        mended.insert(name.to_owned(), value);
                    }
                }
                None if required => drop(mended.insert(name.to_owned(), self.make(&site, name, &[]))),
                None => {}
            }
        }
        mended
    }

    /// An example for `site`, the value of a property `name` inside the schemas `around`.
    fn make(&self, site: &Site<'d>, name: &str, around: &[String]) -> Value {
        let shape = Shape::new(self.document, site);
        let is_end = matches!(name, "next" | "previous") && shape.nullable;
        if let Some(value) = self.remembered(site, name).filter(|_| !is_end) {
            return value.clone();
        }
        let inside = |shape: &Shape<'_>| {
            let own = shape.component.clone().unwrap_or_else(|| site.pointer.clone());
            [around, &[own]].concat()
        };
        match &shape.kind {
            _ if is_end || around.len() > DEEPEST => Value::Null,
            Kind::Any => json!("text"),
            Kind::Enum => json!(shape.values().0.first()),
            Kind::Plain { kind, format } => self.plain(site, kind, *format),
            Kind::Array => {
                let items = shape.items().filter(|_| around.len() <= SHOWN);
                let item = |items: Site<'d>| self.make(&items, &names::singular(name), around);
                items.map(item).into_iter().collect()
            }
            Kind::Price => json!({ "amount": "10000", "decimals": 2, "currency": "EUR" }),
            Kind::Object | Kind::Money => {
                let fields = shape.fields().into_iter().filter(|field| field.required || self.is_shown(field, around));
                let inside = inside(&shape);
                let made = fields.map(|field| (field.name.to_owned(), self.make(&field.site, field.name, &inside)));
                Value::Object(made.collect())
            }
        }
    }

    /// Whether an invented example has the optional `field`: not deep inside, and no object within its like.
    fn is_shown(&self, field: &Field<'d>, around: &[String]) -> bool {
        let shape = Shape::new(self.document, &field.site);
        let is_like = shape.component.is_some_and(|component| around.contains(&component));
        around.len() < SHOWN && !is_like
    }

    /// A value that another example has for the property `name`, or for an id of the same noun.
    fn remembered(&self, site: &Site<'d>, name: &str) -> Option<&'d Value> {
        let noun = site.value.get("x-id").and_then(Value::as_str).map(names::snake);
        let of_noun = noun.map(|noun| [format!("{noun}_id"), noun]).into_iter().flatten();
        let names: Vec<String> = of_noun.chain((name != "id").then(|| name.to_owned())).collect();
        let known = names.iter().filter_map(|name| self.known.get(name.as_str())).flatten().copied();
        let values = Shape::new(self.document, site).values().0;
        let is_listed =
            |value: &&Value| values.is_empty() || value.as_str().is_some_and(|value| values.contains(&value));
        let mut fitting = known.filter(is_listed).filter(|value| self.examples.accepts(site.value, value));
        fitting.next()
    }

    fn plain(&self, site: &Site<'d>, kind: &str, format: Option<&str>) -> Value {
        let texts = match format {
            Some("date") => json!("2025-03-04"),
            Some("date-time") => json!("2025-03-04T09:15:30.482915Z"),
            Some("time") => json!("09:15:30Z"),
            Some("duration") => json!("P1D"),
            Some("email") => json!("erika@example.org"),
            Some("uri" | "url") => json!("https://example.org/"),
            Some("uuid") => json!("3b9f6c1e-58d2-4a07-9c4e-7d10f2b8a655"),
            Some("ipv4") => json!("192.0.2.1"),
            Some("ipv6") => json!("2001:db8::1"),
            Some("hostname") => json!("example.org"),
            _ => json!("Example"),
        };
        let minimum = site.value.get("minimum").cloned();
        let candidates = match kind {
            "boolean" => vec![json!(false)],
            "integer" | "number" => [Some(json!(1)), minimum].into_iter().flatten().collect(),
            _ => vec![texts, json!("Example")],
        };
        let fits = |value: &&Value| self.examples.accepts(site.value, value);
        candidates.iter().find(fits).or(candidates.first()).cloned().unwrap_or_default()
    }
}

/// Collects the scalars in the examples of `value`. `inside`: `value` is part of one.
fn remember<'d>(value: &'d Value, inside: bool, known: &mut BTreeMap<&'d str, Vec<&'d Value>>) {
    match value {
        Value::Object(map) => {
            for (key, child) in map {
                let is_scalar = matches!(child, Value::String(_) | Value::Number(_) | Value::Bool(_));
                let list = known.entry(key).or_default();
                if inside && is_scalar && list.len() < REMEMBERED && !list.contains(&child) {
                    list.push(child);
                }
                remember(child, inside || matches!(key.as_str(), "example" | "examples"), known);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| remember(item, inside, known)),
        _ => {}
    }
}
