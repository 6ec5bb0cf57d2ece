//! What a command works on: the open transaction of its batch.

use rusqlite::Connection;

use crate::{failure::Result, ledger::Ledger};

/// The transaction of a batch.
pub(crate) struct Transaction<'batch> {
    pub(crate) connection: &'batch Connection,
    /// What the rows add up to. A command changes it only after its statement succeeded.
    pub(crate) ledger: &'batch mut Ledger,
    /// Whether anything was written.
    pub(crate) has_changes: bool,
}

impl Transaction<'_> {
    pub(crate) fn added(&mut self, sum: i64) {
        self.ledger.add(sum);
        self.has_changes = true;
    }

    pub(crate) fn changed(&mut self, before: i64, after: i64) {
        self.ledger.change(before, after);
        self.has_changes = true;
    }

    pub(crate) fn removed(&mut self, sum: i64) {
        self.ledger.remove(sum);
        self.has_changes = true;
    }
}

/// Something that writes.
pub(crate) trait Action: Send + 'static {
    /// What its caller gets.
    type Output: Send + 'static;

    /// Whether the caller is told before the batch is committed, and the commit need not be durable. If it fails, the
    /// action is run again before anything else.
    const IS_TOLD_EARLY: bool;

    /// Does it, with at most one statement that writes, so that a failure leaves nothing half done.
    fn run(&self, transaction: &mut Transaction<'_>) -> Result<Self::Output>;
}

/// Something that reads what was committed.
pub(crate) trait Question: Send + 'static {
    /// What its caller gets.
    type Output: Send + 'static;

    fn ask(&self, connection: &Connection) -> Result<Self::Output>;
}
