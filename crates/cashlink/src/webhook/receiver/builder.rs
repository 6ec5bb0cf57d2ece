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
        token::Clients,
    },
};

/// The bounds of the body of a delivery, in bytes.
const BODY: std::ops::RangeInclusive<usize> = 1024..=1024 * 1024;

/// The bounds of how long a token is good.
const LIFETIME: std::ops::RangeInclusive<Duration> = Duration::from_secs(60)..=Duration::from_secs(3600);

/// Configures a [`Receiver`].
///
/// Credentials of the sender are required: bearer tokens, clients of the token endpoint, or both. Everything else has a default.
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
    clients: Vec<(String, SecretString)>,
    token_lifetime: Duration,
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
            clients: Vec::new(),
            token_lifetime: Duration::from_secs(600),
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

    /// Gives tokens to whoever has these OAuth 2.0 client credentials, and takes deliveries with them; see
    /// [`Receiver::token`]. The id is 1 to 255 visible ASCII characters without a colon, the secret 16 to 4096, drawn at
    /// random.
    ///
    /// Each call adds one. To rotate, add the new secret under the same id or another, have the sender use it, and take
    /// the old one out: with it go all tokens that were given for it.
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.clients.push((id.into(), SecretString::from(secret.into())));
        self
    }

    /// Sets how long a token is good, from a minute to an hour; ten minutes unless set. Only the seconds count.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
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
        let (bearers, clients) = (self.checked_bearers(&mut problems), self.checked_clients(&mut problems));
        if bearers.is_empty() && clients.is_empty() {
            problems.add("bearer", "is missing, and so is a client: nobody could deliver anything");
        }
        if !LIFETIME.contains(&self.token_lifetime) {
            problems.add("token_lifetime", "must be a minute to an hour");
        }
        if !BODY.contains(&self.max_body_bytes) {
            problems.add("max_body_bytes", "must be 1024 to 1048576");
        }
        if !problems.is_empty() {
            return Err(problems.into());
        }
        let Self { inbox, waiter, token_lifetime, max_body_bytes, ahead, clock, .. } = self;
        Ok(Receiver(Arc::new(Shared { inbox, waiter, bearers, clients, token_lifetime, max_body_bytes, ahead, clock })))
    }

    fn checked_bearers(&self, problems: &mut Problems) -> Bearers {
        let mut bearers = Bearers::default();
        for (index, token) in self.bearers.iter().enumerate() {
            let token = token.expose_secret();
            credentials::check(token, &format!("bearer[{index}]"), problems);
            bearers.add(token.as_bytes());
        }
        bearers
    }

    fn checked_clients(&self, problems: &mut Problems) -> Clients {
        let mut clients = Clients::new();
        for (index, (id, secret)) in self.clients.iter().enumerate() {
            let is_plain = id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
            if id.is_empty() || id.len() > 255 || !is_plain {
                let rule = "must be 1 to 255 visible ASCII characters without a colon";
                problems.add(format!("client[{index}].id"), rule);
            }
            credentials::check(secret.expose_secret(), &format!("client[{index}].secret"), problems);
            clients.add(id, secret);
        }
        clients
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
