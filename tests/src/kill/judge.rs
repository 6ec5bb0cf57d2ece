//! Compares what a client was told with what is there.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Result, call::Call, ensure, life::Tally, wire::Wire, worker::Worker};

/// How many of the older calls are made once more, beside all those of the last life.
const OLDER: usize = 20;

/// How often a call is made until it is known what becomes of it.
const TRIES: usize = 10;

/// The entries of a ledger that are no replay and no refusal by a fault, by key.
fn decided(ledger: &[Value]) -> BTreeMap<&str, Vec<&Value>> {
    let mut entries = BTreeMap::<_, Vec<_>>::new();
    let is_verdict = |entry: &&Value| entry["status"].as_u64().is_some_and(|status| status < 500 && status != 429);
    for entry in ledger.iter().filter(is_verdict).filter(|entry| entry["outcome"] != "replayed") {
        if let Some(key) = entry["idempotency_key"].as_str() {
            entries.entry(key).or_default().push(entry);
        }
    }
    entries
}

/// Makes all calls of the last life once more, from number `first` on, and some of the older ones.
pub(super) async fn ask_again(worker: &mut Worker, first: usize, wire: &Wire, tally: &mut Tally) -> Result<()> {
    let wire = wire.with(&worker.token);
    let ledger = wire.shown("/ledger").await?;
    let ledger = ledger.as_array().map(Vec::as_slice).unwrap_or_default();
    let decided = decided(ledger);
    let step = first.div_ceil(OLDER).max(1);
    for index in (0..first).step_by(step).chain(first..worker.calls.len()) {
        let call = &worker.calls[index];
        let before = decided.get(call.key.as_str());
        let is_there = before.is_some_and(|entries| entries.len() == 1);
        if call.answer.is_some() {
            ensure(is_there, || format!("{call:?} was answered, and the ledger has {before:?}"))?;
            tally.confirmed += 1;
        } else {
            ensure(is_there || before.is_none(), || format!("{call:?} happened more than once: {before:?}"))?;
            tally.open += 1;
            tally.happened += u64::from(is_there);
        }
        let mut tries = 0;
        while !worker.ask(&wire, index).await {
            tries += 1;
            ensure(tries < TRIES, || format!("{:?} is never answered", worker.calls[index]))?;
        }
    }
    ensure(worker.differences.is_empty(), || worker.differences.join("\n"))
}

/// Whether the ledger has each call that was answered once, with the verdict that was given.
pub(super) fn check_ledger(calls: &[Call], ledger: &[Value]) -> Result<()> {
    let decided = decided(ledger);
    for call in calls {
        let Some(answer) = &call.answer else { continue };
        let entries = decided.get(call.key.as_str()).map(Vec::as_slice).unwrap_or_default();
        let [entry] = entries else {
            return Err(format!("{call:?} has these entries in the ledger: {entries:?}").into());
        };
        let outcome = if answer.status < 300 { "applied" } else { "rejected" };
        let is_same = entry["status"] == answer.status
            && entry["outcome"] == outcome
            && entry["path"].as_str().is_some_and(|path| path.ends_with(&call.path));
        ensure(is_same, || format!("{call:?} is in the ledger as {entry}"))?;
        let id = &answer.json()["id"];
        let is_of_it = answer.status != 201
            || id.is_null()
            || entry["resource"]["id"] == *id
            || entry["created"].as_array().is_some_and(|created| created.contains(id));
        ensure(is_of_it, || format!("{call:?} made something else: {entry}"))?;
    }
    Ok(())
}

/// Everything that a sandbox shows of itself, but for the time.
pub(super) async fn shown(wire: &Wire) -> Result<Value> {
    let mut all = json!({});
    for name in ["ledger", "state", "faults", "snapshots", "settings", "tasks", "clients"] {
        all[name] = wire.shown(&format!("/{name}")).await?;
    }
    all["state"]["now"] = Value::Null;
    Ok(all)
}
