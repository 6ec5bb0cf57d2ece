//! Writes the changed files of the curated description: all of them, or none, also if the program is killed.

mod journal;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use self::journal::Journal;
use super::{files::Files, yaml};
use crate::spec::load::Source;

/// A file with the text that it will have.
#[derive(Debug, Serialize, Deserialize)]
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
    if family == "components" {
        return format!("{first}{}, which several files use", letters.as_str());
    }
    format!("{first}{} of the {family} family", letters.as_str())
}

/// Writes `changes` below `folder`. After a failure every file is as it was; after the program was killed it is so once
/// `recover` has been called.
pub(super) fn write(folder: &Path, changes: &[Change]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let journal = Journal::begin(folder, changes)?;
    let outcome = place(folder, changes);
    if outcome.is_err() {
        undo(folder, changes)?;
    }
    journal.end()?;
    outcome
}

/// Undoes what an import that was killed has written below `folder`.
pub(super) fn recover(folder: &Path) -> Result<()> {
    let Some((journal, changes)) = Journal::left(folder)? else {
        return Ok(());
    };
    let edited = changes.iter().find(|change| {
        let now = read(folder, change);
        now.as_ref() != change.old.as_ref() && now.as_ref() != Some(&change.new)
    });
    if let Some(Change { file, .. }) = edited {
        anyhow::bail!(
            "an import was cut off, and openapi/{file} has been edited since: bring openapi/ in order, with `git diff \
             openapi/`, and delete {}",
            journal.file().display()
        );
    }
    undo(folder, &changes)?;
    journal.end()
}

/// Whether `recover` has something to do.
pub(super) fn is_cut_off(folder: &Path) -> bool {
    Journal::left(folder).is_ok_and(|left| left.is_some())
}

/// Everything is on the disk before the first file is replaced: it may be full.
fn place(folder: &Path, changes: &[Change]) -> Result<()> {
    for change in changes {
        prepare(folder, change, &change.new)?;
    }
    for change in changes {
        take_place(folder, change)?;
    }
    Ok(())
}

fn undo(folder: &Path, changes: &[Change]) -> Result<()> {
    for change in changes {
        let is_written = read(folder, change).as_ref() == Some(&change.new);
        match &change.old {
            Some(old) if is_written => {
                prepare(folder, change, old)?;
                take_place(folder, change)?;
            }
            None if is_written => {
                let path = folder.join(&change.file);
                fs::remove_file(&path).with_context(|| format!("openapi/{}: cannot be removed", change.file))?;
            }
            _ => {}
        }
        let path = beside(folder, change);
        let _ = fs::remove_file(&path);
        if let (None, Some(parent)) = (&change.old, path.parent()) {
            // Only an empty folder goes.
            let _ = fs::remove_dir(parent);
        }
    }
    Ok(())
}

fn prepare(folder: &Path, change: &Change, text: &str) -> Result<()> {
    let path = beside(folder, change);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("{}: cannot be made", parent.display()))?;
    }
    fs::write(&path, text).with_context(|| format!("{}: cannot be written", path.display()))
}

fn take_place(folder: &Path, change: &Change) -> Result<()> {
    let outcome: io::Result<()> = fs::rename(beside(folder, change), folder.join(&change.file));
    outcome.with_context(|| format!("openapi/{}: cannot be written", change.file))
}

fn read(folder: &Path, change: &Change) -> Option<String> {
    fs::read_to_string(folder.join(&change.file)).ok()
}

/// Where a file is written before it takes its place.
fn beside(folder: &Path, change: &Change) -> PathBuf {
    folder.join(format!("{}.import", change.file))
}

#[cfg(test)]
mod tests;
