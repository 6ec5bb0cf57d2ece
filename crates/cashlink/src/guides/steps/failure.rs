//! Why a step has no result: the API refused for good, something stands in the way, or the run was interrupted.

use std::{error::Error as StdError, fmt};

use serde::{Deserialize, Serialize};

use crate::{Error, FieldError, Outcome};

/// Why a step has no result.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "an implementation of `Steps` has to treat every kind")]
pub enum StepError {
    /// The API's final verdict. It may be recorded, and a guide may branch on it.
    Rejected(Rejection),
    /// What was read does not let the run go on until somebody does something about it: what it is, and what to do,
    /// without personal data. Never recorded, so that it is read anew when the run goes on.
    Obstacle(String),
    /// No verdict: the run stops here and can go on later, under the same key. Never recorded; a guide only passes it
    /// on.
    Interrupted(Error),
}

impl StepError {
    /// Whether the effect of the step happened.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Rejected(_) | Self::Obstacle(_) => Outcome::Rejected,
            Self::Interrupted(error) => error.outcome(),
        }
    }
}

impl From<Error> for StepError {
    fn from(error: Error) -> Self {
        match error.verdict() {
            Some(reply) => Self::Rejected(Rejection {
                status: reply.status(),
                message: reply.detail().map(str::to_owned),
                fields: reply.fields().iter().map(RejectedField::from).collect(),
                request_id: reply.request_id().map(str::to_owned),
            }),
            None => Self::Interrupted(error),
        }
    }
}

impl From<Rejection> for StepError {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejection) => fmt::Display::fmt(rejection, formatter),
            Self::Obstacle(found) => write!(formatter, "found {found}"),
            Self::Interrupted(error) => fmt::Display::fmt(error, formatter),
        }
    }
}

impl StdError for StepError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Rejected(_) | Self::Obstacle(_) => None,
            Self::Interrupted(error) => error.source(),
        }
    }
}

/// The API's final no to one step, as a value that can be stored and read back.
///
/// The API's messages may quote what was sent: `Debug` and `Display` show the status and the fields, the messages are
/// read by [`message`](Self::message) and [`fields`](Self::fields), and serializing it includes them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    status: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<RejectedField>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct RejectedField {
    path: String,
    message: String,
}

impl From<&FieldError> for RejectedField {
    fn from(field: &FieldError) -> Self {
        Self { path: field.path.clone(), message: field.message.clone() }
    }
}

impl Rejection {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The API's explanation of the whole, if it gave one. It may quote what was sent.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The API's messages by the path of the field, empty for the request as a whole. They may quote what was sent.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| (field.path.as_str(), field.message.as_str()))
    }

    /// The id that the API gave the request, to quote to its support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// The same without the API's messages, which may quote what was sent.
    pub(super) fn without_messages(&self) -> Self {
        let silent = |field: &RejectedField| RejectedField { path: field.path.clone(), message: String::new() };
        Self { message: None, fields: self.fields.iter().map(silent).collect(), ..self.clone() }
    }

    fn paths(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.path.as_str()).filter(|path| !path.is_empty())
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the API refused with status {}", self.status)?;
        for (index, path) in self.paths().enumerate() {
            write!(formatter, "{}{path}", if index == 0 { ", fields: " } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rejection")
            .field("status", &self.status)
            .field("fields", &self.paths().collect::<Vec<_>>())
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

impl StdError for Rejection {}
