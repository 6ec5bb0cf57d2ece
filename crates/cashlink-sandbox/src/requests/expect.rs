//! What a test expects of the calls and of the ledger, and whether it is so.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::criteria::{Criteria, Difference, Field};
use super::{Record, RequestOutcome};
use crate::ledger::{LedgerEntry, LedgerOutcome};

mod judge;

/// What a call is to be like; whatever is not said may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "it says what to look for and looks for nothing"]
pub struct CallMatch(pub(crate) Criteria);

/// What an entry of the ledger is to be like; whatever is not said may be anything.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use = "it says what to look for and looks for nothing"]
pub struct LedgerMatch(pub(crate) Criteria);

/// How many there are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Count {
    /// At least so many.
    pub min: u64,
    /// At most so many; any number if there is none.
    pub max: Option<u64>,
}

/// What a test expects, for [`Sandbox::check`](crate::Sandbox::check).
#[derive(Clone, Debug, PartialEq)]
#[must_use = "nothing is checked until `Sandbox::check` is called"]
pub struct Expectation {
    subject: Subject,
    after: u64,
}

#[derive(Clone, Debug, PartialEq)]
enum Subject {
    Calls(CallMatch, Count),
    InOrder(Vec<CallMatch>),
    Ledger(LedgerMatch, Count),
}

/// Whether what was expected is so, and if not, what came nearest.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
#[must_use = "whether it holds is in `holds`"]
pub struct Findings {
    /// Whether it is so.
    pub holds: bool,
    /// How many there are; of an order how many of its steps were found.
    pub found: u64,
    /// How many there were to be.
    pub expected: Count,
    /// The numbers of those that fit, the oldest 20.
    pub matched: Vec<u64>,
    /// If there are too few: what comes nearest, the nearest first.
    pub nearest: Vec<Nearest>,
    /// All this in words, for the message of a test that fails.
    pub message: String,
}

/// A call, or an entry of the ledger, that is not what was looked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Nearest {
    /// Its number.
    pub seq: u64,
    /// Its operation.
    pub operation_id: Option<String>,
    /// Its status.
    pub status: Option<u16>,
    /// The first thing that is not as it was to be.
    pub difference: Difference,
}

impl CallMatch {
    /// Any call.
    pub fn any() -> Self {
        Self::default()
    }

    /// Calls of this operation.
    pub fn operation_id(self, id: &str) -> Self {
        self.with(Field::OperationId, id)
    }

    /// Calls of this client.
    pub fn client_id(self, id: &str) -> Self {
        self.with(Field::ClientId, id)
    }

    /// Calls with this idempotency key.
    pub fn idempotency_key(self, key: &str) -> Self {
        self.with(Field::IdempotencyKey, key)
    }

    /// Calls with this status: as it was decided, or as a fault answered before anything was.
    pub fn status(self, status: u16) -> Self {
        self.with(Field::Status, status)
    }

    /// Calls with this outcome.
    pub fn outcome(self, outcome: RequestOutcome) -> Self {
        self.with(Field::Outcome, json!(outcome))
    }

    /// Calls with this HTTP method.
    pub fn method(self, method: &str) -> Self {
        self.with(Field::Method, method.to_ascii_uppercase())
    }

    /// Calls to this path; a segment `*` stands for any one, and the prefix of the API may be left out.
    ///
    /// The query counts only if `path` has one.
    pub fn path(self, path: &str) -> Self {
        self.with(Field::Path, path)
    }

    /// Calls that brought a header with this value. May be asked of several headers.
    pub fn header(self, name: &str, value: &str) -> Self {
        let mut headers = self.0.get(Field::Headers).cloned().unwrap_or_else(|| Value::Object(Map::new()));
        headers[name.to_ascii_lowercase()] = value.into();
        self.with(Field::Headers, headers)
    }

    /// Calls whose body has these properties, lists being equal as a whole.
    ///
    /// An upload has those of its file: `name`, `content_type`, `size` and `sha256`.
    pub fn body(self, body: Value) -> Self {
        self.with(Field::Body, body)
    }

    fn with(mut self, field: Field, value: impl Into<Value>) -> Self {
        self.0.set(field, value.into());
        self
    }
}

impl LedgerMatch {
    /// Any entry.
    pub fn any() -> Self {
        Self::default()
    }

    /// Entries of this operation.
    pub fn operation_id(self, id: &str) -> Self {
        self.with(Field::OperationId, id)
    }

    /// Entries with this idempotency key.
    pub fn idempotency_key(self, key: &str) -> Self {
        self.with(Field::IdempotencyKey, key)
    }

    /// Entries with this status.
    pub fn status(self, status: u16) -> Self {
        self.with(Field::Status, status)
    }

    /// Entries with this outcome.
    pub fn outcome(self, outcome: LedgerOutcome) -> Self {
        self.with(Field::Outcome, json!(outcome))
    }

    /// Entries of calls with this HTTP method.
    pub fn method(self, method: &str) -> Self {
        self.with(Field::Method, method.to_ascii_uppercase())
    }

    /// Entries of calls to this path; see [`CallMatch::path`].
    pub fn path(self, path: &str) -> Self {
        self.with(Field::Path, path)
    }

    /// Entries about a thing of this kind: `investor`, `wallet` and so on.
    pub fn resource(self, kind: &str) -> Self {
        self.with(Field::Resource, kind)
    }

    fn with(mut self, field: Field, value: impl Into<Value>) -> Self {
        self.0.set(field, value.into());
        self
    }
}

impl Count {
    /// So many, no more and no fewer.
    pub fn exactly(count: u64) -> Self {
        Self { min: count, max: Some(count) }
    }

    /// So many or more.
    pub fn at_least(count: u64) -> Self {
        Self { min: count, max: None }
    }

    /// So many or fewer.
    pub fn at_most(count: u64) -> Self {
        Self { min: 0, max: Some(count) }
    }

    fn has(self, count: u64) -> bool {
        self.min <= count && self.max.is_none_or(|max| count <= max)
    }
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.min, self.max) {
            (min, Some(max)) if min == max => write!(formatter, "exactly {min}"),
            (0, Some(max)) => write!(formatter, "at most {max}"),
            (min, Some(max)) => write!(formatter, "{min} to {max}"),
            (min, None) => write!(formatter, "at least {min}"),
        }
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl Expectation {
    /// So many calls are like this.
    pub fn calls(wanted: CallMatch, count: Count) -> Self {
        Self { subject: Subject::Calls(wanted, count), after: 0 }
    }

    /// There are calls like these in this order, whatever came between them.
    pub fn in_order(wanted: impl IntoIterator<Item = CallMatch>) -> Self {
        Self { subject: Subject::InOrder(wanted.into_iter().collect()), after: 0 }
    }

    /// So many entries of the ledger are like this.
    pub fn ledger(wanted: LedgerMatch, count: Count) -> Self {
        Self { subject: Subject::Ledger(wanted, count), after: 0 }
    }

    /// Only what came after the call, or the entry, of this number counts.
    pub fn after(mut self, seq: u64) -> Self {
        self.after = seq;
        self
    }

    /// Whether it is so of what came after a number, oldest first.
    pub(crate) fn check(
        &self,
        calls: impl FnOnce(u64) -> Vec<Arc<Record>>,
        ledger: impl FnOnce(u64) -> Vec<LedgerEntry>,
    ) -> Findings {
        match &self.subject {
            Subject::Calls(wanted, count) => judge::counted("Calls", &wanted.0, *count, &calls(self.after)),
            Subject::Ledger(wanted, count) => {
                judge::counted("Entries of the ledger", &wanted.0, *count, &ledger(self.after))
            }
            Subject::InOrder(wanted) => judge::in_order(wanted, &calls(self.after)),
        }
    }
}
