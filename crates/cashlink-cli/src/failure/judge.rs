//! How a failure ends the program, and what kind of failure it is.

use cashlink::{Outcome, guides};
use serde::Serialize;

use crate::exit::Exit;

/// What a script may want to branch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Usage,
    InvalidInput,
    Authentication,
    Rejected,
    NotSettled,
    RateLimited,
    NotSent,
    Journal,
    KeyTaken,
    Withheld,
    Timeout,
    ReplyLost,
    ReplyUnreadable,
    ServerError,
    Interrupted,
    Internal,
}

/// How the run would end if the failing step were its only one, and the kind of its failure.
pub(super) fn judge(error: &guides::Error) -> (Exit, Kind) {
    if error.rejection().is_some() {
        return (Exit::Rejected, Kind::Rejected);
    }
    let has_effect = error.step().is_none_or(|step| step.has_effect());
    match (error.call(), error.outcome()) {
        (Some(call), _) => judge_call(call, has_effect),
        (None, _) if error.problems().is_some() => (Exit::Invalid, Kind::InvalidInput),
        (None, Outcome::Unknown) => (Exit::Unknown, Kind::NotSettled),
        (None, _) => (Exit::Rejected, Kind::Rejected),
    }
}

pub(super) fn judge_call(error: &cashlink::Error, has_effect: bool) -> (Exit, Kind) {
    let kind = kind_of(error);
    let exit = match error.outcome() {
        Outcome::Unknown if has_effect => Exit::Unknown,
        _ if error.is_auth() => Exit::Unauthenticated,
        _ if error.problems().is_some() || is_key_taken(error) => Exit::Invalid,
        Outcome::Rejected => Exit::Rejected,
        // A read without an answer has changed nothing.
        Outcome::NotSent | Outcome::Unknown => Exit::NotSent,
    };
    (exit, kind)
}

fn kind_of(error: &cashlink::Error) -> Kind {
    match error.status() {
        _ if error.problems().is_some() => Kind::InvalidInput,
        _ if error.journal_failure().is_some() => Kind::Journal,
        _ if error.is_withheld() => Kind::Withheld,
        _ if is_key_taken(error) => Kind::KeyTaken,
        _ if error.is_auth() => Kind::Authentication,
        _ if error.is_decode() => Kind::ReplyUnreadable,
        _ if error.is_timeout() => Kind::Timeout,
        _ if error.is_rate_limited() => Kind::RateLimited,
        Some(500..) => Kind::ServerError,
        _ => match error.outcome() {
            Outcome::Rejected => Kind::Rejected,
            Outcome::NotSent => Kind::NotSent,
            Outcome::Unknown => Kind::ReplyLost,
        },
    }
}

/// Whether the journal has another request under the key.
pub(super) fn is_key_taken(error: &cashlink::Error) -> bool {
    error.is_conflict() && error.status().is_none()
}
