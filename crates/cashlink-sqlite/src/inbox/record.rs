//! Taking an event down, with its effect.

use cashlink::webhook::{Change, Event, Recorded, Standing, Weight};
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{
    event::{is_known, standing, word},
    handler::{Handler, ended},
};
use crate::{
    failure::{Failure, Result},
    transaction::{Action, Transaction},
};

/// Takes an event down unless it is known, and has its effect happen if it counts.
pub(super) struct Record {
    pub(super) event: Event,
    pub(super) received_at: Timestamp,
    pub(super) handler: Option<Handler>,
    /// Whether members that are not known are stored.
    pub(super) keeps_extra: bool,
}

impl Action for Record {
    type Output = Recorded;

    const IS_TOLD_EARLY: bool = false;

    fn run(&self, transaction: &mut Transaction<'_>) -> Result<Recorded> {
        let connection = transaction.connection;
        if is_known(connection, self.event.id())? {
            return Ok(Recorded::Duplicate);
        }
        connection.prepare_cached("SAVEPOINT cashlink_webhook")?.execute([])?;
        let recorded = self.take_down(connection).inspect_err(|_| undo(connection))?;
        transaction.has_changes = true;
        Ok(recorded)
    }
}

impl Record {
    fn take_down(&self, connection: &Connection) -> Result<Recorded> {
        let before = standing(connection, self.event.investment_id())?;
        let (recorded, after) = match Standing::weigh(before.as_ref(), &self.event) {
            Weight::Applies(standing) => (Recorded::Applied, Some(standing)),
            Weight::Repeats(standing) => (Recorded::Repeated, Some(standing)),
            Weight::Late => (Recorded::Late, None),
            _ => return Err(Failure::unavailable("the event weighs what this release of the inbox does not know")),
        };
        after.map_or(Ok(()), |standing| self.move_to(&standing, connection))?;
        // Before the handler: if that commits, which it must not, then the event with its effect.
        self.insert(recorded, connection)?;
        if let (Recorded::Applied, Some(handler)) = (recorded, &self.handler) {
            handler.act(connection, &Change::new(&self.event, before.as_ref()))?;
        }
        // A handler that ended the transaction and began another has taken the savepoint with it.
        connection.prepare_cached("RELEASE cashlink_webhook")?.execute([]).map_err(|_| ended())?;
        Ok(recorded)
    }

    fn move_to(&self, standing: &Standing, connection: &Connection) -> Result<()> {
        let sql = "INSERT INTO cashlink_webhook_standings (investment_id, status, changed_at) VALUES (?1, ?2, ?3) \
                   ON CONFLICT (investment_id) DO UPDATE SET status = excluded.status, changed_at = excluded.changed_at";
        let changed_at = standing.changed_at.map(|at| at.to_string());
        let values = params![self.event.investment_id().to_string(), standing.status.as_str(), changed_at];
        connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }

    fn insert(&self, recorded: Recorded, connection: &Connection) -> Result<()> {
        let extra = Some(self.event.extra()).filter(|extra| self.keeps_extra && !extra.is_empty());
        let extra = extra.map(serde_json::to_string).transpose();
        let sql = "INSERT INTO cashlink_webhook_events (event_id, investment_id, status, changed_at, extra, received_at, \
                   recorded) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        connection.prepare_cached(sql)?.execute(params![
            self.event.id().to_string(),
            self.event.investment_id().to_string(),
            self.event.status().as_str(),
            self.event.changed_at().map(|at| at.to_string()),
            extra.map_err(|_| Failure::unavailable("members of the event cannot be written as JSON"))?,
            self.received_at.to_string(),
            word(recorded),
        ])?;
        Ok(())
    }
}

/// Takes back what was written for the event, and if that cannot be done, the whole transaction.
fn undo(connection: &Connection) {
    let undone = connection.execute_batch("ROLLBACK TO cashlink_webhook; RELEASE cashlink_webhook;");
    if undone.is_err() && !connection.is_autocommit() {
        // If even this fails, the next BEGIN does, and every caller is told.
        let _ = connection.execute_batch("ROLLBACK");
    }
}
