//! What was stored is there when the journal is opened again.

use cashlink::journal::{
    Begun, Content, Ending, Facts, InputRecord, IntentState, IntentStore, NewIntent, NewRun, RunEnd, RunState,
    RunStore, StepRecord, StepState, Which,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{Folder, RUN, at, ending, intent, key, run, step};

/// A time with all the digits that one can have.
fn exact() -> Timestamp {
    "2026-02-28T23:59:59.123456789Z".parse().unwrap()
}

fn intents() -> Vec<NewIntent> {
    let contents = [Content::None, Content::Sealed(vec![0, 255]), Content::Withheld, Content::Document];
    let steps = [None, Some((RUN, "registry[0]/a#0".to_owned()))];
    let both = contents.iter().flat_map(|content| steps.iter().map(move |step| (content.clone(), step.clone())));
    let intents = both.enumerate().map(|(index, (content, step))| NewIntent {
        content,
        step,
        begun_at: exact(),
        ..intent(&format!("key-{index}"), &format!("/{index}"), 0)
    });
    intents.collect()
}

fn endings() -> Vec<Option<Ending>> {
    let facts = Facts { ids: vec![RUN, Uuid::nil()], status: Some("PAID".to_owned()) };
    let full = Ending {
        state: IntentState::Applied,
        at: exact(),
        status: Some(201),
        facts,
        reply: Some(vec![1, 2, 3]),
        note: Some("the reply was lost".to_owned()),
    };
    let states = [IntentState::Pending, IntentState::Rejected, IntentState::NotSent].map(ending).map(Some);
    [None, Some(full.clone()), Some(Ending { reply: Some(Vec::new()), note: Some(String::new()), ..full })]
        .into_iter()
        .chain(states)
        .collect()
}

#[tokio::test]
async fn every_field_of_an_intent_survives() {
    let folder = Folder::new();
    let store = folder.open();
    let cases: Vec<_> = intents().into_iter().zip(endings().into_iter().cycle()).collect();
    for (intent, ending) in &cases {
        assert_eq!(store.begin(intent.clone()).await.unwrap(), Begun::New);
        if let Some(ending) = ending {
            store.finish(&intent.key, ending.clone()).await.unwrap();
        }
    }
    store.close().await.unwrap();
    let store = folder.open();
    let stored = store.list(Which::All, 0, 99).await.unwrap();
    assert_eq!(stored.len(), cases.len());
    for (index, (intent, (new, ending))) in stored.into_iter().zip(cases).enumerate() {
        assert_eq!(intent.sequence, index as u64 + 1);
        assert_eq!(intent.new, new);
        assert_eq!(intent.state, ending.as_ref().map_or(IntentState::Pending, |ending| ending.state));
        assert_eq!(intent.ending, ending);
        assert_eq!(store.find(&new.key).await.unwrap(), Some(intent));
    }
}

#[tokio::test]
async fn every_field_of_a_run_and_of_its_steps_survives() {
    let folder = Folder::new();
    let store = folder.open();
    let input = InputRecord { sealed: Some(vec![9]), fields: r#"{"a":"b"}"#.to_owned(), ..run(RUN).input };
    let new = NewRun { input, begun_at: exact(), ..run(RUN) };
    store.hold_run(new.clone()).await.unwrap();
    store.hold_run(run(Uuid::nil())).await.unwrap();
    let end =
        RunEnd { state: RunState::Abandoned, at: exact(), report: Some("{}".to_owned()), note: Some("n".to_owned()) };
    store.end_run(RUN, end.clone()).await.unwrap();
    let states = [StepState::Open, StepState::Done, StepState::Rejected, StepState::Waiting];
    let records = states.map(|state| StepRecord {
        state,
        operation_id: (state != StepState::Waiting).then(|| "v2_investments_create".to_owned()),
        sealed: (state == StepState::Rejected).then(|| vec![4; 3]),
        at: exact(),
        ..step(&format!("{state}#0"), u32::MAX, "{}")
    });
    for record in &records {
        store.record_step(record.clone()).await.unwrap();
    }
    drop(store);
    let store = folder.open();
    let stored = store.find_run(RUN).await.unwrap().unwrap();
    assert_eq!((stored.sequence, &stored.new, &stored.end), (1, &new, &end));
    assert_eq!(store.list_runs(Which::All, 0, 1).await.unwrap(), [stored]);
    assert_eq!(store.steps(RUN).await.unwrap(), records);
    assert_eq!(store.hold_run(run(Uuid::nil())).await.unwrap().sequence, 2);
}

#[tokio::test]
async fn an_intent_that_begins_again_does_so_durably() {
    let folder = Folder::new();
    let store = folder.open();
    store.begin(intent("a", "/1", 1)).await.unwrap();
    store.finish(&key("a"), ending(IntentState::Rejected)).await.unwrap();
    store.begin(intent("a", "/1", 8)).await.unwrap();
    store.close().await.unwrap();
    let stored = folder.open().find(&key("a")).await.unwrap().unwrap();
    assert_eq!((stored.state, stored.new.begun_at, stored.ending), (IntentState::Pending, at(8), None));
}
