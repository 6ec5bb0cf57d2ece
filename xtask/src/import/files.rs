//! The files of the curated description while they are changed: values, not yet text.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Map, Value, json};

use crate::spec::load::Source;

/// The files by their path below `openapi/`.
#[derive(Clone, Debug)]
pub(super) struct Files {
    entry: String,
    /// Shared until they are changed: each change is tried on a copy.
    values: BTreeMap<String, Arc<Value>>,
}

impl Files {
    /// The files of `source`.
    pub(super) fn new(source: &Source) -> Self {
        let values = source.files().map(|(name, value)| (name.to_owned(), Arc::new(value.clone()))).collect();
        Self { entry: source.entry().to_owned(), values }
    }

    /// The files as a source, to be joined.
    pub(super) fn source(&self) -> Source {
        let values = self.iter().map(|(name, value)| (name.to_owned(), value.clone()));
        Source::of(&self.entry, values.collect())
    }

    /// The entry document.
    pub(super) fn entry(&mut self) -> Result<&mut Map<String, Value>, String> {
        let entry = self.entry.clone();
        self.at(&entry, "")
    }

    /// All files with their content.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_ref()))
    }

    /// All files, to be changed.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.values.values_mut().map(Arc::make_mut)
    }

    /// What stands at `pointer` in `file`.
    pub(super) fn get(&self, file: &str, pointer: &str) -> Option<&Value> {
        self.values.get(file)?.pointer(pointer)
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, file: &str, pointer: &str) -> Option<&mut Value> {
        Arc::make_mut(self.values.get_mut(file)?).pointer_mut(pointer)
    }

    /// The object at `pointer` in `file`.
    pub(super) fn at(&mut self, file: &str, pointer: &str) -> Result<&mut Map<String, Value>, String> {
        let value = self.get_mut(file, pointer).and_then(Value::as_object_mut);
        value.ok_or_else(|| format!("nothing can be written at {file}{pointer}"))
    }

    /// The object `section` of `file`, which is made if it is missing.
    pub(super) fn section(&mut self, file: &str, section: &str) -> Result<&mut Map<String, Value>, String> {
        let whole = self.values.entry(file.to_owned()).or_insert_with(|| Arc::new(json!({})));
        let whole = Arc::make_mut(whole).as_object_mut().ok_or_else(|| format!("{file} is no object"))?;
        let section = whole.entry(section).or_insert_with(|| json!({}));
        section.as_object_mut().ok_or_else(|| format!("a section of {file} is no object"))
    }

    /// The file that defines the component `name` in `section`, and its value.
    pub(super) fn component(&self, section: &str, name: &str) -> Option<(&str, &Value)> {
        self.iter().find_map(|(file, value)| Some((file, value.get(section)?.get(name)?)))
    }

    /// A reference in `file` to the component `name` in `section`.
    pub(super) fn reference(&self, file: &str, section: &str, name: &str) -> Option<Value> {
        let (target, _) = self.component(section, name)?;
        let path = if target == file { String::new() } else { relative(file, target) };
        Some(json!({ "$ref": format!("{path}#/{section}/{name}") }))
    }
}

/// The path of `target` as a reference in `file` has it.
pub(super) fn relative(file: &str, target: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (file.split('/').collect(), target.split('/').collect());
    let folders = from.len().min(to.len()) - 1;
    let common = from.iter().zip(&to).take(folders).take_while(|(from, to)| from == to).count();
    let up = "../".repeat(from.len() - 1 - common);
    format!("{up}{}", to[common..].join("/"))
}

/// Puts `key` behind the last of `before` that `map` has; at the end if it has none.
pub(super) fn put(map: &mut Map<String, Value>, key: &str, value: Value, before: &[&str]) {
    if map.contains_key(key) {
        map.insert(key.to_owned(), value);
        return;
    }
    let found = map.keys().enumerate().filter(|(_, key)| before.contains(&key.as_str()));
    let index = found.map(|(index, _)| index + 1).next_back().unwrap_or(map.len());
    map.shift_insert(index, key.to_owned(), value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_leads_from_file_to_file() {
        check("issuer/listings.yaml", "components/price.yaml", "../components/price.yaml");
        check("components/a.yaml", "components/price.yaml", "price.yaml");
        check("cashlink.yaml", "platform/a.yaml", "platform/a.yaml");
        check("platform/a.yaml", "cashlink.yaml", "../cashlink.yaml");

        #[track_caller]
        fn check(file: &str, target: &str, expected: &str) {
            assert_eq!(relative(file, target), expected);
        }
    }
}
