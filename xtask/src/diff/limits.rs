//! Limits: bounds, lengths, steps and patterns.

use std::{cmp::Ordering, collections::BTreeSet};

use serde_json::Value;

use super::{
    decimal::Decimal,
    document::same,
    finding::Findings,
    form::Form,
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
        let [old, new] = [(both.old, old), (both.new, new)].map(|(form, said)| {
            let value = said.map(|said| said.value);
            let is_exclusive = exclusive.is_some_and(|key| form.is(key)) && value.is_some();
            let first = value.filter(|_| is_exclusive && both.are_integers()).and_then(|value| next_to(value, grows));
            (first.or_else(|| value.cloned()), is_exclusive && !both.are_integers())
        });
        let course = match bound(old.0.as_ref(), new.0.as_ref(), grows, exclusive.is_none()) {
            Course::Same => switch(old.1, new.1),
            course => course,
        };
        tell(findings, both, key, course);
    }
    let unique = "uniqueItems";
    tell(findings, both, unique, switch(both.old.is(unique), both.new.is(unique)));
    let (old, new) = both.words("multipleOf");
    // Every integer is a multiple of 1.
    let limits = |value: &&Value| {
        let step = Decimal::of(value);
        !both.are_integers()
            || !Decimal::of(&Value::from(1)).zip(step).is_some_and(|(one, step)| one.is_multiple_of(step))
    };
    let [old, new] = [old, new].map(|said| said.map(|said| said.value).filter(limits));
    tell(findings, both, "multipleOf", step(old, new));
    for key in ["oneOf", "anyOf"] {
        let (old, new) = both.words(key);
        tell(findings, both, key, demands(old.map(|said| said.value), new.map(|said| said.value)));
    }
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

/// Whether `value`, said for `key` by one part of a schema, lets less through than `other`, said by another part.
pub(super) fn is_tighter(key: &str, value: &Value, other: &Value) -> bool {
    if key == "enum" {
        let [these, others] = [value, other].map(|list| list.as_array().map(Vec::as_slice).unwrap_or_default());
        return these.len() < others.len() && these.iter().all(|one| others.iter().any(|other| same(one, other)));
    }
    let limit = BOUNDS.iter().find(|(name, ..)| *name == key);
    limit.is_some_and(|(_, _, grows)| bound(Some(other), Some(value), *grows, false) == Course::Tightened)
}

/// Whether only one of two objects with properties has alternatives beside them: it was or is limited by them.
pub(super) fn is_choice_beside_properties(old: &Form<'_>, new: &Form<'_>) -> bool {
    let has_choice = |form: &Form<'_>| !form.alternatives.is_empty();
    has_choice(old) != has_choice(new) && [old, new].iter().all(|form| !form.properties.is_empty())
}

/// Tells of alternatives that stand beside the properties of only one of two objects.
pub(super) fn choice<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) {
    let (old, new) = (both.old.choice.as_ref(), both.new.choice.as_ref());
    let (rule, key, text) = match (old, new) {
        (None, Some(new)) => (&rules::LIMIT_TIGHTENED, new.key, "has to be one of several, too"),
        (Some(old), None) => (&rules::LIMIT_LOOSENED, old.key, "need not be one of several any more"),
        _ => return,
    };
    let at = findings.documents.keyword(old, new, &both.pair.new, key);
    findings.add(rule, both.pair.way, at, text);
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

/// The first integer that an exclusive limit lets through.
fn next_to(limit: &Value, grows: Grows) -> Option<Value> {
    let limit = limit.as_i64()?;
    let first = if grows == Grows::Tighter { limit.checked_add(1) } else { limit.checked_sub(1) };
    first.map(Value::from)
}

fn switch(old: bool, new: bool) -> Course {
    match (old, new) {
        (false, true) => Course::Tightened,
        (true, false) => Course::Loosened,
        _ => Course::Same,
    }
}

/// Lists of which properties have to be there together: each further one lets more through.
fn demands(old: Option<&Value>, new: Option<&Value>) -> Course {
    let list = |value: Option<&Value>| -> Option<Vec<BTreeSet<String>>> {
        let names = |item: &Value| {
            let names = item.get("required").and_then(Value::as_array).into_iter().flatten();
            names.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
        };
        Some(value?.as_array()?.iter().map(names).collect())
    };
    let (olds, news) = match (list(old), list(new)) {
        (Some(old), Some(new)) => (old, new),
        (old, new) => return switch(old.is_some(), new.is_some()),
    };
    let has_more =
        |these: &[BTreeSet<String>], others: &[BTreeSet<String>]| these.iter().any(|one| !others.contains(one));
    match (has_more(&olds, &news), has_more(&news, &olds)) {
        (false, false) => Course::Same,
        (true, false) => Course::Tightened,
        (false, true) => Course::Loosened,
        (true, true) => Course::Other,
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
