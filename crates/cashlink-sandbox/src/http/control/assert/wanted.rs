//! Reads what somebody expects; everything that is wrong with it is told at once.

use serde_json::{Map, Value};

use super::criteria::{Noun, Reader};
use crate::requests::{CallMatch, Count, Expectation, LedgerMatch};
use crate::world::{NON_FIELD, Problems, Refusal, Step};

const CALLS: &str = "calls";
const IN_ORDER: &str = "in_order";
const LEDGER: &str = "ledger";
const COUNT: &str = "count";
const AFTER: &str = "after";

/// The expectation that `wanted` describes. `is_known` says whether there is an operation of a name.
pub(super) fn expectation(wanted: &Value, is_known: impl Fn(&str) -> bool) -> Result<Expectation, Refusal> {
    let Some(properties) = wanted.as_object() else {
        return Err(Refusal::field(NON_FIELD, "An expectation is an object."));
    };
    let get = |name: &str| properties.get(name).filter(|value| !value.is_null());
    let mut problems = Problems::default();
    let after = after(get(AFTER), &mut problems);
    let count = count(get(COUNT), &mut problems);
    let mut reader = Reader { problems: &mut problems, is_known };
    let calls = get(CALLS).map(|calls| reader.read(Noun::Calls, calls, &[key(CALLS)]));
    let entries = get(LEDGER).map(|entries| reader.read(Noun::Entries, entries, &[key(LEDGER)]));
    let steps = get(IN_ORDER).map(|steps| steps_of(&mut reader, steps));
    if get(IN_ORDER).is_some() && get(COUNT).is_some() {
        problems.field(COUNT, "Is not taken with in_order.");
    }
    refuse_others(properties, &mut problems);

    let count = count.unwrap_or(Count::at_least(1));
    let expectation = match (calls, steps, entries) {
        (Some(calls), None, None) => Expectation::calls(CallMatch(calls), count),
        (None, Some(steps), None) => Expectation::in_order(steps),
        (None, None, Some(entries)) => Expectation::ledger(LedgerMatch(entries), count),
        _ => {
            problems.field(NON_FIELD, "Say one of: calls, in_order, ledger.");
            Expectation::in_order([])
        }
    };
    problems.into_result()?;
    Ok(expectation.after(after.unwrap_or_default()))
}

fn steps_of(reader: &mut Reader<'_, impl Fn(&str) -> bool>, steps: &Value) -> Vec<CallMatch> {
    let Some(items) = steps.as_array().filter(|items| !items.is_empty()) else {
        reader.problems.field(IN_ORDER, "Must be a list of calls.");
        return Vec::new();
    };
    let length = items.len();
    let place = |index| [key(IN_ORDER), Step::Item { index, length }];
    let steps = items.iter().enumerate();
    steps.map(|(index, step)| CallMatch(reader.read(Noun::Calls, step, &place(index)))).collect()
}

fn after(value: Option<&Value>, problems: &mut Problems) -> Option<u64> {
    let number = value?.as_u64();
    if number.is_none() {
        problems.field(AFTER, "Must be the number of a call or an entry, or 0.");
    }
    number
}

/// How many there are to be: a number, or bounds of which one may be left out.
fn count(value: Option<&Value>, problems: &mut Problems) -> Option<Count> {
    const RULE: &str = "Must be a whole number.";

    let Some(bounds) = value?.as_object() else {
        let count = value?.as_u64().map(Count::exactly);
        if count.is_none() {
            problems.field(COUNT, "Must be a whole number, or an object with min or max.");
        }
        return count;
    };
    let mut bound = |name: &str| {
        let value = bounds.get(name).filter(|value| !value.is_null())?;
        let number = value.as_u64();
        if number.is_none() {
            problems.field(&format!("{COUNT}.{name}"), RULE);
        }
        number
    };
    let (min, max) = (bound("min"), bound("max"));
    for name in bounds.keys().filter(|name| !["min", "max"].contains(&name.as_str())) {
        problems.at(&[key(COUNT), key(name)], "Is no bound.");
    }
    if bounds.values().all(Value::is_null) {
        problems.field(COUNT, "Must have min or max.");
    }
    if max.is_some_and(|max| max < min.unwrap_or_default()) {
        problems.field(&format!("{COUNT}.max"), "Must not be less than min.");
    }
    Some(Count { min: min.unwrap_or_default(), max })
}

fn refuse_others(properties: &Map<String, Value>, problems: &mut Problems) {
    for name in properties.keys().filter(|name| ![CALLS, IN_ORDER, LEDGER, COUNT, AFTER].contains(&name.as_str())) {
        // Not by its path: a name may have dots.
        problems.at(&[key(name)], "Is no property of an expectation.");
    }
}

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}
