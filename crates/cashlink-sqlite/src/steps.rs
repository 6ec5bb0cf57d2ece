//! Steps of runs: rows, what is written to them, and what is asked of them.

use cashlink::{IdempotencyKey, journal::StepRecord};
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::{
    column::{time, uuid},
    failure::{Failure, Result},
    sum::Sum,
    transaction::{Action, Question, Transaction},
};

/// What [`step`] reads.
pub(crate) const COLUMNS: &str = "sequence, run_id, step, take, operation_id, key, state, value, sealed, at, sum";

fn step(row: &Row<'_>) -> Result<StepRecord> {
    let key = IdempotencyKey::new(row.get::<_, String>(5)?);
    let record = StepRecord {
        run_id: uuid(row.get_ref(1)?.as_blob()?)?,
        step: row.get(2)?,
        take: row.get(3)?,
        operation_id: row.get(4)?,
        key: key.map_err(|_| Failure::damaged("a step has no valid key"))?,
        state: row.get_ref(6)?.as_str()?.parse()?,
        value: row.get(7)?,
        sealed: row.get(8)?,
        at: time(row, 9)?,
    };
    if sum(row.get(0)?, &record) != row.get::<_, i64>(10)? {
        return Err(Failure::damaged(format!("a step of the run {} is damaged", record.run_id)));
    }
    Ok(record)
}

/// Reads a step only to see that it is whole.
pub(crate) fn check(row: &Row<'_>) -> Result<()> {
    step(row).map(|_| ())
}

fn sum(sequence: i64, record: &StepRecord) -> i64 {
    let sum = Sum::default().number(sequence).bytes(record.run_id.as_bytes()).text(&record.step);
    let sum = sum.number(record.take.into()).maybe(record.operation_id.as_ref()).text(record.key.as_str());
    let sum = sum.text(record.state.as_str()).text(&record.value).maybe(record.sealed.as_ref());
    sum.time(record.at).finish()
}

/// Stores what a step returned.
pub(crate) struct Record(pub(crate) StepRecord);

impl Record {
    /// The place and the checksum of what is in its place.
    fn stored(&self, connection: &Connection) -> Result<Option<(i64, i64)>> {
        let sql = "SELECT sequence, sum FROM steps WHERE run_id = ?1 AND step = ?2 AND take = ?3";
        let values = params![self.0.run_id.as_bytes(), self.0.step, self.0.take];
        let found = connection.prepare_cached(sql)?.query_row(values, |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?)
    }
}

impl Action for Record {
    type Output = ();

    const IS_TOLD_EARLY: bool = true;

    fn run(&self, transaction: &mut Transaction<'_>) -> Result<()> {
        let (record, connection) = (&self.0, transaction.connection);
        let stored = self.stored(connection)?;
        let sequence = stored.map_or_else(|| next(connection), |(sequence, _)| Ok(sequence))?;
        let sum = sum(sequence, record);
        let sql = "INSERT OR REPLACE INTO steps VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        connection.prepare_cached(sql)?.execute(params![
            sequence,
            record.run_id.as_bytes(),
            record.step,
            record.take,
            record.operation_id,
            record.key.as_str(),
            record.state.as_str(),
            record.value,
            record.sealed,
            record.at.to_string(),
            sum,
        ])?;
        match stored {
            Some((_, before)) => transaction.changed(before, sum),
            None => transaction.added(sum),
        }
        Ok(())
    }
}

/// The place of a step that is new.
fn next(connection: &Connection) -> Result<i64> {
    let sql = "SELECT coalesce(max(sequence), 0) + 1 FROM steps";
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Asks for the steps of a run.
pub(crate) struct Steps(pub(crate) Uuid);

impl Question for Steps {
    type Output = Vec<StepRecord>;

    fn ask(&self, connection: &Connection) -> Result<Vec<StepRecord>> {
        let sql = format!("SELECT {COLUMNS} FROM steps WHERE run_id = ?1 ORDER BY sequence");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([self.0.as_bytes()])?;
        let mut steps = Vec::new();
        while let Some(row) = rows.next()? {
            steps.push(step(row)?);
        }
        Ok(steps)
    }
}
