//! Retention: what ended long ago is removed, in small portions.

use std::{collections::HashMap, sync::Arc, time::Duration};

use cashlink::{
    journal::{IntentState, RunState},
    time::Clock,
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row};

use crate::{column::time, failure::Result, transaction::Transaction};

/// How many rows are looked at in one portion.
const SLICE: u32 = 256;

/// How long after one pass the next begins.
const BETWEEN_PASSES: SignedDuration = SignedDuration::from_hours(1);

/// What is removed when.
#[derive(Clone, Debug)]
pub(crate) struct Prune {
    clock: Arc<dyn Clock>,
    keep: SignedDuration,
    next: Timestamp,
    stage: Stage,
}

/// How far the pass is.
#[derive(Clone, Copy, Debug)]
enum Stage {
    /// There is none under way.
    Idle,
    /// Intents up to this place were looked at.
    Intents(i64),
    /// Runs up to this place were looked at.
    Runs(i64),
}

impl Prune {
    /// How many pages a portion changes, by estimate.
    pub(crate) const PAGES: usize = 2 * SLICE as usize;

    /// Removes what ended longer than `keep` ago; the first pass begins at once.
    pub(crate) fn new(clock: Arc<dyn Clock>, keep: Duration) -> Self {
        let keep = SignedDuration::try_from(keep).unwrap_or(SignedDuration::MAX);
        Self { clock, keep, next: Timestamp::MIN, stage: Stage::Intents(0) }
    }

    /// Whether there is something to look at. Begins a pass if its time has come.
    pub(crate) fn is_due(&mut self) -> bool {
        if matches!(self.stage, Stage::Idle) && self.clock.wall() >= self.next {
            self.stage = Stage::Intents(0);
        }
        !matches!(self.stage, Stage::Idle)
    }

    /// Gives up this pass; the next one comes in its time.
    pub(crate) fn put_off(&mut self) {
        self.stage = Stage::Idle;
        self.next = self.clock.wall().checked_add(BETWEEN_PASSES).unwrap_or(Timestamp::MAX);
    }

    /// Looks at the next rows, and removes what is old.
    pub(crate) fn slice(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        let horizon = self.clock.wall().checked_sub(self.keep).unwrap_or(Timestamp::MIN);
        match self.stage {
            Stage::Idle => {}
            Stage::Intents(after) => {
                self.stage = intents(after, horizon, transaction)?.map_or(Stage::Runs(0), Stage::Intents);
            }
            Stage::Runs(after) => match runs(after, horizon, transaction)? {
                Some(after) => self.stage = Stage::Runs(after),
                None => self.put_off(),
            },
        }
        Ok(())
    }
}

/// A row that may be old.
struct Candidate {
    sequence: i64,
    sum: i64,
    place: i64,
    is_old: bool,
    /// It and what comes after it began too late to be old.
    is_young: bool,
}

/// Removes old intents behind the place `after`; gives the place to go on from, if there may be more.
fn intents(after: i64, horizon: Timestamp, transaction: &mut Transaction<'_>) -> Result<Option<i64>> {
    let connection = transaction.connection;
    let sql = "SELECT sequence, sum, begun_at, state, ended_at, place, EXISTS (SELECT 1 FROM runs WHERE id = run_id \
               AND state = 'open') FROM intents WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
    let candidates = look(connection, sql, after, |row| {
        let has_ended = row.get_ref(3)?.as_str()? != IntentState::Pending.as_str();
        let is_old = has_ended && !row.get::<_, bool>(6)? && time(row, 4)? < horizon;
        let is_young = time(row, 2)? >= horizon;
        Ok(Candidate { sequence: row.get(0)?, sum: row.get(1)?, place: row.get(5)?, is_old, is_young })
    })?;
    let is_any_old = candidates.iter().any(|candidate| candidate.is_old);
    // An intent that overtook a pending one stays for as long as that: it says that the other must not be sent again.
    let pending = if is_any_old { pending(connection)? } else { HashMap::new() };
    let overtook = |old: &&Candidate| pending.get(&old.place).is_some_and(|first| *first < old.sequence);
    for candidate in candidates.iter().filter(|candidate| candidate.is_old && !overtook(candidate)) {
        connection.prepare_cached("DELETE FROM intents WHERE sequence = ?1")?.execute([candidate.sequence])?;
        transaction.removed(candidate.sum);
    }
    Ok(next(&candidates))
}

/// The first pending intent of each place.
fn pending(connection: &Connection) -> Result<HashMap<i64, i64>> {
    let sql = "SELECT place, sequence FROM intents INDEXED BY intents_pending WHERE state = 'pending' \
               ORDER BY sequence DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Removes old runs with their steps, as [`intents`] does.
fn runs(after: i64, horizon: Timestamp, transaction: &mut Transaction<'_>) -> Result<Option<i64>> {
    let connection = transaction.connection;
    let sql = "SELECT sequence, sum, state, at FROM runs WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
    let candidates = look(connection, sql, after, |row| {
        let has_ended = row.get_ref(2)?.as_str()? != RunState::Open.as_str();
        let is_old = has_ended && time(row, 3)? < horizon;
        Ok(Candidate { sequence: row.get(0)?, sum: row.get(1)?, place: 0, is_old, is_young: false })
    })?;
    for candidate in candidates.iter().filter(|candidate| candidate.is_old) {
        let sql = "DELETE FROM steps WHERE run_id = (SELECT id FROM runs WHERE sequence = ?1) RETURNING sum";
        let mut statement = connection.prepare_cached(sql)?;
        for sum in statement.query_map([candidate.sequence], |row| row.get(0))? {
            transaction.removed(sum?);
        }
        connection.prepare_cached("DELETE FROM runs WHERE sequence = ?1")?.execute([candidate.sequence])?;
        transaction.removed(candidate.sum);
    }
    Ok(next(&candidates))
}

fn look(
    connection: &Connection,
    sql: &str,
    after: i64,
    candidate: impl Fn(&Row<'_>) -> Result<Candidate>,
) -> Result<Vec<Candidate>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((after, SLICE))?;
    let mut candidates = Vec::new();
    while let Some(row) = rows.next()? {
        candidates.push(candidate(row)?);
    }
    Ok(candidates)
}

/// Where to go on, unless all were seen or only young ones follow. While the clock was ahead, one began that looks young
/// among older ones, so a single one proves nothing.
fn next(candidates: &[Candidate]) -> Option<i64> {
    let is_end = candidates.len() < SLICE as usize || candidates.iter().all(|candidate| candidate.is_young);
    candidates.last().filter(|_| !is_end).map(|candidate| candidate.sequence)
}
