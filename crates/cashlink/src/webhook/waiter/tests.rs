use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use futures_util::FutureExt;
use jiff::Timestamp;
use uuid::Uuid;

use super::*;
use crate::{
    journal::{StoreError, StoreErrorKind},
    webhook::{Event, MemoryInbox, Received, Receiver, Recorded, Standing},
};

#[tokio::test]
async fn what_is_known_is_heard_at_once_and_each_status_once() {
    let (waiter, inbox) = waiter();
    record(&inbox, "ACCEPTED", 1).await;
    let mut ear = waiter.0.listen(id(0));
    assert_eq!(heard(&mut *ear).as_deref(), Some("ACCEPTED"));
    assert_eq!(heard(&mut *ear), None);

    record(&inbox, "PAID", 2).await;
    assert_eq!(heard(&mut *ear).as_deref(), Some("PAID"));
    // The same status at another time, and an older one, say nothing new.
    record(&inbox, "PAID", 3).await;
    record(&inbox, "ACCEPTED", 1).await;
    waiter.tell(id(0));
    assert_eq!(heard(&mut *ear), None);
}

#[tokio::test]
async fn a_wait_is_woken_by_what_is_told_of_its_investment_alone() {
    let (waiter, inbox) = waiter();
    let mut ear = waiter.0.listen(id(0));
    let mut hearing = ear.hear();
    assert_eq!((&mut hearing).now_or_never(), None);
    record(&inbox, "PAID", 1).await;
    waiter.tell(id(1));
    assert_eq!((&mut hearing).now_or_never(), None);
    waiter.clone().patience(Duration::from_secs(1)).tell(id(0));
    assert_eq!((&mut hearing).now_or_never(), Some(InvestmentStatus::Paid));
}

#[tokio::test]
async fn a_receiver_tells_of_what_it_takes_also_of_what_was_taken_and_not_told() {
    const TOKEN: &str = "bearer-token-of-the-sender";
    let (waiter, inbox) = waiter();
    let receiver = Receiver::builder(inbox.clone()).bearer(TOKEN).waiter(&waiter).build().unwrap();
    let authorization = format!("Bearer {TOKEN}");
    let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
    let mut ear = waiter.0.listen(id(0));
    let mut hearing = ear.hear();
    for (status, second, expected) in [("ACCEPTED", 1, Recorded::Applied), ("PAID", 2, Recorded::Duplicate)] {
        assert_eq!((&mut hearing).now_or_never(), None);
        if expected == Recorded::Duplicate {
            record(&inbox, status, second).await;
            assert_eq!((&mut hearing).now_or_never(), None);
        }
        let changed_at = Timestamp::from_second(second).unwrap();
        let event = serde_json::to_vec(&Event::new(id(0), status.into(), changed_at)).unwrap();
        assert_eq!(receiver.receive(headers, &event).await.recorded(), Some(expected));
        assert_eq!((&mut hearing).now_or_never().as_ref().map(InvestmentStatus::as_str), Some(status));
        drop(hearing);
        hearing = ear.hear();
    }
}

#[tokio::test]
async fn what_is_told_while_the_inbox_is_read_is_read_again() {
    let inbox = Odd::default();
    let waiter = Waiter::new(Arc::new(inbox.clone()));
    let mut ear = waiter.0.listen(id(0));
    let mut hearing = ear.hear();
    // It has read what was known before the event, and not returned yet.
    assert_eq!((&mut hearing).now_or_never(), None);
    record(&inbox.memory, "PAID", 1).await;
    waiter.tell(id(0));
    assert_eq!((&mut hearing).now_or_never(), None);
    assert_eq!((&mut hearing).now_or_never(), Some(InvestmentStatus::Paid));
    assert_eq!(inbox.looks.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn an_inbox_that_fails_has_no_news_until_it_is_asked_again() {
    let inbox = Odd::default();
    record(&inbox.memory, "PAID", 1).await;
    inbox.fails.store(true, Ordering::Relaxed);
    let waiter = Waiter::new(Arc::new(inbox.clone()));
    let mut ear = waiter.0.listen(id(0));
    let mut hearing = ear.hear();
    for _ in 0..3 {
        assert_eq!((&mut hearing).now_or_never(), None);
    }
    assert_eq!(inbox.looks.load(Ordering::Relaxed), 1);
    inbox.fails.store(false, Ordering::Relaxed);
    drop(hearing);
    assert_eq!(ear.hear().await, InvestmentStatus::Paid);
}

#[tokio::test]
async fn only_waits_under_way_are_kept() {
    let (waiter, _) = waiter();
    let kept = || waiter.0.board.watched().len();
    for number in 0..1000 {
        waiter.tell(id(number));
        let mut ear = waiter.0.listen(id(number));
        assert_eq!(heard(&mut *ear), None);
    }
    assert_eq!(kept(), 0);

    let (first, second, other) = (waiter.0.listen(id(0)), waiter.0.listen(id(0)), waiter.0.listen(id(1)));
    assert_eq!(format!("{waiter:?}"), "Waiter { patience: 30s, waited_for: 2, .. }");
    drop(first);
    assert_eq!(kept(), 2);
    drop(second);
    assert_eq!(kept(), 1);
    drop(other);
    assert_eq!(kept(), 0);
}

#[test]
fn patience_is_never_nothing() {
    let (waiter, _) = waiter();
    assert_eq!(waiter.patience(Duration::ZERO).0.patience(), Duration::from_millis(1));
}

/// An inbox that is not ready at once, and fails if asked to.
#[derive(Clone, Debug, Default)]
struct Odd {
    memory: MemoryInbox,
    fails: Arc<AtomicBool>,
    looks: Arc<AtomicUsize>,
}

impl Inbox for Odd {
    fn record(&self, event: Event, received_at: Timestamp) -> BoxFuture<'_, Result<Recorded, StoreError>> {
        self.memory.record(event, received_at)
    }

    fn standing(&self, investment: InvestmentId) -> BoxFuture<'_, Result<Option<Standing>, StoreError>> {
        Box::pin(async move {
            self.looks.fetch_add(1, Ordering::Relaxed);
            let standing = self.memory.standing(investment).await;
            tokio::task::yield_now().await;
            if self.fails.load(Ordering::Relaxed) {
                return Err(StoreError::new(StoreErrorKind::Unavailable, "the disk is full"));
            }
            standing
        })
    }

    fn list(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Received>, StoreError>> {
        self.memory.list(after, limit)
    }
}

fn waiter() -> (Waiter, MemoryInbox) {
    let inbox = MemoryInbox::new();
    (Waiter::new(Arc::new(inbox.clone())), inbox)
}

fn id(number: u128) -> InvestmentId {
    InvestmentId::new(Uuid::from_u128(number))
}

async fn record(inbox: &MemoryInbox, status: &str, second: i64) {
    let event = Event::new(id(0), status.into(), Timestamp::from_second(second).unwrap());
    inbox.record(event, Timestamp::UNIX_EPOCH).await.unwrap();
}

fn heard(ear: &mut dyn Ear) -> Option<String> {
    ear.hear().now_or_never().map(|status| status.to_string())
}
