//! What is known about an effect after a call has failed.

use std::fmt;

use serde::Serialize;

/// Whether the effect of a failed call happened.
///
/// It is the outcome over all attempts of the call, not of the last reply: once an attempt may have arrived, only a
/// readable success or a verdict under the same key says more. A call that succeeds has no `Outcome`: it returns its
/// value.
///
/// It speaks of that one call. If you repeat a call whose outcome was [`Unknown`](Self::Unknown) under its key, then a
/// success ends the matter, and so does an error that [is about the request](crate::Error::is_validation); but
/// [`NotSent`](Self::NotSent), or being turned away with 401, 403, 409 or 429, tells nothing of the earlier call, which
/// stays unknown. With a [journal](crate::journal) this is remembered, and the outcome is that of all calls under the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "an effect that was not applied for certain has no fourth state")]
pub enum Outcome {
    /// The API said no; nothing was changed.
    Rejected,
    /// It cannot have happened: the request did not reach the API, or it only reads.
    NotSent,
    /// It may have happened. Repeat the call under the same key to find out.
    Unknown,
}

impl Outcome {
    /// The outcome as one lower-case word, as the command line and logs print it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
