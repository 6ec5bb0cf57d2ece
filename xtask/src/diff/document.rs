//! The two documents, what their references lead to, and where a change is.

use std::rc::Rc;

use serde_json::{Map, Value};

use super::decimal::Decimal;
use crate::spec::bundle::escape;

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

    /// What `node` refers to in the end, or itself. A reference that leads nowhere or in a circle is left as it is.
    pub(super) fn follow(self, node: &Node<'a>) -> Node<'a> {
        let mut node = node.clone();
        let mut seen = Vec::new();
        loop {
            let target = node.value.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
            let Some((value, target)) = target.and_then(|target| Some((self.root.pointer(target)?, target))) else {
                return node;
            };
            if seen.contains(&target) {
                return node;
            }
            seen.push(target);
            node = Node { value, at: Rc::from(target) };
        }
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
    /// The keyword, or what stands below it, that `old` and `new` say differently in a schema that is written or
    /// referred to at `site`; `step` is its pointer in the object that says it.
    pub(super) fn keyword(
        &self,
        old: Option<&Said<'a>>,
        new: Option<&Said<'a>>,
        site: &Node<'a>,
        step: &str,
    ) -> String {
        match (new, old) {
            (Some(new), _) => format!("{}/{step}", new.place),
            (None, Some(old)) if !has(self.new, &old.place, old) => format!("{}/{step}", old.place),
            // What said it still does: another part is referred to.
            _ => self.new.follow(site).at.to_string(),
        }
    }

    /// The schema or other part whose keyword changed.
    pub(super) fn part(&self, old: Option<&Said<'a>>, new: Option<&Said<'a>>, site: &Node<'a>) -> String {
        let lost_it = |old: &&Said<'a>| self.new.at(&old.place).is_some() && !has(self.new, &old.place, old);
        let place = new.or(old.filter(lost_it)).map(|said| said.place.to_string());
        place.unwrap_or_else(|| self.new.follow(site).at.to_string())
    }

    /// The object that says something else than it did, or that which `site` refers to if only a reference changed.
    pub(super) fn speaker(&self, old: Option<&Said<'a>>, new: Option<&Said<'a>>, site: &Node<'a>) -> Rc<str> {
        let says = |new: &&Said<'a>| new.place == site.at || !has(self.old, &new.place, new);
        let said = |old: &&Said<'a>| !has(self.new, &old.place, old);
        let place = new.filter(says).or(old.filter(said)).map(|said| &said.place);
        place.map_or_else(|| self.new.follow(site).at, Rc::clone)
    }
}

/// A step of a pointer as it is written in the document.
pub(super) fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// Whether the object at `place` says the same.
fn has(document: Document<'_>, place: &str, said: &Said<'_>) -> bool {
    let value = document.at(place).and_then(|object| object.get(said.key));
    value.is_some_and(|value| same(value, said.value))
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
