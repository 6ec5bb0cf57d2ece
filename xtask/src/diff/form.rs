//! A schema in the form in which it is compared: references followed, `allOf` merged, null pulled up.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use serde_json::Value;

use super::{
    document::{Document, Node, Said},
    finding::texts_of,
    limits,
};

/// Keywords that other rules than `text-changed` are about.
const RULED: [&str; 33] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "type",
    "uniqueItems",
    "writeOnly",
    "x-enum",
    "x-extensible-enum",
    "x-id",
    "x-sensitive",
    "xml",
];

/// A schema with everything that its parts say.
#[derive(Clone, Debug, Default)]
pub(super) struct Form<'a> {
    /// The name of the schema that it is, if it has one.
    pub(super) name: Option<String>,
    /// Who allows null.
    pub(super) null: Option<Said<'a>>,
    /// Every definition of each property: parts may repeat one.
    pub(super) properties: BTreeMap<&'a str, Vec<Node<'a>>>,
    /// Which part requires each.
    pub(super) required: BTreeMap<&'a str, Rc<str>>,
    pub(super) items: Option<Node<'a>>,
    pub(super) additional: Additional<'a>,
    /// What it may be, each by itself.
    pub(super) alternatives: Vec<Node<'a>>,
    /// Which keyword lists them.
    pub(super) choice: Option<Said<'a>>,
    pub(super) texts: Vec<Said<'a>>,
    /// The schemas that are parts of it, and itself.
    pub(super) places: BTreeSet<Rc<str>>,
    /// Keywords with one value, as the outermost part has them; of limits the tightest.
    words: BTreeMap<&'a str, Said<'a>>,
}

/// What an object may have beside its properties.
#[derive(Clone, Debug, Default)]
pub(super) enum Additional<'a> {
    /// Nothing.
    Closed(Node<'a>),
    /// What fits a schema.
    Like(Node<'a>),
    #[default]
    Anything,
}

impl<'a> Form<'a> {
    /// The form of the schema `node`.
    pub(super) fn of(document: Document<'a>, node: &Node<'a>) -> Self {
        let mut form = Self { null: null(document, node, &[]), ..Self::default() };
        let mut waiting = vec![node.clone()];
        while let Some(written) = waiting.pop() {
            let part = document.follow(&written);
            if form.places.insert(Rc::clone(&part.at)) {
                form.take(document, &part, &mut waiting);
            }
        }
        form.name = name(document, node);
        form
    }

    /// The keyword `key`, if it is said.
    pub(super) fn word(&self, key: &str) -> Option<&Said<'a>> {
        self.words.get(key)
    }

    /// Its type; if it says none, what its other keywords speak of.
    pub(super) fn kind(&self) -> Option<&str> {
        if let Some(said) = self.word("type") {
            return said.value.as_str();
        }
        let strings = |said: &Said<'_>| said.value.as_array().is_some_and(|list| list.iter().all(Value::is_string));
        if !self.properties.is_empty() || !matches!(self.additional, Additional::Anything) {
            Some("object")
        } else if self.items.is_some() {
            Some("array")
        } else if self.word("x-extensible-enum").or_else(|| self.word("enum")).is_some_and(strings) {
            Some("string")
        } else if self.alternatives.is_empty() {
            None
        } else {
            Some("one of several")
        }
    }

    /// Its format.
    pub(super) fn format(&self) -> Option<&str> {
        self.word("format")?.value.as_str()
    }

    /// Whether `key` is said and true.
    pub(super) fn is(&self, key: &str) -> bool {
        self.word(key).is_some_and(|said| said.value == true)
    }

    /// Adds what `part` says, and its own parts to `waiting`.
    fn take(&mut self, document: Document<'a>, part: &Node<'a>, waiting: &mut Vec<Node<'a>>) {
        for (key, value) in part.map().into_iter().flatten() {
            let said = || Said { key, value, place: Rc::clone(&part.at) };
            match key.as_str() {
                "properties"
                | "required"
                | "items"
                | "additionalProperties"
                | "allOf"
                | "oneOf"
                | "anyOf"
                | "nullable" => {}
                key if RULED.contains(&key) => {
                    let word = self.words.entry(key).or_insert_with(said);
                    if limits::is_tighter(key, value, word.value) {
                        *word = said();
                    }
                }
                _ => {}
            }
        }
        self.texts.extend(texts_of(part, &RULED));
        for (name, property) in part.child("properties").iter().flat_map(Node::members) {
            self.properties.entry(name).or_default().push(property);
        }
        let required = part.child("required");
        for name in required.iter().flat_map(Node::items).filter_map(|item| item.value.as_str()) {
            self.required.entry(name).or_insert_with(|| Rc::clone(&part.at));
        }
        if self.items.is_none() {
            self.items = part.child("items");
        }
        match part.child("additionalProperties") {
            Some(node) if *node.value == false => self.additional = Additional::Closed(node),
            Some(node)
                if node.map().is_some_and(|map| !map.is_empty()) && matches!(self.additional, Additional::Anything) =>
            {
                self.additional = Additional::Like(node);
            }
            _ => {}
        }
        let mut parts: Vec<Node<'a>> = part.child("allOf").iter().flat_map(Node::items).collect();
        for key in ["oneOf", "anyOf"] {
            if let Some(list) = part.child(key) {
                self.choose(document, part, key, &list, &mut parts);
            }
        }
        // The first part is the next to be taken.
        waiting.extend(parts.into_iter().rev());
    }

    /// Adds what `list` below the keyword `key` of `part` lets it be. The only one of a list is a part like any other.
    fn choose(
        &mut self,
        document: Document<'a>,
        part: &Node<'a>,
        key: &'static str,
        list: &Node<'a>,
        parts: &mut Vec<Node<'a>>,
    ) {
        let said = || Said { key, value: list.value, place: Rc::clone(&part.at) };
        let mut alternatives = Vec::new();
        let mut waiting = vec![list.clone()];
        while let Some(list) = waiting.pop() {
            for item in list.items().filter(|item| !is_only_null(document, item)) {
                match only_list(&item) {
                    Some(inner) => waiting.push(inner),
                    None => alternatives.push(item),
                }
            }
        }
        if alternatives.len() == 1 {
            parts.append(&mut alternatives);
        } else if !alternatives.is_empty() && alternatives.iter().all(is_demand) {
            self.words.entry(key).or_insert_with(said);
        } else if !alternatives.is_empty() {
            self.choice.get_or_insert_with(said);
            self.alternatives.append(&mut alternatives);
        }
    }
}

/// The alternatives of a schema that has nothing else: written in a list of alternatives, they are some of them.
fn only_list<'a>(node: &Node<'a>) -> Option<Node<'a>> {
    let mut members = node.members();
    let (Some((_, list)), None) = (members.next().filter(|(key, _)| matches!(*key, "oneOf" | "anyOf")), members.next())
    else {
        return None;
    };
    Some(list)
}

/// Whether a schema only says which properties of an object have to be there: as one of several it is no other kind of
/// value, but a limit.
fn is_demand(node: &Node<'_>) -> bool {
    let texts = ["title", "description"];
    node.value.get("required").is_some() && node.members().all(|(key, _)| key == "required" || texts.contains(&key))
}

/// Whether the schema of a property that is written at `node` says that `key` is true, itself or by a part of it.
pub(super) fn marked(document: Document<'_>, node: &Node<'_>, key: &str) -> bool {
    parts(document, node, &["allOf"], &[]).any(|part| part.is(key))
}

/// Who allows null: the schema itself, a part of it or an alternative, but for those in `without`.
pub(super) fn null<'a>(document: Document<'a>, node: &Node<'a>, without: &[Node<'a>]) -> Option<Said<'a>> {
    parts(document, node, &["allOf", "oneOf", "anyOf"], without).find_map(|part| {
        let key = if part.is("nullable") { "nullable" } else { "enum" };
        let value = part.value.get(key)?;
        let allows = key == "nullable" || is_only_null(document, &part);
        allows.then(|| Said { key, value, place: Rc::clone(&part.at) })
    })
}

/// The schema at `node` and whatever it joins by `keys`, each once, but for what is written at `without`.
fn parts<'a>(
    document: Document<'a>,
    node: &Node<'a>,
    keys: &'static [&str],
    without: &[Node<'a>],
) -> impl Iterator<Item = Node<'a>> {
    let mut seen = BTreeSet::new();
    let mut waiting = vec![node.clone()];
    std::iter::from_fn(move || {
        loop {
            let part = document.follow(&waiting.pop()?);
            if seen.insert(Rc::clone(&part.at)) {
                for list in keys.iter().rev().filter_map(|key| part.child(key)) {
                    let is_meant = |item: &Node<'a>| !without.iter().any(|other| other.at == item.at);
                    let items: Vec<Node<'a>> = list.items().filter(is_meant).collect();
                    waiting.extend(items.into_iter().rev());
                }
                return Some(part);
            }
        }
    })
}

/// Whether null is all that fits: other people's documents have such a schema as an alternative.
fn is_only_null(document: Document<'_>, node: &Node<'_>) -> bool {
    let target = document.follow(node);
    let list = target.value.get("enum").and_then(Value::as_array);
    list.is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_null))
}

/// The name of the schema that `node` is, also through one `allOf` around a reference.
fn name(document: Document<'_>, node: &Node<'_>) -> Option<String> {
    let target = document.follow(node);
    if let Some(name) = target.schema_name() {
        return Some(name.to_owned());
    }
    let mut parts = target.child("allOf").into_iter().flat_map(|list| list.items().collect::<Vec<_>>());
    let (Some(part), None) = (parts.next(), parts.next()) else {
        return None;
    };
    let target = document.follow(&part);
    target.schema_name().map(ToOwned::to_owned)
}
