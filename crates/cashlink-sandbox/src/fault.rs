//! Faults: what can go wrong between a client and the API, and with what webhooks are told, on purpose.

use std::sync::Arc;
use std::time::Duration;

mod armed;
mod chance;
mod kind;
mod mishap;
mod target;
mod wanted;
mod wire;

pub use armed::{ArmedFault, FaultId};

pub(crate) use armed::{Faults, Struck};
pub(crate) use kind::Kind;
pub(crate) use mishap::{EventHead, Mishap};
pub(crate) use target::{CallHead, path_fits};
pub(crate) use wanted::{fault as wanted, kinds};

use chance::Probability;
use kind::milliseconds;
use target::Target;

use crate::spec::Spec;

/// A day. No client waits longer, and a larger number is a slip.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// An hour, for the same reason.
const LONGEST_DELAY: Duration = Duration::from_secs(60 * 60);

const LARGEST_BODY: usize = 1024 * 1024;

const LARGEST_REPLY: u64 = 1024 * 1024 * 1024;

const MOST_COPIES: u32 = 100;

/// Something that goes wrong with one call or a few, or with events that webhooks are told.
///
/// Arm it with [`Sandbox::arm`](crate::Sandbox::arm). Armed faults wait in order; a call that passed authentication
/// takes the first one that fits it, and so does an event when it is queued. Only a fault with a [`probability`](Self::probability) may let a call
/// pass, and the same seed lets the same calls pass, so the outcome of a test never depends on luck.
///
/// Its JSON, by serde, is what arms it over HTTP. A number that is out of range counts as the nearer end.
///
/// # Example
///
/// ```
/// use cashlink_sandbox::Fault;
///
/// let twice = Fault::reply_lost_after_commit().on("v2_investors_create").times(2);
/// let now_and_then = Fault::error_before_commit(503).probability(0.05).seed(7);
/// let of_one_investor = Fault::malformed_json().on_method("GET").on_path("/v2/investors/*/wallets/");
/// let late = Fault::webhook_reorder().on_investment_status("ACCEPTED");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a fault does nothing until it is armed"]
pub struct Fault {
    pub(crate) kind: Kind,
    /// Shared by all copies, of which snapshots and forks have many.
    pub(crate) body: Option<Arc<str>>,
    target: Target,
    times: Option<u32>,
    skip: u32,
    probability: Option<Probability>,
    seed: Option<u64>,
}

/// What goes wrong.
impl Fault {
    /// The call takes effect, then the connection is closed without a byte of answer.
    pub fn reply_lost_after_commit() -> Self {
        Self::new(Kind::ReplyLost)
    }

    /// The connection is closed before the call is looked at.
    pub fn reset_before_commit() -> Self {
        Self::new(Kind::Reset)
    }

    /// `status`, from 300 to 599, is answered and nothing happens.
    pub fn error_before_commit(status: u16) -> Self {
        Self::new(Kind::ErrorBefore(status.clamp(300, 599)))
    }

    /// The call takes effect, but `status`, from 300 to 599, is answered.
    pub fn error_after_commit(status: u16) -> Self {
        Self::new(Kind::ErrorAfter(status.clamp(300, 599)))
    }

    /// 429 is answered with `Retry-After` in whole seconds, rounded up, at most a day, and nothing happens.
    pub fn throttle(retry_after: Duration) -> Self {
        let seconds = retry_after.as_secs().saturating_add(u64::from(retry_after.subsec_nanos() > 0));
        Self::new(Kind::Throttle(Duration::from_secs(seconds).min(LONGEST_RETRY_AFTER)))
    }

    /// The call is read and then held for `duration` of real time, with its key, before it is decided.
    ///
    /// It is decided even if the client has stopped waiting by then. At most an hour, in whole milliseconds, rounded up.
    pub fn delay(duration: Duration) -> Self {
        Self::new(Kind::Delay(bounded(duration)))
    }

    /// The token of the call stops being valid; 401 is answered. On the token call: the new token is dead.
    pub fn token_expired() -> Self {
        Self::new(Kind::TokenExpired)
    }

    /// The call takes effect; its answer breaks off halfway through the body.
    pub fn truncated_reply() -> Self {
        Self::new(Kind::Truncated)
    }

    /// A gateway answers an HTML page with `status`, from 200 to 599; the call never arrives and nothing happens.
    pub fn html_reply(status: u16) -> Self {
        Self::new(Kind::Html(status.clamp(200, 599)))
    }

    /// Exactly this is answered, with a `status` from 200 to 599, and nothing happens.
    pub fn reply(status: u16, content_type: &str, body: &str) -> Self {
        let content_type = content_type.to_owned();
        Self::new(Kind::Reply { status: status.clamp(200, 599), content_type }).body(body)
    }

    /// The call takes effect; the head of its answer comes at once, the body in pieces over `duration` of real time.
    ///
    /// At most an hour, in whole milliseconds, rounded up.
    pub fn slow_body(duration: Duration) -> Self {
        Self::new(Kind::SlowBody(bounded(duration)))
    }

    /// The call takes effect and is answered as it should be, but that the answer is JSON is not what its head says.
    pub fn wrong_content_type(content_type: &str) -> Self {
        Self::new(Kind::WrongContentType(content_type.to_owned()))
    }

    /// The call takes effect; the first half of its answer comes with a head that calls it whole.
    pub fn malformed_json() -> Self {
        Self::new(Kind::MalformedJson)
    }

    /// The call takes effect; its answer has so many `bytes`, at most a GiB, because there is white space before its last.
    ///
    /// It is valid JSON to its end and does not say beforehand how long it is.
    pub fn oversized_reply(bytes: u64) -> Self {
        Self::new(Kind::Oversized(bytes.clamp(1, LARGEST_REPLY)))
    }

    /// 409 is answered as if another call with the key were under way, and nothing happens. For calls with a key.
    pub fn key_in_flight() -> Self {
        Self::new(Kind::KeyInFlight)
    }

    /// 422 is answered as if the key had been used with another body, and nothing happens. For calls with a key.
    pub fn key_mismatch() -> Self {
        Self::new(Kind::KeyMismatch)
    }

    /// The call takes effect; in its answer every value that the description has a list for is one that is not in it.
    ///
    /// Of one [`property`](Self::property), if that is set. An answer without such a value is not struck.
    pub fn unknown_enum_value() -> Self {
        Self::new(Kind::UnknownEnum { property: None })
    }

    /// The call takes effect; every object in its answer has a property that is not described.
    pub fn extra_field() -> Self {
        Self::new(Kind::ExtraField)
    }

    /// The call takes effect; all that may be missing from its answer is `null`.
    ///
    /// One [`property`](Self::property) alone, if that is set. An answer in which that changes nothing is not struck.
    pub fn null_optional() -> Self {
        Self::new(Kind::NullOptional { property: None })
    }

    /// An event is sent so many times more, 1 to 100, each when the one before was delivered: the receiver is told the same
    /// again, under another number of delivery.
    pub fn webhook_duplicate(copies: u32) -> Self {
        Self::new(Kind::Event(Mishap::Duplicate(copies.clamp(1, MOST_COPIES))))
    }

    /// An event is sent after the next one of the same investment was delivered.
    ///
    /// If none comes for an hour of the sandbox's clock, it is sent then.
    pub fn webhook_reorder() -> Self {
        Self::new(Kind::Event(Mishap::Reorder))
    }

    /// An event is sent only after `duration` of the sandbox's clock. Later ones of the same investment wait for it.
    ///
    /// At most an hour, in whole milliseconds, rounded up.
    pub fn webhook_delay(duration: Duration) -> Self {
        Self::new(Kind::Event(Mishap::Delay(bounded(duration))))
    }

    fn new(kind: Kind) -> Self {
        Self { kind, body: None, target: Target::default(), times: None, skip: 0, probability: None, seed: None }
    }
}

/// Which calls or events it strikes, and how.
///
/// A fault of webhooks strikes events, every other fault calls. One that is bound to what it does not strike, such as
/// [`webhook_delay`](Self::webhook_delay) to an operation, never strikes.
impl Fault {
    /// Only calls of this operation take the fault; of either, if it is said of several. Without this, any call does.
    pub fn on(mut self, operation_id: &str) -> Self {
        self.target.operation_ids.push(operation_id.to_owned());
        self
    }

    /// Only calls with this method take the fault.
    pub fn on_method(mut self, method: &str) -> Self {
        self.target.method = Some(method.to_ascii_uppercase());
        self
    }

    /// Only calls to this path take the fault, in which `*` stands for any one segment, such as an id.
    ///
    /// The prefix of all paths, `/api/external`, may be left out.
    pub fn on_path(mut self, path: &str) -> Self {
        self.target.path = Some(path.to_owned());
        self
    }

    /// Only calls of the client with this id take the fault, or only events of its investments.
    pub fn from_client(mut self, client_id: &str) -> Self {
        self.target.client_id = Some(client_id.to_owned());
        self
    }

    /// Only calls with this idempotency key take the fault.
    pub fn with_key(mut self, idempotency_key: &str) -> Self {
        self.target.idempotency_key = Some(idempotency_key.to_owned());
        self
    }

    /// Only events that say that an investment has this status now take the fault.
    pub fn on_investment_status(mut self, status: &str) -> Self {
        self.target.investment_status = Some(status.to_owned());
        self
    }

    /// This many calls or events take the fault. Unless set: one, or any number if the fault has a probability.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The first so many calls that fit are spared; calls that a fault before it strikes do not count.
    pub fn skip(mut self, calls: u32) -> Self {
        self.skip = calls;
        self
    }

    /// The chance with which a call that fits takes the fault: from 0, no call, to 1, every call.
    ///
    /// A call that does not take it is left to the faults behind it. What is no number counts as 0.
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = Some(Probability::new(probability));
        self
    }

    /// What the chance of each call is drawn from; the number of the fault unless set.
    ///
    /// The same seed strikes the same calls of a sequence. Faults that fit the same calls should have different seeds,
    /// for with the same one they draw alike. Without a [`probability`](Self::probability) it has no effect.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The body that is answered instead of a made-up one, where the fault answers at all: up to a MiB of it.
    pub fn body(mut self, body: &str) -> Self {
        if self.kind.has_body() {
            self.body = Some(beginning(body, LARGEST_BODY).into());
        }
        self
    }

    /// The property that an unknown value or `null` is put into: its name, wherever it is, or the names that lead to it
    /// with dots between them, such as `natural_person.salutation`. Other faults do not heed it.
    pub fn property(mut self, name: &str) -> Self {
        if let Kind::UnknownEnum { property } | Kind::NullOptional { property } = &mut self.kind {
            *property = Some(name.to_owned());
        }
        self
    }
}

impl Fault {
    /// What goes wrong, as it is called over HTTP.
    pub fn kind(&self) -> &'static str {
        self.kind.name()
    }

    /// Whether a call of the API, or an event, can fit at all.
    pub(crate) fn could_strike(&self, spec: &Spec) -> bool {
        if self.is_of_events() {
            return self.target.may_fit_events();
        }
        let mut operations = spec.operations.iter();
        operations.any(|operation| self.target.may_fit(operation) && self.kind.is_possible_on(operation))
    }

    fn is_of_events(&self) -> bool {
        matches!(self.kind, Kind::Event(_))
    }

    fn fits_event(&self, head: &EventHead<'_>) -> bool {
        self.is_of_events() && self.target.fits_event(head)
    }

    fn fits(&self, head: &CallHead<'_>) -> bool {
        let has_key = head.idempotency_key.is_some();
        let needs_key = matches!(self.kind, Kind::KeyInFlight | Kind::KeyMismatch);
        self.target.fits(head) && self.kind.is_possible_on(head.operation) && (has_key || !needs_key)
    }
}

fn bounded(duration: Duration) -> Duration {
    Duration::from_millis(milliseconds(duration.min(LONGEST_DELAY)))
}

/// As much of `text` as is no longer than `longest` bytes.
fn beginning(text: &str, longest: usize) -> &str {
    let fits = |end: &usize| text.is_char_boundary(*end);
    let end = (0..=longest.min(text.len())).rev().find(fits);
    &text[..end.unwrap_or_default()]
}
