//! How a journal is opened.

use std::{fs, path::Path, time::Duration};

use cashlink::journal::StoreError;
use rusqlite::{Connection, OpenFlags};

use crate::{
    SqliteStore,
    failure::{Failure, Result},
    file::{self, Found, Lock, Place},
    ledger::Ledger,
    schema,
    writer::{Parts, Writer},
};

/// How long another program, such as the shell of SQLite, may keep the file locked before a write fails.
const BUSY: Duration = Duration::from_secs(5);

/// How a journal is opened; made by [`SqliteStore::options`].
#[derive(Clone, Debug)]
#[must_use = "nothing is opened before `open`"]
pub struct Options {
    wait: Duration,
    accepts_loss: bool,
}

impl Options {
    pub(crate) fn new() -> Self {
        Self { wait: Duration::ZERO, accepts_loss: false }
    }

    /// Waits for up to `duration` for another process to let go of the journal; not at all unless set.
    pub fn wait(mut self, duration: Duration) -> Self {
        self.wait = duration;
        self
    }

    /// Opens a journal that is behind what was noted of it, and takes it as it is from now on.
    ///
    /// What it has lost may hold intents that were sent: compare with the API before sending anything again, and keep a
    /// copy of the file.
    pub fn accept_loss(mut self) -> Self {
        self.accepts_loss = true;
        self
    }

    /// Opens the journal at `path`, and makes it if there is none.
    ///
    /// This blocks until the file is read and checked, and for as long as [`wait`](Self::wait) allows.
    ///
    /// # Errors
    ///
    /// As [`SqliteStore::open`].
    pub fn open(self, path: impl AsRef<Path>) -> std::result::Result<SqliteStore, StoreError> {
        let path = path.as_ref();
        self.start(path).map_err(|failure| failure.at(path))
    }

    fn start(self, path: &Path) -> Result<SqliteStore> {
        let place = Place::made(path)?;
        let lock = Lock::take(&place, self.wait)?;
        let found = place.find()?;
        place.make()?;
        let connection = connect(&place)?;
        if found == Found::Nothing || schema::is_behind(&connection)? {
            schema::prepare(&connection)?;
        }
        schema::verify(&connection)?;
        let ledger = Ledger::read(&connection)?;
        match lock.noted() {
            Some(noted) if noted.generation > ledger.generation && !self.accepts_loss => {
                return Err(noted.missing_from(&ledger));
            }
            _ => lock.note(&ledger),
        }
        let parts = Parts { path: path.to_owned(), connection, lock, ledger };
        let writer = Writer::start(parts);
        let writer = writer.map_err(|error| Failure::unavailable(format!("no thread can be started: {error}")))?;
        Ok(SqliteStore::of(path, writer))
    }
}

/// Opens the file for reading and writing.
fn connect(place: &Place) -> Result<Connection> {
    let before = fs::symlink_metadata(&place.path).ok();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(&place.path, flags)?;
    let after = fs::symlink_metadata(&place.path).ok();
    if !matches!((before, after), (Some(before), Some(after)) if file::is_same(&before, &after)) {
        return Err(Failure::unavailable("the file was exchanged while it was opened; try again"));
    }
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA cache_size = -16384;
         PRAGMA cell_size_check = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}
