//! How an inbox is opened.

use std::{fs, path::Path, sync::Arc, thread, time::Duration};

use cashlink::{
    journal::StoreError,
    time::{Clock, SystemClock},
    webhook::{Change, HandlerError},
};
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};

use super::{INBOX, InboxTransaction, SqliteInbox, handler::Handler, keeper::EventKeeper, prune::Prune, schema};
use crate::{
    failure::{Failure, Result},
    file::Place,
    options::BUSY,
    schema::{APPLICATION_ID, mark},
    writer::Writer,
};

/// How long events are kept unless set.
const KEEP: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// The largest file, in bytes, of which all pages of our tables are looked at before it is used.
const CHECKED_WHOLE: u64 = 16 * 1024 * 1024;

/// How long after one try to have the file keep a log comes the next. SQLite does not wait by itself for others that do
/// the same.
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// How an inbox is opened; made by [`SqliteInbox::options`].
#[derive(Clone, Debug)]
#[must_use = "nothing is opened before `open`"]
pub struct InboxOptions {
    handler: Option<Handler>,
    keep: Duration,
    keeps_extra: bool,
    wait: Duration,
    clock: Arc<dyn Clock>,
}

impl InboxOptions {
    pub(super) fn new() -> Self {
        Self { handler: None, keep: KEEP, keeps_extra: true, wait: BUSY, clock: Arc::new(SystemClock) }
    }

    /// Has `handler` act on each event that counts, in the transaction in which the event is taken down.
    ///
    /// What it writes by the transaction happens exactly once, also if the process is killed at any moment. Whatever else
    /// it does may happen several times, or for an event that is not taken down in the end: leave that to a reader of
    /// [`list`](cashlink::webhook::Inbox::list).
    ///
    /// It runs on the one thread that writes, and other events wait meanwhile: be quick, and do not wait for this inbox.
    /// If it fails or panics, what it wrote is rolled back, the event is not taken down, and
    /// [`record`](cashlink::webhook::Inbox::record) fails; other events go on.
    pub fn handled_by(
        mut self,
        handler: impl Fn(&InboxTransaction<'_>, &Change<'_>) -> std::result::Result<(), HandlerError>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.handler = Some(Handler::new(handler));
        self
    }

    /// Keeps events for `duration` after they came; 90 days unless set.
    ///
    /// Older ones are removed little by little, except those that a [cursor](SqliteInbox::set_cursor) has not passed. How
    /// investments stand is kept for good. An event that comes once more after it was removed is late or repeats what
    /// counts: it is taken down again, and has no effect. Room in the file is used again; the file does not shrink.
    pub fn keep(mut self, duration: Duration) -> Self {
        self.keep = duration;
        self
    }

    /// Stores nothing of members of events that this version does not know. The handler gets them all the same.
    ///
    /// What is known of an event is an id, a status and a time, which is nothing personal. What may come one day is not
    /// known.
    pub fn without_extra(mut self) -> Self {
        self.keeps_extra = false;
        self
    }

    /// Waits for up to `duration` while others write to the file; five seconds unless set. Then what is to be recorded fails.
    pub fn wait(mut self, duration: Duration) -> Self {
        self.wait = duration;
        self
    }

    /// Takes the time, by which old events are removed, from `clock` instead of the system.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Opens the inbox in the file at `path`, and makes it if there is none. The file may be the database of the
    /// application.
    ///
    /// # Errors
    ///
    /// As [`SqliteInbox::open`].
    pub fn open(self, path: impl AsRef<Path>) -> std::result::Result<SqliteInbox, StoreError> {
        let path = path.as_ref();
        let Self { handler, keep, keeps_extra, wait, clock } = self;
        let writer = connect(path, wait).and_then(|connection| {
            let keeper = EventKeeper { connection, prune: Prune::new(clock, keep) };
            Writer::keep(&INBOX, path.to_owned(), keeper)
        });
        let writer = writer.map_err(|failure| failure.of(&INBOX, path))?;
        Ok(SqliteInbox::of(path, writer, handler, keeps_extra))
    }
}

/// Opens the file for reading and writing, and sees to our tables.
fn connect(path: &Path, wait: Duration) -> Result<Connection> {
    let place = Place::made(path)?;
    place.create()?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&place.path, flags)?;
    connection.busy_timeout(wait)?;
    connection.set_prepared_statement_cache_capacity(64);
    if mark(&connection)? == Some(APPLICATION_ID) {
        return Err(Failure::unavailable("this is a journal: give the inbox another file; it was not changed"));
    }
    schema::refuse_foreign(&connection)?;
    // SQLite opens what it may not write for reading.
    if connection.is_readonly(MAIN_DB)? || fs::metadata(&place.path).is_ok_and(|file| file.permissions().readonly()) {
        return Err(Failure::unavailable("the file cannot be written; see to its mode and to that of its folder"));
    }
    keep_log(&connection, wait)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA cell_size_check = ON;
         PRAGMA foreign_keys = ON;",
    )?;
    schema::prepare(&connection)?;
    schema::verify(&connection)?;
    if place.size() <= CHECKED_WHOLE {
        schema::check(&connection)?;
    }
    Ok(connection)
}

/// Has the file keep a write-ahead log, so that a commit is one sync and readers do not wait.
fn keep_log(connection: &Connection, wait: Duration) -> Result<()> {
    let mut left = wait;
    let mode: String = loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && !left.is_zero() => {
                let pause = left.min(BETWEEN_TRIES);
                thread::sleep(pause);
                left = left.saturating_sub(pause);
            }
            outcome => break outcome?,
        }
    };
    if mode == "wal" {
        return Ok(());
    }
    Err(Failure::unavailable(format!(
        "the file cannot have a write-ahead log, its journal mode stays {mode}: give another"
    )))
}
