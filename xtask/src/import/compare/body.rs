//! Schemas of bodies and parameters, property by property.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Added, Direction, Place, Said, Seen};
use crate::import::{
    entry::What,
    shape::{Field, Kind, Shape, Site, component},
};

/// Keywords that only restrict values, or say what is sent if nothing is.
const LIMITS: [&str; 13] = [
    "default",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
];

/// Which body is compared, and which part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// What a `PATCH` sends itself.
    Partial,
    /// Any other request, and the objects in it.
    Request,
    /// A reply.
    Reply,
}

impl Part {
    fn direction(self) -> Direction {
        if self == Self::Reply { Direction::Received } else { Direction::Sent }
    }

    /// The same for what is inside.
    fn inside(self) -> Self {
        if self == Self::Partial { Self::Request } else { self }
    }
}

/// Walks two schemas at once.
pub(super) struct Bodies<'a> {
    pub(super) upstream: &'a Value,
    pub(super) curated: &'a Value,
    pub(super) seen: Seen<'a>,
    /// Pairs of schemas that were compared already: they may hold themselves.
    visited: BTreeSet<(String, String, String, Part)>,
}

impl<'a> Bodies<'a> {
    pub(super) fn new(upstream: &'a Value, curated: &'a Value) -> Self {
        Self { upstream, curated, seen: Seen::default(), visited: BTreeSet::new() }
    }

    /// Compares a whole schema. `place` is what its type is said of.
    pub(super) fn schema(&mut self, upstream: &Site<'a>, curated: &Site<'a>, part: Part, place: &Place) {
        let key = (upstream.pointer.clone(), curated.pointer.clone(), place.pointer.clone(), part);
        if !self.visited.insert(key) {
            return;
        }
        let theirs = Shape::new(self.upstream, upstream);
        let ours = Shape::new(self.curated, curated);
        self.name(&theirs, &ours, part);
        self.texts(upstream, curated, place);
        let outcome = compare_kinds(&theirs, &ours);
        let (upstream_says, curated_says) = (theirs.says(), ours.says());
        let (agrees, site) = (outcome != Kinds::Differ, Some(upstream.clone()));
        let (place, direction) = (place.clone(), part.direction());
        if outcome == Kinds::MoreExact {
            self.seen.conventions.count("more-exact", &place.pointer);
        }
        let said = Said {
            what: What::Type,
            place: place.clone(),
            direction,
            upstream: upstream_says,
            curated: curated_says,
            agrees,
            site,
        };
        self.seen.said.push(said);
        match outcome {
            Kinds::Objects => self.objects(&theirs, &ours, part, &place),
            Kinds::Arrays => self.arrays(&theirs, &ours, part, &place),
            Kinds::Enums => self.enums(&theirs, &ours, &place),
            Kinds::Same | Kinds::MoreExact | Kinds::Differ => {}
        }
    }

    fn arrays(&mut self, theirs: &Shape<'a>, ours: &Shape<'a>, part: Part, place: &Place) {
        if let (Some(upstream), Some(curated)) = (theirs.items(), ours.items()) {
            let place = Place { pointer: format!("{}/items", place.pointer), at: place.at.clone() };
            self.schema(&upstream, &curated, part.inside(), &place);
        }
    }

    fn objects(&mut self, theirs: &Shape<'a>, ours: &Shape<'a>, part: Part, place: &Place) {
        let hidden = if part == Part::Reply { "writeOnly" } else { "readOnly" };
        let visible = |document: &'a Value, shape: &Shape<'a>| -> BTreeMap<&'a str, (Field<'a>, Shape<'a>)> {
            let fields = shape.fields().into_iter().map(|field| {
                let shape = Shape::new(document, &field.site);
                (field.name, (field, shape))
            });
            fields.filter(|(_, (_, shape))| !shape.is(hidden)).collect()
        };
        let known = visible(self.upstream, theirs);
        let wanted = visible(self.curated, ours);
        for (name, (field, shape)) in &wanted {
            let place = property(field, place);
            let other = known.get(name);
            self.presence(&place, shape, part, other.is_some());
            if let Some((theirs, their_shape)) = other {
                self.required(theirs, field, part, &place);
                self.null(their_shape, shape, part, &place);
                self.schema(&theirs.site, &field.site, part.inside(), &place);
            }
        }
        let Some(owner) = ours.owner() else {
            return;
        };
        let at = component(&owner.pointer).unwrap_or_else(|| place.at.clone());
        let owner = Place { pointer: owner.pointer.clone(), at };
        for (name, (field, _)) in known.into_iter().filter(|(name, _)| !wanted.contains_key(name)) {
            let (site, required) = (field.site, field.required && part != Part::Reply);
            let direction = part.direction();
            let added = Added { owner: owner.clone(), name, direction, site, required };
            self.seen.added.push(added);
        }
    }

    fn presence(&mut self, place: &Place, shape: &Shape<'_>, part: Part, found: bool) {
        let (curated, upstream) = (shape.says(), if found { shape.says() } else { String::new() });
        let (place, direction) = (place.clone(), part.direction());
        let said = Said { what: What::Property, place, direction, upstream, curated, agrees: found, site: None };
        self.seen.said.push(said);
    }

    fn required(&mut self, theirs: &Field<'a>, ours: &Field<'a>, part: Part, place: &Place) {
        let word = |required: bool| if required { "required" } else { "optional" }.to_owned();
        let agrees = match (part, theirs.required, ours.required) {
            (Part::Reply, true, false) => {
                self.seen.conventions.count("tolerant-replies", &place.pointer);
                true
            }
            (Part::Partial, false, true) => {
                self.seen.conventions.count("partial", &place.pointer);
                true
            }
            (_, theirs, ours) => theirs == ours,
        };
        self.seen.said.push(Said {
            what: What::Required,
            place: place.clone(),
            direction: part.direction(),
            upstream: word(theirs.required),
            curated: word(ours.required),
            agrees,
            site: None,
        });
    }

    fn null(&mut self, theirs: &Shape<'a>, ours: &Shape<'a>, part: Part, place: &Place) {
        let word = |nullable: bool| if nullable { "null" } else { "not null" }.to_owned();
        let tolerates = part == Part::Reply && ours.nullable && !theirs.nullable;
        if tolerates {
            self.seen.conventions.count("tolerant-replies", &place.pointer);
        }
        self.seen.said.push(Said {
            what: What::Nullable,
            place: place.clone(),
            direction: part.direction(),
            upstream: word(theirs.nullable),
            curated: word(ours.nullable),
            agrees: tolerates || theirs.nullable == ours.nullable,
            site: None,
        });
    }

    fn enums(&mut self, theirs: &Shape<'a>, ours: &Shape<'a>, place: &Place) {
        let Some((pointer, repeats)) = ours.list() else {
            return;
        };
        let named = repeats.map(|name| (format!("/components/schemas/{name}"), name.to_owned()));
        let (pointer, at) = named.unwrap_or_else(|| {
            let at = component(&pointer).unwrap_or_else(|| place.at.clone());
            (pointer, at)
        });
        let (values, is_open) = theirs.values();
        if ours.values().1 && !is_open {
            self.seen.conventions.count("open-enums", &pointer);
        }
        let values = values.into_iter().map(str::to_owned).collect();
        self.seen.values.entry(Place { pointer, at }).or_default().insert(values);
    }

    fn name(&mut self, theirs: &Shape<'_>, ours: &Shape<'_>, part: Part) {
        let repeated = ours.list().and_then(|(_, name)| name).map(str::to_owned);
        let (Some(upstream), Some(curated)) = (&theirs.component, repeated.or_else(|| ours.component.clone())) else {
            return;
        };
        if *upstream != curated {
            self.seen.conventions.count("names", upstream);
        }
        self.seen.names.entry((upstream.clone(), part.direction())).or_default().insert(curated);
    }

    /// Counts texts and limits that differ.
    pub(super) fn texts(&mut self, upstream: &Site<'a>, curated: &Site<'a>, place: &Place) {
        let differs = |key: &&str| upstream.value.get(key) != curated.value.get(key);
        if ["title", "description", "summary", "example", "examples"].iter().any(differs) {
            self.seen.conventions.count("texts", &place.pointer);
        }
        if LIMITS.iter().any(differs) {
            self.seen.conventions.count("limits", &place.pointer);
        }
    }
}

/// The curated property `field` as a place. `around` is the place of the object.
fn property(field: &Field<'_>, around: &Place) -> Place {
    let owner = component(&field.owner).unwrap_or_else(|| around.at.clone());
    Place { pointer: field.site.pointer.clone(), at: format!("{owner}.{}", field.name) }
}

/// How two kinds of value compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kinds {
    Same,
    /// Ours says the same more exactly.
    MoreExact,
    Differ,
    Objects,
    Arrays,
    Enums,
}

fn compare_kinds(theirs: &Shape<'_>, ours: &Shape<'_>) -> Kinds {
    let is_free = |shape: &Shape<'_>| shape.owner().is_none();
    match (&theirs.kind, &ours.kind) {
        (Kind::Any, Kind::Any) => Kinds::Same,
        (Kind::Any, _)
        | (Kind::Price, Kind::Price | Kind::Money)
        | (Kind::Plain { kind: "string", format: None }, Kind::Enum) => Kinds::MoreExact,
        (Kind::Array, Kind::Array) => Kinds::Arrays,
        (Kind::Enum, Kind::Enum) => Kinds::Enums,
        (Kind::Object | Kind::Money, Kind::Object | Kind::Money) => match (is_free(theirs), is_free(ours)) {
            (true, true) => Kinds::Same,
            (true, false) => Kinds::MoreExact,
            (false, true) => Kinds::Differ,
            (false, false) => Kinds::Objects,
        },
        (plain, Kind::Money | Kind::Price) if is_loose(plain) => Kinds::MoreExact,
        (Kind::Plain { kind: theirs, format: their_format }, Kind::Plain { kind: ours, format: our_format }) => {
            match (theirs == ours, their_format, our_format) {
                (true, theirs, ours) if theirs == ours => Kinds::Same,
                (true, None, Some(_)) => Kinds::MoreExact,
                _ => Kinds::Differ,
            }
        }
        _ => Kinds::Differ,
    }
}

/// Whether `kind` is plain text or any number.
fn is_loose(kind: &Kind<'_>) -> bool {
    matches!(
        kind,
        Kind::Plain { kind: "string" | "number" | "integer", format: None }
            | Kind::Plain { kind: "number", format: Some("double" | "float") }
    )
}
