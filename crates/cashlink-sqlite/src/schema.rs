//! The tables of a journal, and the steps from one version of them to the next.

use rusqlite::Connection;

use crate::failure::{Failure, Result};

/// Marks an SQLite file as a journal ("CLJ1").
pub(crate) const APPLICATION_ID: i32 = 0x434c_4a31;

/// The step from each version to the next: the first makes version 1 of an empty file.
///
/// A step that was released is never changed; another form of the tables is another step.
const STEPS: [&str; 1] = [include_str!("schema/version-1.sql")];

/// Whether the tables are not those that this release writes.
pub(crate) fn is_behind(connection: &Connection) -> Result<bool> {
    Ok(version(connection)? != STEPS.len())
}

/// Brings the tables to the version that this crate writes.
///
/// The caller has made sure that the file is empty or a journal.
pub(crate) fn prepare(connection: &Connection) -> Result<()> {
    prepare_with(connection, &STEPS)
}

fn prepare_with(connection: &Connection, steps: &[&str]) -> Result<()> {
    let version = version(connection)?;
    let Some(missing) = steps.get(version..) else {
        let known = steps.len();
        return Err(Failure::unavailable(format!(
            "it was written by a later release (version {version}, this one knows {known}): use that release"
        )));
    };
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

fn version(connection: &Connection) -> Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    usize::try_from(version).map_err(|_| Failure::damaged("the version of its tables is not a number"))
}

/// Checks that the tables are those that the steps make, word by word.
pub(crate) fn verify(connection: &Connection) -> Result<()> {
    let fresh = Connection::open_in_memory()?;
    prepare(&fresh)?;
    let is_ours = version(connection)? == STEPS.len() && tables(connection)? == tables(&fresh)?;
    if is_ours { Ok(()) } else { Err(Failure::damaged("its tables are not those of a journal")) }
}

fn tables(connection: &Connection) -> Result<Vec<(String, Option<String>)>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\' ORDER BY name";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
