//! Finds everything in an input that does not fit its type, not only the first thing.
//!
//! Reading stops at the first misfit. So a placeholder is put in its place and reading starts again, until it gets
//! through.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::tree::{Segment, segments};
use crate::{mask, problem::Problem};

/// The most problems that are searched for.
const MOST: usize = 50;

const MISSING: &str = "is missing";
const MISFIT: &str = "does not fit: ";

/// Reads `value` as `T`, taking what does not fit from `spare`. Returns what was read and what did not fit.
pub(super) fn repair<T: DeserializeOwned>(mut value: Value, spare: &Value) -> (Option<T>, Vec<Problem>) {
    let mut problems: Vec<Problem> = Vec::new();
    // Numbers that become text are no problems but take a round each.
    for _ in 0..MOST * 2 {
        let error = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(input) => return (Some(input), problems),
            Err(error) => error,
        };
        let misfit = Misfit::new(&error.path().to_string(), &error.inner().to_string()).with_example(spare);
        if misfit.wants_text && textify(&mut value, &misfit.path) {
            continue;
        }
        let is_new = problems.iter().all(|problem| problem.path != misfit.path);
        if !is_new || problems.len() >= MOST || !misfit.replace(&mut value, spare) {
            problems.push(misfit.problem());
            return (None, problems);
        }
        problems.push(misfit.problem());
    }
    (None, problems)
}

/// A part that does not fit its type.
struct Misfit {
    path: String,
    message: String,
    is_unknown: bool,
    wants_text: bool,
}

impl Misfit {
    fn new(path: &str, message: &str) -> Self {
        let path = if path == "." { "" } else { path };
        let wants_text = message.starts_with("invalid type") && message.contains("expected a string");
        if let Some(name) = between(message, "missing field `") {
            let separator = if path.is_empty() { "" } else { "." };
            let path = format!("{path}{separator}{name}");
            return Self { path, message: MISSING.to_owned(), is_unknown: false, wants_text: false };
        }
        if let Some(name) = between(message, "unknown field `") {
            let path = path.strip_suffix(name).map_or(path, |outer| outer.trim_end_matches('.'));
            let separator = if path.is_empty() { "" } else { "." };
            let known = message.split_once("expected ").map_or("", |(_, known)| known).replace('`', "");
            let message = format!("is not known here; known: {}", known.trim_start_matches("one of "));
            return Self { path: format!("{path}{separator}{name}"), message, is_unknown: true, wants_text: false };
        }
        Self { path: path.to_owned(), message: mask::message(&in_plain_words(message)), is_unknown: false, wants_text }
    }

    /// Where the type alone says what is wrong, such as that of a date, an example says more.
    fn with_example(self, spare: &Value) -> Self {
        let is_plain = self.is_unknown || self.message == MISSING || self.message.starts_with(MISFIT);
        match find(spare, &segments(&self.path)) {
            Some(Value::String(example)) if !is_plain => {
                Self { message: format!("is not valid; write it like {example}"), ..self }
            }
            _ => self,
        }
    }

    fn problem(&self) -> Problem {
        let path = self.path.chars().filter(|letter| !letter.is_control()).collect::<String>();
        Problem::new(path, self.message.clone())
    }

    /// Puts the part of `spare` in the place of this one, or takes it out if there is none.
    fn replace(&self, value: &mut Value, spare: &Value) -> bool {
        let mut path = segments(&self.path);
        let Some(last) = path.pop() else {
            *value = spare.clone();
            return true;
        };
        let Some(parent) = find_mut(value, &path) else { return false };
        path.push(last);
        let spare = if self.is_unknown { None } else { find(spare, &path) };
        match (parent, path.pop(), spare) {
            (Value::Object(fields), Some(Segment::Name(name)), Some(spare)) => {
                fields.insert(name.to_owned(), spare.clone());
                true
            }
            (Value::Object(fields), Some(Segment::Name(name)), None) => fields.remove(name).is_some(),
            (Value::Array(items), Some(Segment::Index(index)), Some(spare)) if index < items.len() => {
                items[index] = spare.clone();
                true
            }
            (Value::Array(items), Some(Segment::Index(index)), None) if index < items.len() => {
                items.remove(index);
                true
            }
            _ => false,
        }
    }
}

/// YAML reads `12345` as a number; where text is wanted, the file means its digits.
fn textify(value: &mut Value, path: &str) -> bool {
    let Some(part) = find_mut(value, &segments(path)) else { return false };
    let text = match &*part {
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        _ => return false,
    };
    *part = text.into();
    true
}

fn find<'a>(value: &'a Value, path: &[Segment<'_>]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, segment| match segment {
        Segment::Name(name) => value.get(name),
        // Spare parts have few items; any of them will do.
        Segment::Index(index) => value.get(index).or_else(|| value.get(0)),
    })
}

fn find_mut<'a>(value: &'a mut Value, path: &[Segment<'_>]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, segment| match segment {
        Segment::Name(name) => value.get_mut(name),
        Segment::Index(index) => value.get_mut(index),
    })
}

fn between<'a>(message: &'a str, start: &str) -> Option<&'a str> {
    message.strip_prefix(start)?.split_once('`').map(|(name, _)| name)
}

fn in_plain_words(message: &str) -> String {
    let message = message.replace("invalid type: ", MISFIT).replace("invalid value: ", MISFIT);
    ["i64", "u64", "u32"]
        .iter()
        .fold(message, |message, number| message.replace(&format!("expected {number}"), "expected a whole number"))
}
