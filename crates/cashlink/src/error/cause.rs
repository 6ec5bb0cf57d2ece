//! The causes below an error, kept free of addresses with secrets and of bodies.

use std::{error::Error as StdError, fmt, sync::Arc};

use super::ApiError;

/// A failure of the connection, without the request's address.
#[derive(Clone, Debug)]
pub(crate) struct Transport(Arc<dyn StdError + Send + Sync>);

impl Transport {
    pub(crate) fn new(error: reqwest::Error) -> Self {
        Self(Arc::new(error.without_url()))
    }

    /// The request could not even be made.
    pub(crate) fn unmade() -> Self {
        #[derive(Debug, thiserror::Error)]
        #[error("the request cannot be made: a header holds what no header may hold")]
        struct Unmade;

        Self(Arc::new(Unmade))
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The innermost cause says what a person can act on: refused, not found, certificate, closed.
        let mut cause: &dyn StdError = &*self.0;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        write!(formatter, "{cause}")
    }
}

impl StdError for Transport {}

/// No token could be had.
#[derive(Clone, Debug)]
pub(crate) enum AuthFailure {
    /// The token endpoint could not be reached, or its reply was lost.
    Unreachable(Transport),
    /// It did not answer in time.
    TimedOut,
    /// It refused; the word is OAuth 2.0's error code, if it is one.
    Refused { reply: ApiError, code: Option<&'static str> },
    /// It answered with something that is not a token.
    Unreadable,
}

impl AuthFailure {
    pub(crate) fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Refused { reply, .. } => Some(reply),
            _ => None,
        }
    }

    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TimedOut => true,
            Self::Refused { reply, .. } => matches!(reply.status(), 408 | 425 | 429 | 500 | 502 | 503 | 504),
            Self::Unreadable => false,
        }
    }

    /// The endpoint judged the credentials, and was not merely absent, busy or another address.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { reply, .. } if matches!(reply.status(), 400 | 401 | 403))
    }

    pub(crate) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unreachable(transport) => Some(transport),
            _ => None,
        }
    }
}

impl fmt::Display for AuthFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(_) => formatter.write_str("no reply from the token endpoint"),
            Self::TimedOut => formatter.write_str("no reply from the token endpoint in time"),
            Self::Refused { reply, code: Some(code) } => {
                write!(formatter, "the token endpoint answered `{code}` with {reply}")
            }
            Self::Refused { reply, code: None } => write!(formatter, "the token endpoint answered with {reply}"),
            Self::Unreadable => formatter.write_str("the token endpoint's reply is not an access token"),
        }
    }
}
