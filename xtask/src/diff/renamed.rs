//! Guesses at new names. They are said to a person, and no rule follows from them.

use super::{
    document::{Document, Documents, Node},
    form::Form,
    schema::{Compared, present},
};

/// Among more new properties than these nobody finds the new name of one.
const MOST: usize = 8;

/// What may be the new name of a property.
#[derive(Debug)]
pub(super) struct NewNames<'a> {
    documents: Documents<'a>,
    candidates: Vec<(&'a str, Node<'a>)>,
}

impl<'a> NewNames<'a> {
    /// The properties that are new, unless they are too many.
    pub(super) fn of(documents: Documents<'a>, both: Compared<'_, 'a>) -> Self {
        let way = both.pair.way;
        let candidates = both.new.properties.keys().filter_map(|name| {
            let defined = present(documents.new, both.new, name, way).into_iter().next()?;
            present(documents.old, both.old, name, way).is_empty().then_some((*name, defined))
        });
        let mut candidates: Vec<(&str, Node<'a>)> = candidates.take(MOST + 1).collect();
        if candidates.len() > MOST {
            candidates.clear();
        }
        Self { documents, candidates }
    }

    /// What to say of the property `gone` if just one of its kind is new.
    pub(super) fn hint(&self, gone: &Node<'a>) -> String {
        let mut alike = self.candidates.iter().filter(|(_, new)| are_alike(self.documents, gone, new));
        match (alike.next(), alike.next()) {
            (Some((name, _)), None) => format!(" (renamed to `{name}`?)"),
            _ => String::new(),
        }
    }
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
