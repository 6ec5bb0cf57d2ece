use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::journal::{Content, Digest, Facts, InputRecord, StepState};

const RUN: Uuid = Uuid::from_u128(7);

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

fn intent(name: &str, address: &str, second: i64) -> NewIntent {
    NewIntent {
        key: key(name),
        operation_id: "v2_investments_partial_update".to_owned(),
        address: address.to_owned(),
        digest: Digest::from_bytes([1; 32]),
        content: Content::None,
        step: None,
        begun_at: at(second),
    }
}

fn ending(state: IntentState) -> Ending {
    Ending { state, at: at(50), status: None, facts: Facts::default(), reply: None, note: None }
}

fn run(id: Uuid) -> NewRun {
    let input = InputRecord { digest: Digest::from_bytes([2; 32]), fields: "{}".to_owned(), sealed: None };
    NewRun { id, guide: "registry".to_owned(), input, begun_at: at(0) }
}

fn step(step: &str, take: u32, value: &str) -> StepRecord {
    StepRecord {
        run_id: RUN,
        step: step.to_owned(),
        take,
        operation_id: None,
        key: key("k"),
        state: StepState::Done,
        value: value.to_owned(),
        sealed: None,
        at: at(1),
    }
}

async fn names(store: &MemoryStore, which: Which, after: u64, limit: usize) -> Vec<String> {
    let listed = store.list(which, after, limit).await.unwrap();
    listed.into_iter().map(|intent| intent.new.key.to_string()).collect()
}

#[tokio::test]
async fn an_intent_is_pending_until_its_outcome_is_known() {
    let store = MemoryStore::new();
    assert_eq!(store.begin(intent("a", "/1", 1)).await.unwrap(), Begun::New);
    let found = store.find(&key("a")).await.unwrap().unwrap();
    assert_eq!((found.sequence, found.state, found.ending), (1, IntentState::Pending, None));
    store.finish(&key("a"), ending(IntentState::Pending)).await.unwrap();
    assert_eq!(names(&store, Which::Open, 0, 9).await, ["a"]);
    store.finish(&key("a"), ending(IntentState::Applied)).await.unwrap();
    assert!(names(&store, Which::Open, 0, 9).await.is_empty());
    assert_eq!(store.find(&key("b")).await.unwrap(), None);
    let error = store.finish(&key("b"), ending(IntentState::Applied)).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::Missing);
}

#[tokio::test]
async fn a_key_with_another_request_is_a_conflict_and_changes_nothing() {
    let store = MemoryStore::new();
    store.begin(intent("a", "/1", 1)).await.unwrap();
    store.finish(&key("a"), ending(IntentState::Rejected)).await.unwrap();
    let other = NewIntent { digest: Digest::from_bytes([9; 32]), ..intent("a", "/1", 2) };
    let Begun::Conflict(found) = store.begin(other).await.unwrap() else { panic!("no conflict") };
    assert_eq!(found.state, IntentState::Rejected);
    assert_eq!(store.find(&key("a")).await.unwrap(), Some(*found));
}

#[tokio::test]
async fn what_was_rejected_or_not_sent_is_pending_again_when_it_begins_again() {
    for state in [IntentState::Rejected, IntentState::NotSent] {
        let store = MemoryStore::new();
        store.begin(intent("a", "/1", 1)).await.unwrap();
        store.finish(&key("a"), ending(state)).await.unwrap();
        let Begun::Known(before) = store.begin(intent("a", "/1", 8)).await.unwrap() else { panic!("not known") };
        assert_eq!((before.state, before.new.begun_at), (state, at(1)));
        let after = store.find(&key("a")).await.unwrap().unwrap();
        assert_eq!((after.state, after.new.begun_at, after.sequence), (IntentState::Pending, at(8), 2));
    }
}

#[tokio::test]
async fn what_begins_again_is_the_last_and_overtakes() {
    let store = MemoryStore::new();
    for name in ["a", "b"] {
        store.begin(intent(name, "/1", 1)).await.unwrap();
    }
    store.finish(&key("a"), ending(IntentState::Rejected)).await.unwrap();
    store.begin(intent("a", "/1", 8)).await.unwrap();
    let listed = store.list(Which::Open, 0, 9).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|intent| (intent.new.key.as_str(), intent.is_overtaken)).collect();
    assert_eq!(listed, [("b", true), ("a", false)]);
    store.begin(intent("c", "/2", 9)).await.unwrap();
    assert_eq!(names(&store, Which::All, 2, 9).await, ["a", "c"]);
}

#[tokio::test]
async fn what_was_applied_stays_applied() {
    let store = MemoryStore::new();
    store.begin(intent("a", "/1", 1)).await.unwrap();
    store.finish(&key("a"), ending(IntentState::Applied)).await.unwrap();
    let Begun::Known(found) = store.begin(intent("a", "/1", 2)).await.unwrap() else { panic!("not known") };
    assert_eq!(found.state, IntentState::Applied);
    for state in [IntentState::Rejected, IntentState::NotSent, IntentState::Pending] {
        store.finish(&key("a"), ending(state)).await.unwrap();
        assert_eq!(store.find(&key("a")).await.unwrap().as_ref(), Some(&*found));
    }
}

#[tokio::test]
async fn a_later_intent_of_the_same_operation_and_path_overtakes() {
    let store = MemoryStore::new();
    for (name, path) in [("a", "/1"), ("b", "/2"), ("c", "/1")] {
        store.begin(intent(name, path, 1)).await.unwrap();
    }
    let other = NewIntent { operation_id: "v2_investments_create".to_owned(), ..intent("d", "/2", 1) };
    store.begin(other).await.unwrap();
    let listed = store.list(Which::All, 0, 9).await.unwrap();
    assert_eq!(listed.iter().map(|intent| intent.is_overtaken).collect::<Vec<_>>(), [true, false, false, false]);
}

#[tokio::test]
async fn intents_are_listed_in_the_order_in_which_they_began() {
    let store = MemoryStore::new();
    for name in ["a", "b", "c", "d"] {
        store.begin(intent(name, "/1", 1)).await.unwrap();
    }
    store.clone().finish(&key("b"), ending(IntentState::Applied)).await.unwrap();
    assert_eq!(names(&store, Which::All, 0, 9).await, ["a", "b", "c", "d"]);
    assert_eq!(names(&store, Which::All, 2, 1).await, ["c"]);
    assert_eq!(names(&store, Which::Open, 0, 2).await, ["a", "c"]);
    assert_eq!(names(&store, Which::Open, 3, 9).await, ["d"]);
    assert!(names(&store, Which::All, u64::MAX, 9).await.is_empty());
}

#[tokio::test]
async fn a_run_is_held_by_one_at_a_time_and_stays_what_it_began_as() {
    let store = MemoryStore::new();
    let first = store.hold_run(run(RUN)).await.unwrap();
    assert_eq!((first.sequence, first.end.state), (1, RunState::Open));
    assert_eq!(store.clone().hold_run(run(RUN)).await.unwrap_err().kind(), StoreErrorKind::InUse);
    store.hold_run(run(Uuid::nil())).await.unwrap();
    store.release_run(RUN);
    let changed = NewRun { guide: "platform".to_owned(), ..run(RUN) };
    assert_eq!(store.hold_run(changed).await.unwrap(), first);
}

#[tokio::test]
async fn runs_are_listed_until_they_have_ended() {
    let store = MemoryStore::new();
    for id in 1..=3 {
        store.hold_run(run(Uuid::from_u128(id))).await.unwrap();
    }
    let done = RunEnd { state: RunState::Done, at: at(3), report: Some("{}".to_owned()), note: None };
    store.end_run(Uuid::from_u128(2), done.clone()).await.unwrap();
    assert_eq!(store.find_run(Uuid::from_u128(2)).await.unwrap().unwrap().end, done);
    assert_eq!(store.find_run(RUN).await.unwrap(), None);
    assert_eq!(store.end_run(RUN, done).await.unwrap_err().kind(), StoreErrorKind::Missing);
    let open: Vec<_> = store.list_runs(Which::Open, 0, 9).await.unwrap().iter().map(|run| run.sequence).collect();
    assert_eq!(open, [1, 3]);
    let all: Vec<_> = store.list_runs(Which::All, 1, 1).await.unwrap().iter().map(|run| run.sequence).collect();
    assert_eq!(all, [2]);
}

#[tokio::test]
async fn a_step_is_stored_in_the_place_of_the_same_take() {
    let store = MemoryStore::new();
    for record in [step("b#0", 0, "1"), step("a#0", 0, "2"), step("b#0", 1, "3"), step("b#0", 0, "4")] {
        store.record_step(record).await.unwrap();
    }
    let expected = [step("b#0", 0, "4"), step("a#0", 0, "2"), step("b#0", 1, "3")];
    assert_eq!(store.steps(RUN).await.unwrap(), expected);
    assert!(store.steps(Uuid::nil()).await.unwrap().is_empty());
}

#[tokio::test]
async fn debug_shows_numbers_only() {
    let store = MemoryStore::new();
    store.begin(intent("beispiel", "/1", 1)).await.unwrap();
    assert_eq!(format!("{store:?}"), "MemoryStore { intents: 1, runs: 0, .. }");
}
