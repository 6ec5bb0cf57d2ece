//! What all rows together must add up to, written with every batch.
//!
//! SQLite takes a damaged write-ahead log for one that ends before the damage, and a page that was not brought up to
//! date for a good one. The ledger counts batches and adds up the checksums of all rows, so that neither goes unnoticed.

use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    failure::{Failure, Result},
    sum::Sum,
};

/// The one row of the table `ledger`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// How many batches were committed.
    pub(crate) generation: i64,
    /// The place of the latest intent. Places are not used again after pruning.
    pub(crate) last_intent: i64,
    /// The place of the latest run.
    pub(crate) last_run: i64,
    /// How many intents, runs and steps there are.
    pub(crate) rows: i64,
    /// The sum of the checksums of all of them, modulo 2⁶⁴.
    pub(crate) total: i64,
}

impl Ledger {
    /// Takes a new row into account.
    pub(crate) fn add(&mut self, sum: i64) {
        self.rows = self.rows.wrapping_add(1);
        self.total = self.total.wrapping_add(sum);
    }

    /// Takes into account that a row has another content.
    pub(crate) fn change(&mut self, before: i64, after: i64) {
        self.total = self.total.wrapping_sub(before).wrapping_add(after);
    }

    /// Takes into account that a row is gone.
    pub(crate) fn remove(&mut self, sum: i64) {
        self.rows = self.rows.wrapping_sub(1);
        self.total = self.total.wrapping_sub(sum);
    }

    fn sum(&self) -> i64 {
        let Self { generation, last_intent, last_run, rows, total } = *self;
        Sum::default().number(generation).number(last_intent).number(last_run).number(rows).number(total).finish()
    }

    /// Reads the row; none is there before the first batch.
    pub(crate) fn read(connection: &Connection) -> Result<Self> {
        let sql = "SELECT generation, last_intent, last_run, row_count, total, sum FROM ledger";
        let found = connection.query_row(sql, [], |row| {
            let ledger = Self {
                generation: row.get(0)?,
                last_intent: row.get(1)?,
                last_run: row.get(2)?,
                rows: row.get(3)?,
                total: row.get(4)?,
            };
            Ok((ledger, row.get::<_, i64>(5)?))
        });
        match found.optional()? {
            None => Ok(Self::default()),
            Some((ledger, sum)) if ledger.sum() == sum => Ok(ledger),
            Some(_) => Err(Failure::damaged("the count of its entries is damaged")),
        }
    }

    pub(crate) fn write(&self, connection: &Connection) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO ledger VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)";
        let Self { generation, last_intent, last_run, rows, total } = self;
        let values = params![generation, last_intent, last_run, rows, total, self.sum()];
        connection.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }
}
