//! What went wrong with one attempt, and what that proves.

use std::time::Duration;

use http::StatusCode;

use crate::error::{ApiError, DecodeError, Transport};

/// One attempt that gave no value.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The connection was never made.
    NotSent(Transport),
    /// The request went out, wholly or partly, and no complete reply came back.
    Lost(Transport),
    /// As `Lost`, because the time was up.
    TimedOut,
    /// The API answered with a status that is not a success.
    Status(ApiError),
    /// The API answered with a success that cannot be read.
    Unreadable(DecodeError),
}

/// What one failure proves about the effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    /// The request did not arrive.
    NotArrived,
    /// The API itself decided against it, and under a repeated key it gives this answer for the first attempt too.
    Verdict,
    /// This attempt was turned away; it says nothing about an earlier one.
    TurnedAway,
    /// It may have been applied.
    Nothing,
}

impl Failure {
    pub(crate) fn proof(&self) -> Proof {
        match self {
            Self::NotSent(_) => Proof::NotArrived,
            Self::Lost(_) | Self::TimedOut | Self::Unreadable(_) => Proof::Nothing,
            Self::Status(reply) => reply_proof(reply),
        }
    }

    /// Whether the same request may fare better a little later.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::NotSent(_) | Self::Lost(_) | Self::TimedOut | Self::Unreadable(_) => true,
            Self::Status(reply) => is_transient_status(reply.status_code()),
        }
    }

    /// How long the API asked to wait.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status(reply) => reply.retry_after(),
            Self::NotSent(_) | Self::Lost(_) | Self::TimedOut | Self::Unreadable(_) => None,
        }
    }

    pub(crate) fn is_unauthorized(&self) -> bool {
        matches!(self, Self::Status(reply) if reply.status_code() == StatusCode::UNAUTHORIZED)
    }

    /// The status of the reply, if there was one.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Status(reply) => Some(reply.status()),
            Self::Unreadable(reply) => reply.status(),
            Self::NotSent(_) | Self::Lost(_) | Self::TimedOut => None,
        }
    }

    /// A word for logs.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::NotSent(_) => "not_sent",
            Self::Lost(_) => "reply_lost",
            Self::TimedOut => "timed_out",
            Self::Status(_) => "status",
            Self::Unreadable(_) => "unreadable",
        }
    }
}

/// What a reply that is no success proves.
///
/// Redirects are not followed. The three that repeat the method come from a server that did not handle the request; the
/// others are customary answers *after* handling it. A verdict has a status that judges the request and a body of the
/// API's own form: a page of a gateway in front of the API says only that this attempt did not get through.
fn reply_proof(reply: &ApiError) -> Proof {
    match reply.status() {
        408 | 499 => Proof::Nothing,
        400 | 402 | 404 | 405 | 406 | 410 | 412 | 413 | 415 | 422 if reply.is_structured() => Proof::Verdict,
        301 | 307 | 308 | 400..=498 => Proof::TurnedAway,
        _ => Proof::Nothing,
    }
}

/// Whether `reply` is the API's final word on the request, which it gives again under the same key.
pub(crate) fn is_verdict(reply: &ApiError) -> bool {
    reply_proof(reply) == Proof::Verdict
}

fn is_transient_status(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504)
}
