//! Which names stand for something foreign, and which types are our own and private.

use std::collections::{BTreeMap, BTreeSet};

use syn::{
    Item, ItemUse, Type, UseTree, Visibility,
    visit::{self, Visit},
};

use super::Source;

/// Crates whose types must not be public.
pub(in crate::verify) const FOREIGN: [&str; 16] = [
    "axum",
    "http",
    "http_body",
    "http_body_util",
    "hyper",
    "hyper_rustls",
    "hyper_util",
    "native_tls",
    "progenitor",
    "progenitor_client",
    "reqwest",
    "rustls",
    "tokio_rustls",
    "tower",
    "tower_http",
    "tower_service",
];

/// The raw client, and what of it may be public: bodies of requests and replies.
const RAW: &str = "cashlink_api";
const RAW_PUBLIC: [&str; 2] = ["enums", "types"];

/// What the names in the sources mean.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By file: names that an import or an alias gives to something foreign.
    local: BTreeMap<String, BTreeSet<String>>,
    /// The same of aliases and re-exports, which other files may import.
    shared: BTreeSet<String>,
    /// Our own types and traits.
    public: BTreeSet<String>,
    private: BTreeSet<String>,
}

impl Names {
    /// Reads the names of `sources`.
    pub(super) fn of(sources: &[Source]) -> Self {
        let mut names = Self::default();
        for source in sources {
            names.declared(&source.file.items);
        }
        // An alias may stand for an alias of another file.
        loop {
            let before = names.size();
            for source in sources {
                names.given(&source.path, &source.file.items);
            }
            if names.size() == before {
                return names;
            }
        }
    }

    /// Whether `name` is a type or a trait of ours that is nowhere public.
    pub(super) fn is_private(&self, name: &str) -> bool {
        self.private.contains(name) && !self.public.contains(name)
    }

    /// Whether `segments`, a path in `file`, names something foreign.
    pub(super) fn is_foreign(&self, file: &str, segments: &[String]) -> bool {
        let Some((first, rest)) = segments.split_first() else {
            return false;
        };
        let of_raw = first == RAW && !rest.first().is_some_and(|part| RAW_PUBLIC.contains(&part.as_str()));
        let is_ours = matches!(first.as_str(), "crate" | "self" | "super");
        let shared = is_ours && segments.last().is_some_and(|last| self.shared.contains(last));
        let local = self.local.get(file).is_some_and(|local| local.contains(first));
        FOREIGN.contains(&first.as_str()) || of_raw || shared || local
    }

    /// The first foreign path that `walk` comes across in `file`.
    pub(super) fn mentioned(&self, file: &str, walk: impl FnOnce(&mut Mentions<'_>)) -> Option<String> {
        let mut mentions = Mentions { names: self, file, found: None };
        walk(&mut mentions);
        mentions.found
    }

    fn size(&self) -> usize {
        self.shared.len() + self.local.values().map(BTreeSet::len).sum::<usize>()
    }

    fn declared(&mut self, items: &[Item]) {
        for item in items {
            let (name, visibility) = match item {
                Item::Struct(item) => (&item.ident, &item.vis),
                Item::Enum(item) => (&item.ident, &item.vis),
                Item::Trait(item) => (&item.ident, &item.vis),
                Item::Mod(module) => {
                    self.declared(module.content.as_ref().map_or(&[], |(_, items)| items));
                    continue;
                }
                _ => continue,
            };
            let kind = if is_public(visibility) { &mut self.public } else { &mut self.private };
            kind.insert(name.to_string());
        }
    }

    /// Adds the names that imports and aliases in `file` give to something foreign.
    fn given(&mut self, file: &str, items: &[Item]) {
        for item in items {
            match item {
                Item::Use(import) => {
                    for (segments, name) in imports(import) {
                        if self.is_foreign(file, &segments) {
                            self.give(file, name, !matches!(import.vis, Visibility::Inherited));
                        }
                    }
                }
                Item::ExternCrate(import) if self.is_foreign(file, &[import.ident.to_string()]) => {
                    let name = import.rename.as_ref().map_or(&import.ident, |(_, name)| name);
                    self.give(file, name.to_string(), !matches!(import.vis, Visibility::Inherited));
                }
                Item::Type(alias) => {
                    let foreign = self.mentioned(file, |mentions| mentions.visit_type(&alias.ty));
                    if foreign.is_some() {
                        self.give(file, alias.ident.to_string(), true);
                    }
                }
                Item::Mod(module) => {
                    self.given(file, module.content.as_ref().map_or(&[], |(_, items)| items));
                }
                _ => {}
            }
        }
    }

    fn give(&mut self, file: &str, name: String, share: bool) {
        if share {
            self.shared.insert(name.clone());
        }
        self.local.entry(file.to_owned()).or_default().insert(name);
    }
}

/// Looks for foreign paths.
#[derive(Debug)]
pub(super) struct Mentions<'a> {
    names: &'a Names,
    file: &'a str,
    found: Option<String>,
}

impl<'ast> Visit<'ast> for Mentions<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if self.found.is_none() && self.names.is_foreign(self.file, &segments) {
            self.found = Some(segments.join("::"));
        }
        visit::visit_path(self, path);
    }
}

/// Whether `visibility` is `pub` without a restriction.
pub(super) fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The name of the type that `ty` is, whatever its module and arguments.
pub(super) fn name_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        Type::Reference(reference) => name_of(&reference.elem),
        _ => None,
    }
}

/// What `import` brings in: each path, and the name it gets. Of a `*` the name is `*`.
pub(super) fn imports(import: &ItemUse) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    collect(&import.tree, &mut Vec::new(), &mut found);
    found
}

fn collect(tree: &UseTree, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    let mut add = |path: &[String], last: String, name: String| {
        // `use reqwest::{self}` brings in `reqwest`.
        let is_self = last == "self" && !path.is_empty();
        let segments: Vec<String> = path.iter().cloned().chain((!is_self).then_some(last)).collect();
        let name = if name == "self" { segments.last().cloned().unwrap_or_default() } else { name };
        found.push((segments, name));
    };
    match tree {
        UseTree::Name(name) => add(path, name.ident.to_string(), name.ident.to_string()),
        UseTree::Rename(rename) => add(path, rename.ident.to_string(), rename.rename.to_string()),
        UseTree::Glob(_) => found.push((path.clone(), "*".to_owned())),
        UseTree::Path(step) => {
            path.push(step.ident.to_string());
            collect(&step.tree, path, found);
            path.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, path, found)),
    }
}
