//! Runs of guides as a journal keeps them: what they were given, and what their steps returned.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::{Digest, UnknownWord};
use crate::IdempotencyKey;

/// How a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a store has to keep every state")]
pub enum RunState {
    /// It has not come to its end: it is under way, or can be resumed.
    Open,
    /// It came to its end.
    Done,
    /// It was given up. What was applied stays.
    Abandoned,
}

impl RunState {
    /// The state as one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Abandoned => "abandoned",
        }
    }
}

impl fmt::Display for RunState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Reads what [`as_str`](RunState::as_str) writes.
impl FromStr for RunState {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let states = [Self::Open, Self::Done, Self::Abandoned];
        states.into_iter().find(|state| state.as_str() == word).ok_or(UnknownWord)
    }
}

/// What a run was given, as far as it may be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct InputRecord {
    /// The whole input, to be compared only.
    pub digest: Digest,
    /// A tag of each field by its path, as a JSON object: enough to name the field that differs, and not to read it.
    pub fields: String,
    /// The whole input, encrypted; none if there is no key to encrypt with.
    pub sealed: Option<Vec<u8>>,
}

impl fmt::Debug for InputRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("InputRecord").field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// A run that is about to begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRun {
    /// What all its keys are derived from.
    pub id: Uuid,
    /// The guide, such as `registry`.
    pub guide: String,
    /// What it was given.
    pub input: InputRecord,
    /// When it began.
    pub begun_at: Timestamp,
}

/// A run as it is in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its place in the journal, counted up in the order in which runs began. It never changes.
    pub sequence: u64,
    /// What it is.
    pub new: NewRun,
    /// How it stands.
    pub end: RunEnd,
}

/// How a run stands after it was last held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunEnd {
    /// Where it is.
    pub state: RunState,
    /// When that was so.
    pub at: Timestamp,
    /// The report of a run that is done, as JSON: ids and statuses.
    pub report: Option<String>,
    /// Why it is open still, for people. It holds nothing personal.
    pub note: Option<String>,
}

/// How a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "a store has to keep every state")]
pub enum StepState {
    /// It is about to be taken once more.
    Open,
    /// It has its result.
    Done,
    /// The API said no.
    Rejected,
    /// It waits until a time.
    Waiting,
}

impl StepState {
    /// The state as one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Rejected => "rejected",
            Self::Waiting => "waiting",
        }
    }
}

impl fmt::Display for StepState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Reads what [`as_str`](StepState::as_str) writes.
impl FromStr for StepState {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        let states = [Self::Open, Self::Done, Self::Rejected, Self::Waiting];
        states.into_iter().find(|state| state.as_str() == word).ok_or(UnknownWord)
    }
}

/// What a step of a run returned.
#[derive(Clone, PartialEq, Eq)]
pub struct StepRecord {
    /// The run.
    pub run_id: Uuid,
    /// The step within the run, such as `registry[0]/create_investor#0`.
    pub step: String,
    /// How often the step had been rejected and was taken again by then.
    pub take: u32,
    /// The operation that it calls; none for a wait.
    pub operation_id: Option<String>,
    /// The key of this take.
    pub key: IdempotencyKey,
    /// How it stands.
    pub state: StepState,
    /// What it returned, as JSON: ids and statuses, or the rejection without the API's messages.
    pub value: String,
    /// What may not be kept in clear text, encrypted: the API's messages of a rejection.
    pub sealed: Option<Vec<u8>>,
    /// When it was recorded.
    pub at: Timestamp,
}

impl fmt::Debug for StepRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StepRecord")
            .field("run_id", &self.run_id)
            .field("step", &self.step)
            .field("take", &self.take)
            .field("state", &self.state)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}
