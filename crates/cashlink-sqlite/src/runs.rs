//! Runs: rows, what is written to them, and what is asked of them.

use cashlink::journal::{Digest, InputRecord, NewRun, Run, RunEnd, RunState, StoreErrorKind, Which};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::{
    column::{time, uuid},
    failure::{Failure, Result},
    sum::Sum,
    transaction::{Action, Question, Transaction},
};

/// What [`run`] reads.
pub(crate) const COLUMNS: &str = "sequence, id, guide, digest, fields, sealed, begun_at, state, at, report, note, sum";

fn run(row: &Row<'_>) -> Result<Run> {
    let sequence: i64 = row.get(0)?;
    let input = InputRecord { digest: Digest::from_bytes(row.get(3)?), fields: row.get(4)?, sealed: row.get(5)? };
    let new = NewRun { id: uuid(row.get_ref(1)?.as_blob()?)?, guide: row.get(2)?, input, begun_at: time(row, 6)? };
    let state = row.get_ref(7)?.as_str()?.parse()?;
    let end = RunEnd { state, at: time(row, 8)?, report: row.get(9)?, note: row.get(10)? };
    if sum(sequence, &new, &end) != row.get::<_, i64>(11)? {
        return Err(Failure::damaged(format!("the run {} is damaged", new.id)));
    }
    Ok(Run { sequence: sequence.cast_unsigned(), new, end })
}

/// Reads a run only to see that it is whole.
pub(crate) fn check(row: &Row<'_>) -> Result<()> {
    run(row).map(|_| ())
}

fn sum(sequence: i64, new: &NewRun, end: &RunEnd) -> i64 {
    let sum = Sum::default().number(sequence).bytes(new.id.as_bytes()).text(&new.guide);
    let sum = sum.bytes(new.input.digest.as_bytes()).text(&new.input.fields).maybe(new.input.sealed.as_ref());
    let sum = sum.time(new.begun_at).text(end.state.as_str()).time(end.at);
    sum.maybe(end.report.as_ref()).maybe(end.note.as_ref()).finish()
}

fn find(connection: &Connection, id: Uuid) -> Result<Option<Run>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM runs WHERE id = ?1"))?;
    let mut rows = statement.query([id.as_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let run = run(row)?;
    // The index may name another row than the one that has the id.
    if run.new.id == id { Ok(Some(run)) } else { Err(Failure::damaged("the index of runs is damaged")) }
}

/// Stores a run if there is none of its id, and gives what is stored.
pub(crate) struct Hold(pub(crate) NewRun);

impl Action for Hold {
    type Output = Run;

    const IS_TOLD_EARLY: bool = false;

    fn run(&self, transaction: &mut Transaction<'_>) -> Result<Run> {
        let new = &self.0;
        if let Some(run) = find(transaction.connection, new.id)? {
            return Ok(run);
        }
        let sequence = transaction.ledger.last_run + 1;
        let end = RunEnd { state: RunState::Open, at: new.begun_at, report: None, note: None };
        let sum = sum(sequence, new, &end);
        let sql = "INSERT INTO runs (sequence, id, guide, digest, fields, sealed, begun_at, state, at, sum) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        transaction.connection.prepare_cached(sql)?.execute(params![
            sequence,
            new.id.as_bytes(),
            new.guide,
            new.input.digest.as_bytes(),
            new.input.fields,
            new.input.sealed,
            new.begun_at.to_string(),
            end.state.as_str(),
            end.at.to_string(),
            sum,
        ])?;
        transaction.ledger.last_run = sequence;
        transaction.added(sum);
        Ok(Run { sequence: sequence.cast_unsigned(), new: new.clone(), end })
    }
}

/// Stores how a run stands.
pub(crate) struct End {
    pub(crate) id: Uuid,
    pub(crate) end: RunEnd,
}

impl Action for End {
    type Output = ();

    const IS_TOLD_EARLY: bool = false;

    fn run(&self, transaction: &mut Transaction<'_>) -> Result<()> {
        let missing = || Failure::new(StoreErrorKind::Missing, "it has no such run");
        let found = find(transaction.connection, self.id)?.ok_or_else(missing)?;
        let (sequence, end) = (found.sequence.cast_signed(), &self.end);
        let (before, after) = (sum(sequence, &found.new, &found.end), sum(sequence, &found.new, end));
        let sql = "UPDATE runs SET state = ?2, at = ?3, report = ?4, note = ?5, sum = ?6 WHERE sequence = ?1";
        let values = params![sequence, end.state.as_str(), end.at.to_string(), end.report, end.note, after];
        transaction.connection.prepare_cached(sql)?.execute(values)?;
        transaction.changed(before, after);
        Ok(())
    }
}

/// Asks for a run.
pub(crate) struct FindRun(pub(crate) Uuid);

impl Question for FindRun {
    type Output = Option<Run>;

    fn ask(&self, connection: &Connection) -> Result<Option<Run>> {
        find(connection, self.0)
    }
}

/// Asks for runs in their order.
pub(crate) struct ListRuns {
    pub(crate) which: Which,
    pub(crate) after: u64,
    pub(crate) limit: usize,
}

impl Question for ListRuns {
    type Output = Vec<Run>;

    fn ask(&self, connection: &Connection) -> Result<Vec<Run>> {
        let (index, condition) = match self.which {
            Which::Open => ("INDEXED BY runs_open", "state = 'open' AND"),
            Which::All => ("", ""),
        };
        let sql =
            format!("SELECT {COLUMNS} FROM runs {index} WHERE {condition} sequence > ?1 ORDER BY sequence LIMIT ?2");
        let mut statement = connection.prepare_cached(&sql)?;
        let after = i64::try_from(self.after).unwrap_or(i64::MAX);
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        let mut rows = statement.query([after, limit])?;
        let mut runs = Vec::new();
        while let Some(row) = rows.next()? {
            runs.push(run(row)?);
        }
        Ok(runs)
    }
}
