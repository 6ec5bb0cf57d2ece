//! A store whose disk is full after a while.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::journal::{Begun, Ending, Intent, IntentStore, NewIntent, Run, RunEnd, StoreError, StoreErrorKind, Which};

const NEVER: usize = usize::MAX;

/// Fails to write how steps and runs stand.
#[derive(Clone, Debug)]
pub(super) struct Faulty {
    store: MemoryStore,
    left: Arc<AtomicUsize>,
}

impl Default for Faulty {
    fn default() -> Self {
        Self { store: MemoryStore::new(), left: Arc::new(AtomicUsize::new(NEVER)) }
    }
}

impl Faulty {
    /// Lets `writes` more writes succeed.
    pub(super) fn fail_after(&self, writes: usize) {
        self.left.store(writes, Ordering::Relaxed);
    }

    pub(super) fn mend(&self) {
        self.fail_after(NEVER);
    }

    fn write(&self) -> Result<(), StoreError> {
        let full = |_| StoreError::new(StoreErrorKind::Unavailable, "the disk is full");
        let left = |left: usize| if left == NEVER { Some(NEVER) } else { left.checked_sub(1) };
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, left).map(drop).map_err(full)
    }
}

impl IntentStore for Faulty {
    fn begin(&self, intent: NewIntent) -> BoxFuture<'_, Result<Begun, StoreError>> {
        self.store.begin(intent)
    }

    fn finish(&self, key: &IdempotencyKey, ending: Ending) -> BoxFuture<'_, Result<(), StoreError>> {
        self.store.finish(key, ending)
    }

    fn find(&self, key: &IdempotencyKey) -> BoxFuture<'_, Result<Option<Intent>, StoreError>> {
        self.store.find(key)
    }

    fn list(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Intent>, StoreError>> {
        self.store.list(which, after, limit)
    }
}

impl RunStore for Faulty {
    fn hold_run(&self, run: NewRun) -> BoxFuture<'_, Result<Run, StoreError>> {
        self.store.hold_run(run)
    }

    fn release_run(&self, id: Uuid) {
        self.store.release_run(id);
    }

    fn record_step(&self, record: StepRecord) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.write()?;
            self.store.record_step(record).await
        })
    }

    fn end_run(&self, id: Uuid, end: RunEnd) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.write()?;
            self.store.end_run(id, end).await
        })
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
