//! What the files must be, and how they come to be.

use std::fs;

use cashlink::journal::{IntentStore, RunStore, StoreErrorKind};
use cashlink_sqlite::SqliteStore;

use crate::{Folder, RUN, intent, refused, run};

#[test]
fn what_is_no_journal_is_refused_and_left_as_it_is() {
    let folder = Folder::new();
    let check = |name: &str, bytes: &[u8]| {
        let path = folder.file(name);
        fs::write(&path, bytes).unwrap();
        private(&path);
        refused(SqliteStore::open(&path), StoreErrorKind::Damaged, &["not changed"]);
        refused(SqliteStore::open_read_only(&path), StoreErrorKind::Damaged, &[]);
        assert!(fs::read(&path).unwrap() == bytes, "{name} was changed");
        assert_eq!(fs::read_dir(folder.file(".")).unwrap().count(), 1, "something was put beside it");
        fs::remove_file(path).unwrap();
    };
    check("notes.txt", b"Buy bread, and milk if there is any left");
    check("short.db", b"SQLite format 3\0");
    let other = folder.file("other.db");
    let connection = rusqlite::Connection::open(&other).unwrap();
    connection.execute_batch("CREATE TABLE other (id INTEGER); INSERT INTO other VALUES (1);").unwrap();
    drop(connection);
    let bytes = fs::read(&other).unwrap();
    fs::remove_file(&other).unwrap();
    check("other.db", &bytes);
}

#[test]
fn an_empty_file_becomes_a_journal() {
    let folder = Folder::new();
    fs::write(folder.path(), b"").unwrap();
    private(&folder.path());
    folder.open();
}

#[test]
fn a_folder_in_the_place_of_the_file_is_refused() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    refused(SqliteStore::open(folder.path()), StoreErrorKind::Unavailable, &["not a regular file"]);
    refused(SqliteStore::open(folder.file("..")), StoreErrorKind::Unavailable, &["names no file"]);
}

#[test]
fn a_file_that_is_read_only_is_refused_for_writing() {
    let folder = Folder::new();
    drop(folder.open());
    let mut mode = fs::metadata(folder.path()).unwrap().permissions();
    mode.set_readonly(true);
    fs::set_permissions(folder.path(), mode).unwrap();
    refused(SqliteStore::open(folder.path()), StoreErrorKind::Unavailable, &["read-only", "open_read_only"]);
    SqliteStore::open_read_only(folder.path()).unwrap();
}

#[cfg(not(unix))]
pub(crate) fn private(_: &std::path::Path) {}

#[cfg(unix)]
pub(crate) fn private(path: &std::path::Path) {
    unix::change(path, 0o600);
}

#[cfg(unix)]
mod unix {
    use std::{
        os::unix::fs::{PermissionsExt, symlink},
        path::Path,
    };

    use super::*;

    pub(super) fn change(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[tokio::test]
    async fn files_and_folders_are_made_for_their_owner_only() {
        let folder = Folder::new();
        let path = folder.file("a").join("b").join("journal.db");
        let store = SqliteStore::open(&path).unwrap();
        store.begin(intent("a", "/1", 1)).await.unwrap();
        for name in ["journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock"] {
            assert_eq!(mode(&path.with_file_name(name)), 0o600, "{name}");
        }
        assert_eq!((mode(&folder.file("a")), mode(&folder.file("a").join("b"))), (0o700, 0o700));
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_the_command_that_helps() {
        let folder = Folder::new();
        drop(folder.open());
        for (name, wide) in [("journal.db", 0o640), ("journal.db", 0o602), ("journal.db.lock", 0o644)] {
            let path = folder.file(name);
            change(&path, wide);
            let command = format!("chmod 600 '{}'", path.canonicalize().unwrap().display());
            refused(SqliteStore::open(folder.path()), StoreErrorKind::Unavailable, &[&command]);
            change(&path, 0o600);
        }
        folder.open();
    }

    #[test]
    fn a_symbolic_link_in_the_place_of_any_file_is_refused() {
        for name in ["journal.db", "journal.db.lock", "journal.db-wal", "journal.db-shm", "journal.db-journal"] {
            let folder = Folder::new();
            let target = folder.file("target");
            symlink(&target, folder.file(name)).unwrap();
            refused(SqliteStore::open(folder.path()), StoreErrorKind::Unavailable, &["symbolic link"]);
            assert!(!target.exists(), "{name} was followed");
            fs::write(&target, b"").unwrap();
            change(&target, 0o600);
            refused(SqliteStore::open(folder.path()), StoreErrorKind::Unavailable, &["symbolic link"]);
            assert_eq!(fs::metadata(&target).unwrap().len(), 0, "{name} was followed");
        }
    }

    #[test]
    fn a_symbolic_link_to_the_folder_is_followed() {
        let folder = Folder::new();
        fs::create_dir(folder.file("real")).unwrap();
        symlink(folder.file("real"), folder.file("link")).unwrap();
        let _store = SqliteStore::open(folder.file("link").join("journal.db")).unwrap();
        refused(SqliteStore::open(folder.file("real").join("journal.db")), StoreErrorKind::InUse, &[]);
    }

    #[test]
    fn a_folder_in_which_nothing_can_be_made_is_named_as_the_reason() {
        // Even the superuser cannot make anything there.
        let folder = Path::new("/proc/self/fdinfo");
        if folder.is_dir() {
            refused(SqliteStore::open(folder.join("journal.db")), StoreErrorKind::Unavailable, &["cannot be opened"]);
        }
    }
}

#[tokio::test]
async fn no_error_shows_what_was_stored() {
    let folder = Folder::new();
    let store = folder.open();
    store.begin(intent("beispiel", "/investors/", 1)).await.unwrap();
    store.hold_run(run(RUN)).await.unwrap();
    store.flush().await.unwrap();
    let writer = rusqlite::Connection::open(folder.path()).unwrap();
    writer.execute_batch("UPDATE intents SET address = '/beispiel/'; UPDATE runs SET fields = 'beispiel'").unwrap();
    let intent = store.find(&crate::key("beispiel")).await.unwrap_err();
    let run = store.find_run(RUN).await.unwrap_err();
    for error in [intent, run] {
        assert_eq!(error.kind(), StoreErrorKind::Damaged);
        assert!(!format!("{error} {error:?}").contains("beispiel"), "{error:?}");
    }
}
