//! Guesses at new names. They are said to a person, and no rule follows from them.

use super::{
    document::{Document, Documents, Node},
    form::Form,
    schema::{Compared, present},
};

/// What to say of the property `gone` if just one property of its kind is new.
pub(super) fn hint<'a>(documents: Documents<'a>, both: Compared<'_, 'a>, gone: &Node<'a>) -> String {
    let way = both.pair.way;
    let new_ones = both.new.properties.keys().filter(|name| present(documents.old, both.old, name, way).is_empty());
    let alike = new_ones.filter(|name| {
        let defined = present(documents.new, both.new, name, way);
        defined.first().is_some_and(|new| are_alike(documents, gone, new))
    });
    let alike: Vec<&&str> = alike.collect();
    if let [name] = alike.as_slice() { format!(" (renamed to `{name}`?)") } else { String::new() }
}

/// Whether two properties are of one type, with the same format and values.
fn are_alike<'a>(documents: Documents<'a>, old: &Node<'a>, new: &Node<'a>) -> bool {
    let kind = |document: Document<'a>, node: &Node<'a>| {
        let form = Form::of(document, node);
        let words = ["format", "enum", "x-extensible-enum"].map(|key| form.word(key).map(|said| said.value.clone()));
        (form.kind().map(ToOwned::to_owned), form.name.clone(), words)
    };
    kind(documents.old, old) == kind(documents.new, new)
}
