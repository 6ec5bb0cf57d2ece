//! The store against real files.

mod contract;
mod durable;

use std::path::PathBuf;

use cashlink::{
    IdempotencyKey,
    journal::{
        Content, Digest, Ending, Facts, InputRecord, IntentState, IntentStore, NewIntent, NewRun, StepRecord,
        StepState, Which,
    },
};
use cashlink_sqlite::SqliteStore;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const RUN: Uuid = Uuid::from_u128(7);

/// A folder of a test, which is removed in the end.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("journal.db")
    }

    #[track_caller]
    fn open(&self) -> SqliteStore {
        SqliteStore::open(self.path()).unwrap()
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
}

fn key(text: &str) -> IdempotencyKey {
    IdempotencyKey::new(text).unwrap()
}

fn intent(name: &str, path: &str, second: i64) -> NewIntent {
    NewIntent {
        key: key(name),
        operation_id: "v2_investments_partial_update".to_owned(),
        path: path.to_owned(),
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

async fn names(store: &SqliteStore, which: Which, after: u64, limit: usize) -> Vec<String> {
    let listed = store.list(which, after, limit).await.unwrap();
    listed.into_iter().map(|intent| intent.new.key.to_string()).collect()
}
