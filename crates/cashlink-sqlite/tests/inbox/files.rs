//! What the file may be, and what becomes of one that is not.

use std::{fs, path::Path, time::Duration};

use cashlink::{journal::StoreErrorKind, webhook::Inbox};
use cashlink_sqlite::{SqliteInbox, SqliteStore, rusqlite::Connection};

use crate::{Folder, event, options, record, refused};

/// That the file is refused like this, and not changed.
#[track_caller]
fn refused_unchanged(path: &Path, kind: StoreErrorKind, parts: &[&str]) {
    let before = fs::read(path).unwrap();
    refused(SqliteInbox::open(path), kind, &[&["inbox ", path.to_str().unwrap()], parts].concat());
    assert!(fs::read(path).unwrap() == before, "it was changed");
}

#[tokio::test]
async fn the_database_of_an_application_keeps_what_is_its_own() {
    let folder = Folder::with_effects();
    folder.sql("PRAGMA application_id = 7; PRAGMA user_version = 9; INSERT INTO effects VALUES (1, 'a', 'b');");
    let inbox = options().open(folder.path()).unwrap();
    record(&inbox, event(1, "PAID", 1)).await.unwrap();
    // What the application adds to our tables is no reason to refuse them.
    folder.sql("CREATE INDEX by_status ON cashlink_webhook_events (status)");
    drop(inbox);
    let inbox = options().open(folder.path()).unwrap();
    assert_eq!(inbox.list(0, 9).await.unwrap().len(), 1);
    let connection = folder.connection();
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((number("application_id"), number("user_version")), (7, 9));
    assert_eq!(folder.effects(), ["1 a>b"]);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_made_is_for_its_owner_and_one_that_is_there_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let path = folder.0.path().join("new").join("inbox.db");
    drop(SqliteInbox::open(&path).unwrap());
    assert_eq!((mode(path.parent().unwrap()), mode(&path)), (0o700, 0o600));
    folder.sql("CREATE TABLE own (id)");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o644)).unwrap();
    drop(SqliteInbox::open(folder.path()).unwrap());
    assert_eq!(mode(&folder.path()), 0o644);
}

#[test]
fn what_is_no_database_is_refused_and_left_as_it_is() {
    let folder = Folder::new();
    fs::write(folder.path(), b"Buy bread, and milk if there is any left".repeat(50)).unwrap();
    refused_unchanged(&folder.path(), StoreErrorKind::Damaged, &["no SQLite file", "keep a copy"]);
    refused(SqliteInbox::open(folder.0.path()), StoreErrorKind::Unavailable, &[]);
}

#[test]
fn a_journal_is_refused_and_left_as_it_is() {
    let folder = Folder::new();
    drop(SqliteStore::open(folder.path()).unwrap());
    refused_unchanged(&folder.path(), StoreErrorKind::Unavailable, &["journal", "another file"]);
    drop(SqliteStore::open(folder.path()).unwrap());
}

#[test]
fn tables_of_these_names_that_are_not_ours_are_refused_and_left_as_they_are() {
    check("CREATE TABLE cashlink_webhook_events (id)", &["not those of an inbox", "not changed"]);
    check("CREATE TABLE cashlink_webhook_version (id, other)", &["not those of an inbox"]);
    check("CREATE TABLE cashlink_webhook_version (id, version)", &["not those of an inbox"]);
    check(
        "CREATE TABLE cashlink_webhook_version (id, version); INSERT INTO cashlink_webhook_version VALUES (1, 2)",
        &["later release", "version 2", "knows 1", "not changed"],
    );

    #[track_caller]
    fn check(sql: &str, parts: &[&str]) {
        let folder = Folder::new();
        folder.sql(sql);
        refused_unchanged(&folder.path(), StoreErrorKind::Damaged, parts);
    }
}

#[test]
fn an_inbox_that_lacks_a_table_or_has_another_form_is_refused() {
    for sql in [
        "DROP TABLE cashlink_webhook_cursors",
        "ALTER TABLE cashlink_webhook_events ADD COLUMN more TEXT",
        "CREATE TABLE cashlink_webhook_more (id)",
    ] {
        let folder = Folder::new();
        drop(SqliteInbox::open(folder.path()).unwrap());
        folder.sql(sql);
        refused_unchanged(&folder.path(), StoreErrorKind::Damaged, &["not those of an inbox"]);
    }
}

#[test]
fn a_file_that_cannot_be_written_is_refused() {
    let folder = Folder::with_effects();
    let mut permissions = fs::metadata(folder.path()).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.path(), permissions).unwrap();
    refused_unchanged(&folder.path(), StoreErrorKind::Unavailable, &["cannot be written", "mode"]);
}

#[tokio::test]
async fn a_damaged_file_is_told_of_when_it_is_opened() {
    let folder = Folder::new();
    let inbox = options().open(folder.path()).unwrap();
    for index in 0..200 {
        record(&inbox, event(index, "PAID", 1)).await.unwrap();
    }
    inbox.close().await.unwrap();
    let mut bytes = fs::read(folder.path()).unwrap();
    let pages = bytes.len() / 4096;
    // The last page is one of events or of their index.
    bytes[(pages - 1) * 4096..][..64].fill(0xff);
    fs::write(folder.path(), bytes).unwrap();
    refused(
        SqliteInbox::open(folder.path()),
        StoreErrorKind::Damaged,
        &["damaged", "keep a copy", "list the investments"],
    );
}

#[tokio::test]
async fn what_was_written_by_others_and_makes_no_sense_is_told_of() {
    let folder = Folder::new();
    let inbox = options().open(folder.path()).unwrap();
    for (sql, second) in [
        ("UPDATE cashlink_webhook_events SET recorded = 'maybe'", 1),
        ("UPDATE cashlink_webhook_events SET recorded = 'late', changed_at = 'soon'", 2),
        ("UPDATE cashlink_webhook_events SET changed_at = NULL, extra = '[]'", 3),
        ("UPDATE cashlink_webhook_events SET extra = NULL, investment_id = 'x'", 4),
    ] {
        record(&inbox, event(1, "PAID", second)).await.unwrap();
        folder.sql(sql);
        refused(inbox.list(0, 9).await, StoreErrorKind::Damaged, &["cannot be understood"]);
    }
    folder.sql("UPDATE cashlink_webhook_standings SET changed_at = 'soon'");
    refused(record(&inbox, event(1, "PAID", 9)).await, StoreErrorKind::Damaged, &["cannot be understood"]);
}

#[test]
fn a_database_that_cannot_have_a_log_is_refused() {
    let folder = Folder::with_effects();
    let application = Connection::open(folder.path()).unwrap();
    application.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let inbox = options().wait(Duration::ZERO).open(folder.path());
    refused(inbox, StoreErrorKind::Unavailable, &["locked"]);
}
