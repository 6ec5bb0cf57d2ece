//! What calls did: the ground truth that tests compare with.

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

/// One call that was to change something, and what became of it.
///
/// Token calls, reads, seeding and settlement make no entry, nor does a call whose connection was cut before
/// anything was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LedgerEntry {
    /// The position in the ledger, from 1.
    pub seq: u64,
    /// When it was decided, by the sandbox's clock.
    pub at: Timestamp,
    /// The operation of the API.
    pub operation_id: String,
    /// The HTTP method.
    pub method: String,
    /// The whole path as it was sent, without the query.
    pub path: String,
    /// The key the caller chose, if any.
    pub idempotency_key: Option<String>,
    /// What became of the call.
    pub outcome: LedgerOutcome,
    /// The status of the verdict, even if a fault kept the caller from seeing it.
    pub status: u16,
    /// What was created or changed; of an array the first.
    pub resource: Option<LedgerResource>,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LedgerOutcome {
    /// It took effect.
    Applied,
    /// The verdict of an earlier call with the same key was given again; nothing happened.
    Replayed,
    /// It was refused; nothing happened.
    Rejected,
}

/// The thing that a call created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LedgerResource {
    /// The noun: `investor`, `wallet`, `investment` and so on.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
}

/// Entries in the order they were decided; nothing is ever taken out.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<LedgerEntry>,
}

impl Ledger {
    /// Adds `entry` under the next number.
    pub(crate) fn append(&mut self, entry: LedgerEntry) {
        let seq = self.entries.len() as u64 + 1;
        self.entries.push(LedgerEntry { seq, ..entry });
    }

    pub(crate) fn entries(&self) -> &[LedgerEntry] {
        &self.entries
    }
}
