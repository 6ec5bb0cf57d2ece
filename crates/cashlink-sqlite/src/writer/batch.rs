//! Batches: one transaction, one commit, and what is done if it fails.

use rusqlite::Connection;

use super::{
    Parts,
    command::{Answer, Execute},
};
use crate::{failure::Result, file::Lock, ledger::Ledger, transaction::Transaction};

/// What is written, in batches.
pub(super) struct Batches {
    connection: Connection,
    lock: Lock,
    /// What the rows add up to as of the last commit.
    ledger: Ledger,
    /// What callers were told is written, and is not: it comes before all else.
    owed: Vec<Box<dyn Execute>>,
}

impl Batches {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { connection, lock, ledger, .. } = parts;
        Self { connection, lock, ledger, owed: Vec::new() }
    }

    /// Does `commands`, commits, and tells the callers.
    pub(super) fn write(&mut self, mut commands: Vec<Box<dyn Execute>>) {
        if commands.is_empty() && self.owed.is_empty() {
            return;
        }
        match self.commit(&mut commands) {
            Ok(()) => {
                self.owed.clear();
                commands.into_iter().for_each(Execute::tell);
            }
            Err(failure) => {
                self.roll_back();
                let told = commands.into_iter().filter_map(|command| command.fail(&failure));
                self.owed.extend(told);
            }
        }
    }

    fn commit(&mut self, commands: &mut [Box<dyn Execute>]) -> Result<()> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut ledger = self.ledger;
        let mut transaction = Transaction { connection: &self.connection, ledger: &mut ledger, has_changes: false };
        for command in &mut self.owed {
            match command.execute(&mut transaction) {
                Err(failure) if failure.may_pass() || transaction.connection.is_autocommit() => return Err(failure),
                // It cannot be done any more, such as for an intent of the batch that was lost.
                _ => {}
            }
        }
        for command in commands {
            match command.execute(&mut transaction) {
                Ok(()) if self.owed.is_empty() => command.tell_early(),
                Ok(()) => {}
                // SQLite took back all of the transaction, and what comes next would be on its own.
                Err(failure) if transaction.connection.is_autocommit() => return Err(failure),
                Err(_) => {}
            }
        }
        if transaction.has_changes {
            ledger.generation += 1;
            ledger.write(&self.connection)?;
        }
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        self.ledger = ledger;
        self.lock.note(&ledger);
        Ok(())
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // If even this fails, the next BEGIN does, and every caller is told.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    /// Answers `queries` from what was committed.
    pub(super) fn read(&self, queries: Vec<Box<dyn Answer>>) {
        for query in queries {
            query.answer(&self.connection);
        }
    }

    /// Writes what is owed, and brings all into one file.
    pub(super) fn close(mut self) {
        self.write(Vec::new());
        let Self { connection, lock, .. } = self;
        // SQLite brings the log into the file when its last connection closes; if that fails, the log stays.
        let _ = connection.close();
        drop(lock);
    }
}
