//! Retention: events that came long ago are removed, in small portions.

use std::{sync::Arc, time::Duration};

use cashlink::time::Clock;
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use crate::{column::time, failure::Result};

/// How many rows are looked at in one portion.
const SLICE: u32 = 256;

/// How long after one pass the next begins.
const BETWEEN_PASSES: SignedDuration = SignedDuration::from_hours(1);

/// What is removed when.
#[derive(Debug)]
pub(super) struct Prune {
    clock: Arc<dyn Clock>,
    keep: SignedDuration,
    next: Timestamp,
    /// Up to where the pass is; none if there is none under way.
    after: Option<i64>,
}

impl Prune {
    /// Removes what came longer than `keep` ago; the first pass begins at once.
    pub(super) fn new(clock: Arc<dyn Clock>, keep: Duration) -> Self {
        let keep = SignedDuration::try_from(keep).unwrap_or(SignedDuration::MAX);
        Self { clock, keep, next: Timestamp::MIN, after: Some(0) }
    }

    /// Looks at the next rows, and removes what is old. Tells whether there is more of it.
    pub(super) fn slice(&mut self, connection: &Connection) -> bool {
        if self.after.is_none() && self.clock.wall() >= self.next {
            self.after = Some(0);
        }
        let Some(after) = self.after else {
            return false;
        };
        let horizon = self.clock.wall().checked_sub(self.keep).unwrap_or(Timestamp::MIN);
        // What cannot be read or removed now is left to the next pass.
        self.after = remove(after, horizon, connection).unwrap_or_default();
        if self.after.is_none() {
            self.next = self.clock.wall().checked_add(BETWEEN_PASSES).unwrap_or(Timestamp::MAX);
        }
        self.after.is_some()
    }
}

/// Removes old events behind the place `after`; gives the place to go on from, if there may be more.
fn remove(after: i64, horizon: Timestamp, connection: &Connection) -> Result<Option<i64>> {
    let mut places = Vec::new();
    let (mut last, mut seen) = (after, 0);
    let sql = "SELECT place, received_at FROM cashlink_webhook_events WHERE place > ?1 AND place <= coalesce((SELECT \
               min(place) FROM cashlink_webhook_cursors), 9223372036854775807) ORDER BY place LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((after, SLICE))?;
    while let Some(row) = rows.next()? {
        (last, seen) = (row.get(0)?, seen + 1);
        if time(row, 1)? < horizon {
            places.push(last);
        }
    }
    drop(rows);
    if !places.is_empty() {
        let transaction = connection.unchecked_transaction()?;
        for place in &places {
            let sql = "DELETE FROM cashlink_webhook_events WHERE place = ?1";
            transaction.prepare_cached(sql)?.execute([place])?;
        }
        transaction.commit()?;
    }
    // While the clock was ahead, one came that looks young among older ones, so a single one proves nothing.
    let is_end = seen < SLICE || places.is_empty();
    Ok(Some(last).filter(|_| !is_end))
}
