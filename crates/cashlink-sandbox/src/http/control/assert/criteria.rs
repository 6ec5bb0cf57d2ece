//! Reads what calls, or entries of the ledger, are looked for by.

use std::borrow::Cow;

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::requests::{Criteria, Field};
use crate::world::{Problems, Step};

/// What the list of calls can be narrowed down to.
const FILTERS: [Field; 7] = [
    Field::OperationId,
    Field::ClientId,
    Field::IdempotencyKey,
    Field::Status,
    Field::Outcome,
    Field::Method,
    Field::Path,
];

const CALLS: [Field; 9] = [
    Field::OperationId,
    Field::ClientId,
    Field::IdempotencyKey,
    Field::Status,
    Field::Outcome,
    Field::Method,
    Field::Path,
    Field::Headers,
    Field::Body,
];

const ENTRIES: [Field; 7] = [
    Field::OperationId,
    Field::IdempotencyKey,
    Field::Status,
    Field::Outcome,
    Field::Method,
    Field::Path,
    Field::Resource,
];

/// What is looked through.
#[derive(Clone, Copy)]
pub(super) enum Noun {
    Calls,
    Entries,
}

impl Noun {
    fn fields(self) -> &'static [Field] {
        match self {
            Self::Calls => &CALLS,
            Self::Entries => &ENTRIES,
        }
    }

    fn outcomes(self) -> &'static [&'static str] {
        match self {
            Self::Calls => &["read", "applied", "replayed", "rejected", "none"],
            Self::Entries => &["applied", "replayed", "rejected"],
        }
    }
}

/// Reads criteria; what is wrong with them goes to `problems`.
pub(super) struct Reader<'a, F> {
    pub(super) problems: &'a mut Problems,
    /// Whether there is an operation of a name.
    pub(super) is_known: F,
}

impl<F: Fn(&str) -> bool> Reader<'_, F> {
    /// The criteria at `place`. `null` is as good as leaving one out.
    pub(super) fn read(&mut self, noun: Noun, value: &Value, place: &[Step]) -> Criteria {
        let mut criteria = Criteria::default();
        let Some(wanted) = value.as_object() else {
            self.problems.at(place, "Must be an object.");
            return criteria;
        };
        for (name, value) in wanted.iter().filter(|(_, value)| !value.is_null()) {
            let field = noun.fields().iter().find(|field| field.name() == name);
            let read = field.ok_or(Cow::from("Is nothing to look for.")).and_then(|field| {
                let value = self.value(noun, *field, value)?;
                criteria.set(*field, value);
                Ok(())
            });
            if let Err(rule) = read {
                let place: Vec<Step> = place.iter().cloned().chain([Step::Key(name.clone())]).collect();
                self.problems.at(&place, &rule);
            }
        }
        criteria
    }

    /// `value` as it is compared, or the rule that it breaks.
    fn value(&self, noun: Noun, field: Field, value: &Value) -> Result<Value, Cow<'static, str>> {
        let text = || value.as_str().ok_or(Cow::from("Not a valid string."));
        match field {
            Field::OperationId if (self.is_known)(text()?) => Ok(value.clone()),
            Field::OperationId => Err("Must be the operationId of an operation of the API.".into()),
            Field::Status => {
                let is_status = value.as_u64().and_then(|status| u16::try_from(status).ok());
                let is_status = is_status.is_some_and(|status| StatusCode::from_u16(status).is_ok());
                is_status.then(|| value.clone()).ok_or("Must be a status of HTTP.".into())
            }
            Field::Outcome if noun.outcomes().contains(&text()?) => Ok(value.clone()),
            Field::Outcome => Err(format!("Must be one of: {}.", noun.outcomes().join(", ")).into()),
            Field::Method => Ok(json!(text()?.to_ascii_uppercase())),
            Field::Path if text()?.starts_with('/') => Ok(value.clone()),
            Field::Path => Err("Must begin with a slash.".into()),
            Field::ClientId | Field::IdempotencyKey | Field::Resource => text().map(Value::from),
            Field::Headers => headers(value).ok_or("Must be an object of texts.".into()),
            Field::Body => Ok(value.clone()),
        }
    }
}

fn headers(value: &Value) -> Option<Value> {
    let headers = value.as_object()?.iter();
    let headers = headers.map(|(name, value)| value.is_string().then(|| (name.to_ascii_lowercase(), value.clone())));
    headers.collect::<Option<Map<_, _>>>().map(Value::Object)
}

/// The criteria that are parameters of a query, and whatever else it has.
pub(in crate::http::control) fn filter(
    pairs: impl Iterator<Item = (String, String)>,
    problems: &mut Problems,
    is_known: impl Fn(&str) -> bool,
) -> (Criteria, Vec<(String, String)>) {
    let (mut wanted, mut others) = (Map::new(), Vec::new());
    for (name, value) in pairs {
        if FILTERS.iter().any(|field| field.name() == name) {
            let number = value.parse::<u64>().ok().filter(|_| name == Field::Status.name());
            wanted.insert(name, number.map_or_else(|| Value::from(value), Value::from));
        } else {
            others.push((name, value));
        }
    }
    let criteria = Reader { problems, is_known }.read(Noun::Calls, &Value::Object(wanted), &[]);
    (criteria, others)
}
