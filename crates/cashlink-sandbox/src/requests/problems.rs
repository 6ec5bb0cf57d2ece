//! What was wrong with a request, told by place.

use axum::http::StatusCode;
use bytes::Bytes;
use serde_json::Value;

use super::{KEPT, Problem};
use crate::world::NON_FIELD;

/// The part of a request that was refused.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// The parameter of this name.
    Path(String),
    Query,
    Key,
    Body,
}

/// A request that was refused for what it looks like: why, in the words in which it was answered.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    part: Part,
    status: StatusCode,
    answer: Bytes,
}

impl Refused {
    pub(crate) fn new(part: Part, status: StatusCode, answer: &Bytes) -> Self {
        let is_short = answer.len() <= KEPT;
        let answer =
            if is_short { answer.clone() } else { Bytes::from_static(br#"{"detail":"More is wrong than is kept."}"#) };
        Self { part, status, answer }
    }

    /// How many bytes are kept for it.
    pub(super) fn len(&self) -> usize {
        self.answer.len()
    }

    /// Each problem with its place. Nothing of what was sent is repeated.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let one = |place: &str, problem: &str| vec![Problem { place: place.to_owned(), problem: problem.to_owned() }];
        let answer = serde_json::from_slice(&self.answer).unwrap_or(Value::Null);
        let detail = answer.get("detail").and_then(Value::as_str).unwrap_or_default();
        match (&self.part, self.status) {
            (Part::Path(name), _) => one(&format!("path/{name}"), "Must be a UUID."),
            (Part::Query, StatusCode::NOT_FOUND) => one("query/page", detail),
            (Part::Key, _) => one("header/x-idempotency-key", detail),
            // The answer repeats the type.
            (_, StatusCode::UNSUPPORTED_MEDIA_TYPE) => one("header/content-type", "Unsupported media type."),
            (part, _) => {
                let root = if matches!(part, Part::Query) { "query" } else { "body" };
                if !detail.is_empty() {
                    return one(root, detail);
                }
                let mut problems = Vec::new();
                collect(&answer, root, &mut problems);
                problems
            }
        }
    }
}

/// The messages of a tree of errors, each with the way to it.
fn collect(node: &Value, place: &str, problems: &mut Vec<Problem>) {
    match node {
        Value::String(message) => problems.push(Problem { place: place.to_owned(), problem: message.clone() }),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if item.is_string() {
                    collect(item, place, problems);
                } else {
                    collect(item, &format!("{place}/{index}"), problems);
                }
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == NON_FIELD {
                    collect(field, place, problems);
                } else {
                    collect(field, &format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), problems);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_problem_has_its_place() {
        let tree = json!({
            "person": {"non_field_errors": ["one"], "a/b": ["two", "three"]},
            "documents": [{}, {"id": ["four"]}],
            "non_field_errors": ["five"],
        });
        let expected = [
            ("body/person", "one"),
            ("body/person/a~1b", "two"),
            ("body/person/a~1b", "three"),
            ("body/documents/1/id", "four"),
            ("body", "five"),
        ];
        check(Part::Body, 400, &tree, &expected);
        check(Part::Body, 400, &json!({"detail": "JSON parse error"}), &[("body", "JSON parse error")]);
        check(Part::Query, 400, &json!({"product_id": ["six"]}), &[("query/product_id", "six")]);
    }

    #[test]
    fn what_was_sent_is_not_repeated() {
        let detail = json!({"detail": "Unsupported media type \"secret\" in request."});
        check(Part::Body, 415, &detail, &[("header/content-type", "Unsupported media type.")]);
        let detail = json!({"detail": "Not found."});
        check(Part::Path("investor_id".to_owned()), 404, &detail, &[("path/investor_id", "Must be a UUID.")]);
    }

    #[test]
    fn of_very_many_problems_it_is_only_told_that_there_are_many() {
        let message = "x".repeat(KEPT);
        check(Part::Body, 400, &json!({"a": [message]}), &[("body", "More is wrong than is kept.")]);
    }

    #[track_caller]
    fn check(part: Part, status: u16, answer: &Value, expected: &[(&str, &str)]) {
        let status = StatusCode::from_u16(status).unwrap();
        let problems = Refused::new(part, status, &Bytes::from(answer.to_string())).problems();
        let found: Vec<_> = problems.iter().map(|found| (found.place.as_str(), found.problem.as_str())).collect();
        assert_eq!(found, expected);
    }
}
