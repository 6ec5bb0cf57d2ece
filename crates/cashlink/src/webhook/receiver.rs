//! The receiver: headers and bytes in, a verdict out.

use std::{sync::Arc, time::Duration};

use super::{
    Event, EventError, Inbox, Refusal, Verdict, Waiter,
    credentials::Bearers,
    token::{self, Clients, TokenReply},
};
use crate::time::Clock;

mod builder;
mod head;
#[cfg(test)]
mod tests;

pub use builder::ReceiverBuilder;
pub(super) use head::{Given, Head};

/// Decides on deliveries, and puts what is good into an inbox. Clones are cheap and share everything.
///
/// It knows no HTTP library: give it the headers and the body of a `POST`, and answer what the [`Verdict`] says. That is
/// [`receive`](Self::receive). In between are steps without any effect: [`admit`](Self::admit) needs only the headers, so
/// that a stranger's body is never read, and [`read`](Self::read) takes the body. [`examine`](Self::examine) is both.
///
/// ```
/// use cashlink::webhook::{MemoryInbox, Receiver, Recorded, Refusal};
///
/// # async fn run() -> Result<(), cashlink::Error> {
/// let receiver = Receiver::builder(MemoryInbox::new()).bearer("drawn-at-random-32-characters-ok").build()?;
/// let headers = [("Authorization", "Bearer drawn-at-random-32-characters-ok"), ("Content-Type", "application/json")];
/// let body = br#"{"investment_id": "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11", "status": "PAID",
///                 "changed_at": "2025-03-04T09:15:27.104512+00:00"}"#;
///
/// let verdict = receiver.receive(headers, body).await;
/// assert_eq!((verdict.status(), verdict.recorded()), (204, Some(Recorded::Applied)));
/// let verdict = receiver.receive(headers, body).await;
/// assert_eq!((verdict.status(), verdict.recorded()), (204, Some(Recorded::Duplicate)));
///
/// let refusal = receiver.examine([("Content-Type", "application/json")], body).unwrap_err();
/// assert_eq!((refusal, refusal.status()), (Refusal::Credentials, 401));
/// # Ok(())
/// # }
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # assert!(std::pin::pin!(run()).poll(&mut context).is_ready());
/// ```
#[derive(Clone, Debug)]
pub struct Receiver(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    inbox: Box<dyn Inbox>,
    waiter: Option<Waiter>,
    bearers: Bearers,
    clients: Clients,
    token_lifetime: Duration,
    max_body_bytes: usize,
    ahead: Duration,
    clock: Arc<dyn Clock>,
}

/// Says that the headers of a delivery are good, so that its body is worth reading.
#[derive(Debug)]
#[must_use = "it is needed to read the body"]
pub struct Admitted(());

impl Receiver {
    /// Begins to configure a receiver that puts events into `inbox`, which may be an `Arc`.
    pub fn builder(inbox: impl Inbox) -> ReceiverBuilder {
        ReceiverBuilder::new(Box::new(inbox))
    }

    /// Decides by the headers alone whether the body of a delivery is worth reading: credentials first, then its length
    /// and its type.
    ///
    /// # Errors
    ///
    /// Fails if it is not.
    pub fn admit(
        &self,
        headers: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<[u8]>)>,
    ) -> Result<Admitted, Refusal> {
        let head = Head::of(headers);
        let Shared { bearers, clients, clock, .. } = self.0.as_ref();
        let is_good = |token| bearers.has(token) | clients.gave(token, clock.wall());
        if !head.authorization.credentials("Bearer").is_some_and(is_good) {
            return Err(Refusal::Credentials);
        }
        head.announces_event(self.0.max_body_bytes)?;
        Ok(Admitted(()))
    }

    /// Reads the body of a delivery whose headers are good.
    ///
    /// # Errors
    ///
    /// Fails if the body is too long, no event, or one that is too far ahead of the clock.
    pub fn read(&self, _admitted: &Admitted, body: &[u8]) -> Result<Event, Refusal> {
        if body.len() > self.0.max_body_bytes {
            return Err(Refusal::TooLarge);
        }
        let event = Event::parse(body).map_err(|error| match error {
            EventError::Json => Refusal::NotJson,
            EventError::Content => Refusal::NotEvent,
        })?;
        let latest = self.0.clock.wall().checked_add(self.0.ahead).ok();
        let is_early = event.changed_at().zip(latest).is_some_and(|(changed_at, latest)| changed_at > latest);
        if is_early { Err(Refusal::Early) } else { Ok(event) }
    }

    /// Decides on a whole delivery. Nothing is kept of it: the same delivery is decided on alike as long as the clock
    /// stands still.
    ///
    /// # Errors
    ///
    /// Fails if it must not be taken.
    pub fn examine(
        &self,
        headers: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<[u8]>)>,
        body: &[u8],
    ) -> Result<Event, Refusal> {
        self.read(&self.admit(headers)?, body)
    }

    /// Puts an event that was examined into the inbox. Only when that is durable is the verdict a success.
    ///
    /// If the future is dropped, the event may be in the inbox or not. The sender was told nothing and repeats it.
    pub async fn record(&self, event: Event) -> Verdict {
        let investment = event.investment_id();
        match self.0.inbox.record(event, self.0.clock.wall()).await {
            Ok(recorded) => {
                // Also of one that came before: whoever dropped the future then may have told nobody.
                self.0.waiter.iter().for_each(|waiter| waiter.tell(investment));
                tracing::debug!(?recorded, "a delivery is in the inbox");
                Verdict::recorded_as(recorded)
            }
            Err(error) => {
                tracing::error!(reason = %error, "the inbox failed, and the delivery has to come again");
                Verdict::failed(error)
            }
        }
    }

    /// Examines a delivery and puts its event into the inbox: all of it in one.
    pub async fn receive(
        &self,
        headers: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<[u8]>)>,
        body: &[u8],
    ) -> Verdict {
        match self.examine(headers, body) {
            Ok(event) => self.record(event).await,
            Err(refusal) => Self::refuse(refusal),
        }
    }

    /// Answers a `POST` to the token endpoint: OAuth 2.0 client credentials (RFC 6749, section 4.4), by Basic or in the
    /// form.
    ///
    /// A token is good for [`token_lifetime`](ReceiverBuilder::token_lifetime) and the scope `webhooks:deliver`, which is
    /// the only one. It holds all that has to be known of it under a key that follows from the client's secret: it is good
    /// in every process that has the secret, also after a restart, until the secret is taken out; nothing is kept of it.
    ///
    /// A client may ask 600 times at once and then ten times a second; all who have no good credentials, together, 60
    /// times and then once a second. More are answered with 429 and a `Retry-After`. So strangers cannot shut out the
    /// sender, however often they ask; but neither does this stop them from guessing, as a right guess is always answered.
    /// What stops them is the length of the secret.
    pub fn token(
        &self,
        headers: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<[u8]>)>,
        form: &[u8],
    ) -> TokenReply {
        let Shared { clients, token_lifetime, clock, .. } = self.0.as_ref();
        token::reply(clients, &Head::of(headers), form, *token_lifetime, clock.as_ref())
    }

    pub(super) fn refuse(refusal: Refusal) -> Verdict {
        tracing::debug!(reason = %refusal, "a delivery is refused");
        refusal.into()
    }

    pub(super) fn has_clients(&self) -> bool {
        !self.0.clients.is_empty()
    }

    pub(super) fn max_body_bytes(&self) -> usize {
        self.0.max_body_bytes
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }
}
