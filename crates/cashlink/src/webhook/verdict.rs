//! What a delivery is answered.

use std::fmt;

use super::{Recorded, Refusal};
use crate::journal::StoreError;

/// When the sender is asked to try again after the inbox failed, in seconds.
const PAUSE: &str = "10";

/// The answer to a delivery: status, headers and body, to be handed to your server as they are.
///
/// It is 204 if the event is in the inbox, and was put there now or before; 503 if the inbox failed; else the status of a
/// [`Refusal`]. It gives no reason, and quotes nothing.
#[must_use = "the sender waits for it"]
pub struct Verdict(Result<Recorded, Cause>);

enum Cause {
    Refused(Refusal),
    Failed(StoreError),
}

impl Verdict {
    pub(super) fn recorded_as(recorded: Recorded) -> Self {
        Self(Ok(recorded))
    }

    pub(super) fn failed(error: StoreError) -> Self {
        Self(Err(Cause::Failed(error)))
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match &self.0 {
            Ok(_) => 204,
            Err(Cause::Refused(refusal)) => refusal.status(),
            Err(Cause::Failed(_)) => 503,
        }
    }

    /// The headers, name and value; names are in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        let header = match &self.0 {
            Err(Cause::Refused(Refusal::Credentials)) => Some(("www-authenticate", "Bearer")),
            Err(Cause::Failed(_)) => Some(("retry-after", PAUSE)),
            _ => None,
        };
        header.into_iter()
    }

    /// The body, which is empty.
    pub fn body(&self) -> &[u8] {
        &[]
    }

    /// What became of the event, if it is in the inbox.
    pub fn recorded(&self) -> Option<Recorded> {
        self.0.as_ref().ok().copied()
    }

    /// Why the delivery was refused, if it was.
    pub fn refusal(&self) -> Option<Refusal> {
        match &self.0 {
            Err(Cause::Refused(refusal)) => Some(*refusal),
            _ => None,
        }
    }

    /// How the inbox failed, if it did.
    pub fn failure(&self) -> Option<&StoreError> {
        match &self.0 {
            Err(Cause::Failed(error)) => Some(error),
            _ => None,
        }
    }
}

impl From<Refusal> for Verdict {
    fn from(refusal: Refusal) -> Self {
        Self(Err(Cause::Refused(refusal)))
    }
}

/// Without what lies below a failure of the inbox: a handler's error may quote what it handled.
impl fmt::Debug for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut verdict = formatter.debug_struct("Verdict");
        match &self.0 {
            Ok(recorded) => verdict.field("recorded", recorded),
            Err(Cause::Refused(refusal)) => verdict.field("refusal", refusal),
            Err(Cause::Failed(error)) => verdict.field("failure", &error.kind()),
        };
        verdict.finish_non_exhaustive()
    }
}
