//! What calls did: the ground truth that tests compare with.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) mod effect;

use effect::Names;

/// One call that was to change something, and what became of it.
///
/// Token calls, reads, seeding and settlement make no entry, nor does a call whose connection was cut before
/// anything was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Every id that was given out for it, in order: those of all items of an array, those of parts as well.
    ///
    /// Empty if nothing was created. Of a replay: what the earlier call created.
    pub created: Vec<Uuid>,
    /// The SHA-256 of the body in lower-case hexadecimal digits; none if the body was not read or not accepted by its schema.
    ///
    /// It is taken of the JSON as the sandbox understood it, so that the order of properties and white space do not matter.
    /// No body counts as `null`, an upload as its file's name, type, size and SHA-256.
    pub body_digest: Option<String>,
    /// Which effect this is, to compare two runs: equal for calls that do the same, whatever ids they were given.
    ///
    /// A digest of operation, path and body in which each id that an earlier call was given stands for that call's
    /// effect. Two runs did the same if they have the same effects the same number of times, in whatever order.
    /// None for what was rejected. Of a replay: the effect of the earlier call.
    pub effect: Option<String>,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LedgerResource {
    /// The noun: `investor`, `wallet`, `investment` and so on.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
}

/// Entries in the order they were decided; nothing is ever taken out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    entries: Vec<LedgerEntry>,
    names: Names,
}

impl Ledger {
    /// Adds `entry` under the next number.
    pub(crate) fn append(&mut self, entry: LedgerEntry) {
        if let (LedgerOutcome::Applied, Some(effect)) = (entry.outcome, &entry.effect) {
            self.names.add(effect, &entry.created);
        }
        let seq = self.entries.len() as u64 + 1;
        self.entries.push(LedgerEntry { seq, ..entry });
    }

    /// The entries after number `seq`.
    pub(crate) fn after(&self, seq: u64) -> &[LedgerEntry] {
        let start = usize::try_from(seq).unwrap_or(usize::MAX);
        self.entries.get(start..).unwrap_or_default()
    }

    /// What the ids stand for that calls were given so far.
    pub(crate) fn names(&self) -> &Names {
        &self.names
    }
}
