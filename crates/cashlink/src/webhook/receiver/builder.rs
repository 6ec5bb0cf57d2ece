//! Configures a receiver and refuses what would be unsafe.

use std::{fmt, sync::Arc, time::Duration};

use secrecy::{ExposeSecret, SecretString};

use super::{Receiver, Shared};
use crate::{
    Result,
    time::{Clock, SystemClock},
    validation::Problems,
    webhook::{
        Inbox, Waiter,
        credentials::{self, Bearers},
    },
};

/// The bounds of the body of a delivery, in bytes.
const BODY: std::ops::RangeInclusive<usize> = 1024..=1024 * 1024;

/// Configures a [`Receiver`].
///
/// Credentials of the sender are required: bearer tokens. Everything else has a default.
///
/// ```
/// use cashlink::webhook::{MemoryInbox, Receiver};
///
/// let receiver = Receiver::builder(MemoryInbox::new()).bearer("drawn-at-random-32-characters-ok").build()?;
/// # let _ = receiver;
///
/// let refused = Receiver::builder(MemoryInbox::new()).bearer("too short").build();
/// assert!(refused.unwrap_err().is_validation());
/// # Ok::<(), cashlink::Error>(())
/// ```
#[must_use = "a receiver is made by `build`"]
pub struct ReceiverBuilder {
    inbox: Box<dyn Inbox>,
    waiter: Option<Waiter>,
    bearers: Vec<SecretString>,
    max_body_bytes: usize,
    ahead: Duration,
    clock: Arc<dyn Clock>,
}

impl ReceiverBuilder {
    pub(super) fn new(inbox: Box<dyn Inbox>) -> Self {
        Self {
            inbox,
            waiter: None,
            bearers: Vec::new(),
            max_body_bytes: 64 * 1024,
            ahead: Duration::from_secs(24 * 60 * 60),
            clock: Arc::new(SystemClock),
        }
    }

    /// Takes deliveries with this bearer token: 16 to 4096 visible ASCII characters, drawn at random.
    ///
    /// Each call adds one. To rotate, add the new one, have the sender use it, and take the old one out.
    pub fn bearer(mut self, token: impl Into<String>) -> Self {
        self.bearers.push(SecretString::from(token.into()));
        self
    }

    /// Tells `waiter`, made of the same inbox, of what is put into it, so that waits end by webhook.
    pub fn waiter(mut self, waiter: &Waiter) -> Self {
        self.waiter = Some(waiter.clone());
        self
    }

    /// Bounds the body of a delivery, from 1 KiB to 1 MiB; 64 KiB unless set. A larger one is refused with 413, and not
    /// read further.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Sets how far in the future `changed_at` of an event may be; a day unless set.
    ///
    /// An event from further ahead would hide all that comes before its time. It is refused with 422, and as it is
    /// repeated, it is taken when its time has come. A sandbox whose clock is put forward needs as much more here.
    pub fn ahead(mut self, ahead: Duration) -> Self {
        self.ahead = ahead;
        self
    }

    /// Replaces the clock, for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Makes the receiver.
    ///
    /// # Errors
    ///
    /// Names every setting that is missing, unsafe or out of bounds.
    pub fn build(self) -> Result<Receiver> {
        let mut problems = Problems::default();
        let mut bearers = Bearers::default();
        for (index, token) in self.bearers.iter().enumerate() {
            let token = token.expose_secret();
            credentials::check(token, &format!("bearer[{index}]"), &mut problems);
            bearers.add(token.as_bytes());
        }
        if bearers.is_empty() {
            problems.add("bearer", "is missing: nobody could deliver anything");
        }
        if !BODY.contains(&self.max_body_bytes) {
            problems.add("max_body_bytes", "must be 1024 to 1048576");
        }
        if !problems.is_empty() {
            return Err(problems.into());
        }
        let Self { inbox, waiter, max_body_bytes, ahead, clock, .. } = self;
        Ok(Receiver(Arc::new(Shared { inbox, waiter, bearers, max_body_bytes, ahead, clock })))
    }
}

impl fmt::Debug for ReceiverBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReceiverBuilder")
            .field("inbox", &self.inbox)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("ahead", &self.ahead)
            .finish_non_exhaustive()
    }
}
