//! Intents: rows, what is written to them, and what is asked of them.

mod row;

use cashlink::{
    IdempotencyKey,
    journal::{Begun, Ending, Intent, IntentState, NewIntent, StoreErrorKind, Which},
};
use rusqlite::{Connection, OptionalExtension, params};

pub(crate) use self::row::{COLUMNS, check};
use self::row::{ended_sum, intent};
use crate::{
    failure::{Failure, Result},
    sum::Sum,
    transaction::{Action, Question, Transaction},
};

/// Stores an intent, or finds the one that has its key.
pub(crate) struct Begin {
    new: NewIntent,
    place: i64,
    begun_sum: i64,
}

impl Begin {
    /// Adds up what is known before the intent has its place; this is done by the caller, not by the writer.
    pub(crate) fn new(new: NewIntent) -> Self {
        let place = Sum::default().text(&new.operation_id).text(&new.address).finish();
        let begun_sum = row::begun_sum(&new);
        Self { new, place, begun_sum }
    }

    fn insert(&self, transaction: &mut Transaction<'_>) -> Result<bool> {
        let sql = "INSERT INTO intents (sequence, key, operation_id, address, place, digest, content, body, run_id, step, \
                   begun_at, begun_sum, state, sum) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) \
                   ON CONFLICT (key) DO NOTHING";
        let new = &self.new;
        let (content, body) = row::content(&new.content);
        let (run, step) = new.step.as_ref().map(|(run, step)| (run.as_bytes(), step)).unzip();
        let sequence = transaction.ledger.last_intent + 1;
        let sum = ended_sum(self.begun_sum, sequence, IntentState::Pending, None);
        let inserted = transaction.connection.prepare_cached(sql)?.execute(params![
            sequence,
            new.key.as_str(),
            new.operation_id,
            new.address,
            self.place,
            new.digest.as_bytes(),
            content,
            body,
            run,
            step,
            new.begun_at.to_string(),
            self.begun_sum,
            IntentState::Pending.as_str(),
            sum,
        ])?;
        if inserted == 0 {
            return Ok(false);
        }
        transaction.ledger.last_intent = sequence;
        transaction.added(sum);
        Ok(true)
    }

    /// Makes `known` pending, in the last place: it overtakes what began meanwhile.
    fn begin_again(&self, known: &Intent, transaction: &mut Transaction<'_>) -> Result<()> {
        let sql = "UPDATE intents SET sequence = ?2, begun_at = ?3, begun_sum = ?4, state = ?5, ended_at = NULL, \
                   status = NULL, facts = NULL, reply = NULL, note = NULL, sum = ?6 WHERE sequence = ?1";
        let left = known.sequence.cast_signed();
        let before = ended_sum(row::begun_sum(&known.new), left, known.state, known.ending.as_ref());
        let sequence = transaction.ledger.last_intent + 1;
        let begun_at = self.new.begun_at;
        let begun_sum = row::begun_sum(&NewIntent { begun_at, ..known.new.clone() });
        let sum = ended_sum(begun_sum, sequence, IntentState::Pending, None);
        let values = params![left, sequence, begun_at.to_string(), begun_sum, IntentState::Pending.as_str(), sum];
        transaction.connection.prepare_cached(sql)?.execute(values)?;
        transaction.ledger.last_intent = sequence;
        transaction.changed(before, sum);
        Ok(())
    }
}

impl Action for Begin {
    type Output = Begun;

    const IS_TOLD_EARLY: bool = false;

    fn run(&self, transaction: &mut Transaction<'_>) -> Result<Begun> {
        if self.insert(transaction)? {
            return Ok(Begun::New);
        }
        let known = find(transaction.connection, &self.new.key)?;
        let known = known.ok_or_else(|| Failure::damaged("an intent is in the index only"))?;
        if known.new.digest != self.new.digest {
            return Ok(Begun::Conflict(Box::new(known)));
        }
        if matches!(known.state, IntentState::Rejected | IntentState::NotSent) {
            self.begin_again(&known, transaction)?;
        }
        Ok(Begun::Known(Box::new(known)))
    }
}

/// Takes note of what became of an intent.
pub(crate) struct Finish {
    pub(crate) key: IdempotencyKey,
    pub(crate) ending: Ending,
}

impl Action for Finish {
    type Output = ();

    const IS_TOLD_EARLY: bool = true;

    fn run(&self, transaction: &mut Transaction<'_>) -> Result<()> {
        let sql = "SELECT sequence, begun_sum, state, sum FROM intents WHERE key = ?1";
        let found = transaction.connection.prepare_cached(sql)?.query_row([self.key.as_str()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?, row.get::<_, i64>(3)?))
        });
        let missing = || Failure::new(StoreErrorKind::Missing, "it has no such intent");
        let (sequence, begun_sum, state, before) = found.optional()?.ok_or_else(missing)?;
        let (state, ending): (IntentState, _) = (state.parse()?, &self.ending);
        if state == IntentState::Applied && ending.state != IntentState::Applied {
            return Ok(());
        }
        let sql = "UPDATE intents SET state = ?2, ended_at = ?3, status = ?4, facts = ?5, reply = ?6, note = ?7, \
                   sum = ?8 WHERE sequence = ?1";
        let sum = ended_sum(begun_sum, sequence, ending.state, Some(ending));
        transaction.connection.prepare_cached(sql)?.execute(params![
            sequence,
            ending.state.as_str(),
            ending.at.to_string(),
            ending.status,
            row::facts(&ending.facts),
            ending.reply,
            ending.note,
            sum,
        ])?;
        transaction.changed(before, sum);
        Ok(())
    }
}

/// Asks for the intent under a key.
pub(crate) struct Find(pub(crate) IdempotencyKey);

impl Question for Find {
    type Output = Option<Intent>;

    fn ask(&self, connection: &Connection) -> Result<Option<Intent>> {
        find(connection, &self.0)
    }
}

fn find(connection: &Connection, key: &IdempotencyKey) -> Result<Option<Intent>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM intents WHERE key = ?1"))?;
    let mut rows = statement.query([key.as_str()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let intent = intent(row)?;
    // The index may name another row than the one that has the key.
    if intent.new.key == *key { Ok(Some(intent)) } else { Err(Failure::damaged("the index of keys is damaged")) }
}

/// Asks for intents in their order.
pub(crate) struct List {
    pub(crate) which: Which,
    pub(crate) after: u64,
    pub(crate) limit: usize,
}

impl Question for List {
    type Output = Vec<Intent>;

    fn ask(&self, connection: &Connection) -> Result<Vec<Intent>> {
        let (index, condition) = match self.which {
            Which::Open => ("INDEXED BY intents_pending", "state = 'pending' AND"),
            Which::All => ("", ""),
        };
        let sql =
            format!("SELECT {COLUMNS} FROM intents {index} WHERE {condition} sequence > ?1 ORDER BY sequence LIMIT ?2");
        let mut statement = connection.prepare_cached(&sql)?;
        let after = i64::try_from(self.after).unwrap_or(i64::MAX);
        let limit = i64::try_from(self.limit).unwrap_or(i64::MAX);
        let mut rows = statement.query([after, limit])?;
        let mut intents = Vec::new();
        while let Some(row) = rows.next()? {
            intents.push(intent(row)?);
        }
        Ok(intents)
    }
}
