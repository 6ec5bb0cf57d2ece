//! What ended long ago is removed, and what is needed stays.

use std::time::Duration;

use cashlink::journal::{Ending, IntentState, IntentStore, NewIntent, RunEnd, RunState, RunStore, Which};
use cashlink_sqlite::SqliteStore;
use uuid::Uuid;

use crate::{Folder, Hands, RUN, at, ending, intent, key, names, run, step};

const DAY: i64 = 24 * 60 * 60;

fn open(folder: &Folder, hands: &Hands) -> SqliteStore {
    let keep = Duration::from_secs(30 * 24 * 60 * 60);
    SqliteStore::options().keep_finished(keep).clock(hands.clone()).open(folder.path()).unwrap()
}

async fn finish(store: &SqliteStore, name: &str, state: IntentState, day: i64) {
    store.finish(&key(name), Ending { at: at(day * DAY), ..ending(state) }).await.unwrap();
}

#[tokio::test]
async fn finished_intents_go_by_their_age_and_pending_ones_stay() {
    let (folder, hands) = (Folder::new(), Hands::at(0));
    let store = open(&folder, &hands);
    for name in ["applied", "pending", "rejected", "late", "unknown", "not-sent"] {
        store.begin(intent(name, &format!("/{name}"), 0)).await.unwrap();
    }
    finish(&store, "applied", IntentState::Applied, 0).await;
    finish(&store, "rejected", IntentState::Rejected, 0).await;
    finish(&store, "late", IntentState::Applied, 20).await;
    finish(&store, "unknown", IntentState::Pending, 0).await;
    finish(&store, "not-sent", IntentState::NotSent, 0).await;
    hands.set(40 * DAY);
    store.close().await.unwrap();
    let store = open(&folder, &hands);
    assert_eq!(names(&store, Which::All, 0, 9).await, ["pending", "late", "unknown"]);
    // Places are not used again.
    store.begin(intent("next", "/next", 40 * DAY)).await.unwrap();
    assert_eq!(store.find(&key("next")).await.unwrap().unwrap().sequence, 7);
    store.close().await.unwrap();
    // What is left adds up.
    open(&folder, &hands).close().await.unwrap();
}

#[tokio::test]
async fn a_store_that_stays_open_removes_them_from_time_to_time() {
    let (folder, hands) = (Folder::new(), Hands::at(0));
    let store = open(&folder, &hands);
    store.begin(intent("old", "/1", 0)).await.unwrap();
    finish(&store, "old", IntentState::Applied, 0).await;
    hands.set(31 * DAY);
    // The pass follows upon a batch, and the question upon the pass.
    store.begin(intent("new", "/2", 31 * DAY)).await.unwrap();
    store.flush().await.unwrap();
    assert_eq!(names(&store, Which::All, 0, 9).await, ["new"]);
}

#[tokio::test]
async fn more_than_one_portion_is_removed_in_the_end() {
    let (folder, hands) = (Folder::new(), Hands::at(0));
    let store = open(&folder, &hands);
    let count = 1000;
    for index in 0..count {
        let name = format!("key-{index}");
        store.begin(intent(&name, &format!("/{index}"), 0)).await.unwrap();
        if index != 700 {
            finish(&store, &name, IntentState::Applied, 0).await;
        }
    }
    store.close().await.unwrap();
    hands.set(40 * DAY);
    let store = open(&folder, &hands);
    let mut questions = 0;
    while names(&store, Which::All, 0, count).await.len() > 1 {
        questions += 1;
        assert!(questions < 100, "they are still there");
        // A portion follows upon every batch.
        store.flush().await.unwrap();
    }
    assert_eq!(names(&store, Which::All, 0, 9).await, ["key-700"]);
}

#[tokio::test]
async fn an_intent_that_overtook_a_pending_one_stays_to_say_so() {
    let (folder, hands) = (Folder::new(), Hands::at(0));
    let store = open(&folder, &hands);
    for (name, address) in [("before", "/1"), ("pending", "/1"), ("after", "/1"), ("elsewhere", "/2")] {
        store.begin(intent(name, address, 0)).await.unwrap();
        if name != "pending" {
            finish(&store, name, IntentState::Applied, 0).await;
        }
    }
    store.close().await.unwrap();
    hands.set(40 * DAY);
    let store = open(&folder, &hands);
    assert_eq!(names(&store, Which::All, 0, 9).await, ["pending", "after"]);
    assert!(store.find(&key("pending")).await.unwrap().unwrap().is_overtaken);
}

#[tokio::test]
async fn ended_runs_go_with_their_steps_and_open_ones_keep_their_intents() {
    let (folder, hands) = (Folder::new(), Hands::at(0));
    let store = open(&folder, &hands);
    let (done, open_run, late) = (RUN, Uuid::from_u128(8), Uuid::from_u128(9));
    for id in [done, open_run, late] {
        store.hold_run(run(id)).await.unwrap();
        let name = id.simple().to_string();
        let new = intent(&name, &format!("/{id}"), 0);
        store.begin(NewIntent { step: Some((id, "a#0".to_owned())), ..new }).await.unwrap();
        finish(&store, &name, IntentState::Applied, 0).await;
        for take in 0..2 {
            let record = step("a#0", take, "1");
            store.record_step(cashlink::journal::StepRecord { run_id: id, ..record }).await.unwrap();
        }
    }
    let end = |day: i64| RunEnd { state: RunState::Done, at: at(day * DAY), report: None, note: None };
    store.end_run(done, end(0)).await.unwrap();
    store.end_run(late, end(39)).await.unwrap();
    store.close().await.unwrap();
    hands.set(40 * DAY);
    let store = open(&folder, &hands);
    store.flush().await.unwrap();
    store.flush().await.unwrap();
    let runs: Vec<_> = store.list_runs(Which::All, 0, 9).await.unwrap().iter().map(|run| run.new.id).collect();
    assert_eq!(runs, [open_run, late]);
    assert_eq!(names(&store, Which::All, 0, 9).await, [open_run.simple().to_string()]);
    assert!(store.steps(done).await.unwrap().is_empty());
    assert_eq!((store.steps(open_run).await.unwrap().len(), store.steps(late).await.unwrap().len()), (2, 2));
    store.close().await.unwrap();
    open(&folder, &hands).close().await.unwrap();
}
