//! Reading a journal that another process may be writing, without changing anything.

use std::{fs, path::Path};

use rusqlite::{Connection, OpenFlags};

use crate::{
    failure::{Failure, Result},
    file::{self, Place},
    ledger::Ledger,
    options::BUSY,
    schema,
    writer::Writer,
};

/// How often a file that was changed under the reader's hands is read again.
const TRIES: usize = 5;

/// Opens the journal at `path` for reading.
pub(crate) fn open(path: &Path) -> Result<Writer> {
    let place = Place::existing(path)?;
    if !place.has_file()? {
        return Err(nothing());
    }
    let noted = file::noted(&place);
    let ledger = with(&place, |connection| {
        schema::verify(connection)?;
        Ledger::read(connection)
    })?;
    // What was noted before the journal was read cannot be ahead of it.
    noted.and_then(|noted| noted.missing_from(&ledger)).map_or(Ok(()), Err)?;
    Writer::start_read_only(path.to_owned(), place)
}

/// Has `read` done on the journal as it is now.
///
/// While there is a write-ahead log, SQLite keeps reader and writer apart. Without one it would make one, so the file is
/// read as if nobody could change it, and once more if somebody did.
pub(crate) fn with<T>(place: &Place, mut read: impl FnMut(&Connection) -> Result<T>) -> Result<T> {
    for _ in 0..TRIES {
        if place.has_log() {
            return read(&connect(place, "mode=ro")?);
        }
        let before = fs::symlink_metadata(&place.path).ok();
        let outcome = connect(place, "mode=ro&immutable=1").and_then(|connection| read(&connection));
        let after = fs::symlink_metadata(&place.path).ok();
        let is_unchanged =
            matches!((before, after), (Some(before), Some(after)) if file::is_unchanged(&before, &after));
        if is_unchanged && !place.has_log() {
            return outcome;
        }
    }
    Err(Failure::unavailable("the file changes while it is read; try again"))
}

fn connect(place: &Place, mode: &str) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(format!("{}?{mode}", place.uri()?), flags)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF;")?;
    match schema::mark(&connection)? {
        Some(schema::APPLICATION_ID) => {}
        Some(_) => return Err(file::foreign()),
        None => return Err(nothing()),
    }
    schema::refuse_later(&connection)?;
    if !schema::is_current(&connection)? {
        return Err(Failure::unavailable("it was written by an earlier release: open it once with SqliteStore::open"));
    }
    Ok(connection)
}

fn nothing() -> Failure {
    Failure::unavailable("there is no journal")
}
