//! The inbox: where events are taken down for good.

use std::{error::Error as StdError, fmt, sync::Arc};

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::{Event, Standing};
use crate::{InvestmentId, journal::StoreError};

/// Takes events down for good and has their effects happen.
///
/// [`MemoryInbox`](super::MemoryInbox) is for tests; the crate `cashlink-sqlite` has one in a file. One of your own, over the
/// database that your effects are in, asks [`Standing::weigh`] in the transaction that writes them.
pub trait Inbox: fmt::Debug + Send + Sync + 'static {
    /// Takes down `event`, which came at `received_at`, and has its effect happen if it [counts](Recorded::Applied).
    ///
    /// All of it is durable when this returns, or nothing of it. An event that was taken down before is a
    /// [duplicate](Recorded::Duplicate), however many come at the same time.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be written or if the handler fails. Then the event was not taken down; it comes again.
    fn record(&self, event: Event, received_at: Timestamp) -> BoxFuture<'_, Result<Recorded, StoreError>>;

    /// How `investment` stands by the last event that counted.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn standing(&self, investment: InvestmentId) -> BoxFuture<'_, Result<Option<Standing>, StoreError>>;

    /// Up to `limit` events behind the place `after`, in the order in which they were taken down, also those without an
    /// effect.
    ///
    /// This is the outbox for effects in other places: act on each event that [counted](Received::recorded), with
    /// [`Event::id`] as idempotency key, and then remember its place.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn list(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Received>, StoreError>>;
}

/// An inbox that is shared, with whoever reads it for example.
impl<I: Inbox + ?Sized> Inbox for Arc<I> {
    fn record(&self, event: Event, received_at: Timestamp) -> BoxFuture<'_, Result<Recorded, StoreError>> {
        self.as_ref().record(event, received_at)
    }

    fn standing(&self, investment: InvestmentId) -> BoxFuture<'_, Result<Option<Standing>, StoreError>> {
        self.as_ref().standing(investment)
    }

    fn list(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Received>, StoreError>> {
        self.as_ref().list(after, limit)
    }
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Recorded {
    /// It counts: the status is the investment's now, and the effect has happened.
    Applied,
    /// It was taken down before, and nothing happened now.
    Duplicate,
    /// It tells of a time before what counts already. It was taken down and has no effect.
    Late,
    /// It tells the status that counts already, of another time. It was taken down and has no effect.
    Repeated,
}

/// An event in an inbox.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Received {
    /// Its place: later ones are higher, and there may be gaps.
    pub place: u64,
    /// What was sent.
    pub event: Event,
    /// When it came first.
    pub received_at: Timestamp,
    /// What became of it; never [`Recorded::Duplicate`].
    pub recorded: Recorded,
}

impl Received {
    /// What a store kept.
    pub fn new(place: u64, event: Event, received_at: Timestamp, recorded: Recorded) -> Self {
        Self { place, event, received_at, recorded }
    }
}

/// What a handler is given: an event that counts, and how the investment stood before.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Change<'a> {
    /// The event.
    pub event: &'a Event,
    /// How the investment stood; none if this is the first event of it.
    pub before: Option<&'a Standing>,
}

impl<'a> Change<'a> {
    /// `event` happens to an investment that stood at `before`.
    pub fn new(event: &'a Event, before: Option<&'a Standing>) -> Self {
        Self { event, before }
    }
}

/// Why a handler did not do what an event asks for. The event comes again.
pub type HandlerError = Box<dyn StdError + Send + Sync>;
