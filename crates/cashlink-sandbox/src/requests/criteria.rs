//! What calls and entries of the ledger are looked for by, and in what they differ from it.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::fault::path_fits;

/// Something that a call, or an entry of the ledger, can be looked for by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    OperationId,
    ClientId,
    IdempotencyKey,
    Status,
    Outcome,
    Method,
    Path,
    Resource,
    Headers,
    Body,
}

impl Field {
    /// As it is called over HTTP.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::OperationId => "operation_id",
            Self::ClientId => "client_id",
            Self::IdempotencyKey => "idempotency_key",
            Self::Status => "status",
            Self::Outcome => "outcome",
            Self::Method => "method",
            Self::Path => "path",
            Self::Resource => "resource",
            Self::Headers => "headers",
            Self::Body => "body",
        }
    }

    /// Whether it says what was called: what differs in this is hardly the call that was meant.
    fn is_address(self) -> bool {
        matches!(self, Self::OperationId | Self::Method | Self::Path)
    }
}

/// What can be asked about.
pub(crate) trait Facts {
    /// Its number.
    fn seq(&self) -> u64;

    /// `null` for what is not known or not there.
    fn fact(&self, field: Field) -> Value;
}

/// What something has to be like; whatever is not said may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Criteria(Vec<(Field, Value)>);

/// In what something is not as expected.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// The property, and within a body or headers the way from there, separated by slashes.
    pub place: String,
    /// What it was to be.
    pub expected: Value,
    /// What it is; `null` if there is no such thing. Long text is cut off, and of objects and lists only the size told.
    pub found: Value,
}

impl Criteria {
    /// Asks for `value`; what was asked of the same field before no longer counts.
    pub(crate) fn set(&mut self, field: Field, value: Value) {
        self.0.retain(|(other, _)| *other != field);
        self.0.push((field, value));
    }

    pub(crate) fn get(&self, field: Field) -> Option<&Value> {
        self.0.iter().find(|(other, _)| *other == field).map(|(_, value)| value)
    }

    pub(crate) fn fit(&self, facts: &impl Facts) -> bool {
        // Bodies are read last, and not at all if anything else differs.
        let is_cheap = |field: Field| !matches!(field, Field::Headers | Field::Body);
        let (cheap, dear): (Vec<_>, Vec<_>) = self.0.iter().partition(|(field, _)| is_cheap(*field));
        cheap.into_iter().chain(dear).all(|(field, expected)| {
            let mut found = Vec::new();
            compare(*field, expected, &facts.fact(*field), &mut found);
            found.is_empty()
        })
    }

    /// In what `facts` differ, and how far off that makes them: smaller is nearer.
    pub(super) fn differences(&self, facts: &impl Facts) -> ((usize, usize), Vec<Difference>) {
        let (mut all, mut addresses) = (Vec::new(), 0);
        for (field, expected) in &self.0 {
            let before = all.len();
            compare(*field, expected, &facts.fact(*field), &mut all);
            addresses += usize::from(field.is_address() && all.len() > before);
        }
        ((addresses, all.len()), all)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Criteria {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return formatter.write_str("anything");
        }
        for (index, (field, value)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}{} {value}", field.name())?;
        }
        Ok(())
    }
}

fn compare(field: Field, expected: &Value, found: &Value, all: &mut Vec<Difference>) {
    match field {
        Field::Path => {
            let fits = expected.as_str().zip(found.as_str()).is_some_and(|(pattern, path)| is_path(pattern, path));
            if !fits {
                all.push(difference(field.name(), expected, found));
            }
        }
        Field::Headers | Field::Body => compare_part(field.name(), expected, found, all),
        _ if expected == found => {}
        _ => all.push(difference(field.name(), expected, found)),
    }
}

/// Objects may have more than is asked for, everything else is equal as a whole.
fn compare_part(place: &str, expected: &Value, found: &Value, all: &mut Vec<Difference>) {
    let (Some(expected_map), Some(found_map)) = (expected.as_object(), found.as_object()) else {
        if !is_equal(expected, found) {
            all.push(difference(place, expected, found));
        }
        return;
    };
    for (name, expected) in expected_map {
        let place = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
        match found_map.get(name) {
            Some(found) => compare_part(&place, expected, found, all),
            None => all.push(difference(&place, expected, &Value::Null)),
        }
    }
}

/// Whether two values are the same, however their numbers are written.
fn is_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let is_in = |(name, value): (&String, &Value)| other.get(name).is_some_and(|other| is_equal(value, other));
            one.len() == other.len() && one.iter().all(is_in)
        }
        _ => one == other,
    }
}

fn difference(place: &str, expected: &Value, found: &Value) -> Difference {
    Difference { place: place.to_owned(), expected: expected.clone(), found: brief(found) }
}

/// `value`, short enough for a message.
fn brief(value: &Value) -> Value {
    const LONGEST: usize = 120;

    let size = |map: &Map<String, Value>| format!("an object with {} properties", map.len());
    match value {
        Value::String(text) if text.chars().count() > LONGEST => {
            json!(text.chars().take(LONGEST).chain(['…']).collect::<String>())
        }
        Value::Array(items) if !items.is_empty() => json!(format!("a list of {}", items.len())),
        Value::Object(map) if !map.is_empty() => json!(size(map)),
        other => other.clone(),
    }
}

/// Whether `path` is what `pattern` says; the query counts only if the pattern has one.
fn is_path(pattern: &str, path: &str) -> bool {
    let path = if pattern.contains('?') { path } else { path.split('?').next().unwrap_or_default() };
    path_fits(pattern, path, |_| false)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Body(Value);

    impl Facts for Body {
        fn seq(&self) -> u64 {
            0
        }

        fn fact(&self, field: Field) -> Value {
            if field == Field::Body { self.0.clone() } else { Value::Null }
        }
    }

    #[test]
    fn of_a_body_what_is_asked_for_is_compared_and_lists_as_a_whole() {
        let body = json!({"a": 1, "b": {"c": "x", "d": null}, "e": [{"f": 1, "g": 2}], "h/i": true});
        check(&body, &json!({}), &[]);
        check(&body, &json!({"a": 1.0, "b": {"d": null}}), &[]);
        check(&body, &json!({"e": [{"g": 2, "f": 1}]}), &[]);
        check(&body, &json!({"e": [{"f": 1}]}), &[("body/e", json!("a list of 1"))]);
        check(&body, &json!({"e": []}), &[("body/e", json!("a list of 1"))]);
        check(&body, &json!({"a": "1", "b": {"c": "y"}}), &[("body/a", json!(1)), ("body/b/c", json!("x"))]);
        check(&body, &json!({"h/i": false, "z": null}), &[("body/h~1i", json!(true)), ("body/z", Value::Null)]);
        check(&body, &json!([1]), &[("body", json!("an object with 4 properties"))]);
        check(&Value::Null, &json!({}), &[("body", Value::Null)]);
        check(&json!("x".repeat(130)), &json!("x"), &[("body", json!(format!("{}…", "x".repeat(120))))]);

        #[track_caller]
        fn check(body: &Value, expected: &Value, differences: &[(&str, Value)]) {
            let mut criteria = Criteria::default();
            criteria.set(Field::Body, expected.clone());
            let (_, found) = criteria.differences(&Body(body.clone()));
            let found: Vec<_> = found.iter().map(|found| (found.place.as_str(), found.found.clone())).collect();
            assert_eq!(found, differences, "{expected}");
            assert_eq!(criteria.fit(&Body(body.clone())), differences.is_empty());
        }
    }

    #[test]
    fn a_path_fits_with_and_without_prefix_query_and_stars() {
        check("/v2/investors/", "/api/external/v2/investors/", true);
        check("/api/external/v2/investors/", "/api/external/v2/investors/?page=2", true);
        check("/v2/investors/?page=2", "/api/external/v2/investors/?page=2", true);
        check("/v2/investors/?page=1", "/api/external/v2/investors/?page=2", false);
        check("/v2/investors/?page=2", "/api/external/v2/investors/", false);
        check("/v2/*/", "/api/external/v2/investors/", true);
        check("/v2/*", "/api/external/v2/", false);
        check("/*/", "/api/external/v2/investors/", false);
        check("/v2/investors/", "/v2/investors/", true);

        #[track_caller]
        fn check(pattern: &str, path: &str, expected: bool) {
            assert_eq!(is_path(pattern, path), expected, "{pattern} {path}");
        }
    }
}
