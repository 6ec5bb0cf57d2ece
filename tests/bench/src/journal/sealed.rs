//! A change by the facade up to the moment when it would be sent: written as JSON, digested, encrypted, durable.

use std::{
    fmt, future,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Result, ensure};
use cashlink::{
    Cashlink, IdempotencyKey, Outcome,
    journal::{
        Begun, Ending, Intent, IntentStore, Journal, NewIntent, NewRun, Run, RunEnd, RunStore, SealingKey, SealingKeys,
        StepRecord, StoreError, StoreErrorKind, Which,
    },
    model,
};
use cashlink_sqlite::SqliteStore;
use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::{BODY, Contestant, key, store::FILE};

/// A client with a journal that encrypts. Nothing leaves it: its store says no as soon as the intent is durable.
pub(super) struct Sealed {
    client: Cashlink,
    investor: model::InvestorCreate,
    begun: Arc<AtomicU64>,
    called: AtomicU64,
}

impl Sealed {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let begun = Arc::new(AtomicU64::new(0));
        let store = Stop { store: SqliteStore::open(folder.join(FILE))?, begun: Arc::clone(&begun) };
        let journal = Journal::new(store).sealed_by(SealingKeys::new(SealingKey::generate()));
        let client = Cashlink::builder().base_url("http://127.0.0.1:9").credentials("benchmark", "benchmark");
        let investor: model::InvestorCreate = serde_json::from_str(include_str!("investor_create.json"))?;
        ensure!(serde_json::to_vec(&investor)?.len() == BODY, "the body is to have {BODY} bytes");
        Ok(Self { client: client.journal(journal).build()?, investor, begun, called: AtomicU64::new(0) })
    }

    /// Whether every call came as far as it should.
    pub(super) fn check(&self) -> Result<()> {
        let (begun, called) = (self.begun.load(Ordering::Relaxed), self.called.load(Ordering::Relaxed));
        ensure!(begun == called, "{called} calls, but {begun} intents");
        Ok(())
    }
}

impl Contestant for Sealed {
    async fn intend(&self, number: u64) -> Result<()> {
        self.called.fetch_add(1, Ordering::Relaxed);
        let sent = self.client.platform().investors().create(&self.investor).key(key(number)).send().await;
        let is_stopped = sent.is_err_and(|error| error.outcome() == Outcome::NotSent);
        ensure!(is_stopped, "the call went on");
        Ok(())
    }
}

/// A store that makes an intent durable and then fails.
struct Stop {
    store: SqliteStore,
    begun: Arc<AtomicU64>,
}

impl IntentStore for Stop {
    fn begin(&self, intent: NewIntent) -> BoxFuture<'_, Result<Begun, StoreError>> {
        Box::pin(async move {
            self.store.begin(intent).await?;
            self.begun.fetch_add(1, Ordering::Relaxed);
            Err(StoreError::new(StoreErrorKind::Unavailable, "nothing is to be sent"))
        })
    }

    fn finish(&self, key: &IdempotencyKey, ending: Ending) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.finish(key, ending)
    }

    /// Finds nothing: after a failure the client looks for what was written, which no call does that goes well.
    fn find(&self, _key: &IdempotencyKey) -> BoxFuture<'_, Result<Option<Intent>, StoreError>> {
        Box::pin(future::ready(Ok(None)))
    }

    fn list(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Intent>, StoreError>> {
        self.store.list(which, after, limit)
    }
}

impl RunStore for Stop {
    fn hold_run(&self, run: NewRun) -> BoxFuture<'_, Result<Run, StoreError>> {
        self.store.hold_run(run)
    }

    fn release_run(&self, id: Uuid) {
        self.store.release_run(id);
    }

    fn record_step(&self, record: StepRecord) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.record_step(record)
    }

    fn end_run(&self, id: Uuid, end: RunEnd) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.end_run(id, end)
    }

    fn find_run(&self, id: Uuid) -> BoxFuture<'_, Result<Option<Run>, StoreError>> {
        self.store.find_run(id)
    }

    fn steps(&self, run_id: Uuid) -> BoxFuture<'_, Result<Vec<StepRecord>, StoreError>> {
        self.store.steps(run_id)
    }

    fn list_runs(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Run>, StoreError>> {
        self.store.list_runs(which, after, limit)
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Stop").field("store", &self.store).finish_non_exhaustive()
    }
}
