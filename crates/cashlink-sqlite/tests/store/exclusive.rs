//! One process at a time has a journal, and one task at a time has a run.

use std::{fs, process, sync::mpsc, thread, time::Duration};

use cashlink::journal::{IntentStore, RunStore, StoreErrorKind, Which};
use cashlink_sqlite::SqliteStore;

use crate::{Folder, RUN, intent, refused, run};

#[test]
fn the_same_file_is_not_opened_twice_and_the_message_says_by_whom_it_is_held() {
    let folder = Folder::new();
    let store = folder.open();
    let path = folder.path().display().to_string();
    refused(SqliteStore::open(folder.path()), StoreErrorKind::InUse, &[&path, "this process", "another journal"]);
    // The way does not matter.
    let roundabout = folder.file(".").join("journal.db");
    refused(SqliteStore::open(roundabout), StoreErrorKind::InUse, &[]);
    drop(store);
    folder.open();
}

#[test]
fn the_lock_file_names_the_process_that_has_the_journal() {
    let folder = Folder::new();
    let store = folder.open();
    let lock = fs::read_to_string(folder.file("journal.db.lock")).unwrap();
    assert!(lock.starts_with(&format!("pid {} ", process::id())), "{lock}");
    drop(store);
    // As if another process had it.
    let file = fs::File::open(folder.file("journal.db.lock")).unwrap();
    file.lock().unwrap();
    fs::write(folder.file("journal.db.lock"), "pid 1\n").unwrap();
    refused(SqliteStore::open(folder.path()), StoreErrorKind::InUse, &["the process 1 has it open"]);
    drop(file);
    folder.open();
}

#[test]
fn whoever_waits_gets_the_journal_when_it_is_let_go_of() {
    let folder = Folder::new();
    let store = folder.open();
    let path = folder.path();
    let (trying, tries) = mpsc::channel();
    let waiter = thread::spawn(move || {
        trying.send(()).unwrap();
        SqliteStore::options().wait(Duration::from_secs(60)).open(path)
    });
    tries.recv().unwrap();
    drop(store);
    waiter.join().unwrap().unwrap();
}

#[test]
fn waiting_has_an_end() {
    let folder = Folder::new();
    let _store = folder.open();
    let waiting = SqliteStore::options().wait(Duration::from_millis(1));
    refused(waiting.open(folder.path()), StoreErrorKind::InUse, &[]);
}

#[tokio::test]
async fn a_closed_journal_can_be_opened_at_once_and_its_clones_say_that_it_is_closed() {
    let folder = Folder::new();
    let (store, clone) = (folder.open(), folder.path());
    let other = store.clone();
    store.close().await.unwrap();
    let _again = SqliteStore::open(clone).unwrap();
    refused(other.begin(intent("a", "/1", 1)).await, StoreErrorKind::Unavailable, &["closed"]);
    refused(other.list(Which::All, 0, 1).await, StoreErrorKind::Unavailable, &["closed"]);
    refused(other.close().await, StoreErrorKind::Unavailable, &["closed"]);
}

#[tokio::test]
async fn a_run_is_free_again_when_the_future_that_wanted_it_was_dropped() {
    let folder = Folder::new();
    let store = folder.open();
    let mut holding = store.hold_run(run(RUN));
    // Polled once, it has taken hold and waits for the disk.
    assert!(futures_util::poll!(&mut holding).is_pending());
    refused(store.hold_run(run(RUN)).await, StoreErrorKind::InUse, &[&RUN.to_string()]);
    drop(holding);
    store.hold_run(run(RUN)).await.unwrap();
}
