//! Writes the changed files of the curated description: all of them, or none.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::{files::Files, yaml};
use crate::spec::load::Source;

/// A file with the text that it will have.
#[derive(Debug)]
pub(super) struct Change {
    /// Path below `openapi/`.
    pub(super) file: String,
    /// None if it is new.
    old: Option<String>,
    new: String,
}

/// The texts of all files of `files` that say something else than in `source`, which was read from `folder`.
pub(super) fn changes(folder: &Path, source: &Source, files: &Files) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    for (file, value) in files.iter() {
        let Some(before) = source.file(file) else {
            let about = format!("{}.", about(file));
            changes.push(Change { file: file.to_owned(), old: None, new: yaml::file(&about, value)? });
            continue;
        };
        if before == value {
            continue;
        }
        let old = fs::read_to_string(folder.join(file)).with_context(|| format!("openapi/{file}: cannot be read"))?;
        let new = yaml::weave(&old, before, value).with_context(|| format!("openapi/{file}"))?;
        changes.push(Change { file: file.to_owned(), old: Some(old), new });
    }
    Ok(changes)
}

/// What a new file is about: `Depots of the platform family`.
fn about(file: &str) -> String {
    let (family, noun) = file.trim_end_matches(".yaml").rsplit_once('/').unwrap_or(("", file));
    let noun = noun.replace('_', " ");
    let mut letters = noun.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{} of the {family} family", letters.as_str())
}

/// Writes `changes` below `folder`. After a failure every file is as it was.
pub(super) fn write(folder: &Path, changes: &[Change]) -> Result<()> {
    let prepared: Result<Vec<PathBuf>> = changes.iter().map(|change| prepare(folder, change)).collect();
    let outcome = prepared.and_then(|prepared| {
        for (index, (change, from)) in changes.iter().zip(&prepared).enumerate() {
            let target = folder.join(&change.file);
            if let Err(error) = fs::rename(from, &target) {
                changes[..index].iter().for_each(|change| restore(folder, change));
                return Err(error).with_context(|| format!("openapi/{}: cannot be written", change.file));
            }
        }
        Ok(())
    });
    if outcome.is_err() {
        for change in changes {
            let _ = fs::remove_file(beside(folder, change));
        }
    }
    outcome
}

fn prepare(folder: &Path, change: &Change) -> Result<PathBuf> {
    let path = beside(folder, change);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("{}: cannot be made", parent.display()))?;
    }
    fs::write(&path, &change.new).with_context(|| format!("{}: cannot be written", path.display()))?;
    Ok(path)
}

/// Where a file is written before it takes its place.
fn beside(folder: &Path, change: &Change) -> PathBuf {
    folder.join(format!("{}.import", change.file))
}

fn restore(folder: &Path, change: &Change) {
    let path = folder.join(&change.file);
    let _ = match &change.old {
        Some(old) => fs::write(path, old),
        None => fs::remove_file(path),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_all_or_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = |file: &str| folder.path().join(file);
        fs::write(path("a.yaml"), "a: 1\n").unwrap();
        // A folder stands where the last file would have to be.
        fs::create_dir_all(path("c.yaml/inside")).unwrap();
        let change = |file: &str, old: Option<&str>| Change {
            file: file.to_owned(),
            old: old.map(str::to_owned),
            new: "new\n".to_owned(),
        };
        let changes = [change("a.yaml", Some("a: 1\n")), change("new/b.yaml", None), change("c.yaml", Some(""))];

        let error = write(folder.path(), &changes).unwrap_err();
        assert_eq!(error.to_string(), "openapi/c.yaml: cannot be written");
        assert_eq!(fs::read_to_string(path("a.yaml")).unwrap(), "a: 1\n");
        assert!(!path("new/b.yaml").exists());
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(left.iter().all(|name| !name.to_str().unwrap().ends_with(".import")), "{left:?}");

        write(folder.path(), &changes[..2]).unwrap();
        assert_eq!(fs::read_to_string(path("a.yaml")).unwrap(), "new\n");
        assert_eq!(fs::read_to_string(path("new/b.yaml")).unwrap(), "new\n");
    }
}
