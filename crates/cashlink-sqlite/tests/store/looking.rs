//! Looking at a journal that another process may have.

use std::{collections::BTreeMap, fs};

use cashlink::journal::{IntentState, IntentStore, RunStore, StoreErrorKind, Which};
use cashlink_sqlite::SqliteStore;

use crate::{Folder, RUN, ending, files::private, intent, key, names, refused, run, step};

/// Name and content of every file; of the shared memory, which readers mark, only that it is there.
fn files(folder: &Folder) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.file(".")).unwrap().map(|entry| entry.unwrap());
    let content = |name: &str| if name.ends_with("-shm") { Vec::new() } else { fs::read(folder.file(name)).unwrap() };
    let names = entries.map(|entry| entry.file_name().into_string().unwrap());
    names.map(|name| (name.clone(), content(&name))).collect()
}

#[tokio::test]
async fn who_looks_sees_what_was_written_a_moment_ago() {
    let folder = Folder::new();
    let store = folder.open();
    let looking = SqliteStore::open_read_only(folder.path()).unwrap();
    assert!(names(&looking, Which::All, 0, 9).await.is_empty());
    for name in ["a", "b", "c"] {
        store.begin(intent(name, "/1", 1)).await.unwrap();
        assert_eq!(names(&looking, Which::All, 0, 9).await.last().unwrap(), name);
        store.finish(&key(name), ending(IntentState::Applied)).await.unwrap();
        store.flush().await.unwrap();
        assert!(names(&looking, Which::Open, 0, 9).await.is_empty());
    }
    store.close().await.unwrap();
    assert_eq!(names(&looking, Which::All, 0, 9).await, ["a", "b", "c"]);
    let store = folder.open();
    store.begin(intent("d", "/1", 1)).await.unwrap();
    assert_eq!(names(&looking, Which::Open, 0, 9).await, ["d"]);
}

#[tokio::test]
async fn looking_changes_nothing() {
    let folder = Folder::new();
    let store = folder.open();
    store.begin(intent("a", "/1", 1)).await.unwrap();
    let held = files(&folder);
    look(&folder).await;
    assert!(files(&folder) == held);
    store.close().await.unwrap();
    let closed = files(&folder);
    assert_eq!(closed.keys().collect::<Vec<_>>(), ["journal.db", "journal.db.lock"]);
    look(&folder).await;
    assert!(files(&folder) == closed);

    async fn look(folder: &Folder) {
        let looking = SqliteStore::open_read_only(folder.path()).unwrap();
        assert_eq!(names(&looking, Which::All, 0, 9).await, ["a"]);
        looking.close().await.unwrap();
    }
}

#[tokio::test]
async fn who_only_looks_cannot_write() {
    let folder = Folder::new();
    drop(folder.open());
    let looking = SqliteStore::open_read_only(folder.path()).unwrap();
    let (kind, parts) = (StoreErrorKind::Unavailable, &["for reading only"]);
    refused(looking.begin(intent("a", "/1", 1)).await, kind, parts);
    refused(looking.finish(&key("a"), ending(IntentState::Applied)).await, kind, parts);
    refused(looking.hold_run(run(RUN)).await, kind, parts);
    refused(looking.record_step(step("a", 0, "1")).await, kind, parts);
}

/// Closing any handle of a file lets go of all locks that the process has on it. Without them, another program that closes
/// the journal takes itself for the last one and removes the log under the hands of who writes.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn looking_does_not_let_go_of_the_locks_of_who_writes_in_the_same_process() {
    let folder = Folder::new();
    let store = folder.open();
    store.begin(intent("a", "/1", 1)).await.unwrap();
    let inode = std::os::unix::fs::MetadataExt::ino(&fs::metadata(folder.path()).unwrap());
    let locks = || {
        let locks = fs::read_to_string("/proc/locks").unwrap();
        locks.lines().filter(|lock| lock.contains("POSIX") && lock.contains(&format!(":{inode} "))).count()
    };
    let before = locks();
    assert!(before > 0, "SQLite locks the file for as long as it has it open");
    let looking = SqliteStore::open_read_only(folder.path()).unwrap();
    assert_eq!(names(&looking, Which::All, 0, 9).await, ["a"]);
    looking.close().await.unwrap();
    assert_eq!(locks(), before);
}

#[test]
fn there_must_be_something_to_look_at() {
    let folder = Folder::new();
    refused(SqliteStore::open_read_only(folder.path()), StoreErrorKind::Unavailable, &["there is no journal"]);
    fs::write(folder.path(), []).unwrap();
    private(&folder.path());
    refused(SqliteStore::open_read_only(folder.path()), StoreErrorKind::Unavailable, &["there is no journal"]);
    fs::remove_file(folder.path()).unwrap();
    let missing = folder.file("missing").join("journal.db");
    refused(SqliteStore::open_read_only(missing), StoreErrorKind::Unavailable, &["folder"]);
    assert_eq!(fs::read_dir(folder.file(".")).unwrap().count(), 0);
}
