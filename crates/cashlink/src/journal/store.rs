//! What a store of intents and runs has to do, and how it fails.

use std::{error::Error as StdError, fmt};

use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::{Ending, Intent, NewIntent, NewRun, Run, RunEnd, StepRecord};
use crate::IdempotencyKey;

/// Keeps intents.
///
/// An implementation writes what it is given and decides nothing: what may be sent again is decided by the client.
/// Everything personal reaches it encrypted or not at all. One process at a time uses a store, or the store sees to it
/// that the methods are atomic among several.
pub trait IntentStore: fmt::Debug + Send + Sync + 'static {
    /// Makes it durable that `intent` is about to be sent, or finds the one that has its key.
    ///
    /// If there is none, `intent` is stored as pending and [`Begun::New`] is returned. If there is one with the same
    /// digest, it is returned as it was; if it was rejected or not sent, it becomes pending again, without an ending,
    /// begun at the time of `intent` and in the last place, before this returns. If there is one with another digest,
    /// nothing is written and [`Begun::Conflict`] is returned.
    ///
    /// When the future is ready, what it wrote survives a loss of power. If it is dropped before, the intent may have
    /// been stored.
    ///
    /// # Errors
    ///
    /// Fails if that cannot be had, such as on a full disk. Then the intent must not be sent.
    fn begin(&self, intent: NewIntent) -> BoxFuture<'_, Result<Begun, StoreError>>;

    /// Takes note of what became of the intent under `key`, in the place of what was noted before. What was applied
    /// stays applied: then only another applied ending is noted.
    ///
    /// It need not be durable by itself: if it is lost, the intent is pending again, and sending it again under its key
    /// is safe. But it is durable before anything that is begun after it.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written, or has no such intent.
    fn finish(&self, key: &IdempotencyKey, ending: Ending) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The intent under `key`.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn find(&self, key: &IdempotencyKey) -> BoxFuture<'_, Result<Option<Intent>, StoreError>>;

    /// Up to `limit` intents behind the place `after`, in the order in which they began; pending ones only if that is
    /// `which`.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn list(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Intent>, StoreError>>;
}

/// Which intents or runs are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a store has to list every kind")]
pub enum Which {
    /// Those that are not at their end: pending intents, open runs.
    Open,
    /// All.
    All,
}

/// What a store made of an intent that is about to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the client has to treat every case")]
pub enum Begun {
    /// It is stored.
    New,
    /// The same intent was there already; this is how it was.
    Known(Box<Intent>),
    /// Another request was there under this key; nothing was stored.
    Conflict(Box<Intent>),
}

/// Keeps the runs of guides and what their steps returned.
pub trait RunStore: fmt::Debug + Send + Sync + 'static {
    /// Takes hold of the run: stores `run` if there is none of its id, and returns what is stored.
    ///
    /// What is stored is durable when the future is ready. Nobody else can take hold of the run until
    /// [`release_run`](Self::release_run) is called or the process ends. If the future is dropped before it is ready,
    /// nobody holds the run.
    ///
    /// # Errors
    ///
    /// Fails with [`StoreErrorKind::InUse`] if somebody holds the run, and if the store cannot be written.
    fn hold_run(&self, run: NewRun) -> BoxFuture<'_, Result<Run, StoreError>>;

    /// Lets go of the run.
    fn release_run(&self, id: Uuid);

    /// Stores what a step of a run that is held returned, in the place of what was stored for the same run, step and
    /// take.
    ///
    /// It need not be durable by itself, but is before anything that is begun after it.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written.
    fn record_step(&self, record: StepRecord) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Stores how the run stands after it was let go of or given up. Durable when the future is ready.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written, or has no such run.
    fn end_run(&self, id: Uuid, end: RunEnd) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The run of this id.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn find_run(&self, id: Uuid) -> BoxFuture<'_, Result<Option<Run>, StoreError>>;

    /// The steps of the run, in the order in which they were first recorded.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn steps(&self, run_id: Uuid) -> BoxFuture<'_, Result<Vec<StepRecord>, StoreError>>;

    /// Up to `limit` runs behind the place `after`, in the order in which they began.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn list_runs(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Run>, StoreError>>;
}

/// Why a store did not do what was asked.
#[derive(Debug)]
pub struct StoreError {
    kind: StoreErrorKind,
    message: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What a failure of a store means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// It cannot be read or written now: the disk is full, the file is read-only, the server is gone.
    Unavailable,
    /// Another process or task uses it.
    InUse,
    /// What is stored there cannot be understood.
    Damaged,
    /// What was asked for is not there.
    Missing,
}

impl StoreError {
    /// An error whose `message` says what failed and what to do, without personal data.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    /// Adds the cause below.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What it means.
    pub fn kind(&self) -> StoreErrorKind {
        self.kind
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl StdError for StoreError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
