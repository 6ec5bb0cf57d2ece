//! Reads the YAML files of the spec, starting at the entry and following relative references.

use std::{collections::BTreeMap, fs, io, path::Path};

use anyhow::{Context, Result, anyhow};
use serde_json::Value;

/// The files of a spec, by their path below its folder.
#[derive(Debug)]
pub(crate) struct Source {
    entry: String,
    files: BTreeMap<String, Value>,
}

impl Source {
    /// Reads `entry` below `folder` and every file that it refers to, directly or not.
    ///
    /// A file that is not there is left out: joining reports the reference to it, with its place.
    pub(crate) fn read(folder: &Path, entry: &str) -> Result<Self> {
        Self::collect(entry, |file| match fs::read_to_string(folder.join(file)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && file != entry => Ok(None),
            text => text.map(Some).with_context(|| format!("openapi/{file}: cannot be read")),
        })
    }

    /// A spec held in memory: pairs of file and text. The first one is the entry.
    #[cfg(test)]
    pub(crate) fn from_texts(texts: &[(&str, &str)]) -> Result<Self> {
        Self::collect(texts[0].0, |file| {
            let found = texts.iter().find(|(name, _)| *name == file);
            Ok(found.map(|(_, text)| (*text).to_owned()))
        })
    }

    fn collect(entry: &str, read: impl Fn(&str) -> Result<Option<String>>) -> Result<Self> {
        let mut files = BTreeMap::new();
        let mut waiting = vec![entry.to_owned()];
        while let Some(file) = waiting.pop() {
            if files.contains_key(&file) {
                continue;
            }
            let Some(text) = read(&file)? else {
                continue;
            };
            let value = parse(&file, &text)?;
            for reference in references(&value) {
                let (target, _) = split(&file, reference);
                waiting.push(target);
            }
            files.insert(file, value);
        }
        Ok(Self { entry: entry.to_owned(), files })
    }

    /// A spec of `files`, the entry among them.
    pub(crate) fn of(entry: &str, files: BTreeMap<String, Value>) -> Self {
        Self { entry: entry.to_owned(), files }
    }

    /// Name of the entry document.
    pub(crate) fn entry(&self) -> &str {
        &self.entry
    }

    /// The document in `file`.
    pub(crate) fn file(&self, file: &str) -> Option<&Value> {
        self.files.get(file)
    }

    /// All files with their names.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.files.iter().map(|(name, value)| (name.as_str(), value))
    }
}

fn parse(file: &str, text: &str) -> Result<Value> {
    serde_saphyr::from_str(text).map_err(|error| anyhow!("openapi/{file}: not YAML that JSON can express: {error}"))
}

/// Splits a reference found in `file` into target file and JSON pointer.
pub(crate) fn split(file: &str, reference: &str) -> (String, String) {
    let (path, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    if path.is_empty() {
        return (file.to_owned(), pointer.to_owned());
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    (parts.join("/"), pointer.to_owned())
}

/// Every `$ref` in `value`, examples excepted: their content is data.
pub(crate) fn references(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    let mut waiting = vec![(value, false)];
    while let Some((value, names)) = waiting.pop() {
        match value {
            Value::Object(map) => {
                if let (false, Some(Value::String(reference))) = (names, map.get("$ref")) {
                    found.push(reference.as_str());
                }
                let children = map.iter().filter(|(key, _)| names || !is_data(key));
                waiting.extend(children.map(|(key, child)| (child, !names && key == "properties")));
            }
            Value::Array(items) => waiting.extend(items.iter().map(|item| (item, false))),
            _ => {}
        }
    }
    found
}

/// Whether `key` of a spec object holds data, not more spec. Of the extensions, only `x-webhooks` holds path items.
pub(crate) fn is_data(key: &str) -> bool {
    let is_extension = key.starts_with("x-") && key != "x-webhooks";
    is_extension || matches!(key, "example" | "examples" | "default" | "enum")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_relative_to_the_file_that_holds_it() {
        check(
            "platform/investors.yaml",
            "../components/money.yaml#/schemas/Money",
            "components/money.yaml",
            "/schemas/Money",
        );
        check("platform/investors.yaml", "wallets.yaml#/paths/item", "platform/wallets.yaml", "/paths/item");
        check("cashlink.yaml", "./auth/token.yaml#/a", "auth/token.yaml", "/a");
        check("a.yaml", "#/schemas/A", "a.yaml", "/schemas/A");

        #[track_caller]
        fn check(file: &str, reference: &str, target: &str, pointer: &str) {
            assert_eq!(split(file, reference), (target.to_owned(), pointer.to_owned()));
        }
    }

    #[test]
    fn a_missing_entry_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Source::read(folder.path(), "a.yaml").unwrap_err().to_string();
        assert_eq!(error, "openapi/a.yaml: cannot be read");
    }

    #[test]
    fn what_is_no_yaml_is_named_with_its_line() {
        let error = Source::from_texts(&[("a.yaml", "x: [1\ny: 2")]).unwrap_err().to_string();
        assert!(error.starts_with("openapi/a.yaml: not YAML that JSON can express: error: line 2 "), "{error}");
    }

    #[test]
    fn line_ends_of_another_system_change_nothing() {
        let text = "a: |\n  one\n  two\nb: >-\n  three\n  four\n";
        let read = |text: &str| Source::from_texts(&[("a.yaml", text)]).unwrap().file("a.yaml").unwrap().clone();
        assert_eq!(read(text), read(&text.replace('\n', "\r\n")));
    }

    #[test]
    fn keys_keep_their_order_and_quoted_numbers_stay_text() {
        let source = Source::from_texts(&[("a.yaml", "z: \"12345\"\na: 1\n5XX: 2025-03-04")]).unwrap();
        let text = source.file("a.yaml").unwrap().to_string();
        assert_eq!(text, r#"{"z":"12345","a":1,"5XX":"2025-03-04"}"#);
    }
}
