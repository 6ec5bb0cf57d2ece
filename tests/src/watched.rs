//! A store that keeps all that it was given, and does as badly as it is told.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cashlink::{
    IdempotencyKey,
    journal::{
        Begun, Content, Ending, Intent, IntentStore, MemoryStore, NewIntent, NewRun, Run, RunEnd, RunStore, StepRecord,
        StoreError, StoreErrorKind, Which,
    },
};
use futures_util::future::BoxFuture;
use uuid::Uuid;

/// How a store behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Manner {
    /// As it should.
    #[default]
    Well,
    /// Each write takes a moment before and after it is made.
    Slowly,
    /// No intent can begin.
    RefusesBegin,
    /// No outcome can be noted.
    RefusesFinish,
    /// A write never ends.
    Hangs,
}

/// A store in memory. Clones share what is kept.
#[derive(Clone, Debug, Default)]
pub struct WatchedStore {
    kept: MemoryStore,
    manner: Arc<Mutex<Manner>>,
    given: Arc<Mutex<Given>>,
}

/// What a store was given.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// What is no ciphertext.
    pub clear: String,
    /// Ciphertexts, one after the other.
    pub sealed: Vec<u8>,
}

impl WatchedStore {
    /// An empty store that behaves as it should.
    pub fn new() -> Self {
        Self::default()
    }

    /// Behaves in `manner` from now on.
    pub fn behave(&self, manner: Manner) {
        *lock(&self.manner) = manner;
    }

    /// All that it was given so far.
    pub fn given(&self) -> Given {
        lock(&self.given).clone()
    }

    fn manner(&self) -> Manner {
        *lock(&self.manner)
    }

    fn keep(&self, clear: &str, sealed: Option<&[u8]>) {
        let mut given = lock(&self.given);
        given.clear.push_str(clear);
        given.clear.push('\n');
        given.sealed.extend_from_slice(sealed.unwrap_or_default());
    }

    /// The moment before or after a write.
    async fn pause(&self) {
        match self.manner() {
            Manner::Slowly => tokio::task::yield_now().await,
            Manner::Hangs => std::future::pending().await,
            Manner::Well | Manner::RefusesBegin | Manner::RefusesFinish => {}
        }
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn full() -> StoreError {
    StoreError::new(StoreErrorKind::Unavailable, "the disk is full")
}

impl IntentStore for WatchedStore {
    fn begin(&self, intent: NewIntent) -> BoxFuture<'_, Result<Begun, StoreError>> {
        Box::pin(async move {
            let sealed = match &intent.content {
                Content::Sealed(sealed) => Some(&sealed[..]),
                Content::None | Content::Withheld | Content::Document => None,
            };
            self.keep(&format!("{intent:?}"), sealed);
            if self.manner() == Manner::RefusesBegin {
                return Err(full());
            }
            self.pause().await;
            let begun = self.kept.begin(intent).await;
            self.pause().await;
            begun
        })
    }

    fn finish(&self, key: &IdempotencyKey, ending: Ending) -> BoxFuture<'_, Result<(), StoreError>> {
        let key = key.clone();
        Box::pin(async move {
            self.keep(&format!("{key} {ending:?}"), ending.reply.as_deref());
            if self.manner() == Manner::RefusesFinish {
                return Err(full());
            }
            self.pause().await;
            let finished = self.kept.finish(&key, ending).await;
            self.pause().await;
            finished
        })
    }

    fn find(&self, key: &IdempotencyKey) -> BoxFuture<'_, Result<Option<Intent>, StoreError>> {
        self.kept.find(key)
    }

    fn list(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Intent>, StoreError>> {
        self.kept.list(which, after, limit)
    }
}

impl RunStore for WatchedStore {
    fn hold_run(&self, run: NewRun) -> BoxFuture<'_, Result<Run, StoreError>> {
        self.keep(&format!("{run:?} {}", run.input.fields), run.input.sealed.as_deref());
        self.kept.hold_run(run)
    }

    fn release_run(&self, id: Uuid) {
        self.kept.release_run(id);
    }

    fn record_step(&self, record: StepRecord) -> BoxFuture<'_, Result<(), StoreError>> {
        self.keep(&format!("{record:?} {}", record.key), record.sealed.as_deref());
        self.kept.record_step(record)
    }

    fn end_run(&self, id: Uuid, end: RunEnd) -> BoxFuture<'_, Result<(), StoreError>> {
        self.keep(&format!("{end:?}"), None);
        self.kept.end_run(id, end)
    }

    fn find_run(&self, id: Uuid) -> BoxFuture<'_, Result<Option<Run>, StoreError>> {
        self.kept.find_run(id)
    }

    fn steps(&self, run_id: Uuid) -> BoxFuture<'_, Result<Vec<StepRecord>, StoreError>> {
        self.kept.steps(run_id)
    }

    fn list_runs(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Run>, StoreError>> {
        self.kept.list_runs(which, after, limit)
    }
}
