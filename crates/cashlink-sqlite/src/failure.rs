//! Why something was not done, before it is known on which file.

use std::{error::Error as StdError, path::Path, sync::Arc};

use cashlink::journal::{StoreError, StoreErrorKind, UnknownWord};
use rusqlite::{ErrorCode, types::FromSqlError};

/// A failure that can be told to every caller of a batch.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    kind: StoreErrorKind,
    message: String,
    /// Whether what is stored is broken, so that it has to be said how to go on.
    is_broken: bool,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What a file is, and what to do about one that is damaged.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) noun: &'static str,
    pub(crate) going_on: &'static str,
}

pub(crate) type Result<T> = std::result::Result<T, Failure>;

/// The file of a journal.
pub(crate) const JOURNAL: Subject = Subject {
    noun: "journal",
    going_on: "keep a copy of the file and of those beside it (-wal, .lock); intents may be among what is lost, so compare \
        with the API before anything is sent again; `sqlite3 FILE .recover | sqlite3 NEW` saves what can be read, if NEW \
        is not empty then, and Options::accept_loss opens a journal that has lost its latest entries",
};

impl Failure {
    pub(crate) fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), is_broken: false, source: None }
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self::new(StoreErrorKind::Unavailable, message)
    }

    pub(crate) fn damaged(what: impl Into<String>) -> Self {
        Self { is_broken: true, ..Self::new(StoreErrorKind::Damaged, what) }
    }

    /// Adds the cause below.
    #[cfg(feature = "webhook")]
    pub(crate) fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into().into());
        self
    }

    /// Whether the same may succeed later.
    pub(crate) fn may_pass(&self) -> bool {
        self.kind == StoreErrorKind::Unavailable
    }

    /// The failure of the journal at `path`.
    pub(crate) fn at(self, path: &Path) -> StoreError {
        self.of(&JOURNAL, path)
    }

    /// The failure of what is at `path`.
    pub(crate) fn of(self, subject: &Subject, path: &Path) -> StoreError {
        let mut message = format!("{} {}: {}", subject.noun, path.display(), self.message);
        if self.is_broken {
            message.extend([": ", subject.going_on]);
        }
        let error = StoreError::new(self.kind, message);
        match self.source {
            Some(source) => error.with_source(source),
            None => error,
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        let mut failure = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt) => Self::damaged("the file is damaged"),
            Some(ErrorCode::NotADatabase) => Self::damaged("this is no SQLite file, or its beginning is damaged"),
            Some(ErrorCode::DiskFull) => Self::unavailable("the disk is full; make space and try again"),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::unavailable("the file cannot be written; see to its mode and to that of its folder")
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                Self::unavailable("another program keeps the file locked; end it and try again")
            }
            Some(ErrorCode::SystemIoFailure) => Self::unavailable("the disk failed to read or write; see to it"),
            Some(ErrorCode::CannotOpen) => Self::unavailable("the file cannot be opened; see to its folder and modes"),
            // Our statements are right for tables that are as they were made.
            Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) => {
                Self::damaged("its tables or entries contradict each other")
            }
            Some(_) => Self::unavailable("SQLite refused"),
            // All other variants are about values that are not of the form in which they were written.
            None => Self::damaged("an entry cannot be understood"),
        };
        failure.source = Some(Arc::new(error));
        failure
    }
}

impl From<UnknownWord> for Failure {
    fn from(error: UnknownWord) -> Self {
        Self::damaged(error.to_string())
    }
}

impl From<FromSqlError> for Failure {
    fn from(_: FromSqlError) -> Self {
        Self::damaged("an entry cannot be understood")
    }
}
