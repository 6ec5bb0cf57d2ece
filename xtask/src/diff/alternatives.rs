//! Schemas of which one has to fit, laid beside each other.

use super::{
    document::{Document, Documents, Node},
    finding::{Findings, Pair, View},
    form::Form,
    rules,
    schema::Compared,
};

/// One alternative.
#[derive(Debug)]
struct Choice<'a> {
    node: Node<'a>,
    form: Form<'a>,
    view: View,
}

/// Alternatives without a counterpart.
#[derive(Debug, Default)]
pub(super) struct Unmatched<'a> {
    pub(super) olds: Vec<Node<'a>>,
    pub(super) news: Vec<Node<'a>>,
}

/// Finds for each alternative the one that stands for it, and tells of those that have none, which are returned.
pub(super) fn compare<'a>(findings: &mut Findings<'a>, both: Compared<'_, 'a>) -> Unmatched<'a> {
    let documents = findings.documents;
    let mut olds = choices(documents.old, &both.pair.old, both.old);
    let mut news = choices(documents.new, &both.pair.new, both.new);
    for step in [Step::Name, Step::Value, Step::Format, Step::Kind] {
        olds.retain(|old| {
            let Some(index) = news.iter().position(|new| stands_for(documents, old, new, step)) else {
                return true;
            };
            let new = news.remove(index);
            let view = if old.view == View::Lone { old.view } else { new.view };
            findings.pairs.push(Pair { old: old.node.clone(), new: new.node, way: both.pair.way, view });
            false
        });
    }
    for old in &olds {
        let text = format!("may no longer be {}", described(old));
        findings.add(&rules::ALTERNATIVE_REMOVED, both.pair.way, &*old.node.at, text);
    }
    for new in &news {
        let text = format!("may also be {}", described(new));
        findings.add(&rules::ALTERNATIVE_ADDED, both.pair.way, &*new.node.at, text);
    }
    let [olds, news] = [olds, news].map(|choices| choices.into_iter().map(|choice| choice.node).collect());
    Unmatched { olds, news }
}

/// What two alternatives have in common, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Name,
    Value,
    /// Type and format.
    Format,
    /// The type.
    Kind,
}

fn stands_for(documents: Documents<'_>, old: &Choice<'_>, new: &Choice<'_>, step: Step) -> bool {
    match step {
        Step::Name => old.form.name.is_some() && old.form.name == new.form.name,
        Step::Value => documents.old.follow(&old.node).value == documents.new.follow(&new.node).value,
        Step::Format => looks_alike(&old.form, &new.form) && old.form.format() == new.form.format(),
        Step::Kind => looks_alike(&old.form, &new.form),
    }
}

/// The alternatives of `form`; a schema without any is one itself.
fn choices<'a>(document: Document<'a>, node: &Node<'a>, form: &Form<'a>) -> Vec<Choice<'a>> {
    if form.alternatives.is_empty() {
        return vec![Choice { node: node.clone(), form: form.clone(), view: View::Lone }];
    }
    let choice =
        |node: &Node<'a>| Choice { node: node.clone(), form: Form::of(document, node), view: View::Alternative };
    form.alternatives.iter().map(choice).collect()
}

/// Whether two schemas that are neither the same nor have the same name may be one that was changed.
fn looks_alike(old: &Form<'_>, new: &Form<'_>) -> bool {
    if old.kind() != new.kind() || !old.alternatives.is_empty() || !new.alternatives.is_empty() {
        return false;
    }
    let common = old.properties.keys().filter(|name| new.properties.contains_key(*name)).count();
    // Two objects have to have half of their properties in common.
    2 * common >= old.properties.len().max(new.properties.len())
}

fn described(choice: &Choice<'_>) -> String {
    let form = &choice.form;
    form.name.as_ref().map_or_else(|| form.kind().unwrap_or("anything").to_owned(), |name| format!("`{name}`"))
}
