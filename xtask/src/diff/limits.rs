//! Limits: bounds, lengths, steps and patterns.

use std::cmp::Ordering;

use serde_json::Value;

use super::{
    decimal::Decimal,
    document::same,
    finding::Findings,
    rules::{self, Rule},
    schema::{Compared, shown},
};

/// What a greater number does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grows {
    Tighter,
    Looser,
}

const BOUNDS: [(&str, Option<&str>, Grows); 8] = [
    ("minimum", Some("exclusiveMinimum"), Grows::Tighter),
    ("maximum", Some("exclusiveMaximum"), Grows::Looser),
    ("minLength", None, Grows::Tighter),
    ("maxLength", None, Grows::Looser),
    ("minItems", None, Grows::Tighter),
    ("maxItems", None, Grows::Looser),
    ("minProperties", None, Grows::Tighter),
    ("maxProperties", None, Grows::Looser),
];

/// What became of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    Same,
    Tightened,
    Loosened,
    /// Neither holds all that the other one holds.
    Other,
}

/// Compares the limits of both schemas.
pub(super) fn compare<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) {
    for (key, exclusive, grows) in BOUNDS {
        let (old, new) = both.words(key);
        let course = match bound(old.map(|said| said.value), new.map(|said| said.value), grows, exclusive.is_none()) {
            Course::Same if new.is_some() => {
                exclusive.map_or(Course::Same, |key| switch(both.old.is(key), both.new.is(key)))
            }
            course => course,
        };
        tell(findings, both, key, course);
    }
    let unique = "uniqueItems";
    tell(findings, both, unique, switch(both.old.is(unique), both.new.is(unique)));
    let (old, new) = both.words("multipleOf");
    tell(findings, both, "multipleOf", step(old.map(|said| said.value), new.map(|said| said.value)));
    for key in ["pattern", "not"] {
        let (old, new) = both.words(key);
        match (old, new) {
            (Some(old), Some(new)) if !same(old.value, new.value) => {
                let text = format!("`{key}` was {} and is {}", shown(Some(old)), shown(Some(new)));
                both.add(findings, &rules::PATTERN_CHANGED, key, text);
            }
            (old, new) => tell(findings, both, key, switch(old.is_some(), new.is_some())),
        }
    }
}

fn tell<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>, key: &str, course: Course) {
    let told: &[&Rule] = match course {
        Course::Same => &[],
        Course::Tightened => &[&rules::LIMIT_TIGHTENED],
        Course::Loosened => &[&rules::LIMIT_LOOSENED],
        Course::Other => &[&rules::LIMIT_TIGHTENED, &rules::LIMIT_LOOSENED],
    };
    let (old, new) = both.words(key);
    for rule in told {
        both.add(findings, rule, key, format!("`{key}` was {} and is {}", shown(old), shown(new)));
    }
}

fn switch(old: bool, new: bool) -> Course {
    match (old, new) {
        (false, true) => Course::Tightened,
        (true, false) => Course::Loosened,
        _ => Course::Same,
    }
}

fn bound(old: Option<&Value>, new: Option<&Value>, grows: Grows, is_length: bool) -> Course {
    // A length cannot be less than none.
    let says = |value: &&Value| grows == Grows::Looser || !is_length || !same(value, &Value::from(0));
    let (old, new) = match (old.filter(says), new.filter(says)) {
        (Some(old), Some(new)) => (old, new),
        (old, new) => return switch(old.is_some(), new.is_some()),
    };
    let order = Decimal::of(old).zip(Decimal::of(new)).and_then(|(old, new)| old.compare(new));
    match (order, grows) {
        (Some(Ordering::Equal), _) => Course::Same,
        (Some(Ordering::Less), Grows::Tighter) | (Some(Ordering::Greater), Grows::Looser) => Course::Tightened,
        (Some(_), _) => Course::Loosened,
        (None, _) if same(old, new) => Course::Same,
        (None, _) => Course::Other,
    }
}

fn step(old: Option<&Value>, new: Option<&Value>) -> Course {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) => (old, new),
        (old, new) => return switch(old.is_some(), new.is_some()),
    };
    let Some((old_step, new_step)) = Decimal::of(old).zip(Decimal::of(new)) else {
        return if same(old, new) { Course::Same } else { Course::Other };
    };
    match (new_step.is_multiple_of(old_step), old_step.is_multiple_of(new_step)) {
        (true, true) => Course::Same,
        (true, false) => Course::Tightened,
        (false, true) => Course::Loosened,
        (false, false) => Course::Other,
    }
}
