//! The error of a guide: which step failed, how, and what had been done by then.

use std::{error::Error as StdError, fmt};

use super::{Rejection, Step, StepError};
use crate::{Outcome, Problems};

/// Why a guide did not reach its end.
///
/// When several concurrent steps failed, it is about the one whose outcome is unknown, else about the first. All steps
/// in flight have ended by the time it is returned. `Display` prints its own layer and
/// [`source`](StdError::source) holds the step's error; neither shows personal data.
///
/// ```
/// # use cashlink::guides::Error;
/// fn advice(error: &Error) -> &'static str {
///     match error {
///         error if error.problems().is_some() => "mend the input; nothing was sent",
///         error if error.is_resumable() => "run it again with the same run id and input",
///         error if error.is_partly_done() => "finish it by single calls; what was applied stays",
///         _ => "mend the cause and use a new run id",
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    failure: Failure,
    applied: usize,
}

impl Error {
    pub(super) fn new(failure: Failure, applied: usize) -> Self {
        Self(Box::new(Inner { failure, applied }))
    }

    pub(super) fn invalid(problems: Problems) -> Self {
        Self::new(Failure::invalid(problems), 0)
    }

    /// The error of a run that was refused when it was about to begin.
    pub(super) fn refused(error: crate::Error) -> Self {
        let cause = match error.problems() {
            Some(problems) => Cause::Invalid(problems.clone()),
            None => Cause::Begin(error),
        };
        Self::new(Failure { step: None, cause }, 0)
    }

    /// The step that failed; none if the input was refused, or the run could not begin.
    pub fn step(&self) -> Option<Step> {
        self.0.failure.step
    }

    /// How many steps had changed something, with a known result, before the guide ended.
    pub fn applied(&self) -> usize {
        self.0.applied
    }

    /// Whether the effect of the failed step happened.
    ///
    /// An investment or redemption that ended badly counts as rejected; one that was not settled in time, or ended as
    /// `unknown`, is unknown: look at it before you do anything else. A read has no effect, so one that fails without
    /// an answer counts as not sent.
    pub fn outcome(&self) -> Outcome {
        self.0.failure.outcome()
    }

    /// Steps had changed something before the guide ended. Nothing is undone.
    pub fn is_partly_done(&self) -> bool {
        self.applied() > 0
    }

    /// The same run id and input may get further later: the guide was interrupted, something was not settled in time,
    /// or something was found that has to be put right first, as the text says.
    ///
    /// It is not so after the API's no, which the API remembers under the key of the step and would give again; a run in
    /// a journal can then be [resumed](super::Journaled::resume) explicitly. And it is not so if the run was begun with
    /// another input.
    pub fn is_resumable(&self) -> bool {
        match &self.0.failure.cause {
            Cause::Step(StepError::Interrupted(_) | StepError::Obstacle(_)) | Cause::Unsettled(_) | Cause::Begin(_) => {
                true
            }
            Cause::Step(StepError::Rejected(_)) | Cause::Ended(_) | Cause::Invalid(_) => false,
        }
    }

    /// The input, or a request made from it, is wrong: mend it.
    pub fn is_validation(&self) -> bool {
        match &self.0.failure.cause {
            Cause::Invalid(_) => true,
            Cause::Step(StepError::Rejected(rejection)) => matches!(rejection.status(), 400 | 413 | 415 | 422),
            Cause::Step(StepError::Interrupted(error)) | Cause::Begin(error) => error.is_validation(),
            Cause::Step(StepError::Obstacle(_)) | Cause::Ended(_) | Cause::Unsettled(_) => false,
        }
    }

    /// The credentials, the token or its scopes do not suffice.
    pub fn is_auth(&self) -> bool {
        matches!(&self.0.failure.cause, Cause::Step(StepError::Interrupted(error)) if error.is_auth())
    }

    /// What is wrong with the input, if nothing was sent because of that.
    pub fn problems(&self) -> Option<&Problems> {
        match &self.0.failure.cause {
            Cause::Invalid(problems) => Some(problems),
            Cause::Step(StepError::Interrupted(error)) => error.problems(),
            _ => None,
        }
    }

    /// The API's no, with its messages, if the step was rejected for good.
    pub fn rejection(&self) -> Option<&Rejection> {
        match &self.0.failure.cause {
            Cause::Step(StepError::Rejected(rejection)) => Some(rejection),
            _ => None,
        }
    }

    /// The error of the call, if the step was interrupted, or that of the journal.
    pub fn call(&self) -> Option<&crate::Error> {
        match &self.0.failure.cause {
            Cause::Step(StepError::Interrupted(error)) | Cause::Begin(error) => Some(error),
            _ => None,
        }
    }

    /// The status that an investment, a credit or a redemption was last seen in, if that is what went wrong.
    pub fn status(&self) -> Option<&str> {
        match &self.0.failure.cause {
            Cause::Ended(status) | Cause::Unsettled(status) => Some(status),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.failure, formatter)?;
        match self.0.applied {
            0 => Ok(()),
            1 => formatter.write_str("; 1 step had been applied before"),
            applied => write!(formatter, "; {applied} steps had been applied before"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("step", &self.0.failure.step_name())
            .field("cause", &self.0.failure.cause)
            .field("applied", &self.0.applied)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.failure.cause {
            // An obstacle is in the text already.
            Cause::Step(StepError::Obstacle(_)) => None,
            Cause::Step(error) => Some(error),
            Cause::Begin(error) => Some(error),
            _ => None,
        }
    }
}

/// A failed step.
#[derive(Debug)]
pub(super) struct Failure {
    step: Option<Step>,
    cause: Cause,
}

/// How a step failed.
#[derive(Debug)]
pub(super) enum Cause {
    Invalid(Problems),
    /// The run could not begin.
    Begin(crate::Error),
    Step(StepError),
    /// Ended in this status, which is not the one that was asked for.
    Ended(String),
    /// Still in this status when the time was up.
    Unsettled(String),
}

impl Failure {
    pub(super) fn new(step: Step, cause: Cause) -> Self {
        Self { step: Some(step), cause }
    }

    pub(super) fn invalid(problems: Problems) -> Self {
        Self { step: None, cause: Cause::Invalid(problems) }
    }

    pub(super) fn step_name(&self) -> Option<&'static str> {
        self.step.map(|step| step.name)
    }

    pub(super) fn outcome(&self) -> Outcome {
        match &self.cause {
            Cause::Invalid(_) => Outcome::NotSent,
            Cause::Begin(error) => error.outcome(),
            Cause::Step(error) => error.outcome(),
            Cause::Ended(status) if status == "unknown" => Outcome::Unknown,
            Cause::Ended(_) => Outcome::Rejected,
            Cause::Unsettled(_) => Outcome::Unknown,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = self.step_name().unwrap_or_default();
        match &self.cause {
            Cause::Invalid(problems) => write!(formatter, "invalid input:\n{problems}"),
            Cause::Begin(_) => formatter.write_str("the run cannot begin"),
            Cause::Step(StepError::Obstacle(found)) => write!(formatter, "the step {step} found {found}"),
            Cause::Step(_) => write!(formatter, "the step {step} failed"),
            Cause::Ended(status) => write!(formatter, "the step {step} ended as {status}"),
            Cause::Unsettled(status) => write!(formatter, "the step {step} saw {status} until the time was up"),
        }
    }
}
