//! What there is to know from rustdoc's JSON beyond the text of an item.

use std::{collections::HashMap, path::PathBuf};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

/// A crate as rustdoc sees it.
#[derive(Debug, Deserialize)]
pub(super) struct Index {
    /// Of the JSON itself.
    pub(super) format_version: u32,
    #[serde(rename = "index")]
    items: HashMap<u32, Entry>,
    paths: HashMap<u32, Summary>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    span: Option<Span>,
    inner: Inner,
}

#[derive(Debug, Deserialize)]
struct Span {
    filename: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Summary {
    path: Vec<String>,
}

/// One of these, or something else.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Inner {
    assoc_type: Option<IgnoredAny>,
    function: Option<Function>,
    #[serde(rename = "impl")]
    implementation: Option<Implementation>,
    #[serde(rename = "struct")]
    structure: Option<Structure>,
    #[serde(rename = "trait")]
    definition: Option<IgnoredAny>,
    #[serde(rename = "use")]
    import: Option<Import>,
}

#[derive(Debug, Deserialize)]
struct Function {
    has_body: bool,
}

#[derive(Debug, Deserialize)]
struct Implementation {
    #[serde(rename = "trait")]
    of_trait: Option<Named>,
    generics: Generics,
    is_negative: bool,
    is_synthetic: bool,
}

#[derive(Debug, Deserialize)]
struct Named {
    path: String,
}

#[derive(Debug, Deserialize)]
struct Generics {
    params: Vec<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Structure {
    kind: Value,
}

/// `pub use`.
#[derive(Debug, Deserialize)]
pub(super) struct Import {
    /// As it stands in the source.
    pub(super) source: String,
    /// Whether it ends in `*`.
    pub(super) is_glob: bool,
    id: Option<u32>,
}

impl Index {
    /// Where the item `id`, of this crate or another, is defined.
    pub(super) fn path(&self, id: u32) -> Option<String> {
        self.paths.get(&id).map(|summary| summary.path.join("::"))
    }

    /// The item that is defined at `path`.
    pub(super) fn at(&self, path: &str) -> Option<u32> {
        let is_there = |summary: &Summary| path.split("::").eq(&summary.path);
        self.paths.iter().filter(|(_, summary)| is_there(summary)).map(|(id, _)| *id).min()
    }

    /// The source file of the item `id`.
    pub(super) fn file(&self, id: u32) -> Option<&PathBuf> {
        Some(&self.items.get(&id)?.span.as_ref()?.filename)
    }

    /// What `id` imports, and where that is defined.
    pub(super) fn import(&self, id: u32) -> Option<(&Import, String)> {
        let import = self.inner(id)?.import.as_ref()?;
        let path = import.id.and_then(|id| self.path(id)).unwrap_or_else(|| import.source.clone());
        Some((import, path))
    }

    /// Whether `id` is an `impl` of a trait.
    pub(super) fn implements(&self, id: u32) -> bool {
        self.implementation(id).is_some_and(|implementation| implementation.of_trait.is_some())
    }

    /// Whether `id` is an `impl` that says no more than the items in it.
    pub(super) fn is_bare(&self, id: u32) -> bool {
        let is_bare = |found: &Implementation| found.of_trait.is_none() && found.generics.params.is_empty();
        self.implementation(id).is_some_and(is_bare)
    }

    /// Whether `id` is an `impl` by the compiler itself. That a type may not cross threads is worth telling, the rest not.
    pub(super) fn is_silent(&self, id: u32) -> bool {
        self.implementation(id).is_some_and(|found| {
            let name = found.of_trait.as_ref().map(|found| found.path.as_str());
            found.is_synthetic && !(found.is_negative && matches!(name, Some("Send" | "Sync")))
        })
    }

    /// Whether `id` is a type within a trait or an `impl`.
    pub(super) fn is_associated_type(&self, id: u32) -> bool {
        self.inner(id).is_some_and(|inner| inner.assoc_type.is_some())
    }

    /// Whether `id` is a struct with fields that cannot be seen.
    pub(super) fn hides_fields(&self, id: u32) -> bool {
        let hides = |found: &Structure| found.kind.pointer("/plain/has_stripped_fields") == Some(&Value::Bool(true));
        self.inner(id).is_some_and(|inner| inner.structure.as_ref().is_some_and(hides))
    }

    /// Whether `id` is a trait.
    pub(super) fn is_trait(&self, id: u32) -> bool {
        self.inner(id).is_some_and(|inner| inner.definition.is_some())
    }

    /// Whether `id` is a function with a body.
    pub(super) fn has_body(&self, id: u32) -> bool {
        self.inner(id).is_some_and(|inner| inner.function.as_ref().is_some_and(|found| found.has_body))
    }

    fn implementation(&self, id: u32) -> Option<&Implementation> {
        self.inner(id)?.implementation.as_ref()
    }

    fn inner(&self, id: u32) -> Option<&Inner> {
        Some(&self.items.get(&id)?.inner)
    }
}
