//! The two documents, what their references lead to, and where a change is.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::decimal::Decimal;
use crate::spec::bundle::escape;

/// More references than anybody writes in a row; a circle has no end.
const MOST_HOPS: usize = 32;

/// One document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Document<'a> {
    root: &'a Value,
}

/// A value and the pointer at which it is written.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub(super) value: &'a Value,
    pub(super) at: Rc<str>,
}

impl<'a> Document<'a> {
    pub(super) fn new(root: &'a Value) -> Self {
        Self { root }
    }

    /// The whole.
    pub(super) fn root(self) -> Node<'a> {
        Node { value: self.root, at: Rc::from("") }
    }

    /// What `node` refers to in the end, or itself. A reference that leads nowhere is left as it is.
    pub(super) fn follow(self, node: &Node<'a>) -> Node<'a> {
        let mut node = node.clone();
        for _ in 0..MOST_HOPS {
            let target = node.value.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
            let Some((value, target)) = target.and_then(|target| Some((self.root.pointer(target)?, target))) else {
                break;
            };
            node = Node { value, at: Rc::from(target) };
        }
        node
    }

    /// What is written at `pointer`.
    pub(super) fn at(self, pointer: &str) -> Option<&'a Value> {
        self.root.pointer(pointer)
    }
}

impl<'a> Node<'a> {
    /// The member `key`.
    pub(super) fn child(&self, key: &str) -> Option<Self> {
        self.value.get(key).map(|value| self.below(key, value))
    }

    /// Every member of an object, with its key.
    pub(super) fn members(&self) -> impl Iterator<Item = (&'a str, Self)> {
        let members = self.value.as_object().into_iter().flatten();
        members.map(|(key, value)| (key.as_str(), self.below(key, value)))
    }

    /// Every item of a list.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> {
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(|(index, value)| self.below(&index.to_string(), value))
    }

    /// Text under `key`.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key)?.as_str()
    }

    /// Whether `key` is there and true.
    pub(super) fn is(&self, key: &str) -> bool {
        self.value.get(key).and_then(Value::as_bool) == Some(true)
    }

    /// The object itself.
    pub(super) fn map(&self) -> Option<&'a Map<String, Value>> {
        self.value.as_object()
    }

    /// The name of the schema, if it has one of its own.
    pub(super) fn schema_name(&self) -> Option<&str> {
        self.at.strip_prefix("/components/schemas/").filter(|name| !name.contains('/'))
    }

    fn below(&self, key: &str, value: &'a Value) -> Self {
        Self { value, at: Rc::from(format!("{}/{}", self.at, escape(key))) }
    }
}

/// A keyword with the object that it is written in.
#[derive(Clone, Debug)]
pub(super) struct Said<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a Value,
    pub(super) place: Rc<str>,
}

/// Both documents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Documents<'a> {
    pub(super) old: Document<'a>,
    pub(super) new: Document<'a>,
}

impl<'a> Documents<'a> {
    /// The object in which a keyword changed that `old` and `new` say, in a schema or another part that is written or
    /// referred to at `site`: the one that says it now, or the one that said it. It is `site` if both are as they were
    /// and only the reference changed.
    pub(super) fn place(&self, old: Option<&Said<'a>>, new: Option<&Said<'a>>, site: &Node<'a>) -> Place {
        if let Some(new) = new
            && (new.place == site.at || !has(self.old, &new.place, new))
        {
            return Place::Says(Rc::clone(&new.place));
        }
        if let Some(old) = old
            && !has(self.new, &old.place, old)
        {
            return Place::Said(Rc::clone(&old.place));
        }
        Place::Refers(Rc::clone(&site.at))
    }

    /// The schema or other part whose keyword changed.
    pub(super) fn part(&self, old: Option<&Said<'a>>, new: Option<&Said<'a>>, site: &Node<'a>) -> String {
        match self.place(old, new, site) {
            // It has another name now.
            Place::Said(at) if self.new.at(&at).is_none() => self.new.follow(site).at.to_string(),
            place => place.object().to_owned(),
        }
    }
}

/// Whether the object at `place` says the same.
fn has(document: Document<'_>, place: &str, said: &Said<'_>) -> bool {
    let value = document.at(place).and_then(|object| object.get(said.key));
    value.is_some_and(|value| same(value, said.value))
}

/// Where a keyword changed.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// In an object that says it.
    Says(Rc<str>),
    /// In an object that said it.
    Said(Rc<str>),
    /// In what refers to another object.
    Refers(Rc<str>),
}

impl Place {
    /// The object.
    pub(super) fn object(&self) -> &str {
        let (Self::Says(at) | Self::Said(at) | Self::Refers(at)) = self;
        at
    }

    /// What stands at `key` in it, or the reference.
    pub(super) fn keyword(&self, key: &str) -> String {
        match self {
            Self::Says(at) | Self::Said(at) => format!("{at}/{key}"),
            Self::Refers(at) => at.to_string(),
        }
    }
}

/// Whether two values mean the same: 1 is 1.0, and the order of keys is none.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::Number(_)) => {
            left == right || Decimal::of(left).zip(Decimal::of(right)).is_some_and(|(left, right)| left == right)
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let fits = |(key, value): (&String, &Value)| right.get(key).is_some_and(|other| same(value, other));
            left.len() == right.len() && left.iter().all(fits)
        }
        _ => left == right,
    }
}
