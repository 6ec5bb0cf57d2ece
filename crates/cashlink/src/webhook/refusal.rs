//! Why a delivery is refused.

use std::{error::Error as StdError, fmt};

/// Why a delivery is not taken.
///
/// It is for your own eyes. Whoever sent the delivery is told the [status](Self::status) and nothing else, and the same
/// for all that is wrong with credentials. Nothing of the delivery is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// It has no credentials, two of them, or some that are wrong, expired or somebody else's.
    Credentials,
    /// Its length is no number, or two of them.
    Length,
    /// Its body is longer than is taken.
    TooLarge,
    /// Its body is of another type than JSON in UTF-8, or compressed.
    MediaType,
    /// Its body is no JSON.
    NotJson,
    /// Its body is JSON, and not an event.
    NotEvent,
    /// It tells of a change that is further ahead than is taken. Sent again when its time has come, it is.
    Early,
}

impl Refusal {
    /// The HTTP status that says so.
    pub fn status(self) -> u16 {
        match self {
            Self::Credentials => 401,
            Self::Length | Self::NotJson => 400,
            Self::TooLarge => 413,
            Self::MediaType => 415,
            Self::NotEvent | Self::Early => 422,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Credentials => "no credentials that are good now",
            Self::Length => "the length is not one number",
            Self::TooLarge => "the body is longer than is taken",
            Self::MediaType => "the body is not plain JSON in UTF-8",
            Self::NotJson => "the body is no JSON",
            Self::NotEvent => "the body is JSON, and not an event",
            Self::Early => "the change is further ahead than is taken",
        })
    }
}

impl StdError for Refusal {}
