//! Cursors: how far readers of the events are.

use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    failure::Result,
    transaction::{Action, Question, Transaction},
};

/// Asks how far a reader is.
pub(super) struct FindCursor(pub(super) String);

impl Question for FindCursor {
    type Output = u64;

    fn ask(&self, connection: &Connection) -> Result<u64> {
        let sql = "SELECT place FROM cashlink_webhook_cursors WHERE name = ?1";
        let found = connection.prepare_cached(sql)?.query_row([&self.0], |row| row.get::<_, i64>(0));
        Ok(found.optional()?.unwrap_or_default().cast_unsigned())
    }
}

/// Stores how far a reader is; no place removes it.
pub(super) struct SetCursor {
    pub(super) name: String,
    pub(super) place: Option<u64>,
}

impl Action for SetCursor {
    type Output = ();

    const IS_TOLD_EARLY: bool = false;

    fn run(&self, transaction: &mut Transaction<'_>) -> Result<()> {
        let connection = transaction.connection;
        if let Some(place) = self.place {
            let sql = "INSERT OR REPLACE INTO cashlink_webhook_cursors (name, place) VALUES (?1, ?2)";
            let place = i64::try_from(place).unwrap_or(i64::MAX);
            connection.prepare_cached(sql)?.execute(params![self.name, place])?;
        } else {
            let sql = "DELETE FROM cashlink_webhook_cursors WHERE name = ?1";
            connection.prepare_cached(sql)?.execute([&self.name])?;
        }
        transaction.has_changes = true;
        Ok(())
    }
}
