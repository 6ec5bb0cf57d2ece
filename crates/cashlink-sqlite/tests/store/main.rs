//! The store against real files.

#![cfg(test)]

mod contract;
mod durable;
mod exclusive;
mod files;
mod looking;
mod retention;
mod torn;
mod versions;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use cashlink::{
    IdempotencyKey,
    journal::{
        Content, Digest, Ending, Facts, InputRecord, IntentState, IntentStore, NewIntent, NewRun, StepRecord,
        StepState, StoreError, StoreErrorKind, Which,
    },
    time::Clock,
};
use cashlink_sqlite::SqliteStore;
use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const RUN: Uuid = Uuid::from_u128(7);

/// A folder of a test, which is removed in the end.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn path(&self) -> PathBuf {
        self.file("journal.db")
    }

    /// Opens the journal a minute after the epoch, which is about when the tests write.
    #[track_caller]
    fn open(&self) -> SqliteStore {
        self.try_open(&Hands::at(60)).unwrap()
    }

    fn try_open(&self, hands: &Hands) -> Result<SqliteStore, StoreError> {
        SqliteStore::options().clock(hands.clone()).open(self.path())
    }
}

/// The kind of failure, and that its text has `parts`.
#[track_caller]
fn refused<T>(outcome: Result<T, StoreError>, kind: StoreErrorKind, parts: &[&str]) {
    let error = outcome.err().expect("it was not refused");
    let text = error.to_string();
    assert_eq!(error.kind(), kind, "{text}");
    for part in parts {
        assert!(text.contains(part), "{text:?} lacks {part:?}");
    }
}

/// A clock that is moved by hand; it shows seconds since the epoch.
#[derive(Clone, Debug)]
struct Hands(Arc<AtomicI64>);

impl Hands {
    fn at(second: i64) -> Self {
        Self(Arc::new(AtomicI64::new(second)))
    }

    fn set(&self, second: i64) {
        self.0.store(second, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Instant {
        unimplemented!("a store asks for the wall clock only")
    }

    fn wall(&self) -> Timestamp {
        at(self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        unimplemented!("a store does not wait by its clock")
    }
}

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

async fn names(store: &SqliteStore, which: Which, after: u64, limit: usize) -> Vec<String> {
    let listed = store.list(which, after, limit).await.unwrap();
    listed.into_iter().map(|intent| intent.new.key.to_string()).collect()
}
