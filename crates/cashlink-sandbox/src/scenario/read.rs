//! Reads scenarios: YAML or JSON, within bounds, and in which line each part stands.

use std::collections::HashMap;
use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};
use serde_saphyr::{Error as YamlError, Options, Spanned};

use super::document::Document;
use super::{LARGEST, Scenario};
use crate::world::{NON_FIELD, Problems, Refusal};

/// In which line each part of a file stands, by its path such as `steps[3].call.body`.
#[derive(Clone, Default)]
pub(super) struct Lines(HashMap<String, u64>);

/// Where a scenario stands in its file says nothing about what it is.
impl PartialEq for Lines {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Lines {
    /// The line of `path`, or else of the innermost part around it.
    pub(super) fn of(&self, path: &str) -> Option<u64> {
        let mut path = path;
        loop {
            if let Some(line) = self.0.get(path) {
                return Some(*line);
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }
}

/// A scenario in YAML, of which JSON is a part.
pub(crate) fn from_yaml(text: &str) -> Result<Scenario, Refusal> {
    if text.len() as u64 > LARGEST {
        return Err(too_large());
    }
    let tree: Spanned<Node> = serde_saphyr::from_str_with_options(text, options()).map_err(|error| misread(&error))?;
    let mut lines = HashMap::new();
    let value = tree.value.into_value("", &mut lines);
    if value.is_null() {
        return Err(Refusal::rule("This holds nothing."));
    }
    read(&value, Lines(lines))
}

/// A scenario that came as JSON.
pub(crate) fn from_value(value: &Value) -> Result<Scenario, Refusal> {
    read(value, Lines::default())
}

pub(super) fn too_large() -> Refusal {
    Refusal::rule("A scenario has at most 1 MiB.")
}

fn read(value: &Value, lines: Lines) -> Result<Scenario, Refusal> {
    let document: Document = serde_path_to_error::deserialize(value).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { "" } else { path.as_str() };
        let mut problems = Problems::default();
        problems.field(if path.is_empty() { NON_FIELD } else { path }, &lines.told(path, &error.inner().to_string()));
        problems.into_result().err().unwrap_or(Refusal::NotFound)
    })?;
    let scenario = Scenario { document, lines };
    scenario.check()?;
    Ok(scenario)
}

impl Lines {
    /// `message` with the line of `path`.
    pub(super) fn told(&self, path: &str, message: &str) -> String {
        let message = message.trim_end_matches('.');
        self.of(path).map_or_else(|| format!("{message}."), |line| format!("{message} (line {line})."))
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: 64, max_nodes: 500_000 },
        with_snippet: false,
    }
}

/// Why a text is no YAML.
fn misread(error: &YamlError) -> Refusal {
    let error = error.without_snippet();
    let message = match error {
        YamlError::DuplicateMappingKey { .. } => "a field appears twice".into(),
        YamlError::Budget { .. } => "it is nested too deeply or has too many parts".into(),
        error => serde_saphyr::MessageFormatter::format_message(&serde_saphyr::DefaultMessageFormatter, error),
    };
    let line = error.location().map_or_else(String::new, |location| format!(" (line {})", location.line()));
    Refusal::rule(&format!("This is not valid YAML: {}{line}.", message.trim_end_matches('.')))
}

/// A part of a file, as YAML reads it without knowing what is expected.
enum Node {
    Scalar(Value),
    List(Vec<Spanned<Node>>),
    Map(Vec<(Spanned<String>, Node)>),
}

impl Node {
    /// What it says, which stands at `path`; notes where its parts stand.
    fn into_value(self, path: &str, lines: &mut HashMap<String, u64>) -> Value {
        match self {
            Self::Scalar(value) => value,
            Self::List(items) => {
                let item = |(index, node): (usize, Spanned<Self>)| {
                    let path = format!("{path}[{index}]");
                    lines.insert(path.clone(), node.referenced.line());
                    node.value.into_value(&path, lines)
                };
                items.into_iter().enumerate().map(item).collect()
            }
            Self::Map(fields) => {
                let dot = if path.is_empty() { "" } else { "." };
                let field = |(name, node): (Spanned<String>, Self)| {
                    let path = format!("{path}{dot}{}", name.value);
                    lines.insert(path.clone(), name.referenced.line());
                    let value = node.into_value(&path, lines);
                    (name.value, value)
                };
                Value::Object(fields.into_iter().map(field).collect::<Map<_, _>>())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string().into()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string().into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Node, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("a number that is not finite"))?;
        Ok(Node::Scalar(number.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields: Vec<(Spanned<String>, Node)> = Vec::new();
        while let Some(name) = map.next_key::<Spanned<String>>()? {
            fields.push((name, map.next_value()?));
        }
        Ok(Node::Map(fields))
    }
}
