//! Two schemas compared, without what is below them.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    alternatives::{self, Unmatched},
    document::{Document, Documents, Node, Said, same},
    finding::{Findings, Pair, View},
    form::{self, Additional, Form, marked},
    limits,
    renamed::NewNames,
    rules::{self, Rule, Way},
    values,
};

/// Both schemas and where they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compared<'f, 'a> {
    pub(super) pair: &'f Pair<'a>,
    pub(super) old: &'f Form<'a>,
    pub(super) new: &'f Form<'a>,
}

impl<'a> Compared<'_, 'a> {
    /// Adds what `rule` says of the keyword `key`.
    pub(super) fn add(&self, findings: &mut Findings<'a>, rule: &Rule, key: &str, text: impl Into<String>) {
        let at = findings.documents.keyword(self.old.word(key), self.new.word(key), &self.pair.new, key);
        findings.add(rule, self.pair.way, at, text);
    }

    /// Whether both are integers.
    pub(super) fn are_integers(&self) -> bool {
        [self.old, self.new].iter().all(|form| form.kind() == Some("integer"))
    }

    /// The part of the newer schema that is, or has around it, what is written at `place`; or else the whole.
    fn part_around(&self, place: &str) -> Node<'a> {
        let is_around =
            |part: &&Rc<str>| place.strip_prefix(&***part).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        let part = self.new.places.iter().filter(is_around).max_by_key(|part| part.len());
        part.map_or_else(|| self.pair.new.clone(), |part| Node { at: Rc::clone(part), ..self.pair.new })
    }

    /// The keyword `key` of both.
    pub(super) fn words(&self, key: &str) -> (Option<&Said<'a>>, Option<&Said<'a>>) {
        (self.old.word(key), self.new.word(key))
    }
}

/// Compares `old` and `new`, the forms of `pair`.
pub(super) fn compare<'a>(findings: &mut Findings<'a>, pair: &Pair<'a>, old: &Form<'a>, new: &Form<'a>) {
    let both = Compared { pair, old, new };
    let [old_choices, new_choices] = [old, new].map(|form| !form.alternatives.is_empty());
    let [old_kind, new_kind] = [old, new].map(Form::kind);
    let gets_limit = limits::is_choice_beside_properties(old, new);
    let becomes_choice = old_choices != new_choices && old_kind.is_some() && new_kind.is_some() && !gets_limit;
    let is_numeric = |kind: Option<&str>| matches!(kind, Some("integer" | "number"));
    let is_comparable = old_kind == new_kind || is_numeric(old_kind) && is_numeric(new_kind);
    if !becomes_choice && !is_comparable {
        // All else goes with the type, but what it means to leave the value out.
        default(findings, both);
        return kind(findings, both);
    }
    let has_choices = (old_choices || new_choices) && !gets_limit;
    let unmatched = if has_choices { alternatives::compare(findings, both) } else { Unmatched::default() };
    if pair.view == View::Whole {
        null(findings, both, &unmatched);
    }
    if pair.view != View::Lone {
        default(findings, both);
        marks(findings, both);
    }
    if becomes_choice {
        return;
    }
    if old_kind == new_kind {
        format(findings, both);
    } else {
        kind(findings, both);
    }
    values::compare(findings, both);
    limits::compare(findings, both);
    if gets_limit {
        limits::choice(findings, both);
    }
    properties(findings, both);
    additional(findings, both);
    findings.pair_or_any(old.items.clone(), new.items.clone(), pair.way);
}

fn null<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>, unmatched: &Unmatched<'a>) {
    let (old, new) = (both.old.null.as_ref(), both.new.null.as_ref());
    if old.is_some() == new.is_some() {
        return;
    }
    let Documents { old: old_document, new: new_document } = findings.documents;
    let rest_old = form::null(old_document, &both.pair.old, &unmatched.olds);
    let rest_new = form::null(new_document, &both.pair.new, &unmatched.news);
    if rest_old.is_none() && rest_new.is_none() {
        // It came or went with an alternative, which is told.
        return;
    }
    let (rule, text) = match (old, new) {
        (None, Some(_)) => (&rules::NULL_ALLOWED, "null was refused and is allowed"),
        (Some(_), None) => (&rules::NULL_REFUSED, "null was allowed and is refused"),
        _ => return,
    };
    let site = old.map_or_else(|| both.pair.new.clone(), |old| both.part_around(&old.place));
    let at = findings.documents.part(old, new, &site);
    findings.add(rule, both.pair.way, at, text);
}

/// What is said of a schema beside what fits it.
fn marks<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) {
    findings.texts(&both.old.texts, &both.new.texts, &both.pair.new);
    match (both.old.is("x-sensitive"), both.new.is("x-sensitive")) {
        (false, true) => {
            both.add(findings, &rules::SENSITIVE_MARKED, "x-sensitive", "may no longer be printed");
        }
        (true, false) => both.add(findings, &rules::SENSITIVE_UNMARKED, "x-sensitive", "may be printed"),
        _ => {}
    }
    for key in ["x-id", "x-enum"] {
        let (old, new) = both.words(key);
        if differ(old, new) {
            let text = format!("`{key}` was {} and is {}", shown(old), shown(new));
            both.add(findings, &rules::IDENTITY_CHANGED, key, text);
        }
    }
}

fn default<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) {
    let (old, new) = both.words("default");
    if differ(old, new) {
        let text = format!("the default was {} and is {}", shown(old), shown(new));
        both.add(findings, &rules::DEFAULT_CHANGED, "default", text);
    }
}

/// Tells of two types that differ.
fn kind<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) {
    let (old, new) = (both.old.kind(), both.new.kind());
    let rule = match (old, new) {
        (Some("integer"), Some("number")) | (_, None) => &rules::TYPE_WIDENED,
        (Some("number"), Some("integer")) | (None, _) => &rules::TYPE_NARROWED,
        _ => &rules::TYPE_CHANGED,
    };
    let text = format!("was {} and is {}", old.unwrap_or("anything"), new.unwrap_or("anything"));
    let (old_type, new_type) = both.words("type");
    let at = findings.documents.part(old_type, new_type, &both.pair.new);
    findings.add(rule, both.pair.way, at, text);
}

fn format<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) {
    let (old, new) = both.words("format");
    let rule = match (old, new) {
        (Some(old), Some(new)) if old.value != new.value => &rules::FORMAT_CHANGED,
        (None, Some(_)) => &rules::FORMAT_ADDED,
        (Some(_), None) => &rules::FORMAT_REMOVED,
        _ => return,
    };
    both.add(findings, rule, "format", format!("the format was {} and is {}", shown(old), shown(new)));
}

fn properties<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) {
    let Compared { pair, old, new } = both;
    let names: BTreeSet<&str> = old.properties.keys().chain(new.properties.keys()).copied().collect();
    let new_names = NewNames::of(findings.documents, both);
    for name in names {
        let olds = present(findings.documents.old, old, name, pair.way);
        let news = present(findings.documents.new, new, name, pair.way);
        match (olds.first(), news.first()) {
            (Some(first), None) => {
                let hint = new_names.hint(first);
                findings.add(&rules::PROPERTY_REMOVED, pair.way, &*first.at, format!("`{name}` is gone{hint}"));
            }
            (None, Some(first)) => added(findings, both, name, first),
            (Some(_), Some(first)) => {
                required(findings, both, name, first);
                // Where parts repeat a property, each definition has its counterpart.
                for index in 0..olds.len().max(news.len()) {
                    let [old, new] = [&olds, &news].map(|nodes| nodes.get(index).or(nodes.first()));
                    if let (Some(old), Some(new)) = (old, new) {
                        findings.pair(old, new, pair.way);
                    }
                }
            }
            (None, None) => {}
        }
    }
    required_undefined(findings, both);
}

/// Tells of what is required and defined nowhere, at the schema that requires it.
fn required_undefined<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) {
    let Compared { pair, old, new } = both;
    let is_undefined = |name: &&str| !old.properties.contains_key(*name) && !new.properties.contains_key(*name);
    for (name, place) in new.required.iter().filter(|(name, _)| is_undefined(name) && !old.required.contains_key(*name))
    {
        findings.add(&rules::PROPERTY_REQUIRED, pair.way, &**place, format!("`{name}` is required"));
    }
    for (name, place) in old.required.iter().filter(|(name, _)| is_undefined(name) && !new.required.contains_key(*name))
    {
        let at = both.part_around(place).at;
        findings.add(&rules::PROPERTY_OPTIONAL, pair.way, &*at, format!("`{name}` is no longer required"));
    }
}

/// The definitions of the property `name` for values that go `way`.
pub(super) fn present<'a>(document: Document<'a>, form: &Form<'a>, name: &str, way: Way) -> Vec<Node<'a>> {
    let hidden = match way {
        Way::Sent => "readOnly",
        Way::Received => "writeOnly",
    };
    let nodes = form.properties.get(name).cloned().unwrap_or_default();
    if nodes.iter().any(|node| marked(document, node, hidden)) { Vec::new() } else { nodes }
}

fn added<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>, name: &str, node: &Node<'a>) {
    let is_required = both.new.required.contains_key(name);
    let was_closed = matches!(both.old.additional, Additional::Closed(_));
    let (rule, text) = match both.pair.way {
        Way::Sent if is_required => (&rules::PROPERTY_ADDED_REQUIRED, "is new and required"),
        Way::Received if was_closed => {
            (&rules::PROPERTY_ADDED_TO_CLOSED, "is new where nothing else was to be expected")
        }
        _ => (&rules::PROPERTY_ADDED, "is new"),
    };
    findings.add(rule, both.pair.way, &*node.at, format!("`{name}` {text}"));
}

fn required<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>, name: &str, node: &Node<'a>) {
    let (rule, text) = match (both.old.required.contains_key(name), both.new.required.contains_key(name)) {
        (false, true) => (&rules::PROPERTY_REQUIRED, "was optional and is required"),
        (true, false) => (&rules::PROPERTY_OPTIONAL, "was required and is optional"),
        _ => return,
    };
    findings.add(rule, both.pair.way, &*node.at, format!("`{name}` {text}"));
}

fn additional<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) {
    let way = both.pair.way;
    let text = "what it may have beside its properties is";
    match (&both.old.additional, &both.new.additional) {
        (Additional::Closed(_), Additional::Closed(_)) => {}
        (_, Additional::Closed(new)) => {
            findings.add(&rules::OBJECT_CLOSED, way, &*new.at, format!("{text} nothing"));
        }
        (Additional::Closed(old), new) => {
            let at = if let Additional::Like(new) = new { &new.at } else { &old.at };
            findings.add(&rules::OBJECT_OPENED, way, &**at, format!("{text} no longer nothing"));
        }
        (old, new) => {
            let [old, new] = [old, new].map(|additional| match additional {
                Additional::Like(node) => Some(node.clone()),
                Additional::Anything | Additional::Closed(_) => None,
            });
            findings.pair_or_any(old, new, way);
        }
    }
}

/// Whether a keyword says something else.
fn differ(old: Option<&Said<'_>>, new: Option<&Said<'_>>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => !same(old.value, new.value),
        (old, new) => old.is_some() != new.is_some(),
    }
}

/// A keyword's value for a person.
pub(super) fn shown(said: Option<&Said<'_>>) -> String {
    said.map_or_else(|| "none".to_owned(), |said| format!("`{}`", plain(said.value)))
}

/// A value for a person: text without its marks.
pub(super) fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)
}
