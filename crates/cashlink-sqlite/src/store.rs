//! The store: what the traits of a journal ask for, handed to the writer.

use std::{
    collections::HashSet,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cashlink::{
    IdempotencyKey,
    journal::{
        Begun, Ending, Intent, IntentStore, NewIntent, NewRun, Run, RunEnd, RunStore, StepRecord, StoreError,
        StoreErrorKind, Which,
    },
};
use futures_util::future::BoxFuture;
use uuid::Uuid;

use crate::{
    Options,
    failure::Failure,
    intents::{Begin, Find, Finish, List},
    reader,
    runs::{End, FindRun, Hold, ListRuns},
    steps::{Record, Steps},
    writer::{Flush, Writer},
};

/// A journal in one SQLite file. Clones are cheap and share it.
#[derive(Clone)]
pub struct SqliteStore(Arc<Shared>);

struct Shared {
    path: PathBuf,
    writer: Writer,
    held: Mutex<HashSet<Uuid>>,
}

impl SqliteStore {
    /// Opens the journal at `path`, and makes it if there is none, with the default [`Options`].
    ///
    /// This blocks until the file is read and checked.
    ///
    /// # Errors
    ///
    /// - [`InUse`](StoreErrorKind::InUse) if another process has it open, or this one has.
    /// - [`Unavailable`](StoreErrorKind::Unavailable) if the file cannot be made, read or written, is a symbolic link or
    ///   no regular file, can be read or written by others, or was written by a later release.
    /// - [`Damaged`](StoreErrorKind::Damaged) if it is damaged, is behind what was noted of it, or is no journal.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::options().open(path)
    }

    /// Opens the journal at `path` to look at it, also while another process has it open.
    ///
    /// It takes no lock and changes neither the journal nor its log. What is written by others is seen by the next call.
    /// Runs cannot be held, and whatever writes fails with [`Unavailable`](StoreErrorKind::Unavailable).
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), except that it does not matter who has it open, and that there must be a journal.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let writer = reader::open(path).map_err(|failure| failure.at(path))?;
        Ok(Self::of(path, writer))
    }

    /// Sets how a journal is opened.
    pub fn options() -> Options {
        Options::new()
    }

    pub(crate) fn of(path: &Path, writer: Writer) -> Self {
        Self(Arc::new(Shared { path: path.to_owned(), writer, held: Mutex::default() }))
    }

    /// Waits until all that was given before is durable, endings and steps too.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.0.writer.run(Flush).await
    }

    /// Writes all that was given, closes the file and lets go of it. Clones of the store fail from then on.
    ///
    /// Dropping the last clone does the same and blocks meanwhile, but cannot tell of a failure.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written, or is closed already.
    pub async fn close(self) -> Result<(), StoreError> {
        self.0.writer.close().await
    }

    fn held(&self) -> MutexGuard<'_, HashSet<Uuid>> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn hold(&self, run: NewRun) -> Result<Run, StoreError> {
        let id = run.id;
        if !self.held().insert(id) {
            let message =
                format!("the run {id} is under way in this process: wait for its end, or give another run id");
            return Err(Failure::new(StoreErrorKind::InUse, message).at(&self.0.path));
        }
        let hold = Held { store: self, id: Some(id) };
        let run = self.0.writer.run(Hold(run)).await?;
        hold.keep();
        Ok(run)
    }
}

/// Lets go of a run unless it is kept: the future may be dropped, or the write may fail.
struct Held<'store> {
    store: &'store SqliteStore,
    id: Option<Uuid>,
}

impl Held<'_> {
    fn keep(mut self) {
        self.id = None;
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.store.release_run(id);
        }
    }
}

impl IntentStore for SqliteStore {
    fn begin(&self, intent: NewIntent) -> BoxFuture<'_, Result<Begun, StoreError>> {
        Box::pin(async move { self.0.writer.run(Begin::new(intent)).await })
    }

    fn finish(&self, key: &IdempotencyKey, ending: Ending) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.0.writer.run(Finish { key: key.clone(), ending }))
    }

    fn find(&self, key: &IdempotencyKey) -> BoxFuture<'_, Result<Option<Intent>, StoreError>> {
        Box::pin(self.0.writer.ask(Find(key.clone())))
    }

    fn list(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Intent>, StoreError>> {
        Box::pin(self.0.writer.ask(List { which, after, limit }))
    }
}

impl RunStore for SqliteStore {
    fn hold_run(&self, run: NewRun) -> BoxFuture<'_, Result<Run, StoreError>> {
        Box::pin(self.hold(run))
    }

    fn release_run(&self, id: Uuid) {
        self.held().remove(&id);
    }

    fn record_step(&self, record: StepRecord) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.0.writer.run(Record(record)))
    }

    fn end_run(&self, id: Uuid, end: RunEnd) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(self.0.writer.run(End { id, end }))
    }

    fn find_run(&self, id: Uuid) -> BoxFuture<'_, Result<Option<Run>, StoreError>> {
        Box::pin(self.0.writer.ask(FindRun(id)))
    }

    fn steps(&self, run_id: Uuid) -> BoxFuture<'_, Result<Vec<StepRecord>, StoreError>> {
        Box::pin(self.0.writer.ask(Steps(run_id)))
    }

    fn list_runs(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Run>, StoreError>> {
        Box::pin(self.0.writer.ask(ListRuns { which, after, limit }))
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SqliteStore").field("path", &self.0.path).finish_non_exhaustive()
    }
}
