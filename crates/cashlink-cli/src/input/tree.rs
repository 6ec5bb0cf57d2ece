//! An input file as a tree that knows where each part stands.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;
use serde_saphyr::{Location, Spanned};

use crate::problem::Position;

/// A part of an input file, as YAML reads it without knowing what is expected.
pub(super) struct Node {
    position: Position,
    content: Content,
}

enum Content {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<(String, Position, Node)>),
}

impl Node {
    pub(super) fn is_empty(&self) -> bool {
        matches!(&self.content, Content::Scalar(Value::Null))
    }

    /// The same tree without positions.
    pub(super) fn value(&self) -> Value {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => items.iter().map(Self::value).collect(),
            Content::Map(fields) => fields
                .iter()
                .map(|(name, _, node)| (name.clone(), node.value()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }

    /// Where the field `path` stands, or else the innermost part around it.
    pub(super) fn locate(&self, path: &str) -> Position {
        let (mut node, mut position) = (self, self.position);
        for segment in segments(path) {
            let found = match (&node.content, &segment) {
                (Content::List(items), Segment::Index(index)) => items.get(*index).map(|item| (item, item.position)),
                (Content::Map(fields), Segment::Name(name)) => {
                    fields.iter().find(|(field, ..)| field == name).map(|(_, position, node)| (node, *position))
                }
                _ => None,
            };
            match found {
                Some((inner, start)) => (node, position) = (inner, start),
                None => return position,
            }
        }
        position
    }
}

/// A part of a path such as `signed_documents[1].file`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Segment<'a> {
    Name(&'a str),
    Index(usize),
}

/// The parts of `path`, outermost first.
pub(super) fn segments(path: &str) -> Vec<Segment<'_>> {
    path.split(['.', '[']).filter(|part| !part.is_empty() && *part != "?").map(segment).collect()
}

fn segment(part: &str) -> Segment<'_> {
    match part.strip_suffix(']').map(str::parse) {
        Some(Ok(index)) => Segment::Index(index),
        _ => Segment::Name(part),
    }
}

pub(super) fn position(location: Location) -> Position {
    Position { line: location.line(), column: location.column() }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Content>::deserialize(deserializer)?;
        Ok(Self { position: position(spanned.referenced), content: spanned.value })
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Content, E> {
        Ok(Content::Scalar(value.to_string().into()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Content, E> {
        Ok(Content::Scalar(value.to_string().into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Content, E> {
        serde_json::Number::from_f64(value)
            .map(|number| Content::Scalar(number.into()))
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Content, E> {
        Ok(Content::Scalar(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Content, E> {
        Ok(Content::Scalar(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Content, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Content::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Content, A::Error> {
        let mut fields: Vec<(String, Position, Node)> = Vec::new();
        while let Some(name) = map.next_key::<Spanned<String>>()? {
            if fields.iter().any(|(known, ..)| *known == name.value) {
                return Err(A::Error::custom("a field appears twice"));
            }
            fields.push((name.value, position(name.referenced), map.next_value()?));
        }
        Ok(Content::Map(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_falls_into_names_and_indices() {
        let parts = segments("signed_documents[1].file");
        assert_eq!(parts, [Segment::Name("signed_documents"), Segment::Index(1), Segment::Name("file")]);
        assert!(segments("").is_empty());
        assert!(segments(".").is_empty());
    }

    #[test]
    fn a_field_is_found_by_its_path_and_a_missing_one_by_what_is_around_it() {
        let text = "investor:\n  name: Max\n  documents:\n    - file: a.pdf\n    - file: b.pdf\nunits: 1\n";
        let tree: Node = serde_saphyr::from_str(text).unwrap();
        for (path, line, column) in [
            ("investor.name", 2, 3),
            ("investor.documents[1].file", 5, 7),
            ("investor.documents[9].file", 3, 3),
            ("investor.zip", 1, 1),
            ("units", 6, 1),
        ] {
            assert_eq!(tree.locate(path), Position { line, column }, "{path}");
        }
    }
}
