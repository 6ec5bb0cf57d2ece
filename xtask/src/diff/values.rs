//! Lists of values: closed ones, and open ones that only name what is known.

use std::collections::HashSet;

use serde_json::Value;

use super::{
    document::{Said, same},
    finding::Findings,
    rules::{self, Rule},
    schema::{Compared, plain},
};

const CLOSED: &str = "enum";
const OPEN: &str = "x-extensible-enum";

/// A list of values.
#[derive(Clone, Copy, Debug)]
enum Values<'a> {
    Any,
    Known(&'a [Value]),
    Only(&'a [Value]),
}

/// Compares the lists of both schemas.
pub(super) fn compare<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) {
    let list = |form: &super::form::Form<'a>, key: &str| {
        form.word(key).and_then(|said| said.value.as_array()).map(Vec::as_slice)
    };
    let [old, new] = [both.old, both.new].map(|form| match (list(form, CLOSED), list(form, OPEN)) {
        (Some(values), _) => Values::Only(values),
        (None, Some(values)) => Values::Known(values),
        (None, None) => Values::Any,
    });
    match (old, new) {
        (Values::Any, Values::Any) => {}
        (Values::Any, Values::Known(new)) => {
            both.add(findings, &rules::KNOWN_VALUES_GIVEN, OPEN, format!("known now: {}", all(new)));
        }
        (Values::Known(old), Values::Any) => {
            both.add(findings, &rules::KNOWN_VALUES_DROPPED, OPEN, format!("no longer known: {}", all(old)));
        }
        (Values::Any, Values::Only(new)) => closed(findings, both, new),
        (Values::Only(old), Values::Any) => opened(findings, both, old, CLOSED),
        (Values::Known(old), Values::Only(new)) => {
            closed(findings, both, new);
            each(findings, both, [(OPEN, old), (CLOSED, new)], [&rules::VALUE_ADDED, &rules::VALUE_REMOVED]);
        }
        (Values::Only(old), Values::Only(new)) => {
            each(findings, both, [(CLOSED, old), (CLOSED, new)], [&rules::VALUE_ADDED, &rules::VALUE_REMOVED]);
        }
        (Values::Only(old), Values::Known(new)) => {
            opened(findings, both, old, OPEN);
            each(findings, both, [(CLOSED, old), (OPEN, new)], KNOWN);
        }
        (Values::Known(old), Values::Known(new)) => each(findings, both, [(OPEN, old), (OPEN, new)], KNOWN),
    }
}

const KNOWN: [&Rule; 2] = [&rules::KNOWN_VALUE_ADDED, &rules::KNOWN_VALUE_REMOVED];

fn closed<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>, new: &[Value]) {
    let text = format!("any value was possible, only these are: {}", all(new));
    both.add(findings, &rules::VALUES_CLOSED, CLOSED, text);
}

/// `list`: which keyword tells of it.
fn opened<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>, old: &[Value], list: &str) {
    let text = format!("any value is possible, only these were: {}", all(old));
    both.add(findings, &rules::VALUES_OPENED, list, text);
}

/// Tells of each value that only one of two lists has, each given with its keyword.
fn each<'a>(
    findings: &mut Findings<'a>,
    both: Compared<'_, 'a>,
    [(old_key, old), (new_key, new)]: [(&str, &[Value]); 2],
    [added, removed]: [&Rule; 2],
) {
    // Where a reference changed, the list that was left still has its values: they are found there all the same.
    let place = |list: Option<&Said<'a>>, key: &str, index: usize| {
        let place = list.map_or(&*both.pair.new.at, |said| &*said.place);
        format!("{place}/{key}/{index}")
    };
    for (index, value) in missing(new, old) {
        let at = place(both.new.word(new_key), new_key, index);
        findings.add(added, both.pair.way, at, format!("{} is new", quoted(value)));
    }
    for (index, value) in missing(old, new) {
        let at = place(both.old.word(old_key), old_key, index);
        findings.add(removed, both.pair.way, at, format!("{} is gone", quoted(value)));
    }
}

/// The values of `these` that `others` lack. Null is left out: whether it is allowed is another question.
fn missing<'v>(these: &'v [Value], others: &[Value]) -> Vec<(usize, &'v Value)> {
    // Most values are texts, of which lists may be long.
    let texts: HashSet<&str> = others.iter().filter_map(Value::as_str).collect();
    let lacks = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !texts.contains(text.as_str()),
        value => !others.iter().any(|other| same(value, other)),
    };
    these.iter().enumerate().filter(|(_, value)| lacks(value)).collect()
}

fn all(values: &[Value]) -> String {
    let values: Vec<String> = values.iter().filter(|value| !value.is_null()).map(quoted).collect();
    values.join(", ")
}

fn quoted(value: &Value) -> String {
    format!("`{}`", plain(value))
}
