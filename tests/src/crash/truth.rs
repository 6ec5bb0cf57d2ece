//! What came of a run: the effects in the sandbox's ledger, the report, and what the journal says.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
};

use cashlink::journal::{Intent, IntentState, IntentStore, Run, RunState, RunStore, StepRecord, StoreError, Which};
use cashlink_sandbox::{LedgerEntry, LedgerOutcome};
use cashlink_sqlite::SqliteStore;
use serde_json::Value;
use uuid::Uuid;

use super::job::Job;

/// What came of a run, in a form in which two runs can be compared whatever ids they were given.
#[derive(Clone, Debug, Default)]
pub(super) struct Truth {
    /// How often each effect that has a key happened.
    effects: BTreeMap<String, usize>,
    /// How often each effect that sets absolute values, without a key, happened.
    absolute: BTreeMap<String, usize>,
    report: Value,
    steps: BTreeSet<String>,
    /// What is wrong whatever the other run did.
    problems: Vec<String>,
    pub(super) intents: Vec<String>,
}

/// What a journal says in the end.
struct Journal {
    run: Option<Run>,
    steps: Vec<StepRecord>,
    intents: Vec<Intent>,
}

impl Truth {
    pub(super) async fn read(entries: &[LedgerEntry], report: Option<&Value>, job: &Job) -> Self {
        let applied: Vec<_> = entries.iter().filter(|entry| entry.outcome == LedgerOutcome::Applied).collect();
        let mut truth = Self::default();
        for entry in &applied {
            let effects = if entry.idempotency_key.is_some() { &mut truth.effects } else { &mut truth.absolute };
            *effects.entry(effect(entry)).or_default() += 1;
        }
        truth.report = nameless(report.cloned().unwrap_or_default(), &names(&applied));
        let journal = match Journal::read(job).await {
            Ok(journal) => journal,
            Err(error) => {
                truth.problems.push(format!("the journal cannot be read: {error}"));
                return truth;
            }
        };
        truth.problems.extend(keys_used_twice(&applied));
        truth.problems.extend(journal.open_ends(report));
        truth.problems.extend(journal.mistakes(&applied));
        truth.steps = journal.steps.iter().filter_map(done).collect();
        truth.intents = journal.intents.iter().map(shown).collect();
        truth
    }

    /// In what this differs from what an undisturbed run left.
    pub(super) fn differences(&self, undisturbed: &Self) -> Vec<String> {
        let mut found = self.problems.clone();
        let names: BTreeSet<_> = self.effects.keys().chain(undisturbed.effects.keys()).collect();
        for name in names {
            let count = |truth: &Self| truth.effects.get(name).copied().unwrap_or_default();
            found.extend(difference(name, count(self), count(undisturbed)));
        }
        let names: BTreeSet<_> = self.absolute.keys().chain(undisturbed.absolute.keys()).collect();
        for name in names {
            // Set once more, an absolute value is what it was.
            let count = |truth: &Self| truth.absolute.get(name).copied().unwrap_or_default().min(1);
            found.extend(difference(name, count(self), count(undisturbed)));
        }
        if self.report != undisturbed.report {
            found.push(format!("report {} instead of {}", self.report, undisturbed.report));
        }
        for step in self.steps.symmetric_difference(&undisturbed.steps) {
            let what = if self.steps.contains(step) { "surplus" } else { "missing" };
            found.push(format!("{what} in the journal: {step}"));
        }
        found
    }

    pub(super) fn has_effects(&self) -> bool {
        !self.effects.is_empty()
    }
}

fn difference(name: &str, found: usize, expected: usize) -> Option<String> {
    let what = if found < expected { "missing" } else { "surplus" };
    (found != expected).then(|| format!("{what} effect: {name} happened {found} times, undisturbed {expected}"))
}

impl Journal {
    async fn read(job: &Job) -> Result<Self, StoreError> {
        let store = SqliteStore::open(&job.journal)?;
        let run = store.find_run(job.run_id).await?;
        let steps = store.steps(job.run_id).await?;
        let intents = store.list(Which::All, 0, usize::MAX).await?;
        store.close().await?;
        Ok(Self { run, steps, intents })
    }

    /// What should be at its end and is not.
    fn open_ends(&self, report: Option<&Value>) -> Vec<String> {
        let mut problems = Vec::new();
        let end = self.run.as_ref().map(|run| &run.end);
        if end.map(|end| end.state) != Some(RunState::Done) {
            problems.push(format!("the run is not done: {end:?}"));
        }
        let recorded = end.and_then(|end| end.report.as_deref()).and_then(|report| serde_json::from_str(report).ok());
        if recorded.as_ref() != report {
            problems.push(format!("the journal has the report {recorded:?}, the process said {report:?}"));
        }
        let open = self.intents.iter().filter(|intent| intent.state != IntentState::Applied);
        problems.extend(open.map(|intent| format!("not applied in the journal: {}", shown(intent))));
        problems
    }

    /// Where the journal and the ledger say different things.
    fn mistakes(&self, applied: &[&LedgerEntry]) -> Vec<String> {
        let keys: HashMap<_, _> =
            applied.iter().filter_map(|entry| Some((entry.idempotency_key.as_deref()?, *entry))).collect();
        let mut problems = Vec::new();
        for intent in &self.intents {
            let ids = intent.ending.as_ref().map(|ending| ending.facts.ids.as_slice()).unwrap_or_default();
            let is_absolute = |entry: &&&LedgerEntry| {
                entry.idempotency_key.is_none() && entry.operation_id == intent.new.operation_id
            };
            let entry = keys.get(intent.new.key.as_str()).or_else(|| applied.iter().find(is_absolute));
            let made = entry.and_then(|entry| entry.resource.as_ref()).map(|resource| resource.id);
            if made.is_none_or(|made| !ids.contains(&made)) {
                problems.push(format!("the ledger has {made:?} for {}", shown(intent)));
            }
        }
        let known: BTreeSet<_> = self.intents.iter().map(|intent| intent.new.key.as_str()).collect();
        let unknown = keys.keys().filter(|key| !known.contains(**key));
        problems.extend(unknown.map(|key| format!("not in the journal: the effect under {key}")));
        problems
    }
}

/// What an effect is called: its operation and the digest that does not depend on ids.
fn effect(entry: &LedgerEntry) -> String {
    format!("{} {}", entry.operation_id, entry.effect.as_deref().unwrap_or_default())
}

fn keys_used_twice(applied: &[&LedgerEntry]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let keys = applied.iter().filter_map(|entry| Some((entry.idempotency_key.as_deref()?, entry)));
    let twice = keys.filter(|(key, _)| !seen.insert(*key));
    twice.map(|(key, entry)| format!("applied twice under one key: {} {key}", entry.operation_id)).collect()
}

/// The effect that each id was given out for.
fn names(applied: &[&LedgerEntry]) -> HashMap<Uuid, String> {
    let of = |entry: &&LedgerEntry| {
        let name = effect(entry);
        let numbered = entry.created.clone().into_iter().enumerate();
        numbered.map(move |(index, id)| (id, format!("{name}/{index}"))).collect::<Vec<_>>()
    };
    applied.iter().flat_map(of).collect()
}

/// `value` with effects in the places of the ids that they were given.
fn nameless(value: Value, names: &HashMap<Uuid, String>) -> Value {
    match value {
        Value::String(text) => {
            let name = Uuid::parse_str(&text).ok().and_then(|id| names.get(&id)).cloned();
            Value::String(name.unwrap_or(text))
        }
        Value::Array(items) => items.into_iter().map(|item| nameless(item, names)).collect(),
        Value::Object(map) => map.into_iter().map(|(key, item)| (key, nameless(item, names))).collect(),
        other => other,
    }
}

/// A step of the run that has its result. Reads are asked as often as it takes, so only that they ended counts.
fn done(step: &StepRecord) -> Option<String> {
    let operation = step.operation_id.as_deref()?;
    let is_read = operation.ends_with("_retrieve") || operation.ends_with("_list");
    let name = if is_read { step.step.split('#').next()? } else { &step.step };
    Some(format!("{name} take {} {}", step.take, step.state))
}

/// An intent for people, without what it sends.
fn shown(intent: &Intent) -> String {
    let step = intent.new.step.as_ref().map_or("no step", |(_, step)| step);
    let mut text = format!("{} {step} {} {}", intent.sequence, intent.new.key, intent.state);
    if let Some(ending) = &intent.ending {
        let note = ending.note.as_deref().unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(text, " {:?} {:?} {note}", ending.status, ending.facts.ids);
    }
    text
}
