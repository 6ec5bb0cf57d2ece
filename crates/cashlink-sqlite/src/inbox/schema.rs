//! The tables of an inbox, which may be guests in the database of an application.
//!
//! What SQLite has for the version of a file and for what it is belongs to the application. So the version is a row of ours.

use cashlink::journal::StoreErrorKind;
use rusqlite::{Connection, OptionalExtension};

use crate::failure::{Failure, Result};

/// The step from each version to the next: the first makes version 1 where there are no tables.
///
/// A step that was released is never changed; another form of the tables is another step.
const STEPS: [&str; 1] = [include_str!("version-1.sql")];

/// The tables that are ours, with what is ours of their indices.
const OURS: &str = "FROM sqlite_schema WHERE name LIKE 'cashlink\\_webhook\\_%' ESCAPE '\\'";

/// Refuses tables of these names that are not an inbox's, or that a later release made, before anything is changed.
pub(super) fn refuse_foreign(connection: &Connection) -> Result<()> {
    steps_from(version(connection)?, &STEPS).map(|_| ())
}

/// Brings the tables to the version that this crate writes.
pub(super) fn prepare(connection: &Connection) -> Result<()> {
    prepare_with(connection, &STEPS)
}

fn prepare_with(connection: &Connection, steps: &[&str]) -> Result<()> {
    if steps_from(version(connection)?, steps)?.is_empty() {
        return Ok(());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    take_steps(connection, steps).inspect_err(|_| {
        // Without a transaction there is nothing to roll back, and then nothing was changed either.
        let _ = connection.execute_batch("ROLLBACK");
    })
}

fn take_steps(connection: &Connection, steps: &[&str]) -> Result<()> {
    // Another process may have been faster.
    for step in steps_from(version(connection)?, steps)? {
        connection.execute_batch(step)?;
    }
    connection.execute(
        "INSERT OR REPLACE INTO cashlink_webhook_version VALUES (1, ?1)",
        [i64::try_from(steps.len()).unwrap_or(i64::MAX)],
    )?;
    Ok(connection.execute_batch("COMMIT")?)
}

fn steps_from<'step>(version: usize, steps: &'step [&'step str]) -> Result<&'step [&'step str]> {
    steps.get(version..).ok_or_else(|| {
        let known = steps.len();
        let message = format!(
            "its tables were made by a later release (version {version}, this one knows {known}): use that release; they \
             were not changed"
        );
        Failure::new(StoreErrorKind::Damaged, message)
    })
}

/// The version of the tables; 0 where there are none.
fn version(connection: &Connection) -> Result<usize> {
    let count: i64 = connection.query_row(&format!("SELECT count(*) {OURS}"), [], |row| row.get(0))?;
    if count == 0 {
        return Ok(0);
    }
    let sql = "SELECT version FROM cashlink_webhook_version WHERE id = 1";
    let found: Option<u32> = connection.query_row(sql, [], |row| row.get(0)).optional().map_err(|_| foreign())?;
    let version = found.filter(|version| *version > 0).ok_or_else(foreign)?;
    usize::try_from(version).map_err(|_| foreign())
}

/// Checks that the tables are those that the steps make, word by word. What an application added to them, such as an
/// index or a trigger with a name of its own, is its business.
pub(super) fn verify(connection: &Connection) -> Result<()> {
    let fresh = Connection::open_in_memory()?;
    prepare(&fresh)?;
    if tables(connection)? == tables(&fresh)? { Ok(()) } else { Err(foreign()) }
}

/// Checks that pages and indices of the tables are whole.
pub(super) fn check(connection: &Connection) -> Result<()> {
    for (name, _) in tables(connection)? {
        let sql = format!("PRAGMA integrity_check({name})");
        let verdict: String = connection.query_row(&sql, [], |row| row.get(0))?;
        if verdict != "ok" {
            return Err(Failure::damaged(format!("pages or indices of {name} are damaged")));
        }
    }
    Ok(())
}

fn tables(connection: &Connection) -> Result<Vec<(String, Option<String>)>> {
    let mut statement = connection.prepare(&format!("SELECT name, sql {OURS} ORDER BY name"))?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn foreign() -> Failure {
    Failure::new(
        StoreErrorKind::Damaged,
        "it has tables named cashlink_webhook_… that are not those of an inbox: give the inbox a file of its own, or rename \
         them; they were not changed",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE cashlink_webhook_version (id INTEGER PRIMARY KEY, version INTEGER);
                         CREATE TABLE cashlink_webhook_one (a INTEGER);";
    const SECOND: &str = "INSERT INTO cashlink_webhook_one VALUES (7);";

    #[test]
    fn tables_are_brought_from_their_version_to_the_last_step_by_step() {
        let connection = Connection::open_in_memory().unwrap();
        prepare_with(&connection, &[FIRST]).unwrap();
        assert_eq!(version(&connection).unwrap(), 1);
        for _ in 0..2 {
            prepare_with(&connection, &[FIRST, SECOND, "UPDATE cashlink_webhook_one SET a = a + 1;"]).unwrap();
            assert_eq!(version(&connection).unwrap(), 3);
            let value: i64 = connection.query_row("SELECT a FROM cashlink_webhook_one", [], |row| row.get(0)).unwrap();
            assert_eq!(value, 8);
        }
        prepare_with(&connection, &[FIRST]).unwrap_err();
    }

    #[test]
    fn a_step_that_fails_changes_nothing_and_can_be_tried_again() {
        let connection = Connection::open_in_memory().unwrap();
        prepare_with(&connection, &[FIRST]).unwrap();
        let broken = format!("{SECOND} INSERT INTO nowhere VALUES (1);");
        prepare_with(&connection, &[FIRST, &broken]).unwrap_err();
        assert_eq!(version(&connection).unwrap(), 1);
        prepare_with(&connection, &[FIRST, SECOND]).unwrap();
        assert_eq!(version(&connection).unwrap(), 2);
    }
}
