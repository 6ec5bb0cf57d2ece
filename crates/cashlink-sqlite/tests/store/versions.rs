//! Files of other versions.

use std::fs;

use cashlink::journal::{Content, IntentState, IntentStore, RunStore, StepState, StoreErrorKind, Which};
use cashlink_sqlite::SqliteStore;
use rusqlite::Connection;

use crate::{Folder, RUN, intent, refused};

/// A journal of version 1 with two intents, a run and a step, as the release that had it wrote them.
const VERSION_1: &str = include_str!("version-1.sql");

/// Makes the file with `sql`.
fn write(folder: &Folder, sql: &str) {
    fs::write(folder.path(), b"").unwrap();
    #[cfg(unix)]
    fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    Connection::open(folder.path()).unwrap().execute_batch(sql).unwrap();
}

#[tokio::test]
async fn version_1_is_read() {
    let folder = Folder::new();
    write(&folder, VERSION_1);
    let store = folder.open();
    let intents = store.list(Which::All, 0, 9).await.unwrap();
    assert_eq!(
        intents.iter().map(|intent| intent.state).collect::<Vec<_>>(),
        [IntentState::Applied, IntentState::Pending]
    );
    assert_eq!(intents[0].new.content, Content::Sealed(vec![1, 2, 3]));
    assert_eq!(intents[0].new.step, Some((RUN, "registry[0]/a#0".to_owned())));
    assert_eq!(store.find_run(RUN).await.unwrap().unwrap().new.guide, "registry");
    assert_eq!(store.steps(RUN).await.unwrap()[0].state, StepState::Done);
    store.begin(intent("next", "/1", 1)).await.unwrap();
    assert_eq!(store.list(Which::All, 2, 9).await.unwrap()[0].sequence, 3);
}

#[test]
fn a_later_version_is_refused_and_left_as_it_is() {
    let folder = Folder::new();
    write(&folder, &format!("{VERSION_1} PRAGMA user_version = 2;"));
    let before = fs::read(folder.path()).unwrap();
    refused(SqliteStore::open(folder.path()), StoreErrorKind::Damaged, &["later release", "version 2", "knows 1"]);
    assert!(fs::read(folder.path()).unwrap() == before, "it was changed");
}

#[test]
fn a_journal_that_was_about_to_be_made_is_made() {
    let folder = Folder::new();
    write(&folder, "PRAGMA journal_mode = WAL;");
    assert_ne!(fs::metadata(folder.path()).unwrap().len(), 0);
    folder.open();
}

#[test]
fn a_journal_that_lacks_a_table_or_an_index_is_damaged() {
    for sql in ["DROP TABLE steps;", "DROP INDEX intents_pending;", "ALTER TABLE runs ADD COLUMN more TEXT;"] {
        let folder = Folder::new();
        write(&folder, &format!("{VERSION_1} {sql}"));
        refused(SqliteStore::open(folder.path()), StoreErrorKind::Damaged, &["tables", ".recover"]);
    }
}
