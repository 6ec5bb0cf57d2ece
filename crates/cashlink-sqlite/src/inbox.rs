//! The inbox: where events of webhooks are taken down, together with their effects.

mod cursor;
mod event;
mod handler;
mod keeper;
mod options;
mod prune;
mod record;
mod schema;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use cashlink::{
    InvestmentId,
    journal::StoreError,
    webhook::{Event, Inbox, Received, Recorded, Standing},
};
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use self::{
    cursor::{FindCursor, SetCursor},
    event::{FindStanding, ListEvents},
    handler::Handler,
    record::Record,
};
pub use self::{handler::InboxTransaction, options::InboxOptions};
use crate::{failure::Subject, writer::Writer};

/// The file of an inbox.
const INBOX: Subject = Subject {
    noun: "inbox",
    going_on: "keep a copy of the file and of those beside it (-wal); `sqlite3 FILE .recover | sqlite3 NEW` saves what can \
        be read, if NEW is not empty then; events may be among what is lost, so list the investments afterwards and \
        compare",
};

/// Events of webhooks in an SQLite file, each with its effect. Clones are cheap and share it.
///
/// The file may be one of its own or the database of the application; all that is ours has a name that begins with
/// `cashlink_webhook_`. It is set to keep a write-ahead log. Several processes may have it open, and an event that comes to
/// two of them is taken down once.
///
/// When [`record`](Inbox::record) returns, the event survives a loss of power: one thread writes, and what waits meanwhile
/// is committed together, so that one sync serves all who wait.
///
/// # Exactly once
///
/// An effect happens exactly once only if it and the note that it happened become durable by one and the same commit. If
/// they are two, a process can be killed between them: then either the effect is lost, or it is done again. So there are two
/// ways to have effects, and which is right depends on where an effect is:
///
/// - **In this database:** by a handler ([`InboxOptions::handled_by`]), which writes to the transaction in which the event
///   is taken down. Exactly once.
/// - **Anywhere else**, such as a mail or a call of another service: by a reader of [`list`](Inbox::list), which acts on each
///   event that counted and then moves its [cursor](Self::set_cursor). At least once: after a crash the last event is acted
///   on again, under the same [`Event::id`], which is the idempotency key that lets the other side tell.
///
/// ```
/// use cashlink::{InvestmentId, model::InvestmentStatus, webhook::{Event, Inbox, Recorded}};
/// use cashlink_sqlite::{SqliteInbox, rusqlite::Connection};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("application.db");
/// # let id: InvestmentId = "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11".parse()?;
/// # let (changed_at, now) = (jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::UNIX_EPOCH);
/// Connection::open(&path)?.execute_batch("CREATE TABLE tasks (investment_id TEXT, task TEXT)")?;
/// let inbox = SqliteInbox::options()
///     .handled_by(|transaction, change| {
///         if *change.event.status() == InvestmentStatus::Paid {
///             let id = change.event.investment_id().to_string();
///             transaction.execute("INSERT INTO tasks VALUES (?1, 'issue the units')", [id])?;
///         }
///         Ok(())
///     })
///     .open(&path)?;
/// let event = Event::new(id, InvestmentStatus::Paid, changed_at);
/// assert_eq!(inbox.record(event.clone(), now).await?, Recorded::Applied);
/// assert_eq!(inbox.record(event, now).await?, Recorded::Duplicate);
/// let tasks: i64 = Connection::open(&path)?.query_row("SELECT count(*) FROM tasks", [], |row| row.get(0))?;
/// assert_eq!(tasks, 1);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SqliteInbox(Arc<Shared>);

struct Shared {
    path: PathBuf,
    writer: Writer,
    handler: Option<Handler>,
    keeps_extra: bool,
}

impl SqliteInbox {
    /// Opens the inbox in the file at `path`, and makes it if there is none, with the default [`InboxOptions`]: without a
    /// handler.
    ///
    /// A file that is made is for its owner only (0600), and so is a folder.
    ///
    /// # Errors
    ///
    /// - [`Unavailable`](cashlink::journal::StoreErrorKind::Unavailable) if the file cannot be made, read or written, is
    ///   locked by another program for more than five seconds, cannot have a write-ahead log, or is a journal.
    /// - [`Damaged`](cashlink::journal::StoreErrorKind::Damaged) if it is no SQLite file or damaged, or if it has tables of
    ///   these names that are not an inbox's or were made by a later release.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::options().open(path)
    }

    /// Sets how an inbox is opened.
    pub fn options() -> InboxOptions {
        InboxOptions::new()
    }

    fn of(path: &Path, writer: Writer, handler: Option<Handler>, keeps_extra: bool) -> Self {
        Self(Arc::new(Shared { path: path.to_owned(), writer, handler, keeps_extra }))
    }

    /// The place up to which the reader `name` has acted on events: 0 before it was set.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read.
    pub async fn cursor(&self, name: &str) -> Result<u64, StoreError> {
        self.0.writer.ask(FindCursor(name.to_owned())).await
    }

    /// Notes durably that the reader `name` has acted on all events up to `place`.
    ///
    /// Events behind it are kept for as long as the cursor stands before them: [remove](Self::remove_cursor) that of a
    /// reader which is gone. One that is to miss nothing sets its cursor to 0 before the first event.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub async fn set_cursor(&self, name: &str, place: u64) -> Result<(), StoreError> {
        self.0.writer.run(SetCursor { name: name.to_owned(), place: Some(place) }).await
    }

    /// Forgets the reader `name`.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written.
    pub async fn remove_cursor(&self, name: &str) -> Result<(), StoreError> {
        self.0.writer.run(SetCursor { name: name.to_owned(), place: None }).await
    }

    /// Takes down all that was given and closes the file. Clones of the inbox fail from then on.
    ///
    /// Dropping the last clone does the same and blocks meanwhile.
    ///
    /// # Errors
    ///
    /// Fails if the inbox is closed already.
    pub async fn close(self) -> Result<(), StoreError> {
        self.0.writer.close().await
    }
}

impl Inbox for SqliteInbox {
    fn record(&self, event: Event, received_at: Timestamp) -> BoxFuture<'_, Result<Recorded, StoreError>> {
        let Shared { handler, keeps_extra, .. } = &*self.0;
        Box::pin(self.0.writer.run(Record { event, received_at, handler: handler.clone(), keeps_extra: *keeps_extra }))
    }

    fn standing(&self, investment: InvestmentId) -> BoxFuture<'_, Result<Option<Standing>, StoreError>> {
        Box::pin(self.0.writer.ask(FindStanding(investment)))
    }

    fn list(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Received>, StoreError>> {
        Box::pin(self.0.writer.ask(ListEvents { after, limit }))
    }
}

impl fmt::Debug for SqliteInbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SqliteInbox").field("path", &self.0.path).finish_non_exhaustive()
    }
}
