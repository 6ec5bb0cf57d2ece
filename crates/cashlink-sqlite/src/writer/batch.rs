//! Batches: one transaction, one commit, and what is done if it fails.

use std::mem;

use rusqlite::Connection;

use super::{Answer, Execute, Keeper, Parts};
use crate::{failure::Result, file::Lock, ledger::Ledger, prune::Prune, transaction::Transaction};

/// Pages of the write-ahead log, by estimate, after which it is brought into the file.
const CHECKPOINT: usize = 8000;

/// What is written, in batches.
pub(super) struct Batches {
    connection: Connection,
    lock: Lock,
    /// What the rows add up to as of the last commit.
    ledger: Ledger,
    /// What callers were told is written, and is not: it comes before all else.
    owed: Vec<Box<dyn Execute>>,
    prune: Prune,
    /// How many pages the write-ahead log may have.
    pages: usize,
}

impl Batches {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { connection, lock, ledger, prune, .. } = parts;
        Self { connection, lock, ledger, owed: Vec::new(), prune, pages: 0 }
    }
}

impl Keeper for Batches {
    fn write(&mut self, mut commands: Vec<Box<dyn Execute>>) {
        let mut owed = mem::take(&mut self.owed);
        if commands.is_empty() && owed.is_empty() {
            return;
        }
        let is_durable = !owed.is_empty() || commands.iter().any(|command| command.is_durable());
        let written = self.transact(is_durable, |transaction| {
            redo(&mut owed, transaction)?;
            execute(&mut commands, owed.is_empty(), transaction)
        });
        self.pages += 5 + commands.len() * 3 / 2;
        match written {
            Ok(()) => commands.into_iter().for_each(Execute::tell),
            Err(failure) => {
                owed.extend(commands.into_iter().filter_map(|command| command.fail(&failure)));
                self.owed = owed;
            }
        }
    }

    fn read(&self, queries: Vec<Box<dyn Answer>>) {
        for mut query in queries {
            query.ask(&self.connection);
            query.tell();
        }
    }

    fn tidy(&mut self) -> bool {
        if self.pages > CHECKPOINT {
            // If it fails, the log grows further and is tried again later.
            let _ = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            self.pages = 0;
        }
        if !self.prune.is_due() || !self.owed.is_empty() {
            return false;
        }
        let mut prune = self.prune.clone();
        let pruned = self.transact(false, |transaction| prune.slice(transaction));
        match pruned {
            Ok(()) => self.prune = prune,
            Err(_) => self.prune.put_off(),
        }
        self.pages += Prune::PAGES;
        self.prune.is_due()
    }

    fn close(mut self) -> Result<()> {
        let mut owed = mem::take(&mut self.owed);
        let written = self.transact(true, |transaction| {
            transaction.has_changes = true;
            redo(&mut owed, transaction)
        });
        let Self { connection, lock, .. } = self;
        // SQLite brings the log into the file when its last connection closes; if that fails, the log stays.
        let _ = connection.close();
        drop(lock);
        written
    }
}

impl Batches {
    fn transact(&mut self, is_durable: bool, work: impl FnOnce(&mut Transaction<'_>) -> Result<()>) -> Result<()> {
        let ledger = self.attempt(is_durable, work);
        if ledger.is_err() && !self.connection.is_autocommit() {
            // If even this fails, the next BEGIN does, and every caller is told.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        let ledger = ledger?;
        if is_durable && ledger != self.ledger {
            self.lock.note(&ledger);
        }
        self.ledger = ledger;
        Ok(())
    }

    fn attempt(&self, is_durable: bool, work: impl FnOnce(&mut Transaction<'_>) -> Result<()>) -> Result<Ledger> {
        // What need not be durable by itself survives the process all the same, and the next sync takes it along.
        let synchronous = if is_durable { "FULL" } else { "NORMAL" };
        self.connection.execute_batch(&format!("PRAGMA synchronous = {synchronous}"))?;
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut ledger = self.ledger;
        let mut transaction = Transaction { connection: &self.connection, ledger: &mut ledger, has_changes: false };
        work(&mut transaction)?;
        if transaction.has_changes {
            ledger.generation += 1;
            ledger.write(&self.connection)?;
        }
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(ledger)
    }
}

fn redo(owed: &mut [Box<dyn Execute>], transaction: &mut Transaction<'_>) -> Result<()> {
    for command in owed {
        match command.execute(transaction) {
            Err(failure) if failure.may_pass() || transaction.connection.is_autocommit() => return Err(failure),
            // Otherwise it cannot be done any more, such as the end of an intent whose beginning was lost as well.
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn execute(commands: &mut [Box<dyn Execute>], may_tell: bool, transaction: &mut Transaction<'_>) -> Result<()> {
    for command in commands {
        match command.execute(transaction) {
            Ok(()) if may_tell => command.tell_early(),
            // SQLite took back all of the transaction, and what comes next would be on its own.
            Err(failure) if transaction.connection.is_autocommit() => return Err(failure),
            // A command that failed is told so, and the others go on.
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}
