//! What is done about each difference: taken, kept, or left to a person.

mod evidence;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use self::evidence::Evidence;
use super::{
    compare::{self, Added, Direction, OnOperation, Place, Said, Seen},
    entry::{Action, Change, Entry, What},
    matching::{Matching, family},
    shape::{Shape, Site},
};
use crate::spec::{
    bundle::escape,
    lint,
    operations::{self, Operation},
};

/// Something to write into the curated description.
#[derive(Clone, Debug)]
pub(super) enum Take<'a> {
    Operation { path: String, operation: Operation<'a> },
    Deprecated { operation: String },
    Scope { operation: String, scope: Option<String> },
    Status { operation: String, from: String, to: String },
    Key { operation: String },
    Parameter { operation: String, name: String, site: Site<'a> },
    Property(Added<'a>),
    Type { place: Place, direction: Direction, site: Site<'a> },
    Required { place: Place, required: bool },
    Nullable { place: Place, nullable: bool },
    Value { place: Place, value: String },
}

/// An entry of the report, and what it writes.
#[derive(Clone, Debug)]
pub(super) struct Decision<'a> {
    pub(super) entry: Entry,
    pub(super) take: Option<Take<'a>>,
}

/// Decides about everything in which the document `upstream`, whose name as a source is `source`, and `curated` differ.
pub(super) fn decide<'a>(
    upstream: &'a Value,
    curated: &'a Value,
    source: &str,
    matching: &Matching<'a>,
    seen: &Seen<'a>,
) -> Vec<Decision<'a>> {
    let mut decider = Decider { upstream, curated, source, decisions: Vec::new() };
    decider.unmatched(matching);
    for on in &seen.operations {
        decider.on_operation(on);
    }
    decider.bodies(&seen.said);
    decider.added(&seen.added);
    for (place, lists) in &seen.values {
        decider.values(place, lists);
    }
    decider.decisions.sort_by(|left, right| left.entry.cmp(&right.entry));
    decider.decisions
}

/// The two sides of an entry.
struct Sides<'s> {
    upstream: &'s str,
    curated: &'s str,
}

struct Decider<'s, 'a> {
    upstream: &'a Value,
    curated: &'a Value,
    source: &'s str,
    decisions: Vec<Decision<'a>>,
}

impl<'a> Decider<'_, 'a> {
    fn unmatched(&mut self, matching: &Matching<'a>) {
        for family in &matching.families {
            let ours = operations::all(self.curated);
            let count = ours.iter().filter(|operation| super::matching::family(operation.path) == Some(family)).count();
            let curated = if count == 1 { "1 operation".to_owned() } else { format!("{count} operations") };
            let sides = Sides { upstream: "", curated: &curated };
            let place = Place { pointer: String::new(), at: (*family).to_owned() };
            self.keep(What::Family, &place, &sides, "the document describes other families");
        }
        for operation in &matching.removed {
            let place = compare::place(operation);
            let why = self.why_missing(&self.evidence(&place.pointer));
            let said = format!("{} {}", operation.method.to_uppercase(), operation.path);
            self.leave(What::Operation, Change::Removed, &place, &Sides { upstream: "", curated: &said }, why);
        }
        for (path, operation) in &matching.added {
            let at = lint::operation_id(&Operation { path, ..*operation });
            let place = Place { pointer: String::new(), at };
            let said = format!("{} {path}", operation.method.to_uppercase());
            let sides = Sides { upstream: &said, curated: "" };
            if family(path).is_none() || !path.ends_with('/') {
                let why = "its path is not of a form that a family of ours has".to_owned();
                self.leave(What::Operation, Change::Added, &place, &sides, why);
            } else if !["get", "post", "patch"].contains(&operation.method) {
                let why = "the raw client and the facade know no call by this method".to_owned();
                self.leave(What::Operation, Change::Added, &place, &sides, why);
            } else {
                let take = Take::Operation { path: path.clone(), operation: *operation };
                self.take(What::Operation, Change::Added, &place, &sides, ("only the document has it", take));
            }
        }
    }

    fn on_operation(&mut self, on: &OnOperation<'a>) {
        let Said { what, place, upstream, curated, agrees, .. } = &on.said;
        if *agrees {
            return;
        }
        let sides = Sides { upstream, curated };
        let operation = on.pair.curated.pointer();
        let evidence = self.evidence(&operation);
        let assumed = evidence.is_assumed();
        match what {
            What::Operation => {
                let take = Take::Deprecated { operation };
                self.take(*what, Change::Changed, place, &sides, ("the document says so", take));
            }
            What::Idempotency => {
                let take = Take::Key { operation };
                self.take(*what, Change::Changed, place, &sides, ("the document has the header", take));
            }
            What::Parameter => {
                if let Some(site) = &on.said.site {
                    let take = Take::Parameter { operation, name: upstream.clone(), site: site.clone() };
                    self.take(*what, Change::Added, place, &sides, ("only the document has it", take));
                } else {
                    let why = self.why_missing(&self.evidence(&place.pointer));
                    self.leave(*what, Change::Removed, place, &sides, why);
                }
            }
            What::Scope if assumed && !upstream.contains(' ') => {
                let scope = (!upstream.is_empty()).then(|| upstream.clone());
                self.take(*what, Change::Changed, place, &sides, (ASSUMED, Take::Scope { operation, scope }));
            }
            What::Status if assumed => {
                let take = Take::Status { operation, from: curated.clone(), to: upstream.clone() };
                self.take(*what, Change::Changed, place, &sides, (ASSUMED, take));
            }
            _ => {
                self.leave(*what, Change::Changed, place, &sides, format!("ours is {}", evidence.without(self.source)));
            }
        }
    }

    /// What is said of bodies: one entry for each thing that is said of a place.
    fn bodies(&mut self, said: &[Said<'a>]) {
        let mut places: BTreeMap<(What, &Place), Vec<&Said<'a>>> = BTreeMap::new();
        for one in said {
            places.entry((one.what, &one.place)).or_default().push(one);
        }
        for ((_, place), all) in places {
            let evidence = self.evidence(&place.pointer);
            // The document contradicts itself, and was followed in this before.
            if evidence.has(self.source) && all.iter().any(|said| said.agrees) {
                continue;
            }
            let mut told = BTreeSet::new();
            for said in all.into_iter().filter(|said| !said.agrees) {
                let is_first = told.is_empty();
                if told.insert(&said.upstream) {
                    self.said(said, &evidence, is_first);
                }
            }
        }
    }

    fn said(&mut self, said: &Said<'a>, evidence: &Evidence, is_first: bool) {
        let Said { what, place, direction, upstream, curated, .. } = said;
        let (sides, at, place) = (Sides { upstream, curated }, place, place.clone());
        let assumed = evidence.is_assumed();
        let take = match what {
            What::Property => {
                let why = self.why_removed(&place, evidence);
                return self.leave(*what, Change::Removed, at, &sides, why);
            }
            What::Type => {
                let site = said.site.clone().filter(|_| assumed);
                site.map(|site| (ASSUMED, Take::Type { place, direction: *direction, site }))
            }
            What::Required => {
                let required = upstream == "required";
                let why = if assumed { ASSUMED } else { "a reply of the document need not have it" };
                let may = assumed || *direction == Direction::Received;
                may.then_some((why, Take::Required { place, required }))
            }
            _ => {
                let nullable = upstream == "null";
                let why = if nullable { "the document allows null" } else { ASSUMED };
                (assumed || nullable).then_some((why, Take::Nullable { place, nullable }))
            }
        };
        match take {
            Some(take) if is_first => self.take(*what, Change::Changed, at, &sides, take),
            // Whatever else the document says of a place is seen once the first has been taken.
            Some(_) => {}
            None => {
                let is_unnamed = *what == What::Type && upstream == "string uuid" && evidence.is_only(self.source);
                let why = if is_unnamed {
                    "what it identifies is for a person to say, in `x-id`".to_owned()
                } else {
                    format!("ours is {}", evidence.without(self.source))
                };
                self.leave(*what, Change::Changed, at, &sides, why);
            }
        }
    }

    fn added(&mut self, added: &[Added<'a>]) {
        let mut told = BTreeSet::new();
        for one in added {
            let place = Place {
                pointer: format!("{}/properties/{}", one.owner.pointer, escape(one.name)),
                at: format!("{}.{}", one.owner.at, one.name),
            };
            if told.insert(place.at.clone()) {
                let says = Shape::new(self.upstream, &one.site).says();
                let sides = Sides { upstream: &says, curated: "" };
                let take = Take::Property(one.clone());
                self.take(What::Property, Change::Added, &place, &sides, ("only the document has it", take));
            }
        }
    }

    fn values(&mut self, place: &Place, lists: &BTreeSet<Vec<String>>) {
        let site = self.curated.pointer(&place.pointer).map(|value| Site { pointer: place.pointer.clone(), value });
        let ours = site.map(|site| Shape::new(self.curated, &site).values().0).unwrap_or_default();
        let evidence = self.evidence(&place.pointer);
        let all: BTreeSet<&String> = lists.iter().flatten().collect();
        for value in all.iter().filter(|value| !ours.contains(&value.as_str())) {
            let take = Take::Value { place: place.clone(), value: (*value).clone() };
            let sides = Sides { upstream: value, curated: "" };
            self.take(What::Value, Change::Added, place, &sides, ("only the document has it", take));
        }
        for value in ours {
            let missing = lists.iter().any(|list| !list.iter().any(|known| known == value));
            let contradicted = all.iter().any(|known| *known == value) && evidence.has(self.source);
            if missing && !contradicted {
                let why = format!("the document does not list it; ours is {}", evidence.without(self.source));
                self.leave(What::Value, Change::Removed, place, &Sides { upstream: "", curated: value }, why);
            }
        }
    }

    fn take(&mut self, what: What, change: Change, place: &Place, sides: &Sides<'_>, (why, take): (&str, Take<'a>)) {
        let entry = entry((what, change), place, sides, (Action::Taken, why.to_owned()));
        self.decisions.push(Decision { entry, take: Some(take) });
    }

    fn leave(&mut self, what: What, change: Change, place: &Place, sides: &Sides<'_>, why: String) {
        self.decisions.push(Decision { entry: entry((what, change), place, sides, (Action::Decide, why)), take: None });
    }

    fn keep(&mut self, what: What, place: &Place, sides: &Sides<'_>, why: &str) {
        let entry = entry((what, Change::Removed), place, sides, (Action::Kept, why.to_owned()));
        self.decisions.push(Decision { entry, take: None });
    }

    fn evidence(&self, pointer: &str) -> Evidence {
        Evidence::of(self.curated, pointer)
    }

    /// Says what something of ours that the document lacks is known from.
    fn why_missing(&self, evidence: &Evidence) -> String {
        format!("the document does not have it; ours is {}", evidence.without(self.source))
    }

    /// Says what a property of ours that the document lacks is known from, and what may be its new name.
    fn why_removed(&self, place: &Place, evidence: &Evidence) -> String {
        let mut why = self.why_missing(evidence);
        let Some((owner, name)) = place.pointer.rsplit_once("/properties/") else {
            return why;
        };
        // Whether a number has a format, or a text, may change with its name.
        let shape = |pointer: String, value: &'a Value| {
            let says = Shape::new(self.curated, &Site { pointer, value }).says();
            says.split(' ').next().map(str::to_owned)
        };
        let properties = self.curated.pointer(owner).and_then(|owner| owner.get("properties")?.as_object());
        let own = self.curated.pointer(&place.pointer).map(|value| shape(place.pointer.clone(), value));
        let candidates = properties.into_iter().flatten().filter(|(other, value)| {
            let pointer = format!("{owner}/properties/{other}");
            *other != name
                && Evidence::of(self.curated, &pointer).is_only(self.source)
                && own == Some(shape(pointer, value))
        });
        let names: Vec<String> = candidates.map(|(name, _)| format!("`{name}`")).collect();
        if !names.is_empty() {
            why = format!("{why}; its new name may be {}", names.join(" or "));
        }
        why
    }
}

/// Why something is taken that ours only guessed.
const ASSUMED: &str = "ours was assumed";

fn entry((what, change): (What, Change), place: &Place, sides: &Sides<'_>, (action, why): (Action, String)) -> Entry {
    let (upstream, curated) = (sides.upstream.to_owned(), sides.curated.to_owned());
    Entry {
        what,
        change,
        at: place.at.clone(),
        upstream,
        curated,
        action,
        why,
        location: None,
        pointer: place.pointer.clone(),
    }
}
