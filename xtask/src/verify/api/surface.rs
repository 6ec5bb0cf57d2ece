//! The public API as text: what public-api says of each crate, put together under the names that programs use.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result};
use public_api::{Builder, PublicItem};
use syn::{Item, Visibility};

use super::{index::Index, line, rustdoc::Documented};

/// The public API of a crate, with what it exports from others.
#[derive(Debug)]
pub(super) struct Surface {
    /// Version of rustdoc's JSON.
    pub(super) format: u32,
    /// One item each.
    pub(super) lines: Vec<String>,
}

/// A crate with its items.
struct Source {
    name: String,
    index: Index,
    items: Vec<PublicItem>,
    /// Item → what it is an item of.
    parents: BTreeMap<u32, u32>,
}

/// What the first crate exports from the others.
#[derive(Default)]
struct Exports {
    /// By crate.
    items: BTreeSet<(String, u32)>,
    /// Path in another crate → path in the first one.
    names: BTreeMap<String, String>,
}

impl Surface {
    /// Of the first of `documented`, which may export what is in the others. Its sources are in `root`.
    pub(super) fn of(root: &Path, documented: &[Documented]) -> Result<Self> {
        let sources = documented.iter().map(Source::read).collect::<Result<Vec<Source>>>()?;
        let (facade, others) = sources.split_first().context("nothing is documented")?;
        let exports = Exports::of(root, facade, others)?;
        let mut lines = Vec::new();
        let mut known = BTreeSet::new();
        for source in &sources {
            let is_facade = source.name == facade.name;
            for item in source.items.iter().filter(|item| is_facade || exports.has(source, item)) {
                let text = source.text(item, &exports);
                let text = text.map(|text| line::with_paths(&text, |path| exports.name(path)));
                // What is exported twice, and the `impl` of a type for a trait that is ours too, are told twice.
                lines.extend(text.filter(|text| known.insert(text.clone())));
            }
        }
        Ok(Self { format: facade.index.format_version, lines })
    }
}

impl Source {
    fn read(documented: &Documented) -> Result<Self> {
        let place = documented.json.display();
        let text = fs::read_to_string(&documented.json).with_context(|| format!("{place}"))?;
        let index: Index = serde_json::from_str(&text).with_context(|| format!("{place}"))?;
        let builder = Builder::from_rustdoc_json(&documented.json);
        let api = builder.omit_blanket_impls(true).build();
        let items: Vec<PublicItem> = api.with_context(|| format!("{place}"))?.into_items().collect();
        let parents = items.iter().filter_map(|item| Some((item.id().0, item.parent_id()?.0))).collect();
        Ok(Self { name: documented.name.clone(), index, items, parents })
    }

    /// The line of `item`; none if others say the same.
    fn text(&self, item: &PublicItem, exports: &Exports) -> Option<String> {
        let id = item.id().0;
        let parent = item.parent_id().map(|parent| parent.0);
        let is_given_by_trait = parent.is_some_and(|parent| self.index.implements(parent));
        if (is_given_by_trait && !self.index.is_associated_type(id))
            || self.index.is_bare(id)
            || self.index.is_silent(id)
        {
            return None;
        }
        let text = item.to_string();
        // Every derived `PartialEq` has it beside it, and nobody can name it.
        if text.contains("core::marker::StructuralPartialEq for") {
            return None;
        }
        if let Some((_, path)) = self.index.import(id) {
            let exported = exports.names.contains_key(&path) || exports.items.contains(&(self.name.clone(), id));
            return (!exported).then(|| format!("{text} = {path}"));
        }
        let is_provided = parent.is_some_and(|parent| self.index.is_trait(parent)) && self.index.has_body(id);
        Some(if is_provided || self.index.hides_fields(id) { text + " { .. }" } else { text })
    }

    /// The items whose parent is `parent`.
    fn children(&self, parent: u32) -> impl Iterator<Item = &PublicItem> {
        self.items.iter().filter(move |item| item.parent_id().is_some_and(|id| id.0 == parent))
    }
}

impl Exports {
    fn of(root: &Path, facade: &Source, others: &[Source]) -> Result<Self> {
        let mut exports = Self::default();
        for item in &facade.items {
            let id = item.id().0;
            let Some((import, path)) = facade.index.import(id) else { continue };
            let Some(other) = others.iter().find(|other| path.split("::").next() == Some(&other.name)) else {
                continue;
            };
            let Some(target) = other.index.at(&path) else { continue };
            exports.items.insert((facade.name.clone(), id));
            let text = item.to_string();
            let module = text.split("<<").next().unwrap_or_default();
            if !import.is_glob {
                exports.add(other, target, &line::declared(&text).unwrap_or_default());
                continue;
            }
            let hidden = hidden(root, facade.index.file(id).map(AsRef::as_ref))?;
            for child in other.children(target) {
                let path = line::declared(&child.to_string()).unwrap_or_default();
                let name = path.rsplit("::").next().unwrap_or_default();
                if !hidden.contains(name) {
                    exports.add(other, child.id().0, &(line::declared(module).unwrap_or_default() + name));
                }
            }
        }
        Ok(exports)
    }

    /// Remembers that the item `id` of `source` is called `name`.
    fn add(&mut self, source: &Source, id: u32, name: &str) {
        self.items.insert((source.name.clone(), id));
        self.names.extend(source.index.path(id).map(|path| (path, name.to_owned())));
        let same = source.items.iter().filter(|item| item.id().0 == id);
        let paths = same.filter_map(|item| line::declared(&item.to_string()));
        self.names.extend(paths.map(|path| (path, name.to_owned())));
    }

    /// Whether `item` of `source`, or what it is an item of, is exported.
    fn has(&self, source: &Source, item: &PublicItem) -> bool {
        let parent = |id: &u32| source.parents.get(id).copied();
        let mut all = std::iter::successors(Some(item.id().0), parent);
        all.any(|id| self.items.contains(&(source.name.clone(), id)))
    }

    /// `path` as programs write it, if it begins with something exported.
    fn name(&self, path: &str) -> Option<String> {
        let ends = path.match_indices("::").map(|(at, _)| at).chain([path.len()]);
        ends.filter_map(|end| Some(self.names.get(&path[..end])?.clone() + &path[end..])).last()
    }
}

/// The private names at the top of `file`, which hide what a `*` there would bring.
fn hidden(root: &Path, file: Option<&Path>) -> Result<BTreeSet<String>> {
    let file = root.join(file.context("an import without a source file")?);
    let text = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
    let items = syn::parse_file(&text).with_context(|| format!("{}", file.display()))?.items;
    let names = items.iter().filter_map(|item| match item {
        Item::Struct(item) => Some((&item.ident, &item.vis)),
        Item::Enum(item) => Some((&item.ident, &item.vis)),
        Item::Type(item) => Some((&item.ident, &item.vis)),
        Item::Trait(item) => Some((&item.ident, &item.vis)),
        _ => None,
    });
    let private = names.filter(|(_, visibility)| !matches!(visibility, Visibility::Public(_)));
    Ok(private.map(|(name, _)| name.to_string()).collect())
}
