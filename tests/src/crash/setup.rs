//! How a guide is run.

use std::fmt;

use super::Guide;

/// A guide, and what its journal and its documents are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Setup {
    /// The guide.
    pub guide: Guide,
    /// Whether the journal keeps bodies and replies, encrypted.
    pub is_sealed: bool,
    /// Whether the documents are files; else they are in memory.
    pub has_files: bool,
}

impl Setup {
    /// Runs `guide` with documents in memory and a journal without encryption.
    pub const fn plain(guide: Guide) -> Self {
        Self { guide, is_sealed: false, has_files: false }
    }

    /// Runs `guide` with documents in files and an encrypted journal.
    pub const fn sealed(guide: Guide) -> Self {
        Self { guide, is_sealed: true, has_files: true }
    }

    /// Every guide in every way.
    pub fn all() -> Vec<Self> {
        let ways = [(false, false), (false, true), (true, false), (true, true)];
        let of = |guide| ways.map(|(is_sealed, has_files)| Self { guide, is_sealed, has_files });
        Guide::ALL.into_iter().flat_map(of).collect()
    }
}

/// Such as `registry, sealed, with files`.
impl fmt::Display for Setup {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let journal = if self.is_sealed { "sealed" } else { "not sealed" };
        let documents = if self.has_files { "files" } else { "documents in memory" };
        write!(formatter, "{}, {journal}, with {documents}", self.guide)
    }
}
