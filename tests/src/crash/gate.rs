//! A store that stops before, amid and after each of its writes until it may go on.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
};

use cashlink::{
    IdempotencyKey,
    journal::{
        Begun, Ending, Intent, IntentStore, NewIntent, NewRun, Run, RunEnd, RunStore, StepRecord, StoreError, Which,
    },
};
use futures_util::future::BoxFuture;
use uuid::Uuid;

/// Hands everything on to another store, and calls `gate` with the name of each boundary of a write.
///
/// A gate that blocks its thread stops everything else that runs there. Amid a write means: the other store has what is
/// to be written, and may have written any part of it.
pub(super) struct Gated<S> {
    store: S,
    gate: Arc<dyn Fn(&str) + Send + Sync>,
    /// The step of each key, from its beginning on.
    steps: Mutex<HashMap<IdempotencyKey, String>>,
}

impl<S> Gated<S> {
    pub(super) fn new(store: S, gate: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self { store, gate: Arc::new(gate), steps: Mutex::default() }
    }

    async fn write<F: Future>(&self, name: &str, write: impl FnOnce() -> F) -> F::Output {
        (self.gate)(&format!("before {name}"));
        let mut write = std::pin::pin!(write());
        let first = std::future::poll_fn(|context| Poll::Ready(write.as_mut().poll(context))).await;
        (self.gate)(&format!("amid {name}"));
        let result = match first {
            Poll::Ready(result) => result,
            Poll::Pending => write.await,
        };
        (self.gate)(&format!("after {name}"));
        result
    }
}

impl<S: IntentStore> IntentStore for Gated<S> {
    fn begin(&self, intent: NewIntent) -> BoxFuture<'_, Result<Begun, StoreError>> {
        let step = intent.step.as_ref().map_or("outside of steps", |(_, step)| step).to_owned();
        self.steps.lock().unwrap_or_else(PoisonError::into_inner).insert(intent.key.clone(), step.clone());
        Box::pin(async move { self.write(&format!("begin {step}"), || self.store.begin(intent)).await })
    }

    fn finish(&self, key: &IdempotencyKey, ending: Ending) -> BoxFuture<'_, Result<(), StoreError>> {
        let (key, state) = (key.clone(), ending.state);
        let step = self.steps.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned().unwrap_or_default();
        Box::pin(async move { self.write(&format!("finish {step} {state}"), || self.store.finish(&key, ending)).await })
    }

    fn find(&self, key: &IdempotencyKey) -> BoxFuture<'_, Result<Option<Intent>, StoreError>> {
        self.store.find(key)
    }

    fn list(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Intent>, StoreError>> {
        self.store.list(which, after, limit)
    }
}

impl<S: RunStore> RunStore for Gated<S> {
    fn hold_run(&self, run: NewRun) -> BoxFuture<'_, Result<Run, StoreError>> {
        Box::pin(async move { self.write("hold_run", || self.store.hold_run(run)).await })
    }

    fn release_run(&self, id: Uuid) {
        self.store.release_run(id);
    }

    fn record_step(&self, record: StepRecord) -> BoxFuture<'_, Result<(), StoreError>> {
        let name = format!("record {} {}", record.step, record.state);
        Box::pin(async move { self.write(&name, || self.store.record_step(record)).await })
    }

    fn end_run(&self, id: Uuid, end: RunEnd) -> BoxFuture<'_, Result<(), StoreError>> {
        let name = format!("end_run {}", end.state);
        Box::pin(async move { self.write(&name, || self.store.end_run(id, end)).await })
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

impl<S: std::fmt::Debug> std::fmt::Debug for Gated<S> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Gated").field("store", &self.store).finish_non_exhaustive()
    }
}
