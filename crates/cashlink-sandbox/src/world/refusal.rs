//! Why the world said no, in the form the API reports it.

use std::fmt;

use serde_json::{Map, Value};
use uuid::Uuid;

/// The key of messages that belong to an object as a whole.
pub(crate) const NON_FIELD: &str = "non_field_errors";

#[derive(Debug, PartialEq)]
pub(crate) enum Refusal {
    /// The path names something that is not there.
    NotFound,
    /// The page asked for is not there.
    InvalidPage,
    /// The body or the query breaks a rule; holds the error tree.
    Invalid(Value),
    /// Nothing breaks a rule, but the sandbox cannot write down what would happen.
    NotKept,
}

/// Every message with the place that it belongs to, in one line.
impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => formatter.write_str("there is no such thing"),
            Self::NotKept => formatter.write_str("the sandbox cannot keep its data, so nothing was done"),
            Self::InvalidPage => formatter.write_str("there is no such page"),
            Self::Invalid(problems) => {
                let mut messages = Vec::new();
                collect(problems, "", &mut messages);
                formatter.write_str(&messages.join(" "))
            }
        }
    }
}

fn collect(node: &Value, path: &str, messages: &mut Vec<String>) {
    let colon = if path.is_empty() { "" } else { ": " };
    match node {
        Value::Object(fields) => {
            for (name, node) in fields {
                let dot = if path.is_empty() || name == NON_FIELD { "" } else { "." };
                let name = if name == NON_FIELD { "" } else { name.as_str() };
                collect(node, &format!("{path}{dot}{name}"), messages);
            }
        }
        Value::Array(nodes) => nodes.iter().for_each(|node| collect(node, path, messages)),
        Value::String(message) => messages.push(format!("{path}{colon}{message}")),
        _ => {}
    }
}

impl Refusal {
    /// A refusal for one field; dots separate the levels of `path`.
    pub(crate) fn field(path: &str, message: &str) -> Self {
        let mut problems = Problems::default();
        problems.field(path, message);
        Self::Invalid(problems.tree)
    }

    /// A refusal that no single field causes.
    pub(crate) fn rule(message: &str) -> Self {
        Self::field(NON_FIELD, message)
    }

    /// A refusal of a reference in the body to something that is not there.
    pub(crate) fn unknown(path: &str, id: Uuid) -> Self {
        Self::field(path, &unknown(id))
    }
}

pub(crate) fn unknown(id: Uuid) -> String {
    format!("Invalid pk \"{id}\" - object does not exist.")
}

/// One level on the way to a value inside a body.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    Key(String),
    /// An item of an array, with the length of that array.
    Item {
        index: usize,
        length: usize,
    },
}

/// Collects every problem of a call before it is refused.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    tree: Value,
}

impl Problems {
    pub(crate) fn field(&mut self, path: &str, message: &str) {
        let steps: Vec<Step> = path.split('.').map(|key| Step::Key(key.to_owned())).collect();
        self.at(&steps, message);
    }

    pub(crate) fn required(&mut self, path: &str) {
        self.field(path, "This field is required.");
    }

    pub(crate) fn not_null(&mut self, path: &str) {
        self.field(path, "This field may not be null.");
    }

    pub(crate) fn at(&mut self, steps: &[Step], message: &str) {
        put(&mut self.tree, steps, message);
    }

    pub(crate) fn into_result(self) -> Result<(), Refusal> {
        if self.tree.is_null() { Ok(()) } else { Err(Refusal::Invalid(self.tree)) }
    }
}

fn put(node: &mut Value, steps: &[Step], message: &str) {
    match steps {
        [] => put_message(node, message),
        [Step::Key(key), rest @ ..] => {
            let mut fields = into_fields(node.take());
            put(fields.entry(key.as_str()).or_insert(Value::Null), rest, message);
            *node = Value::Object(fields);
        }
        [Step::Item { index, length }, rest @ ..] => {
            let mut items = into_items(node.take(), *length.max(&(index + 1)));
            put(&mut items[*index], rest, message);
            *node = Value::Array(items);
        }
    }
}

fn put_message(node: &mut Value, message: &str) {
    match node {
        Value::Null => *node = Value::from(vec![message]),
        Value::Array(messages) => messages.push(message.into()),
        _ => put(node, &[Step::Key(NON_FIELD.to_owned())], message),
    }
}

/// Messages that were there become those of the object as a whole.
fn into_fields(node: Value) -> Map<String, Value> {
    match node {
        Value::Object(fields) => fields,
        Value::Null => Map::new(),
        messages => Map::from_iter([(NON_FIELD.to_owned(), messages)]),
    }
}

/// Items without a problem are empty objects.
fn into_items(node: Value, length: usize) -> Vec<Value> {
    match node {
        Value::Array(items) if items.len() == length && items.iter().all(Value::is_object) => items,
        _ => vec![Value::Object(Map::new()); length],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn problems_nest_as_the_body_does() {
        let mut problems = Problems::default();
        problems.field("natural_person.forename", "one");
        problems.field("natural_person.forename", "two");
        problems.field("units", "three");
        let steps =
            [Step::Key("signed_documents".into()), Step::Item { index: 1, length: 3 }, Step::Key("document_id".into())];
        problems.at(&steps, "four");

        let expected = json!({
            "natural_person": {"forename": ["one", "two"]},
            "units": ["three"],
            "signed_documents": [{}, {"document_id": ["four"]}, {}],
        });
        assert_eq!(problems.into_result(), Err(Refusal::Invalid(expected)));
    }

    #[test]
    fn a_problem_of_the_whole_joins_those_of_its_fields() {
        let mut problems = Problems::default();
        problems.field("person.name", "one");
        problems.field("person", "two");
        problems.at(&[], "three");

        let expected = json!({
            "person": {"name": ["one"], "non_field_errors": ["two"]},
            "non_field_errors": ["three"],
        });
        assert_eq!(problems.into_result(), Err(Refusal::Invalid(expected)));
    }

    #[test]
    fn a_refusal_reads_as_a_line() {
        let mut problems = Problems::default();
        problems.field("person.name", "One.");
        problems.field("person", "Two.");
        problems.at(&[], "Three.");
        assert_eq!(Refusal::Invalid(problems.tree).to_string(), "person.name: One. person: Two. Three.");
        assert_eq!(Refusal::NotFound.to_string(), "there is no such thing");
    }

    #[test]
    fn no_problem_is_no_refusal() {
        assert_eq!(Problems::default().into_result(), Ok(()));
    }
}
