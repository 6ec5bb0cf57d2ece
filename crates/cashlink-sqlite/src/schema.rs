//! The tables of a journal, and the steps from one version of them to the next.

use cashlink::journal::StoreErrorKind;
use rusqlite::Connection;

use crate::failure::{Failure, Result};

/// Marks an SQLite file as a journal ("CLJ1").
pub(crate) const APPLICATION_ID: i32 = 0x434c_4a31;

/// The step from each version to the next: the first makes version 1 of an empty file.
///
/// A step that was released is never changed; another form of the tables is another step.
const STEPS: [&str; 1] = [include_str!("schema/version-1.sql")];

/// Refuses a file that a later release wrote, before anything is changed in it.
pub(crate) fn refuse_later(connection: &Connection) -> Result<()> {
    steps_from(version(connection)?, &STEPS).map(|_| ())
}

/// What the file says whose it is; nothing before it has tables.
pub(crate) fn mark(connection: &Connection) -> Result<Option<i32>> {
    let changes: i64 = connection.pragma_query_value(None, "schema_version", |row| row.get(0))?;
    let mark = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    Ok((changes > 0).then_some(mark))
}

/// Whether the tables have the version that this release writes.
pub(crate) fn is_current(connection: &Connection) -> Result<bool> {
    Ok(version(connection)? == STEPS.len())
}

/// Brings the tables to the version that this crate writes.
///
/// The caller has made sure that the file is empty or a journal.
pub(crate) fn prepare(connection: &Connection) -> Result<()> {
    prepare_with(connection, &STEPS)
}

fn prepare_with(connection: &Connection, steps: &[&str]) -> Result<()> {
    let version = version(connection)?;
    let missing = steps_from(version, steps)?;
    for (step, version) in missing.iter().zip(version + 1..) {
        let step = format!(
            "BEGIN IMMEDIATE;\n{step}\nPRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {version};\nCOMMIT;"
        );
        connection.execute_batch(&step).inspect_err(|_| {
            // Without a transaction there is nothing to roll back, and then nothing was changed either.
            let _ = connection.execute_batch("ROLLBACK");
        })?;
    }
    Ok(())
}

fn steps_from<'step>(version: usize, steps: &'step [&'step str]) -> Result<&'step [&'step str]> {
    steps.get(version..).ok_or_else(|| {
        let known = steps.len();
        let message = format!(
            "it was written by a later release (version {version}, this one knows {known}): use that release; it was not \
             changed"
        );
        Failure::new(StoreErrorKind::Damaged, message)
    })
}

fn version(connection: &Connection) -> Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    usize::try_from(version).map_err(|_| Failure::damaged("the version of its tables is not a number"))
}

/// Checks that the tables are those that the steps make, word by word.
pub(crate) fn verify(connection: &Connection) -> Result<()> {
    let fresh = Connection::open_in_memory()?;
    prepare(&fresh)?;
    let is_ours = is_current(connection)? && tables(connection)? == tables(&fresh)?;
    if is_ours { Ok(()) } else { Err(Failure::damaged("its tables are not those of a journal")) }
}

fn tables(connection: &Connection) -> Result<Vec<(String, Option<String>)>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY name";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE one (a INTEGER);";
    const SECOND: &str = "INSERT INTO one VALUES (7); ALTER TABLE one ADD COLUMN b INTEGER;";

    #[test]
    fn a_file_is_brought_from_its_version_to_the_last_step_by_step() {
        let connection = Connection::open_in_memory().unwrap();
        prepare_with(&connection, &[FIRST]).unwrap();
        assert_eq!(version(&connection).unwrap(), 1);
        prepare_with(&connection, &[FIRST, SECOND, "UPDATE one SET b = a + 1;"]).unwrap();
        assert_eq!(version(&connection).unwrap(), 3);
        let row = connection.query_row("SELECT a, b FROM one", [], |row| Ok((row.get(0)?, row.get(1)?)));
        assert_eq!(row, Ok((7, 8)));
        prepare_with(&connection, &[FIRST, SECOND, "UPDATE one SET b = a + 1;"]).unwrap();
    }

    #[test]
    fn a_step_that_fails_changes_nothing_and_can_be_tried_again() {
        let connection = Connection::open_in_memory().unwrap();
        let broken = format!("{SECOND} INSERT INTO nowhere VALUES (1);");
        prepare_with(&connection, &[FIRST, &broken]).unwrap_err();
        assert_eq!(version(&connection).unwrap(), 1);
        prepare_with(&connection, &[FIRST, SECOND]).unwrap();
        assert_eq!(version(&connection).unwrap(), 2);
    }
}
