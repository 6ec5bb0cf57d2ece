//! Batches of events: one transaction, one commit, and what is done if it fails.

use rusqlite::{Connection, ErrorCode};

use super::{handler::ended, prune::Prune};
use crate::{
    failure::{Failure, Result},
    ledger::Ledger,
    transaction::Transaction,
    writer::{Answer, Execute, Keeper},
};

/// What the thread of an inbox works on.
pub(super) struct EventKeeper {
    pub(super) connection: Connection,
    pub(super) prune: Prune,
}

/// Why a batch was not committed.
struct Failed {
    failure: Failure,
    /// Whether it was begun. If so, it may have failed for one of its commands, and others succeed without that.
    has_begun: bool,
}

impl Keeper for EventKeeper {
    fn write(&mut self, mut commands: Vec<Box<dyn Execute>>) {
        if commands.is_empty() {
            return;
        }
        let mut refused = vec![false; commands.len()];
        let Err(Failed { failure, has_begun }) = self.transact(&mut commands, &mut refused) else {
            return commands.into_iter().for_each(Execute::tell);
        };
        let is_only = commands.len() == 1;
        for (command, is_refused) in commands.into_iter().zip(refused) {
            if is_only || is_refused || !has_begun {
                // None was told before the commit, so none is left to be done again.
                let _ = command.fail(&failure);
            } else {
                self.write(vec![command]);
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
        self.prune.slice(&self.connection)
    }

    fn close(self) -> Result<()> {
        // All was durable when it was told. The last connection brings the log into the file; if that fails, it stays.
        let _ = self.connection.close();
        Ok(())
    }
}

impl EventKeeper {
    /// Does `commands` in one transaction, and notes which of them were `refused` for themselves.
    fn transact(&self, commands: &mut [Box<dyn Execute>], refused: &mut [bool]) -> std::result::Result<(), Failed> {
        // Waits for other processes that write.
        let begun = self.connection.prepare_cached("BEGIN IMMEDIATE").and_then(|mut begin| begin.execute([]));
        begun.map_err(|error| Failed { failure: error.into(), has_begun: false })?;
        let done = self.attempt(commands, refused);
        if done.is_err() && !self.connection.is_autocommit() {
            // If even this fails, the next BEGIN does, and every caller is told.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        done.map_err(|failure| Failed { failure, has_begun: true })
    }

    fn attempt(&self, commands: &mut [Box<dyn Execute>], refused: &mut [bool]) -> Result<()> {
        // An inbox has no sum of its rows: its tables may be in a database that others write, too.
        let mut ledger = Ledger::default();
        let mut transaction = Transaction { connection: &self.connection, ledger: &mut ledger, has_changes: false };
        for (command, is_refused) in commands.iter_mut().zip(refused) {
            let executed = command.execute(&mut transaction);
            *is_refused = executed.is_err();
            if self.connection.is_autocommit() {
                // The transaction went with it, and what comes next would be on its own.
                return executed.and_then(|()| Err(ended()));
            }
        }
        self.connection.prepare_cached("COMMIT")?.execute([]).map_err(uncommitted)?;
        Ok(())
    }
}

fn uncommitted(error: rusqlite::Error) -> Failure {
    match error.sqlite_error_code() {
        // Only rules of the application are checked this late.
        Some(ErrorCode::ConstraintViolation) => {
            Failure::unavailable("what the handler wrote breaks a rule of the database").because(error)
        }
        _ => error.into(),
    }
}
