//! What of the description breaks a client.

use serde_json::Value;

use super::{Broken, Naming};
use crate::diff::{self, Change};

/// Every breaking change from `old` to `new`.
pub(super) fn broken(old: &Value, new: &Value) -> Vec<Broken> {
    let changes = diff::compare(old, new).into_iter();
    changes.filter(|change| change.verdict == diff::Verdict::Breaking).map(|change| told(&change)).collect()
}

fn told(change: &Change) -> Broken {
    let Change { rule, at, operations, text, .. } = change;
    Broken { text: format!("{rule} at {at}: {text}"), names: names(at, operations) }
}

/// A change in a component is named by it, or by its property; others by each operation, or else by where they are.
fn names(at: &str, operations: &[String]) -> Vec<Naming> {
    let one = |word: String| Naming::Words(vec![word]);
    let parts: Vec<&str> = at.split('/').collect();
    let mut names = match parts.as_slice() {
        ["", "components", "schemas", schema, "properties", property, ..] => {
            vec![one(format!("{schema}.{property}")), one((*schema).to_owned())]
        }
        ["", "components", _, component, ..] => vec![one((*component).to_owned())],
        ["", "paths" | "x-webhooks", ..] if !operations.is_empty() => vec![Naming::Words(operations.to_vec())],
        _ => Vec::new(),
    };
    names.push(one(at.to_owned()));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_named_by_its_schema_its_operations_or_its_place() {
        check("/components/schemas/Money/properties/unit/enum/0", &[&["Money.unit"], &["Money"]]);
        check("/components/schemas/Money", &[&["Money"]]);
        check("/components/parameters/Page/schema/minimum", &[&["Page"]]);
        check("/paths/~1v2~1a~1/get/parameters/0", &[&["v2_a_list", "v2_a_create"]]);
        check("/x-webhooks/status/post", &[&["v2_a_list", "v2_a_create"]]);
        check("/servers/0", &[]);

        #[track_caller]
        fn check(at: &str, expected: &[&[&str]]) {
            let words = |words: &[&str]| Naming::Words(words.iter().map(ToString::to_string).collect());
            let operations = ["v2_a_list".to_owned(), "v2_a_create".to_owned()];
            let expected: Vec<Naming> = expected.iter().map(|names| words(names)).chain([words(&[at])]).collect();
            assert_eq!(names(at, &operations), expected);
        }
    }
}
