use std::{
    pin::pin,
    sync::{Mutex, mpsc as gate},
};

use cashlink::{
    IdempotencyKey,
    journal::{Begun, Content, Digest, Ending, Facts, IntentState, NewIntent, StoreErrorKind, Which},
};
use futures_util::{
    future::{join, join_all},
    poll,
};
use jiff::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::{
    intents::{Begin, Find, Finish, List},
    options::Options,
};

/// Runs SQL in the transaction of the batch.
struct Sql(&'static str);

impl Action for Sql {
    type Output = ();

    const IS_TOLD_EARLY: bool = false;

    fn run(&self, transaction: &mut Transaction<'_>) -> Result<()> {
        Ok(transaction.connection.execute_batch(self.0)?)
    }
}

/// Keeps the thread from its queue until the other end of `closed` is dropped, so that what waits then is one batch.
struct Gate {
    entered: gate::Sender<()>,
    closed: Mutex<gate::Receiver<()>>,
}

impl Question for Gate {
    type Output = ();

    fn ask(&self, _: &Connection) -> Result<()> {
        self.entered.send(()).unwrap();
        self.closed.lock().unwrap().recv().unwrap_err();
        Ok(())
    }
}

/// Breaks a rule that is checked when the transaction is committed.
const BREAK: Sql = Sql("INSERT INTO part VALUES (1)");

fn open(setup: &str) -> (TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let parts = Options::new().parts(&folder.path().join("journal.db")).unwrap();
    parts.connection.execute_batch(setup).unwrap();
    (folder, Writer::start(parts).unwrap())
}

fn breakable() -> (TempDir, Writer) {
    open(
        "PRAGMA foreign_keys = ON;
         CREATE TEMP TABLE whole (id INTEGER PRIMARY KEY);
         CREATE TEMP TABLE part (whole REFERENCES whole (id) DEFERRABLE INITIALLY DEFERRED);",
    )
}

fn key(name: &str) -> IdempotencyKey {
    IdempotencyKey::new(name).unwrap()
}

fn begin(name: &str) -> Begin {
    Begin::new(NewIntent {
        key: key(name),
        operation_id: "v2_investments_create".to_owned(),
        address: "/v2/investments/".to_owned(),
        digest: Digest::from_bytes([0; 32]),
        content: Content::Sealed(vec![0; 512]),
        step: None,
        begun_at: Timestamp::now(),
    })
}

fn finish(name: &str) -> Finish {
    let (state, at) = (IntentState::Applied, Timestamp::now());
    Finish {
        key: key(name),
        ending: Ending { state, at, status: None, facts: Facts::default(), reply: None, note: None },
    }
}

/// Has the thread do `work` in one batch.
async fn together<T>(writer: &Writer, work: impl Future<Output = T>) -> T {
    let ((entered, is_entered), (opened, closed)) = (gate::channel(), gate::channel());
    let mut gate = pin!(writer.ask(Gate { entered, closed: Mutex::new(closed) }));
    assert!(poll!(&mut gate).is_pending());
    is_entered.recv().unwrap();
    // The work is polled, and so in the queue, before the gate is opened.
    let (outcome, ()) = join(work, async { drop(opened) }).await;
    gate.await.unwrap();
    outcome
}

async fn count(writer: &Writer) -> usize {
    writer.ask(List { which: Which::All, after: 0, limit: usize::MAX }).await.unwrap().len()
}

#[tokio::test]
async fn all_that_waits_is_one_commit() {
    let (_folder, writer) = open("");
    let names: Vec<_> = (0..100).map(|index| format!("key-{index}")).collect();
    let begun = together(&writer, join_all(names.iter().map(|name| writer.run(begin(name))))).await;
    assert!(begun.into_iter().all(|begun| begun.unwrap() == Begun::New));
    let noted = std::fs::read_to_string(writer.path.with_extension("db.lock")).unwrap();
    assert!(noted.contains("commits 1 intents 100 "), "{noted}");
}

#[tokio::test]
async fn a_command_that_fails_takes_no_other_with_it() {
    let (_folder, writer) = open("");
    let (first, second, third) = (writer.run(begin("a")), writer.run(finish("missing")), writer.run(begin("b")));
    let ((first, second), third) = together(&writer, join(join(first, second), third)).await;
    assert_eq!(second.unwrap_err().kind(), StoreErrorKind::Missing);
    assert_eq!((first.unwrap(), third.unwrap()), (Begun::New, Begun::New));
    assert_eq!(count(&writer).await, 2);
}

#[tokio::test]
async fn a_commit_that_fails_is_told_to_all_who_began_and_nothing_is_stored() {
    let (_folder, writer) = breakable();
    let both = join(writer.run(begin("a")), writer.run(BREAK));
    let (begun, broken) = together(&writer, join(both, writer.run(begin("b")))).await.0;
    assert!(broken.is_err());
    assert!(begun.is_err());
    assert_eq!(count(&writer).await, 0);
    assert_eq!(writer.run(begin("a")).await.unwrap(), Begun::New);
    let stored = writer.ask(Find(key("a"))).await.unwrap().unwrap();
    assert_eq!(stored.sequence, 1);
}

#[tokio::test]
async fn an_end_that_was_told_and_lost_is_written_before_all_else() {
    let (folder, writer) = breakable();
    writer.run(begin("a")).await.unwrap();
    let (told, broken) = together(&writer, join(writer.run(finish("a")), writer.run(BREAK))).await;
    told.unwrap();
    assert!(broken.is_err());
    // Even a question comes after what is owed.
    assert_eq!(writer.ask(Find(key("a"))).await.unwrap().unwrap().state, IntentState::Applied);
    drop(writer);
    Options::new().parts(&folder.path().join("journal.db")).unwrap();
}

#[tokio::test]
async fn an_end_that_was_told_and_lost_is_written_before_the_file_is_closed() {
    let (folder, writer) = breakable();
    writer.run(begin("a")).await.unwrap();
    let (told, broken) = together(&writer, join(writer.run(finish("a")), writer.run(BREAK))).await;
    told.unwrap();
    assert!(broken.is_err());
    drop(writer);
    let parts = Options::new().parts(&folder.path().join("journal.db")).unwrap();
    assert_eq!(Find(key("a")).ask(&parts.connection).unwrap().unwrap().state, IntentState::Applied);
}

#[tokio::test]
async fn a_full_disk_fails_what_begins_and_all_goes_on_when_there_is_room() {
    let (folder, writer) = open("PRAGMA max_page_count = 20");
    let mut stored = 0;
    let error = loop {
        match writer.run(begin(&format!("key-{stored}"))).await {
            Ok(begun) => assert_eq!(begun, Begun::New),
            Err(error) => break error,
        }
        stored += 1;
        assert!(stored < 100, "the disk is not full");
    };
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    assert!(error.to_string().contains("the disk is full"), "{error}");
    let lost: Vec<_> = (0..30).map(|index| format!("lost-{index}")).collect();
    let begun = together(&writer, join_all(lost.iter().map(|name| writer.run(begin(name))))).await;
    let failed = begun.iter().filter(|begun| begun.is_err()).count();
    assert!(failed > 0);
    assert_eq!(count(&writer).await, stored + lost.len() - failed);
    // What was begun can be ended, for which there is room in its page or not: that is told.
    let ended = writer.run(finish("key-0")).await.is_ok();
    writer.run(Sql("PRAGMA max_page_count = 100000")).await.unwrap();
    assert_eq!(writer.run(begin("after")).await.unwrap(), Begun::New);
    assert_eq!(writer.ask(Find(key("key-0"))).await.unwrap().unwrap().state == IntentState::Applied, ended);
    drop(writer);
    let parts = Options::new().parts(&folder.path().join("journal.db")).unwrap();
    assert_eq!(parts.ledger.rows, i64::try_from(stored + lost.len() - failed + 1).unwrap());
}
