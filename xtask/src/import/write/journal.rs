//! What an import is about to write, kept beside the files until it is done.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::Change;

/// The file of the journal.
#[derive(Debug)]
pub(super) struct Journal(PathBuf);

impl Journal {
    /// Writes down `changes`.
    pub(super) fn begin(folder: &Path, changes: &[Change]) -> Result<Self> {
        let journal = Self::at(folder);
        let part = journal.0.with_extension("part");
        let text = serde_json::to_string(changes).context("the journal cannot be written")?;
        let outcome = fs::write(&part, text).and_then(|()| fs::rename(&part, &journal.0));
        if outcome.is_err() {
            let _ = fs::remove_file(&part);
        }
        outcome.with_context(|| format!("{}: cannot be written", journal.0.display()))?;
        Ok(journal)
    }

    /// The journal of an import that did not come to its end, with what it was to write.
    pub(super) fn left(folder: &Path) -> Result<Option<(Self, Vec<Change>)>> {
        let journal = Self::at(folder);
        let text = match fs::read_to_string(&journal.0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("{}: cannot be read", journal.0.display()))?,
        };
        let changes = serde_json::from_str(&text);
        let changes = changes.with_context(|| format!("{}: this is no journal of an import", journal.0.display()))?;
        Ok(Some((journal, changes)))
    }

    /// Everything is as it should be.
    pub(super) fn end(&self) -> Result<()> {
        fs::remove_file(&self.0).with_context(|| format!("{}: cannot be removed", self.0.display()))
    }

    pub(super) fn file(&self) -> &Path {
        &self.0
    }

    fn at(folder: &Path) -> Self {
        Self(folder.join(".import.json"))
    }
}
