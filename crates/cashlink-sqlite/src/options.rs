//! How a journal is opened.

use std::{fs, path::Path, sync::Arc, time::Duration};

use cashlink::{
    journal::StoreError,
    time::{Clock, SystemClock},
};
use rusqlite::{Connection, OpenFlags};

use crate::{
    SqliteStore, check,
    failure::{Failure, Result},
    file::{self, Found, Lock, Place},
    ledger::Ledger,
    prune::Prune,
    schema,
    writer::{Parts, Writer},
};

/// How long finished intents and runs are kept unless set.
const KEEP_FINISHED: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// The largest file, in bytes, of which every row is looked at before it is used.
const CHECKED_WHOLE: u64 = 16 * 1024 * 1024;

/// How long another program, such as the shell of SQLite, may keep the file locked before a write fails.
pub(crate) const BUSY: Duration = Duration::from_secs(5);

/// How a journal is opened; made by [`SqliteStore::options`].
#[derive(Clone, Debug)]
#[must_use = "nothing is opened before `open`"]
pub struct Options {
    wait: Duration,
    keep_finished: Duration,
    clock: Arc<dyn Clock>,
    accepts_loss: bool,
}

impl Options {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(SystemClock);
        Self { wait: Duration::ZERO, keep_finished: KEEP_FINISHED, clock, accepts_loss: false }
    }

    /// Waits for up to `duration` for another process to let go of the journal; not at all unless set.
    pub fn wait(mut self, duration: Duration) -> Self {
        self.wait = duration;
        self
    }

    /// Keeps intents and runs for `duration` after their end; 90 days unless set.
    ///
    /// Older ones are removed little by little. Pending intents and open runs are kept for ever, and so are intents of
    /// open runs and those that overtook a pending one. Room in the file is used again; the file does not shrink.
    pub fn keep_finished(mut self, duration: Duration) -> Self {
        self.keep_finished = duration;
        self
    }

    /// Takes the time from `clock` instead of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Opens a journal that has lost entries, and takes it as it is from now on. Entries that cannot be read are removed.
    ///
    /// What it has lost may hold intents that were sent: keep a copy of the file, and compare with the API before sending
    /// anything again. A file whose pages are damaged has to be saved by the shell of SQLite first.
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
        let writer = self.parts(path).and_then(Writer::start);
        Ok(SqliteStore::of(path, writer.map_err(|failure| failure.at(path))?))
    }

    /// Opens and checks all that the writer needs.
    pub(crate) fn parts(self, path: &Path) -> Result<Parts> {
        let place = Place::made(path)?;
        if !place.beside(".lock").exists() {
            // The file of another program is refused before anything is put beside it.
            place.find()?;
        }
        let lock = Lock::take(&place, self.wait)?;
        let found = place.find()?;
        if let (Found::Nothing, Some(noted), false) = (found, lock.noted(), self.accepts_loss) {
            noted.missing_from(&Ledger::default()).map_or(Ok(()), Err)?;
        }
        place.make()?;
        let connection = connect(&place)?;
        schema::prepare(&connection)?;
        if found != Found::Journal {
            // From now on the file tells what it is, with its log or without.
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        schema::verify(&connection)?;
        let ledger = self.ledger(&connection, &lock, &place)?;
        lock.note(&ledger);
        let prune = Prune::new(self.clock, self.keep_finished);
        Ok(Parts { path: path.to_owned(), connection, lock, ledger, prune })
    }
}

impl Options {
    /// What the rows add up to, which is checked against what was noted, and against the rows unless they are many.
    fn ledger(&self, connection: &Connection, lock: &Lock, place: &Place) -> Result<Ledger> {
        let noted = lock.noted();
        if self.accepts_loss {
            return check::accept(connection, noted);
        }
        let ledger = Ledger::read(connection)?;
        noted.and_then(|noted| noted.missing_from(&ledger)).map_or(Ok(()), Err)?;
        if place.size() <= CHECKED_WHOLE {
            check::check(connection, &ledger)?;
        }
        Ok(ledger)
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
    schema::refuse_later(&connection)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA cache_size = -16384;
         PRAGMA cell_size_check = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}
