//! Events and standings: rows, and what is asked of them.

use cashlink::{
    InvestmentId,
    model::InvestmentStatus,
    webhook::{Event, Received, Recorded, Standing},
};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    column::time,
    failure::{Failure, Result},
    transaction::Question,
};

/// What became of an event, in a word. `None` for what is not kept, or by a later release of the facade only.
pub(super) fn word(recorded: Recorded) -> Option<&'static str> {
    match recorded {
        Recorded::Applied => Some("applied"),
        Recorded::Late => Some("late"),
        Recorded::Repeated => Some("repeated"),
        _ => None,
    }
}

fn recorded(word: &str) -> Result<Recorded> {
    let all = [Recorded::Applied, Recorded::Late, Recorded::Repeated];
    let found = all.into_iter().find(|recorded| self::word(*recorded) == Some(word));
    found.ok_or_else(|| Failure::damaged("what became of an event cannot be understood"))
}

fn received(row: &Row<'_>) -> Result<Received> {
    let place: i64 = row.get(0)?;
    let investment_id = investment(row.get_ref(1)?.as_str()?)?;
    let status = InvestmentStatus::from(row.get_ref(2)?.as_str()?);
    let event = event(investment_id, status, changed_at(row, 3)?, row.get_ref(4)?.as_str_or_null()?)?;
    Ok(Received::new(place.cast_unsigned(), event, time(row, 5)?, recorded(row.get_ref(6)?.as_str()?)?))
}

fn event(
    investment_id: InvestmentId,
    status: InvestmentStatus,
    changed_at: Option<Timestamp>,
    extra: Option<&str>,
) -> Result<Event> {
    let Some(extra) = extra else {
        return Ok(match changed_at {
            Some(changed_at) => Event::new(investment_id, status, changed_at),
            None => Event::observed(investment_id, status),
        });
    };
    // Only what was read from a body has members that are not known, so it can be read again.
    let damaged = || Failure::damaged("an event cannot be understood");
    let mut body: Map<String, Value> = serde_json::from_str(extra).map_err(|_| damaged())?;
    body.insert("investment_id".to_owned(), investment_id.to_string().into());
    body.insert("status".to_owned(), status.as_str().into());
    body.extend(changed_at.map(|changed_at| ("changed_at".to_owned(), changed_at.to_string().into())));
    let body = serde_json::to_vec(&body).map_err(|_| damaged())?;
    Event::parse(&body).map_err(|_| damaged())
}

fn investment(text: &str) -> Result<InvestmentId> {
    let id: Uuid = text.parse().map_err(|_| Failure::damaged("the id of an investment cannot be understood"))?;
    Ok(InvestmentId::new(id))
}

fn changed_at(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    let is_there = row.get_ref(column)?.as_str_or_null()?.is_some();
    is_there.then(|| time(row, column)).transpose()
}

/// How an investment stands.
pub(super) fn standing(connection: &Connection, investment: InvestmentId) -> Result<Option<Standing>> {
    let sql = "SELECT status, changed_at FROM cashlink_webhook_standings WHERE investment_id = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([investment.to_string()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some(Standing::new(row.get_ref(0)?.as_str()?.into(), changed_at(row, 1)?)))
}

/// Whether an event was taken down before.
pub(super) fn is_known(connection: &Connection, event_id: Uuid) -> Result<bool> {
    let sql = "SELECT 1 FROM cashlink_webhook_events WHERE event_id = ?1";
    let found = connection.prepare_cached(sql)?.query_row([event_id.to_string()], |_| Ok(())).optional()?;
    Ok(found.is_some())
}

/// Asks how an investment stands.
pub(super) struct FindStanding(pub(super) InvestmentId);

impl Question for FindStanding {
    type Output = Option<Standing>;

    fn ask(&self, connection: &Connection) -> Result<Option<Standing>> {
        standing(connection, self.0)
    }
}

/// Asks for events in their order.
pub(super) struct ListEvents {
    pub(super) after: u64,
    pub(super) limit: usize,
}

impl Question for ListEvents {
    type Output = Vec<Received>;

    fn ask(&self, connection: &Connection) -> Result<Vec<Received>> {
        let sql = "SELECT place, investment_id, status, changed_at, extra, received_at, recorded \
                   FROM cashlink_webhook_events WHERE place > ?1 ORDER BY place LIMIT ?2";
        let mut statement = connection.prepare_cached(sql)?;
        let after = i64::try_from(self.after).unwrap_or(i64::MAX);
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        let mut rows = statement.query([after, limit])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            events.push(received(row)?);
        }
        Ok(events)
    }
}
