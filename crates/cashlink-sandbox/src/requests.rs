//! The request log: every call that reached the API, what it brought, what was decided and what was sent.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::fault::FaultId;

mod capture;
mod criteria;
mod expect;
mod fields;
mod log;
mod mask;
mod problems;
mod record;

use capture::Capture;
pub use criteria::Difference;
pub use expect::{CallMatch, Count, Expectation, Findings, LedgerMatch, Nearest};

pub(crate) use capture::{Ear, KEPT};
pub(crate) use criteria::{Criteria, Field};
pub(crate) use fields::Fields;
pub(crate) use log::RequestLog;
pub(crate) use problems::{Part, Refused};
pub(crate) use record::{Answered, Called, Checked, Delivery, Record};

/// One call that reached the API, whatever became of it.
///
/// Secrets are masked: of `authorization` the scheme is left, of cookies, tokens and the client's secret nothing. What
/// people typed in is not: names and bank accounts stand in bodies, so `Debug` leaves bodies, headers and the query out.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RequestEntry {
    /// The position in the log, from 1, in the order in which calls were answered.
    pub seq: u64,
    /// When it arrived, by the sandbox's clock.
    pub at: Timestamp,
    /// How long it took until there was an answer, in microseconds of real time.
    pub duration_us: u64,
    /// Whose token it had, or who was given one; none if that is not known.
    pub client_id: Option<String>,
    /// The operation of the API; none if there is none at this address.
    pub operation_id: Option<String>,
    /// The HTTP method.
    pub method: String,
    /// The whole path as it was sent, with the query.
    pub path: String,
    /// The key the caller chose, if any.
    pub idempotency_key: Option<String>,
    /// What became of the call.
    pub outcome: RequestOutcome,
    /// The status that was decided, or that a fault answered before anything was; none if there is neither.
    pub status: Option<u16>,
    /// The fault that struck.
    pub fault: Option<StruckFault>,
    /// What the call brought.
    pub request: LoggedRequest,
    /// Whether path, query and body were what the description asks for; none if nobody looked.
    pub request_validation: Option<Validation>,
    /// What was decided; none if nothing was.
    pub reply: Option<LoggedReply>,
    /// Whether the reply was what the description promises; none if it promises nothing for this status.
    pub reply_validation: Option<Validation>,
    /// What became of the reply on its way.
    pub sent: Sent,
    /// What was sent, as far as it went, where that is not the reply that was decided.
    pub sent_reply: Option<LoggedReply>,
}

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestOutcome {
    /// It asked for something and got it. A token call that was given a token counts as such.
    Read,
    /// It took effect.
    Applied,
    /// The verdict of an earlier call with the same key was given again; nothing happened.
    Replayed,
    /// It was refused; nothing happened.
    Rejected,
    /// It was over before anything was decided: a fault answered or cut it, or its client went away.
    None,
}

/// The fault that struck a call or an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct StruckFault {
    /// Its name, as [`Sandbox::arm`](crate::Sandbox::arm) gave it.
    pub id: FaultId,
    /// What went wrong, as it is called over HTTP.
    pub kind: &'static str,
}

/// What a call brought.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// The headers by their names in lower case; several of one name are joined by commas.
    pub headers: BTreeMap<String, String>,
    /// The type of the body, if the call named one.
    pub content_type: Option<String>,
    /// The body; none if it is empty or did not arrive.
    pub body: Option<LoggedBody>,
}

/// A reply.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LoggedReply {
    /// The HTTP status.
    pub status: u16,
    /// The headers that the sandbox chose; the server adds those of the connection.
    pub headers: BTreeMap<String, String>,
    /// The body; none if it is empty.
    pub body: Option<LoggedBody>,
}

/// A body. None of `json`, `text` and `file` is there if it is neither JSON nor text, or if a secret could stand in it.
#[derive(Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct LoggedBody {
    /// How many bytes arrived or were sent.
    pub size: u64,
    /// Whether only the first 64 KiB were kept.
    pub is_truncated: bool,
    /// The body as JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// The body as text, where it is no JSON; a form with its secrets masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The file of an upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<LoggedFile>,
}

/// The file of an upload, which itself is not kept.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LoggedFile {
    /// Its name.
    pub name: String,
    /// Its media type; empty if none was named.
    pub content_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
}

/// Whether something was what the description says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Validation {
    /// It was. In JSON: `"ok"`.
    Ok,
    /// It was not. In JSON: the list of what was wrong.
    Failed(Vec<Problem>),
}

impl Serialize for Validation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Ok => serializer.serialize_str("ok"),
            Self::Failed(problems) => problems.serialize(serializer),
        }
    }
}

/// One thing that was not what the description says. Never holds the value itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// Where: for a request `path/`, `query/`, `header/` or `body` and the way from there, for a reply a JSON pointer.
    pub place: String,
    /// What is wrong: for a request the rule in words, for a reply the keyword of JSON Schema that it breaks.
    pub problem: String,
}

/// What became of a reply on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sent {
    /// It was sent.
    AsDecided,
    /// Another one was sent, or what was sent was changed.
    Altered,
    /// It broke off, or has not arrived as yet.
    Cut,
    /// The connection was closed without an answer.
    Nothing,
}

impl fmt::Debug for RequestEntry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        formatter
            .debug_struct("RequestEntry")
            .field("seq", &self.seq)
            .field("operation_id", &self.operation_id)
            .field("method", &self.method)
            .field("path", &path)
            .field("outcome", &self.outcome)
            .field("status", &self.status)
            .field("fault", &self.fault)
            .field("request", &self.request)
            .field("reply", &self.reply)
            .field("sent", &self.sent)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for LoggedRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LoggedRequest").field("body", &self.body).finish_non_exhaustive()
    }
}

impl fmt::Debug for LoggedReply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("LoggedReply");
        shown.field("status", &self.status).field("body", &self.body).finish_non_exhaustive()
    }
}

impl fmt::Debug for LoggedBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LoggedBody").field("size", &self.size).finish_non_exhaustive()
    }
}

impl fmt::Debug for LoggedFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LoggedFile").field("size", &self.size).finish_non_exhaustive()
    }
}
