//! The import as a whole: the seeded changes of `tests/import`, our own description, and documents gone wrong.

mod added;
mod mutation;
mod own;
mod seeded;

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;

use super::{Options, entry::Entry, import, report::Report};
use crate::workspace::Workspace;

/// A path below the workspace that the tests are part of.
fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(below)
}

fn read(file: &Path) -> Value {
    serde_saphyr::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// A workspace with a description of its own.
struct Copy {
    folder: TempDir,
}

impl Copy {
    /// One with the description in `from`.
    fn of(from: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files(from) {
            let target = folder.path().join("openapi").join(file);
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, text).unwrap();
        }
        Self { folder }
    }

    fn workspace(&self) -> Workspace {
        Workspace::at(self.folder.path())
    }

    /// Its files with their texts.
    fn files(&self) -> Vec<(String, String)> {
        files(&self.workspace().spec_folder())
    }

    /// Imports the document `file`, or says what that would do.
    fn import(&self, file: &Path, dry_run: bool) -> Report {
        let options = Options { file: file.to_owned(), dry_run, json: false };
        import(&self.workspace(), &options).unwrap()
    }
}

/// Files below `folder`, by their path.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// What is not taken.
fn rest(entries: &[Entry]) -> Vec<Entry> {
    entries.iter().filter(|entry| entry.action != super::entry::Action::Taken).cloned().collect()
}
