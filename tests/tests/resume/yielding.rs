//! A store with a boundary before and after everything that it writes, where a future can be dropped.

use cashlink::{
    IdempotencyKey,
    journal::{
        Begun, Ending, Intent, IntentStore, MemoryStore, NewIntent, NewRun, Run, RunEnd, RunStore, StepRecord,
        StoreError, Which,
    },
};
use futures_util::future::BoxFuture;
use uuid::Uuid;

/// Is not ready at once, neither before something is written nor after.
#[derive(Clone, Debug)]
pub(crate) struct Yielding(pub(crate) MemoryStore);

async fn between<T>(write: BoxFuture<'_, T>) -> T {
    tokio::task::yield_now().await;
    let written = write.await;
    tokio::task::yield_now().await;
    written
}

impl IntentStore for Yielding {
    fn begin(&self, intent: NewIntent) -> BoxFuture<'_, Result<Begun, StoreError>> {
        Box::pin(between(self.0.begin(intent)))
    }

    fn finish(&self, key: &IdempotencyKey, ending: Ending) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(between(self.0.finish(key, ending)))
    }

    fn find(&self, key: &IdempotencyKey) -> BoxFuture<'_, Result<Option<Intent>, StoreError>> {
        self.0.find(key)
    }

    fn list(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Intent>, StoreError>> {
        self.0.list(which, after, limit)
    }
}

impl RunStore for Yielding {
    fn hold_run(&self, run: NewRun) -> BoxFuture<'_, Result<Run, StoreError>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            // Who drops the future holds nothing, so there is no boundary behind.
            self.0.hold_run(run).await
        })
    }

    fn release_run(&self, id: Uuid) {
        self.0.release_run(id);
    }

    fn record_step(&self, record: StepRecord) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(between(self.0.record_step(record)))
    }

    fn end_run(&self, id: Uuid, end: RunEnd) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(between(self.0.end_run(id, end)))
    }

    fn find_run(&self, id: Uuid) -> BoxFuture<'_, Result<Option<Run>, StoreError>> {
        self.0.find_run(id)
    }

    fn steps(&self, run_id: Uuid) -> BoxFuture<'_, Result<Vec<StepRecord>, StoreError>> {
        self.0.steps(run_id)
    }

    fn list_runs(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Run>, StoreError>> {
        self.0.list_runs(which, after, limit)
    }
}
