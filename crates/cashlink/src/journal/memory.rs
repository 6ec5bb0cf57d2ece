//! A store in memory, for the tests of programs.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::{
    Begun, Ending, Intent, IntentState, IntentStore, NewIntent, NewRun, Run, RunEnd, RunState, RunStore, StepRecord,
    StoreError, StoreErrorKind, Which,
};
use crate::IdempotencyKey;

/// Keeps intents and runs in memory. Nothing in it survives the process: use it in tests.
///
/// Clones share what is kept, so a test can give one to a client, drop that in the middle of a call, and give another to
/// the next client, as if the first process had died.
///
/// ```
/// use cashlink::journal::{IntentStore, Journal, MemoryStore, Which};
///
/// # async fn run() -> Result<(), cashlink::journal::StoreError> {
/// let store = MemoryStore::new();
/// let journal = Journal::new(store.clone());
/// assert!(store.list(Which::Open, 0, 10).await?.is_empty());
/// # let _ = journal;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    intents: BTreeMap<u64, Intent>,
    /// The place of the last intent. Places are not used again.
    last: u64,
    /// The place of each key.
    places: HashMap<IdempotencyKey, u64>,
    /// The place of the last intent of each operation and path.
    newest: HashMap<(String, String), u64>,
    runs: BTreeMap<u64, Run>,
    steps: HashMap<Uuid, Vec<StepRecord>>,
    held: HashSet<Uuid>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn intent(&self, place: u64) -> Option<Intent> {
        let intent = self.intents.get(&place)?;
        let target = (intent.new.operation_id.clone(), intent.new.address.clone());
        Some(Intent { is_overtaken: self.newest.get(&target) != Some(&place), ..intent.clone() })
    }

    fn begin(&mut self, new: NewIntent) -> Begun {
        if let Some((place, known)) = self.places.get(&new.key).and_then(|place| Some((*place, self.intent(*place)?))) {
            if known.new.digest != new.digest {
                return Begun::Conflict(Box::new(known));
            }
            if matches!(known.state, IntentState::Rejected | IntentState::NotSent) {
                self.intents.remove(&place);
                self.append(NewIntent { begun_at: new.begun_at, ..known.new.clone() });
            }
            return Begun::Known(Box::new(known));
        }
        self.append(new);
        Begun::New
    }

    /// Makes `new` pending in the last place.
    fn append(&mut self, new: NewIntent) {
        self.last += 1;
        let sequence = self.last;
        self.places.insert(new.key.clone(), sequence);
        self.newest.insert((new.operation_id.clone(), new.address.clone()), sequence);
        let state = IntentState::Pending;
        self.intents.insert(sequence, Intent { sequence, new, state, ending: None, is_overtaken: false });
    }

    fn finish(&mut self, key: &IdempotencyKey, ending: Ending) -> Result<(), StoreError> {
        let place = self.places.get(key);
        let intent = place.and_then(|place| self.intents.get_mut(place));
        let intent = intent.ok_or_else(|| missing("intent"))?;
        if intent.state != IntentState::Applied || ending.state == IntentState::Applied {
            intent.state = ending.state;
            intent.ending = Some(ending);
        }
        Ok(())
    }

    fn hold(&mut self, new: NewRun) -> Result<Run, StoreError> {
        let id = new.id;
        if !self.held.insert(id) {
            return Err(StoreError::new(StoreErrorKind::InUse, format!("somebody else is at the run {id}")));
        }
        if let Some(run) = self.run(id) {
            return Ok(run.clone());
        }
        let sequence = self.runs.len() as u64 + 1;
        let end = RunEnd { state: RunState::Open, at: new.begun_at, report: None, note: None };
        let run = Run { sequence, new, end };
        self.runs.insert(sequence, run.clone());
        Ok(run)
    }

    fn run(&self, id: Uuid) -> Option<&Run> {
        self.runs.values().find(|run| run.new.id == id)
    }

    fn record(&mut self, record: StepRecord) {
        let steps = self.steps.entry(record.run_id).or_default();
        match steps.iter_mut().find(|step| step.step == record.step && step.take == record.take) {
            Some(stored) => *stored = record,
            None => steps.push(record),
        }
    }
}

impl IntentStore for MemoryStore {
    fn begin(&self, intent: NewIntent) -> BoxFuture<'_, Result<Begun, StoreError>> {
        Box::pin(async move { Ok(self.kept().begin(intent)) })
    }

    fn finish(&self, key: &IdempotencyKey, ending: Ending) -> BoxFuture<'_, Result<(), StoreError>> {
        let key = key.clone();
        Box::pin(async move { self.kept().finish(&key, ending) })
    }

    fn find(&self, key: &IdempotencyKey) -> BoxFuture<'_, Result<Option<Intent>, StoreError>> {
        let key = key.clone();
        Box::pin(async move {
            let kept = self.kept();
            Ok(kept.places.get(&key).and_then(|place| kept.intent(*place)))
        })
    }

    fn list(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Intent>, StoreError>> {
        Box::pin(async move {
            let kept = self.kept();
            let wanted = |intent: &&Intent| which == Which::All || intent.state == IntentState::Pending;
            let behind = kept.intents.range(after.saturating_add(1)..).map(|(_, intent)| intent);
            let wanted = behind.filter(wanted).take(limit);
            Ok(wanted.filter_map(|intent| kept.intent(intent.sequence)).collect())
        })
    }
}

impl RunStore for MemoryStore {
    fn hold_run(&self, run: NewRun) -> BoxFuture<'_, Result<Run, StoreError>> {
        Box::pin(async move { self.kept().hold(run) })
    }

    fn release_run(&self, id: Uuid) {
        self.kept().held.remove(&id);
    }

    fn record_step(&self, record: StepRecord) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.kept().record(record);
            Ok(())
        })
    }

    fn end_run(&self, id: Uuid, end: RunEnd) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let mut kept = self.kept();
            let run = kept.runs.values_mut().find(|run| run.new.id == id);
            run.ok_or_else(|| missing("run"))?.end = end;
            Ok(())
        })
    }

    fn find_run(&self, id: Uuid) -> BoxFuture<'_, Result<Option<Run>, StoreError>> {
        Box::pin(async move { Ok(self.kept().run(id).cloned()) })
    }

    fn steps(&self, run_id: Uuid) -> BoxFuture<'_, Result<Vec<StepRecord>, StoreError>> {
        Box::pin(async move { Ok(self.kept().steps.get(&run_id).cloned().unwrap_or_default()) })
    }

    fn list_runs(&self, which: Which, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Run>, StoreError>> {
        Box::pin(async move {
            let kept = self.kept();
            let wanted = |run: &&Run| which == Which::All || run.end.state == RunState::Open;
            let behind = kept.runs.range(after.saturating_add(1)..).map(|(_, run)| run);
            Ok(behind.filter(wanted).take(limit).cloned().collect())
        })
    }
}

fn missing(what: &str) -> StoreError {
    StoreError::new(StoreErrorKind::Missing, format!("the store has no such {what}"))
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept();
        formatter
            .debug_struct("MemoryStore")
            .field("intents", &kept.intents.len())
            .field("runs", &kept.runs.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
