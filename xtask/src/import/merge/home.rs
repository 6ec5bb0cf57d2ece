//! Where an operation that is new belongs: the file of its noun, or a new one.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Merge, names};
use crate::{
    import::{
        files::Files,
        matching::{family, nameless},
    },
    spec::{bundle::escape, load::split, operations},
};

/// The place of a new operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Home {
    pub(super) file: String,
    /// Key of its path item among the `paths` of the file.
    pub(super) key: String,
    /// The path with our names of parameters.
    pub(super) path: String,
    pub(super) tag: String,
    /// Where its first word behind the version stands in the path.
    pub(super) noun: String,
}

/// A path of the entry and the path item that it refers to.
struct Known {
    path: String,
    file: String,
    key: String,
}

/// Finds the place of an operation on `path` among `files`.
pub(super) fn home(files: &Files, path: &str) -> Result<Home, String> {
    let family = family(path).ok_or("its path belongs to no family")?;
    let known = known(files);
    let words = statics(path);
    // The family and the version come first.
    let start = words.iter().position(|word| is_version(word)).map_or(0, |index| index + 1);
    let noun = (*words.get(start).ok_or("its path has no noun")?).to_owned();
    if let Some(same) = known.iter().find(|known| nameless(&known.path) == nameless(path)) {
        let tag = tag_of(files, &same.file).unwrap_or_else(|| title(family, &noun));
        return Ok(Home { file: same.file.clone(), key: same.key.clone(), path: same.path.clone(), tag, noun });
    }
    let fits = |known: &&Known| statics(&known.path).starts_with(&words[..=start]);
    let nearest = known.iter().filter(fits).max_by_key(|known| {
        let (common, all) = (common(&known.path, path), parts(&known.path).len());
        (common == all, common, usize::MAX - all)
    });
    let (file, common_parts) = match nearest {
        Some(nearest) => (nearest.file.clone(), common(&nearest.path, path)),
        None => (format!("{family}/{}.yaml", noun.replace('-', "_")), 0),
    };
    let path = named(path, nearest.map(|nearest| nearest.path.as_str()), common_parts);
    let tag = tag_of(files, &file).unwrap_or_else(|| title(family, &noun));
    let key = key(files, &file, &path, if nearest.is_some() { common_parts } else { start + 1 });
    Ok(Home { file, key, path, tag, noun })
}

fn known(files: &Files) -> Vec<Known> {
    let entry = files.source().entry().to_owned();
    let paths = files.get(&entry, "/paths").and_then(Value::as_object).into_iter().flatten();
    let items = paths.filter_map(|(path, item)| {
        let (file, pointer) = split(&entry, item.get("$ref")?.as_str()?);
        Some(Known { path: path.clone(), file, key: pointer.strip_prefix("/paths/")?.to_owned() })
    });
    items.collect()
}

fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|rest| rest.parse::<u8>().is_ok())
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

fn statics(path: &str) -> Vec<&str> {
    parts(path).into_iter().filter(|part| !part.starts_with('{')).collect()
}

/// How many parts two paths begin with alike.
fn common(one: &str, other: &str) -> usize {
    let is_same = |(one, other): &(&str, &str)| one == other || (one.starts_with('{') && other.starts_with('{'));
    parts(one).into_iter().zip(parts(other)).take_while(is_same).count()
}

/// `path` with the parameters of `nearest` where both have them, and with ours made from the nouns elsewhere.
fn named(path: &str, nearest: Option<&str>, common: usize) -> String {
    let nearest = nearest.map(parts).unwrap_or_default();
    let mut used: BTreeSet<String> = BTreeSet::new();
    let mut found: Vec<String> = Vec::new();
    for (index, part) in parts(path).into_iter().enumerate() {
        let part = match nearest.get(index).filter(|_| index < common) {
            Some(known) => (*known).to_owned(),
            None if part.starts_with('{') => {
                let noun = found.last().map_or_else(|| "object".to_owned(), |word| names::singular(word));
                let name = format!("{}_id", noun.trim_matches(['{', '}']).replace('-', "_"));
                let numbered = (2_u32..).map(|number| format!("{name}_{number}"));
                let free = |name: &String| !used.contains(&format!("{{{name}}}"));
                let name = std::iter::once(name.clone()).chain(numbered).find(free).unwrap_or_default();
                format!("{{{name}}}")
            }
            None => part.to_owned(),
        };
        used.insert(part.clone());
        found.push(part);
    }
    format!("/{}/", found.join("/"))
}

/// A free key for the path item, from the words behind the first `common` parts of `path`.
fn key(files: &Files, file: &str, path: &str, common: usize) -> String {
    let all = parts(path);
    let rest = &all[common.min(all.len())..];
    let words: Vec<String> =
        rest.iter().filter(|part| !part.starts_with('{')).map(|part| part.replace('-', "_")).collect();
    let on_item = all.last().is_some_and(|part| part.starts_with('{'));
    let key = match (words.is_empty(), on_item) {
        (true, false) => "collection".to_owned(),
        (true, true) => "item".to_owned(),
        (false, false) => words.join("_"),
        (false, true) => names::singular(&words.join("_")),
    };
    let is_free = |key: &str| files.get(file, &format!("/paths/{}", escape(key))).is_none();
    let last = statics(path).last().map(|word| word.replace('-', "_")).unwrap_or_default();
    let last = if on_item { names::singular(&last) } else { last };
    let numbered = (2_u32..).map(|number| format!("{last}_{number}"));
    [key, last.clone()].into_iter().chain(numbered).find(|key| is_free(key)).unwrap_or_default()
}

/// The tag of the operations in `file`.
fn tag_of(files: &Files, file: &str) -> Option<String> {
    let items = files.get(file, "/paths")?.as_object()?;
    let mut operations =
        items.values().flat_map(|item| operations::METHODS.iter().filter_map(|method| item.get(*method)));
    operations.find_map(|operation| Some(operation.get("tags")?.get(0)?.as_str()?.to_owned()))
}

fn title(family: &str, noun: &str) -> String {
    let words = format!("{family} {}", names::words(noun));
    let capital =
        |word: &str| word.chars().next().map(|first| format!("{}{}", first.to_uppercase(), &word[first.len_utf8()..]));
    words.split(' ').filter_map(capital).collect::<Vec<_>>().join(" ")
}

impl Merge<'_> {
    /// Makes the file, the line of the path and the tag for `home`, if they are missing.
    pub(super) fn settle(&mut self, home: &Home) -> Result<(), String> {
        let source = self.source;
        let pointer = format!("/paths/{}", escape(&home.key));
        if self.files.get(&home.file, &pointer).is_none() {
            self.files.section(&home.file, "paths")?.insert(home.key.clone(), json!({}));
        }
        let entry = self.files.entry()?;
        let tags = entry.get_mut("tags").and_then(Value::as_array_mut).ok_or("the entry has no tags")?;
        if !tags.iter().any(|tag| tag["name"] == json!(home.tag)) {
            let family = home.tag.split(' ').next().unwrap_or_default().to_owned();
            let is_of_family = |tag: &Value| tag["name"].as_str().is_some_and(|name| name.starts_with(&family));
            let index = tags.iter().rposition(is_of_family).map_or(tags.len(), |index| index + 1);
            let text = format!("Known from {source} only.");
            tags.insert(index, json!({ "name": home.tag, "description": text }));
        }
        let paths = entry.get_mut("paths").and_then(Value::as_object_mut).ok_or("the entry has no paths")?;
        if !paths.contains_key(&home.path) {
            let likeness = |known: &str| common(known, &home.path);
            let most = paths.keys().map(|known| likeness(known)).max().unwrap_or_default();
            let index = paths.keys().collect::<Vec<_>>().into_iter().rposition(|known| likeness(known) == most);
            let reference = json!({ "$ref": format!("{}#{pointer}", home.file) });
            let index = index.map_or(paths.len(), |index| index + 1);
            paths.shift_insert(index, home.path.clone(), reference);
        }
        Ok(())
    }
}
