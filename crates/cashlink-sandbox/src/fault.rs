//! Faults: what can go wrong between a client and the API, on purpose.

use std::collections::VecDeque;
use std::time::Duration;

/// Something that goes wrong with one call or a few.
///
/// Arm it with [`Sandbox::arm`](crate::Sandbox::arm). Armed faults wait in order; a call that passed authentication
/// takes the first one that fits its operation, so the outcome of a test does not depend on chance.
///
/// # Example
///
/// ```
/// use cashlink_sandbox::Fault;
///
/// let fault = Fault::reply_lost_after_commit().on("v2_investors_create").times(2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a fault does nothing until it is armed"]
pub struct Fault {
    pub(crate) kind: Kind,
    pub(crate) body: Option<String>,
    operation_id: Option<String>,
    left: u32,
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

    /// This many calls take the fault; one unless set.
    pub fn times(mut self, times: u32) -> Self {
        self.left = times;
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
        Self { kind, body: None, operation_id: None, left: 1 }
    }

    fn fits(&self, operation_id: &str) -> bool {
        self.operation_id().is_none_or(|wanted| wanted == operation_id)
    }
}

/// Armed faults in the order of arming.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    queue: VecDeque<Fault>,
}

impl Faults {
    pub(crate) fn arm(&mut self, fault: Fault) {
        if fault.left > 0 {
            self.queue.push_back(fault);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.queue.clear();
    }

    /// How many calls will still fail.
    pub(crate) fn left(&self) -> u64 {
        self.queue.iter().map(|fault| u64::from(fault.left)).sum()
    }

    /// Takes the first fault for a call of this operation.
    pub(crate) fn take(&mut self, operation_id: &str) -> Option<Fault> {
        let position = self.queue.iter().position(|fault| fault.fits(operation_id))?;
        let fault = self.queue.get_mut(position)?;
        fault.left -= 1;
        if fault.left > 0 {
            return Some(fault.clone());
        }
        self.queue.remove(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_taken_in_order_by_the_operation_they_name() {
        let mut faults = Faults::default();
        faults.arm(Fault::error_before_commit(500).on("b"));
        faults.arm(Fault::error_before_commit(501).on("a").times(2));
        faults.arm(Fault::error_before_commit(502));
        faults.arm(Fault::error_before_commit(503).times(0));

        let mut take = |operation| faults.take(operation).map(|fault| fault.kind);
        assert_eq!(take("a"), Some(Kind::ErrorBefore(501)));
        assert_eq!(take("a"), Some(Kind::ErrorBefore(501)));
        assert_eq!(take("a"), Some(Kind::ErrorBefore(502)));
        assert_eq!(take("a"), None);
        assert_eq!(take("b"), Some(Kind::ErrorBefore(500)));
        assert_eq!(faults.left(), 0);
    }
}
