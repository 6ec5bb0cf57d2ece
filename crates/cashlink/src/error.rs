//! The error of every call: what failed, whether it may have happened, and what to do now.

use std::{error::Error as StdError, fmt, time::Duration};

use jiff::Timestamp;

use crate::{
    IdempotencyKey, Outcome,
    failure::{Failure, is_verdict},
    journal::{self, IntentState, StoreError, StoreErrorKind},
    validation::Problems,
};

mod api;
mod cause;
mod decode;
#[cfg(test)]
mod tests;

pub(crate) use api::is_field_name;
pub use api::{ApiError, FieldError};
pub(crate) use cause::{AuthFailure, Transport};
pub use decode::DecodeError;

/// The most of a body that an error keeps, in bytes.
const KEPT_BODY: usize = 64 * 1024;

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call gave no value.
///
/// [`outcome`](Self::outcome) says whether the effect happened; the predicates say what a program may want to branch
/// on. `Display` prints this error's own layer and [`source`](StdError::source) holds the rest. Neither `Display` nor
/// `Debug` shows a secret, a token or anything of a body.
///
/// ```
/// # use cashlink::{Error, Outcome};
/// fn after(error: &Error) -> &'static str {
///     match error.outcome() {
///         Outcome::Rejected => "nothing was changed; mend the request",
///         Outcome::NotSent => "nothing was sent; try again when the cause is gone",
///         Outcome::Unknown => "repeat it under the same key to find out",
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    outcome: Outcome,
    operation_id: Option<&'static str>,
    key: Option<IdempotencyKey>,
    attempts: u32,
}

#[derive(Debug)]
enum Kind {
    InvalidInput(Problems),
    Auth(AuthFailure),
    NotSent(Transport),
    Lost(Transport),
    Timeout,
    Api(ApiError),
    Decode(DecodeError),
    Pagination(&'static str),
    Document(std::io::Error),
    Setup(Transport),
    /// The journal could not be written or read.
    Journal(StoreError),
    /// Another request was made under the key.
    KeyTaken {
        operation_id: String,
        begun_at: Timestamp,
        state: IntentState,
    },
    /// The journal says that the intent must not be sent again.
    Withheld(Withheld),
}

/// Why an intent that is in the journal is not sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Withheld {
    /// It is older than the API is trusted to remember its key.
    TooOld,
    /// It was applied, its reply was not kept, and it is too old or overtaken.
    Applied,
    /// It sets what a later change has set since.
    Overtaken,
}

/// The intent that a failure belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Intent {
    pub(crate) operation_id: &'static str,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) attempts: u32,
    pub(crate) outcome: Outcome,
}

impl Error {
    fn of(kind: Kind, outcome: Outcome) -> Self {
        Self(Box::new(Inner { kind, outcome, operation_id: None, key: None, attempts: 0 }))
    }

    fn in_intent(mut self, intent: Intent) -> Self {
        self.0.outcome = intent.outcome;
        self.0.operation_id = Some(intent.operation_id);
        self.0.key = intent.key;
        self.0.attempts = intent.attempts;
        self
    }

    pub(crate) fn from_failure(failure: Failure, intent: Intent) -> Self {
        let kind = match failure {
            Failure::NotSent(transport) => Kind::NotSent(transport),
            Failure::Lost(transport) => Kind::Lost(transport),
            Failure::TimedOut => Kind::Timeout,
            Failure::Status(reply) => Kind::Api(reply),
            Failure::Unreadable(reply) => Kind::Decode(reply),
        };
        Self::of(kind, Outcome::Unknown).in_intent(intent)
    }

    pub(crate) fn from_auth(failure: AuthFailure, intent: Intent) -> Self {
        Self::of(Kind::Auth(failure), Outcome::NotSent).in_intent(intent)
    }

    pub(crate) fn from_document(error: std::io::Error, intent: Intent) -> Self {
        Self::of(Kind::Document(error), Outcome::NotSent).in_intent(intent)
    }

    pub(crate) fn timed_out(intent: Intent) -> Self {
        Self::of(Kind::Timeout, Outcome::Unknown).in_intent(intent)
    }

    pub(crate) fn pagination(operation_id: &'static str, rule: &'static str) -> Self {
        let mut error = Self::of(Kind::Pagination(rule), Outcome::NotSent);
        error.0.operation_id = Some(operation_id);
        error
    }

    pub(crate) fn setup(error: reqwest::Error) -> Self {
        Self::of(Kind::Setup(Transport::new(error)), Outcome::NotSent)
    }

    pub(crate) fn journal(error: StoreError) -> Self {
        Self::of(Kind::Journal(error), Outcome::NotSent)
    }

    pub(crate) fn from_journal(error: StoreError, intent: Intent) -> Self {
        Self::journal(error).in_intent(intent)
    }

    pub(crate) fn key_taken(other: &journal::Intent, intent: Intent) -> Self {
        let (operation_id, begun_at, state) = (other.new.operation_id.clone(), other.new.begun_at, other.state);
        Self::of(Kind::KeyTaken { operation_id, begun_at, state }, Outcome::NotSent).in_intent(intent)
    }

    pub(crate) fn withheld(why: Withheld, intent: Intent) -> Self {
        Self::of(Kind::Withheld(why), Outcome::Unknown).in_intent(intent)
    }

    /// The same error of an intent that may have been applied all the same.
    pub(crate) fn doubted(mut self) -> Self {
        self.0.outcome = Outcome::Unknown;
        self
    }

    pub(crate) fn invalid_field(path: &str, rule: &str) -> Self {
        Problems::one(path, rule).into()
    }

    /// Whether the effect happened.
    ///
    /// A read has no effect, so its outcome is never unknown: it is rejected if the API said no, and else not sent.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Whether the effect may have happened: the reply was lost or cannot be read. Never so for a read.
    ///
    /// Repeat the call under the same [`key`](Self::key): while the API remembers that, no second effect arises from it.
    pub fn may_have_applied(&self) -> bool {
        self.outcome() == Outcome::Unknown
    }

    /// The API's answer, if it answered with something other than a success.
    pub fn api(&self) -> Option<&ApiError> {
        match &self.0.kind {
            Kind::Api(reply) => Some(reply),
            Kind::Auth(failure) => failure.api(),
            _ => None,
        }
    }

    /// What cannot be understood, if the API answered with a success that cannot be read.
    pub fn decode(&self) -> Option<&DecodeError> {
        match &self.0.kind {
            Kind::Decode(reply) => Some(reply),
            _ => None,
        }
    }

    /// What is wrong with the input, if the call was refused before anything was sent.
    pub fn problems(&self) -> Option<&Problems> {
        match &self.0.kind {
            Kind::InvalidInput(problems) => Some(problems),
            _ => None,
        }
    }

    /// The HTTP status of the API's answer, a success that cannot be read included.
    pub fn status(&self) -> Option<u16> {
        match &self.0.kind {
            Kind::Decode(reply) => reply.status(),
            _ => self.api().map(ApiError::status),
        }
    }

    /// The id that the API or a gateway gave the request, to quote to its support.
    pub fn request_id(&self) -> Option<&str> {
        self.api().and_then(ApiError::request_id)
    }

    /// How long the API asked to wait before the next call.
    pub fn retry_after(&self) -> Option<Duration> {
        self.api().and_then(ApiError::retry_after)
    }

    /// The key of the intent: repeat the call under it.
    pub fn key(&self) -> Option<&IdempotencyKey> {
        self.0.key.as_ref()
    }

    /// The operation that failed, by its id in the API's OpenAPI document.
    pub fn operation_id(&self) -> Option<&'static str> {
        self.0.operation_id
    }

    /// How often the request was sent, or tried to be sent.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The input or the request is wrong: mend it before the next call. Nothing was changed.
    pub fn is_validation(&self) -> bool {
        matches!(self.0.kind, Kind::InvalidInput(_)) || self.api_status_is(&[400, 413, 415, 422])
    }

    /// The credentials, the token or its scopes do not suffice.
    pub fn is_auth(&self) -> bool {
        match &self.0.kind {
            Kind::Auth(failure) => failure.is_refusal(),
            _ => self.api_status_is(&[401, 403]),
        }
    }

    /// The object does not exist, or not for this client.
    pub fn is_not_found(&self) -> bool {
        self.api_status_is(&[404])
    }

    /// The request contradicts what the API already has, or another request that the [journal](crate::journal) has
    /// under the same key.
    pub fn is_conflict(&self) -> bool {
        matches!(self.0.kind, Kind::KeyTaken { .. }) || self.api_status_is(&[409])
    }

    /// The journal's failure, if that ended the call: it was not sent, as it could not be written down. If the
    /// [outcome](Self::outcome) is unknown, it had been sent, now or by an earlier call under its key.
    pub fn journal_failure(&self) -> Option<&StoreError> {
        match &self.0.kind {
            Kind::Journal(error) => Some(error),
            _ => None,
        }
    }

    /// An earlier call under this key was applied or may have been, and this one was not sent: the key is older than
    /// the API is trusted to remember it, or a later change has set the same. Look at the object at the API; the
    /// [journal](crate::journal) has the ids that an applied intent returned.
    pub fn is_withheld(&self) -> bool {
        matches!(self.0.kind, Kind::Withheld(_))
    }

    /// The API asks to be called less often; see [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.api_status_is(&[429])
    }

    /// The time was up before a reply came, be it the API's or that of its token endpoint.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout | Kind::Auth(AuthFailure::TimedOut))
    }

    /// The reply came but cannot be understood; [`decode`](Self::decode) says where, and has the reply.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(_))
    }

    /// The same call may succeed a little later without any change.
    pub fn is_transient(&self) -> bool {
        match &self.0.kind {
            Kind::NotSent(_) | Kind::Lost(_) | Kind::Timeout => true,
            Kind::Auth(failure) => failure.is_transient(),
            Kind::Api(_) => self.api_status_is(&[408, 425, 429, 500, 502, 503, 504]),
            Kind::Journal(error) => matches!(error.kind(), StoreErrorKind::Unavailable | StoreErrorKind::InUse),
            _ => false,
        }
    }

    /// The API's final no to this call, which it gives again under the same key.
    pub(crate) fn verdict(&self) -> Option<&ApiError> {
        match &self.0.kind {
            Kind::Api(reply) if self.outcome() == Outcome::Rejected && is_verdict(reply) => Some(reply),
            _ => None,
        }
    }

    fn api_status_is(&self, statuses: &[u16]) -> bool {
        matches!(&self.0.kind, Kind::Api(reply) if statuses.contains(&reply.status()))
    }
}

impl From<Problems> for Error {
    fn from(problems: Problems) -> Self {
        Self::of(Kind::InvalidInput(problems), Outcome::NotSent)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation_id) = self.0.operation_id {
            write!(formatter, "{operation_id}: ")?;
        }
        match &self.0.kind {
            Kind::InvalidInput(problems) => write!(formatter, "invalid input: {problems}")?,
            Kind::Auth(failure) => write!(formatter, "no access token: {failure}")?,
            Kind::NotSent(_) => formatter.write_str("no connection to the API")?,
            Kind::Lost(_) => formatter.write_str("no reply to a request that was sent")?,
            Kind::Timeout => formatter.write_str("no reply in time")?,
            Kind::Api(reply) => write!(formatter, "the API answered with {reply}")?,
            Kind::Decode(reply) => write!(formatter, "the reply cannot be read: {reply}")?,
            Kind::Pagination(rule) => write!(formatter, "the list cannot be followed: {rule}")?,
            Kind::Document(_) => formatter.write_str("the document cannot be read")?,
            Kind::Setup(_) => formatter.write_str("the HTTP client cannot be set up")?,
            Kind::Journal(error) if self.0.outcome == Outcome::Unknown => {
                write!(formatter, "the journal failed: {error}")?;
            }
            Kind::Journal(error) => write!(formatter, "not sent, as the journal failed: {error}")?,
            Kind::KeyTaken { operation_id, begun_at, state } => {
                write!(formatter, "not sent: another request has its key, {operation_id} of {begun_at}, {state}")?;
            }
            Kind::Withheld(Withheld::TooOld) => {
                formatter.write_str("not sent again: the API may have forgotten its key by now")?;
            }
            Kind::Withheld(Withheld::Applied) => {
                formatter.write_str("not sent again: it was applied, and its reply was not kept")?;
            }
            Kind::Withheld(Withheld::Overtaken) => {
                formatter.write_str("not sent again: it would undo a later change")?;
            }
        }
        match (self.0.outcome, &self.0.key) {
            (Outcome::Unknown, Some(key)) => write!(formatter, "; it may have happened, under the key {key}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("outcome", &self.0.outcome)
            .field("operation_id", &self.0.operation_id)
            .field("key", &self.0.key)
            .field("attempts", &self.0.attempts)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            Kind::NotSent(transport) | Kind::Lost(transport) | Kind::Setup(transport) => Some(transport),
            Kind::Auth(failure) => failure.source(),
            Kind::Document(error) => Some(error),
            Kind::Journal(error) => error.source(),
            _ => None,
        }
    }
}
