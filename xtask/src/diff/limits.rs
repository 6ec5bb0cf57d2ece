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
