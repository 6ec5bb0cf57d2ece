//! Faults: what can go wrong between a client and the API, on purpose.

use std::time::Duration;

mod armed;
mod chance;

pub use armed::{ArmedFault, FaultId};

pub(crate) use armed::Faults;

use chance::Probability;

/// Something that goes wrong with one call or a few.
///
/// Arm it with [`Sandbox::arm`](crate::Sandbox::arm). Armed faults wait in order; a call that passed authentication
/// takes the first one that fits its operation. Only a fault with a [`probability`](Self::probability) may let a call
/// pass, and the same seed lets the same calls pass, so the outcome of a test never depends on luck.
///
/// # Example
///
/// ```
/// use cashlink_sandbox::Fault;
///
/// let twice = Fault::reply_lost_after_commit().on("v2_investors_create").times(2);
/// let now_and_then = Fault::error_before_commit(503).probability(0.05).seed(7);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a fault does nothing until it is armed"]
pub struct Fault {
    pub(crate) kind: Kind,
    pub(crate) body: Option<String>,
    operation_id: Option<String>,
    times: Option<u32>,
    probability: Option<Probability>,
    seed: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    ReplyLost,
    Reset,
    ErrorBefore(u16),
    ErrorAfter(u16),
    Throttle(Duration),
    Delay(Duration),
    TokenExpired,
    Truncated,
    Html(u16),
    Reply { status: u16, content_type: String },
}

impl Fault {
    /// The call takes effect, then the connection is closed without a byte of answer.
    pub fn reply_lost_after_commit() -> Self {
        Self::new(Kind::ReplyLost)
    }

    /// The connection is closed before the call is looked at.
    pub fn reset_before_commit() -> Self {
        Self::new(Kind::Reset)
    }

    /// `status` is answered and nothing happens.
    pub fn error_before_commit(status: u16) -> Self {
        Self::new(Kind::ErrorBefore(status))
    }

    /// The call takes effect, but `status` is answered.
    pub fn error_after_commit(status: u16) -> Self {
        Self::new(Kind::ErrorAfter(status))
    }

    /// 429 is answered with `Retry-After` in whole seconds, rounded up, and nothing happens.
    pub fn throttle(retry_after: Duration) -> Self {
        Self::new(Kind::Throttle(retry_after))
    }

    /// The call is read and then held for `duration` of real time, with its key, before it is decided.
    ///
    /// It is decided even if the client has stopped waiting by then.
    pub fn delay(duration: Duration) -> Self {
        Self::new(Kind::Delay(duration))
    }

    /// The token of the call stops being valid; 401 is answered. On the token call: the new token is dead.
    pub fn token_expired() -> Self {
        Self::new(Kind::TokenExpired)
    }

    /// The call takes effect; its answer breaks off halfway through the body.
    pub fn truncated_reply() -> Self {
        Self::new(Kind::Truncated)
    }

    /// A gateway answers an HTML page with `status`; the call never arrives and nothing happens.
    pub fn html_reply(status: u16) -> Self {
        Self::new(Kind::Html(status))
    }

    /// Exactly this is answered and nothing happens.
    pub fn reply(status: u16, content_type: &str, body: &str) -> Self {
        let content_type = content_type.to_owned();
        Self::new(Kind::Reply { status, content_type }).body(body)
    }

    /// Only calls of this operation take the fault; without this, any call does.
    pub fn on(mut self, operation_id: &str) -> Self {
        self.operation_id = Some(operation_id.to_owned());
        self
    }

    /// This many calls take the fault. Unless set: one, or any number if the fault has a probability.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The chance with which a call that fits takes the fault: from 0, no call, to 1, every call.
    ///
    /// A call that does not take it is left to the faults behind it. What is out of range counts as the nearer end, and
    /// what is no number as 0.
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

    /// The body that is answered instead of a made-up one, where the fault answers at all.
    pub fn body(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    pub(crate) fn operation_id(&self) -> Option<&str> {
        self.operation_id.as_deref()
    }

    fn new(kind: Kind) -> Self {
        Self { kind, body: None, operation_id: None, times: None, probability: None, seed: None }
    }

    fn fits(&self, operation_id: &str) -> bool {
        self.operation_id().is_none_or(|wanted| wanted == operation_id)
    }
}

impl Kind {
    /// As it is called over HTTP.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::ReplyLost => "reply_lost_after_commit",
            Self::Reset => "reset_before_commit",
            Self::ErrorBefore(_) => "error_before_commit",
            Self::ErrorAfter(_) => "error_after_commit",
            Self::Throttle(_) => "throttle",
            Self::Delay(_) => "delay",
            Self::TokenExpired => "token_expired",
            Self::Truncated => "truncated_reply",
            Self::Html(_) => "html_reply",
            Self::Reply { .. } => "reply",
        }
    }
}

/// `duration` in whole seconds, rounded up: as `Retry-After` has it.
pub(crate) fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
