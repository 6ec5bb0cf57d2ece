//! Where in the workspace the words of a change stand.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use serde::Serialize;
use serde_json::Value;

use super::{Change, document::unescaped, rules};
use crate::{
    coverage::family_less,
    workspace::{Workspace, rust_files},
};

/// Parts of the workspace with their folders, and a folder that another part has.
const PARTS: [(&str, &[&str], Option<&str>); 5] = [
    ("facade", &["crates/cashlink/src"], Some("crates/cashlink/src/guides/")),
    ("guides", &["crates/cashlink/src/guides"], None),
    ("sandbox", &["crates/cashlink-sandbox/src"], None),
    ("cli", &["crates/cashlink-cli/src"], None),
    ("tests", &["tests", "crates/cashlink/tests", "crates/cashlink-cli/tests", "crates/cashlink-sandbox/tests"], None),
];

/// Lines of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Touched {
    pub(super) file: String,
    pub(super) lines: Vec<usize>,
}

/// What a change touches, by part of the workspace.
pub(super) type Touches = BTreeMap<&'static str, Vec<Touched>>;

/// The hand-written Rust files of the workspace.
#[derive(Debug)]
pub(super) struct Files {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    part: &'static str,
    name: String,
    text: String,
    /// Every word, with the lines in which it stands.
    words: BTreeMap<String, BTreeSet<usize>>,
}

/// What to look for.
#[derive(Debug, Default)]
struct Words {
    /// One of these makes a line touched.
    named: BTreeSet<String>,
    /// In files that have one of these, if there is any such file: `status` alone may be anybody's.
    beside: BTreeSet<String>,
}

impl Files {
    /// Reads them. A file that cannot be read is touched by nothing.
    pub(super) fn read(workspace: &Workspace) -> Self {
        let mut files = Vec::new();
        for (part, folders, without) in PARTS {
            let mut paths: Vec<PathBuf> = Vec::new();
            for folder in folders {
                rust_files(&workspace.root().join(folder), &mut paths);
            }
            paths.sort();
            for path in paths {
                let name = path.strip_prefix(workspace.root()).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                if without.is_some_and(|without| name.starts_with(without)) {
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap_or_default();
                files.push(File { part, name, words: words(&text), text });
            }
        }
        Self { files }
    }

    /// What `change` from `old` to `new` touches. A text touches nothing.
    pub(super) fn touched(&self, change: &Change, old: &Value, new: &Value) -> Touches {
        let mut found = Touches::new();
        if change.rule == rules::TEXT_CHANGED.name {
            return found;
        }
        let words = Words::of(change, old, new);
        for (part, _, _) in PARTS {
            let files = || self.files.iter().filter(|file| file.part == part);
            let knows = |file: &&File| words.beside.iter().any(|word| !file.lines(word).is_empty());
            let has_context = files().any(|file| knows(&file));
            let touched = files().filter(|file| !has_context || knows(file)).filter_map(|file| {
                let lines: BTreeSet<usize> = words.named.iter().flat_map(|word| file.lines(word)).collect();
                (!lines.is_empty()).then(|| Touched { file: file.name.clone(), lines: lines.into_iter().collect() })
            });
            let touched: Vec<Touched> = touched.collect();
            if !touched.is_empty() {
                found.insert(part, touched);
            }
        }
        found
    }
}

impl File {
    /// Lines in which `word` stands, from 1.
    fn lines(&self, word: &str) -> BTreeSet<usize> {
        if word.chars().all(is_part) {
            return self.words.get(word).cloned().unwrap_or_default();
        }
        let lines = self.text.lines().enumerate();
        lines.filter(|(_, line)| line.contains(word)).map(|(index, _)| index + 1).collect()
    }
}

impl Words {
    fn of(change: &Change, old: &Value, new: &Value) -> Self {
        let mut words = Self::default();
        let steps: Vec<String> = change.at.split('/').skip(1).map(unescaped).collect();
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        let ids = change.operations.iter().flat_map(|id| [id.clone(), family_less(id)]);
        let property = steps.windows(2).rev().find(|pair| pair[0] == "properties").map(|pair| pair[1]);
        let [old_value, new_value] = [old, new].map(|document| document.pointer(&change.at));
        match steps.as_slice() {
            ["paths" | "x-webhooks", path, method, ..] => {
                words.named.extend(ids);
                let pointer = format!("/{}/{}/{method}/operationId", steps[0], crate::spec::bundle::escape(path));
                let own = [old, new].map(|document| document.pointer(&pointer).and_then(Value::as_str));
                for id in own.into_iter().flatten() {
                    words.named.extend([id.to_owned(), family_less(id)]);
                }
            }
            ["components", "schemas", name, ..] => {
                words.named.insert((*name).to_owned());
                words.beside.extend(ids);
            }
            ["components", ..] => words.beside.extend(ids),
            _ => {}
        }
        if let Some(property) = property {
            words.narrow([property.to_owned()]);
        }
        if let Some(value) = new_value.or(old_value).and_then(Value::as_str)
            && [&rules::VALUE_ADDED, &rules::KNOWN_VALUE_ADDED, &rules::VALUE_REMOVED, &rules::KNOWN_VALUE_REMOVED]
                .iter()
                .any(|rule| rule.name == change.rule)
        {
            words.narrow([value.to_owned(), variant(value)]);
        }
        if matches!(steps.first(), Some(&"servers")) || change.rule.starts_with("server-") {
            let url = |value: &Value| value.get("url").unwrap_or(value).as_str().map(ToOwned::to_owned);
            words.named.extend([old_value, new_value].into_iter().flatten().filter_map(url));
        }
        let parameter = parameter_of(&change.at, old).or_else(|| parameter_of(&change.at, new));
        if let Some(name) = parameter {
            words.narrow([name]);
        }
        words
    }

    /// Looks for `named` from here on, in files with what was looked for until here.
    fn narrow(&mut self, named: impl IntoIterator<Item = String>) {
        self.beside.append(&mut self.named);
        self.named.extend(named);
    }
}

/// The name of the parameter in which `pointer` ends or through which it goes.
fn parameter_of(pointer: &str, document: &Value) -> Option<String> {
    let start = pointer.find("/parameters/")? + "/parameters/".len();
    let end = pointer[start..].find('/').map_or(pointer.len(), |length| start + length);
    let mut parameter = document.pointer(&pointer[..end])?;
    if let Some(target) = parameter.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#')) {
        parameter = document.pointer(target)?;
    }
    parameter.get("name").and_then(Value::as_str).map(ToOwned::to_owned)
}

/// The Rust name of a value: `UNDER_REVIEW` is `UnderReview`.
fn variant(value: &str) -> String {
    let mut name = String::new();
    for part in value.split(|character: char| !character.is_alphanumeric()) {
        let mut characters = part.chars();
        name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(characters.map(|character| character.to_ascii_lowercase()));
    }
    name
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn words(text: &str) -> BTreeMap<String, BTreeSet<usize>> {
    let mut words: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        for word in line.split(|character| !is_part(character)).filter(|word| !word.is_empty()) {
            words.entry(word.to_owned()).or_default().insert(index + 1);
        }
    }
    words
}
