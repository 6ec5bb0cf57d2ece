//! An inbox in memory, for the tests of programs.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Change, Event, HandlerError, Inbox, Received, Recorded, Standing, standing::Weight};
use crate::{
    InvestmentId,
    journal::{StoreError, StoreErrorKind},
};

type Handler = dyn Fn(&Change<'_>) -> Result<(), HandlerError> + Send + Sync;

/// Keeps events in memory, all of them. Nothing in it survives the process: use it in tests.
///
/// Clones share what is kept.
///
/// ```
/// use cashlink::{InvestmentId, model::InvestmentStatus, webhook::{Event, Inbox, MemoryInbox, Recorded}};
///
/// # async fn run(id: InvestmentId) -> Result<(), Box<dyn std::error::Error>> {
/// let inbox = MemoryInbox::new().handled_by(|change| {
///     println!("{} is {}", change.event.investment_id(), change.event.status());
///     Ok(())
/// });
/// let now = jiff::Timestamp::UNIX_EPOCH;
/// let event = Event::new(id, InvestmentStatus::Paid, now);
/// assert_eq!(inbox.record(event.clone(), now).await?, Recorded::Applied);
/// assert_eq!(inbox.record(event, now).await?, Recorded::Duplicate);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct MemoryInbox {
    kept: Arc<Mutex<Kept>>,
    handler: Option<Arc<Handler>>,
}

#[derive(Default)]
struct Kept {
    known: HashSet<Uuid>,
    standings: HashMap<InvestmentId, Standing>,
    received: Vec<Received>,
}

impl MemoryInbox {
    /// An empty inbox whose events have no effect.
    pub fn new() -> Self {
        Self::default()
    }

    /// Has `handler` called for each event that counts. Nobody else is told of an event meanwhile: be quick.
    #[must_use]
    pub fn handled_by(
        mut self,
        handler: impl Fn(&Change<'_>) -> Result<(), HandlerError> + Send + Sync + 'static,
    ) -> Self {
        self.handler = Some(Arc::new(handler));
        self
    }

    fn with<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> T {
        work(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take_down(&self, kept: &mut Kept, event: Event, received_at: Timestamp) -> Result<Recorded, StoreError> {
        let id = event.id();
        if kept.known.contains(&id) {
            return Ok(Recorded::Duplicate);
        }
        let before = kept.standings.get(&event.investment_id());
        let (recorded, standing) = match Standing::weigh(before, &event) {
            Weight::Applies(standing) => (Recorded::Applied, Some(standing)),
            Weight::Repeats(standing) => (Recorded::Repeated, Some(standing)),
            Weight::Late => (Recorded::Late, None),
        };
        if let (Recorded::Applied, Some(handler)) = (recorded, &self.handler) {
            handler(&Change::new(&event, before)).map_err(|error| {
                StoreError::new(StoreErrorKind::Unavailable, "the handler of the event failed").with_source(error)
            })?;
        }
        kept.standings.extend(standing.map(|standing| (event.investment_id(), standing)));
        kept.known.insert(id);
        let place = kept.received.len() as u64 + 1;
        kept.received.push(Received::new(place, event, received_at, recorded));
        Ok(recorded)
    }
}

impl Inbox for MemoryInbox {
    fn record(&self, event: Event, received_at: Timestamp) -> BoxFuture<'_, Result<Recorded, StoreError>> {
        Box::pin(async move { self.with(|kept| self.take_down(kept, event, received_at)) })
    }

    fn standing(&self, investment: InvestmentId) -> BoxFuture<'_, Result<Option<Standing>, StoreError>> {
        Box::pin(async move { Ok(self.with(|kept| kept.standings.get(&investment).cloned())) })
    }

    fn list(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Received>, StoreError>> {
        let after = usize::try_from(after).unwrap_or(usize::MAX);
        Box::pin(async move { Ok(self.with(|kept| kept.received.iter().skip(after).take(limit).cloned().collect())) })
    }
}

impl fmt::Debug for MemoryInbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("MemoryInbox").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::model::InvestmentStatus;

    #[tokio::test]
    async fn each_event_has_its_effect_once_and_a_late_one_none() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&seen);
        let inbox = MemoryInbox::new().handled_by(move |change| {
            let before = change.before.map(|before| before.status.to_string());
            told.lock().unwrap().push((before, change.event.status().to_string()));
            Ok(())
        });
        let mut recorded = Vec::new();
        for (status, second) in [("ACCEPTED", 2), ("PAID", 3), ("ACCEPTED", 2), ("KYC_PENDING", 1), ("PAID", 4)] {
            recorded.push(inbox.record(event(status, second), Timestamp::UNIX_EPOCH).await.unwrap());
        }
        let expected = [Recorded::Applied, Recorded::Applied, Recorded::Duplicate, Recorded::Late, Recorded::Repeated];
        assert_eq!(recorded, expected);
        let effects = [(None, "ACCEPTED".to_owned()), (Some("ACCEPTED".to_owned()), "PAID".to_owned())];
        assert_eq!(*seen.lock().unwrap(), effects);
        let standing = inbox.standing(InvestmentId::new(Uuid::nil())).await.unwrap().unwrap();
        assert_eq!(standing, Standing::new(InvestmentStatus::Paid, Timestamp::from_second(4).ok()));
        let places: Vec<_> = inbox.list(1, 2).await.unwrap().iter().map(|received| received.place).collect();
        assert_eq!(places, [2, 3]);
    }

    #[tokio::test]
    async fn an_event_whose_handler_failed_was_not_taken_down() {
        let calls = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&calls);
        let inbox = MemoryInbox::new().handled_by(move |_| {
            if counted.fetch_add(1, Ordering::Relaxed) == 0 { Err("not now".into()) } else { Ok(()) }
        });
        inbox.record(event("PAID", 1), Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert!(inbox.list(0, 10).await.unwrap().is_empty());
        assert_eq!(inbox.record(event("PAID", 1), Timestamp::UNIX_EPOCH).await.unwrap(), Recorded::Applied);
        assert_eq!(calls.load(Ordering::Relaxed), 2);
    }

    fn event(status: &str, second: i64) -> Event {
        Event::new(InvestmentId::new(Uuid::nil()), status.into(), Timestamp::from_second(second).unwrap())
    }
}
