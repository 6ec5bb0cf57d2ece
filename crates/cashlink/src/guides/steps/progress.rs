//! What happens in a run, told while it happens.

use std::time::Duration;

use serde::Serialize;
use uuid::Uuid;

use super::{Recorded, Step, StepError, StepKind, Ticket};
use crate::{IdempotencyKey, Outcome};

/// Something that happened to a step.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// A step has begun.
    Started(StepStarted),
    /// A step has ended, well or not.
    Finished(StepFinished),
}

/// A step that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepStarted {
    /// The step within its run, such as `registry[0]/create_investor#0`.
    pub id: String,
    /// The name of the step.
    pub name: &'static str,
    /// The operation it calls.
    pub operation_id: &'static str,
    /// The idempotency key that is sent; none for a step that sends none.
    pub key: Option<IdempotencyKey>,
}

/// A step that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepFinished {
    /// The step within its run, such as `registry[0]/create_investor#0`.
    pub id: String,
    /// The name of the step.
    pub name: &'static str,
    /// The operation it calls.
    pub operation_id: &'static str,
    /// The idempotency key that was sent; none for a step that sends none.
    pub key: Option<IdempotencyKey>,
    /// How long it took, repetitions included.
    pub elapsed: Duration,
    /// The object that it made or read.
    pub object_id: Option<Uuid>,
    /// The status of that object.
    pub status: Option<String>,
    /// How it ended.
    pub outcome: StepOutcome,
    /// Whether that had been recorded earlier, so that nothing was sent now.
    pub is_recorded: bool,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "success and the three outcomes of a failure are all there is")]
pub enum StepOutcome {
    /// It has its result: the effect happened, or the answer was read.
    Applied,
    /// The API said no.
    Rejected,
    /// It cannot have happened.
    NotSent,
    /// It may have happened.
    Unknown,
}

impl StepOutcome {
    /// The outcome as one lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Rejected => Outcome::Rejected.as_str(),
            Self::NotSent => Outcome::NotSent.as_str(),
            Self::Unknown => Outcome::Unknown.as_str(),
        }
    }

    fn of<T>(result: &Result<T, StepError>) -> Self {
        match result.as_ref().map_err(StepError::outcome) {
            Ok(_) => Self::Applied,
            Err(Outcome::Rejected) => Self::Rejected,
            Err(Outcome::NotSent) => Self::NotSent,
            Err(Outcome::Unknown) => Self::Unknown,
        }
    }
}

impl StepStarted {
    /// Describes the begin of the step that holds `ticket`.
    pub fn new(step: Step, ticket: &Ticket) -> Self {
        let key = (step.kind == StepKind::Keyed).then(|| ticket.key().clone());
        Self { id: ticket.id().to_owned(), name: step.name, operation_id: step.operation_id, key }
    }

    /// Describes the end of the step.
    #[must_use]
    pub fn finished<T: Recorded>(self, elapsed: Duration, result: &Result<T, StepError>) -> StepFinished {
        let value = result.as_ref().ok();
        StepFinished {
            id: self.id,
            name: self.name,
            operation_id: self.operation_id,
            key: self.key,
            elapsed,
            object_id: value.and_then(Recorded::id),
            status: value.and_then(Recorded::status).map(str::to_owned),
            outcome: StepOutcome::of(result),
            is_recorded: false,
        }
    }
}
