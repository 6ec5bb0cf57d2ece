//! Why a wait ended without what was waited for.

use std::{error::Error as StdError, fmt};

use crate::Error;

/// Why a [`Wait`](crate::Wait) ended without what it waited for.
///
/// It tells of the task, not of a call: what it says is final unless the time was up or the status could not be read,
/// and then waiting again does no harm. Neither `Display` nor `Debug` shows personal data.
///
/// ```
/// # use cashlink::WaitError;
/// fn advice(error: &WaitError) -> &'static str {
///     match error {
///         error if error.needs_investigation() => "have a person look; do not start it again",
///         error if error.is_failed() => "it did not happen; mend the cause and start a new one",
///         error if error.is_timeout() => "wait again later",
///         _ => "the status could not be read; see `call`",
///     }
/// }
/// ```
pub struct WaitError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    operation_id: &'static str,
    cause: Cause,
}

#[derive(Debug)]
pub(super) enum Cause {
    Failed(Status),
    Unclear(Status),
    TimedOut(Option<Status>),
    Call(Error),
}

/// A status as the API gave it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Status(pub(super) String);

impl WaitError {
    pub(super) fn new(operation_id: &'static str, cause: Cause) -> Self {
        Self(Box::new(Inner { operation_id, cause }))
    }

    /// The task ended, and not as was asked for: it failed, or the investment was cancelled.
    pub fn is_failed(&self) -> bool {
        matches!(self.0.cause, Cause::Failed(_))
    }

    /// The task ended as `unknown`: the registry itself cannot say whether it happened. A person has to find out.
    ///
    /// Never start it again by a program; a second one may move the same units twice.
    pub fn needs_investigation(&self) -> bool {
        matches!(self.0.cause, Cause::Unclear(_))
    }

    /// The deadline passed, and the task had not ended. Wait again, later or longer.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.cause, Cause::TimedOut(_))
    }

    /// The status that was seen last.
    pub fn status(&self) -> Option<&str> {
        match &self.0.cause {
            Cause::Failed(status) | Cause::Unclear(status) | Cause::TimedOut(Some(status)) => Some(&status.0),
            Cause::TimedOut(None) | Cause::Call(_) => None,
        }
    }

    /// The error of the call that reads the status, if that ended the wait or was all there was at the deadline. It says
    /// nothing of the task.
    pub fn call(&self) -> Option<&Error> {
        match &self.0.cause {
            Cause::Call(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for WaitError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.0.operation_id)?;
        match &self.0.cause {
            Cause::Failed(status) => write!(formatter, "it ended as {status}"),
            Cause::Unclear(status) => {
                write!(formatter, "it ended as {status}; a person has to find out what happened, do not start it again")
            }
            Cause::TimedOut(Some(status)) => write!(formatter, "it was {status} until the time was up"),
            Cause::TimedOut(None) => formatter.write_str("it had no status until the time was up"),
            Cause::Call(_) => formatter.write_str("its status cannot be read"),
        }
    }
}

impl fmt::Debug for WaitError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WaitError")
            .field("operation_id", &self.0.operation_id)
            .field("cause", &self.0.cause)
            .finish()
    }
}

impl StdError for WaitError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.call().map(|error| error as &(dyn StdError + 'static))
    }
}

impl fmt::Display for Status {
    /// A word is shown; anything else, which nobody knows, is not.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_word = self.0.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'));
        let is_short = (1..=32).contains(&self.0.len());
        formatter.write_str(if is_word && is_short { &self.0 } else { "?" })
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
