//! What the comparison of two parts finds, before it is known which operations reach them.

use std::rc::Rc;

use serde_json::Value;

use super::{
    document::{Documents, Node, Said, same},
    rules::{Effect, Rule, Way},
};

/// One difference.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) rule: &'static str,
    pub(super) effect: Effect,
    pub(super) at: String,
    pub(super) text: String,
}

/// Two schemas that stand for each other.
#[derive(Clone, Debug)]
pub(super) struct Pair<'a> {
    pub(super) old: Node<'a>,
    pub(super) new: Node<'a>,
    pub(super) way: Way,
    pub(super) view: View,
}

/// How much of a schema counts where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum View {
    Whole,
    /// It is one of several: whether null is allowed is asked of all of them together.
    Alternative,
    /// It is compared with one of several: what is said beside its kind is compared with what is said of all of them.
    Lone,
}

impl Pair<'_> {
    /// What makes it the same as another one.
    pub(super) fn key(&self) -> (Rc<str>, Rc<str>, Way, View) {
        (Rc::clone(&self.old.at), Rc::clone(&self.new.at), self.way, self.view)
    }
}

/// Differences of two parts, and the schemas below them that are still to be compared.
#[derive(Clone, Debug)]
pub(super) struct Findings<'a> {
    pub(super) documents: Documents<'a>,
    pub(super) list: Vec<Finding>,
    pub(super) pairs: Vec<Pair<'a>>,
    /// Places whose text changed, with the keyword.
    pub(super) texts: Vec<(String, String)>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(documents: Documents<'a>) -> Self {
        Self { documents, list: Vec::new(), pairs: Vec::new(), texts: Vec::new() }
    }

    /// Adds what `rule` says of values that go `way`.
    pub(super) fn add(&mut self, rule: &Rule, way: Way, at: impl Into<String>, text: impl Into<String>) {
        self.list.push(Finding { rule: rule.name, effect: rule.effect(way), at: at.into(), text: text.into() });
    }

    /// Has `old` and `new`, two schemas of values that go `way`, compared.
    pub(super) fn pair(&mut self, old: &Node<'a>, new: &Node<'a>, way: Way) {
        self.pairs.push(Pair { old: old.clone(), new: new.clone(), way, view: View::Whole });
    }

    /// The same where one may be left out, which means that anything fits.
    pub(super) fn pair_or_any(&mut self, old: Option<Node<'a>>, new: Option<Node<'a>>, way: Way) {
        let any = |other: &Node<'a>| Node { value: &Value::Null, at: Rc::clone(&other.at) };
        match (old, new) {
            (Some(old), Some(new)) => self.pair(&old, &new, way),
            (Some(old), None) => self.pair(&old, &any(&old), way),
            (None, Some(new)) => self.pair(&any(&new), &new, way),
            (None, None) => {}
        }
    }

    /// Compares texts as bags: where one stands does not matter, only who says it.
    pub(super) fn texts(&mut self, old: &[Said<'a>], new: &[Said<'a>], site: &Node<'a>) {
        let missing = |said: &&Said<'a>, others: &[Said<'a>]| {
            !others.iter().any(|other| other.key == said.key && same(other.value, said.value))
        };
        for said in old.iter().filter(|said| missing(said, new)) {
            let place = self.documents.speaker(Some(said), None, site);
            self.texts.push((place.to_string(), said.key.to_owned()));
        }
        for said in new.iter().filter(|said| missing(said, old)) {
            let place = self.documents.speaker(None, Some(said), site);
            self.texts.push((place.to_string(), said.key.to_owned()));
        }
    }
}

/// Everything that `node` says, but for the keywords that rules are about.
pub(super) fn texts_of<'a>(node: &Node<'a>, ruled: &[&str]) -> Vec<Said<'a>> {
    // What is true only if it is said, is not said if it is false.
    let is_default = |key: &str, value: &Value| matches!(key, "deprecated" | "allowEmptyValue") && *value == false;
    let said = node.map().into_iter().flatten();
    let said = said.filter(|(key, value)| !ruled.contains(&key.as_str()) && !is_default(key, value));
    said.map(|(key, value)| Said { key, value, place: Rc::clone(&node.at) }).collect()
}
