//! A single wait, of which a sender tells that does what the test says, and a server that answers what the test says.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use cashlink::{
    Cashlink, InvestmentId, RetryPolicy, Scope, WaitError, Waiting,
    journal::{StoreError, StoreErrorKind},
    model::{Investment, InvestmentStatus},
    time::Clock,
    webhook::{Event, Inbox, MemoryInbox, Received, Recorded, Standing, Waiter},
};
use cashlink_tests::scripted::{Reply, ScriptedServer};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::{pin, select};

use crate::clock::HandClock;

const ID: &str = "00000000-0000-4000-8000-000000000001";

#[tokio::test]
async fn an_end_that_is_announced_is_read_once() {
    let run = Run::new(&[(10, "PAID"), (25, "DELIVERED")]).wait(&["DELIVERED"]).await;
    assert_eq!(run.result.unwrap().status, InvestmentStatus::Delivered);
    assert_eq!(run.reads, [25]);

    let run = Run::new(&[(7, "CANCELLATION")]).wait(&["CANCELLATION"]).await;
    let error = run.result.unwrap_err();
    assert_eq!((error.is_failed(), error.status()), (true, Some("CANCELLATION")));
    assert_eq!(run.reads, [7]);
}

#[tokio::test]
async fn a_status_on_the_way_is_read_when_it_or_a_later_one_is_announced() {
    let paid = |events: &'static [(u64, &'static str)], shown| async move {
        let run = Run::new(events);
        let server = ScriptedServer::start([reply(shown)]).await.unwrap();
        let client = run.client(&server);
        let investments = client.issuer().investments();
        let wait = investments.wait_for(ID.parse().unwrap(), InvestmentStatus::Paid).webhooks(&run.waiter);
        let (result, reads) = run.drive(&server, wait.send()).await;
        (result.is_ok(), reads)
    };
    assert_eq!(paid(&[(3, "REVIEW_PENDING"), (9, "PAID"), (12, "DELIVERED")], "PAID").await, (true, vec![9]));
    assert_eq!(paid(&[(3, "KYC_PENDING"), (12, "DELIVERED")], "DELIVERED").await, (true, vec![12]));
    assert_eq!(paid(&[(3, "MOVED"), (12, "REJECTION")], "REJECTION").await, (false, vec![12]));
}

#[tokio::test]
async fn an_end_that_the_inbox_knows_already_is_not_waited_for() {
    let run = Run::new(&[(0, "DELIVERED")]).wait(&["DELIVERED"]).await;
    assert!(run.result.is_ok());
    assert_eq!(run.reads, [0]);
}

#[tokio::test]
async fn news_that_is_no_end_is_not_asked_about_and_renews_the_patience() {
    let events = [(0, "KYC_PENDING"), (20, "ACCEPTED"), (45, "MOVED"), (70, "PAID")];
    let run = Run::new(&events).wait(&["PAID", "DELIVERED"]).await;
    assert!(run.result.is_ok());
    assert_eq!(run.reads, [100, 130]);
}

#[tokio::test]
async fn what_comes_late_or_again_renews_no_patience() {
    let late = [(1, "PAID"), (20, "PAID"), (25, "ACCEPTED"), (29, "PAID")];
    let run = Run::new(&late).wait(&["DELIVERED"]).await;
    assert!(run.result.is_ok());
    assert_eq!(run.reads, [31]);
}

#[tokio::test]
async fn without_news_the_investment_is_asked_for_after_each_patience() {
    let run = Run::new(&[]).wait(&["PAID", "PAID", "DELIVERED"]).await;
    assert!(run.result.is_ok());
    assert_eq!(run.reads, [30, 60, 90]);

    let run = Run::new(&[]).patience(7).wait(&["PAID", "DELIVERED"]).await;
    assert!(run.result.is_ok());
    assert_eq!(run.reads, [7, 14]);
}

#[tokio::test]
async fn news_after_a_question_ends_the_wait_at_once() {
    let run = Run::new(&[(40, "DELIVERED")]).wait(&["PAID", "DELIVERED"]).await;
    assert!(run.result.is_ok());
    assert_eq!(run.reads, [30, 40]);
}

#[tokio::test]
async fn the_deadline_stays_and_the_status_is_read_a_last_time_then() {
    let run = Run::new(&[]).deadline(45).wait(&["PAID", "ACCEPTED"]).await;
    let error = run.result.unwrap_err();
    assert_eq!((error.is_timeout(), error.status()), (true, Some("ACCEPTED")));
    assert_eq!(run.reads, [30, 45]);

    let run = Run::new(&[]).deadline(5).wait(&["DELIVERED"]).await;
    assert!(run.result.is_ok());
    assert_eq!(run.reads, [5]);

    let run = Run::new(&[(0, "PAID")]).deadline(0).wait(&["PAID"]).await;
    assert!(run.result.unwrap_err().is_timeout());
    assert_eq!(run.reads, [0]);

    // News that keeps coming does not put it off.
    let busy = [(10, "ACCEPTED"), (20, "PAID"), (30, "MOVED"), (40, "ELSEWHERE")];
    let run = Run::new(&busy).deadline(45).wait(&["ELSEWHERE"]).await;
    assert!(run.result.unwrap_err().is_timeout());
    assert_eq!(run.reads, [45]);
}

#[tokio::test]
async fn an_end_that_is_announced_and_not_shown_yet_is_asked_for_after_the_usual_pauses() {
    let pause = Waiting::default().first_pause(Duration::from_secs(4)).longest_pause(Duration::from_secs(4));
    let run = Run::new(&[(10, "DELIVERED")]).waiting(pause).wait(&["PAID", "PAID", "DELIVERED"]).await;
    assert!(run.result.is_ok());
    let [first, second, third] = run.reads[..] else { panic!("{:?}", run.reads) };
    assert_eq!(first, 10);
    assert!((2..=4).contains(&(second - first)) && (2..=4).contains(&(third - second)), "{:?}", run.reads);
}

#[tokio::test]
async fn a_question_that_fails_is_asked_again_by_news_or_patience_but_not_sooner_than_the_api_allows() {
    let down = || Reply::json(503, "{}");
    let run = Run::new(&[(40, "DELIVERED")]).asked([down(), done()]).await;
    assert_eq!(run.reads, [30, 40]);
    let run = Run::new(&[]).asked([down(), done()]).await;
    assert_eq!(run.reads, [30, 60]);

    let busy = || Reply::json(429, "{}").header("Retry-After", "20");
    let run = Run::new(&[(40, "DELIVERED")]).asked([busy(), done()]).await;
    assert_eq!(run.reads, [30, 50]);
    let run = Run::new(&[(10, "DELIVERED")]).asked([busy(), done()]).await;
    assert_eq!(run.reads, [10, 30]);

    let missing = || Reply::json(404, "{}");
    let run = Run::new(&[(10, "DELIVERED")]).asked([missing()]).await;
    assert!(run.result.unwrap_err().call().unwrap().is_not_found());
}

#[tokio::test]
async fn an_inbox_that_fails_has_no_news_and_what_it_missed_to_tell_is_found_later() {
    let run = Run::new(&[(10, "DELIVERED")]).failing_until(1000).wait(&["PAID", "DELIVERED"]).await;
    assert!(run.result.is_ok());
    assert_eq!(run.reads, [30, 60]);

    // The inbox works again before it is looked at after the first question.
    let run = Run::new(&[(10, "DELIVERED")]).failing_until(20).wait(&["PAID", "DELIVERED"]).await;
    assert!(run.result.is_ok());
    assert_eq!(run.reads, [30, 30]);
}

#[tokio::test]
async fn a_receiver_that_cannot_tell_is_one_whose_inbox_is_looked_at_after_each_patience() {
    let run = Run::new(&[(40, "DELIVERED")]).untold().wait(&["PAID", "DELIVERED"]).await;
    assert!(run.result.is_ok());
    assert_eq!(run.reads, [30, 60]);
}

#[tokio::test]
async fn all_who_wait_for_an_investment_are_told() {
    let run = Run::new(&[(10, "DELIVERED")]);
    let server = ScriptedServer::start([done(), done()]).await.unwrap();
    let client = run.client(&server);
    let investments = client.platform().investments();
    let wait = || investments.wait_for_delivery(ID.parse().unwrap()).webhooks(&run.waiter).send();
    let both = async { futures_util::join!(wait(), wait()) };
    let ((first, second), reads) = run.drive(&server, both).await;
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(reads, [10, 10]);
    assert_eq!(run.clock.seconds(), 10);
}

#[tokio::test]
async fn what_no_webhook_tells_of_is_asked_for_as_ever() {
    let run = Run::new(&[(0, "DELIVERED")]);
    let server = ScriptedServer::start([Reply::json(200, r#"{"status": "success"}"#)]).await.unwrap();
    let client = run.client(&server);
    let waiting = Waiting::default().webhooks(&run.waiter);
    let wait = client.platform().redemptions().wait(ID.parse().unwrap()).waiting(waiting.clone()).send();
    let (redeemed, reads) = run.drive(&server, wait).await;
    assert!(redeemed.is_ok());
    assert_eq!(reads, [0]);

    assert_eq!(waiting, Waiting::default().webhooks(&run.waiter.clone()));
    assert_ne!(waiting, Waiting::default());
}

/// What a wait came to, and at which seconds it asked.
struct Ended {
    result: Result<Investment, WaitError>,
    reads: Vec<u64>,
}

/// A wait, and the events of its investment with the seconds at which they arrive.
struct Run {
    clock: HandClock,
    inbox: Failing,
    waiter: Waiter,
    waiting: Waiting,
    events: BTreeMap<u64, &'static str>,
    fails_until: u64,
    is_told: bool,
}

impl Run {
    fn new(events: &[(u64, &'static str)]) -> Self {
        let inbox = Failing::default();
        Self {
            clock: HandClock::new(Timestamp::UNIX_EPOCH),
            waiter: Waiter::new(Arc::new(inbox.clone())),
            inbox,
            waiting: Waiting::default(),
            events: events.iter().copied().collect(),
            fails_until: 0,
            is_told: true,
        }
    }

    fn patience(mut self, seconds: u64) -> Self {
        self.waiter = self.waiter.patience(Duration::from_secs(seconds));
        self
    }

    fn deadline(mut self, seconds: u64) -> Self {
        self.waiting = self.waiting.deadline(Duration::from_secs(seconds));
        self
    }

    fn waiting(mut self, waiting: Waiting) -> Self {
        self.waiting = waiting;
        self
    }

    fn failing_until(mut self, second: u64) -> Self {
        self.fails_until = second;
        self
    }

    fn untold(mut self) -> Self {
        self.is_told = false;
        self
    }

    fn client(&self, server: &ScriptedServer) -> Cashlink {
        let builder = Cashlink::builder().base_url(server.url()).credentials("client", "secret").scopes(Scope::ALL);
        builder.retry(RetryPolicy::never()).jitter_seed(7).clock(self.clock.clone()).build().unwrap()
    }

    async fn wait(self, statuses: &[&str]) -> Ended {
        self.asked(statuses.iter().map(|status| reply(status))).await
    }

    /// Waits, and is given `replies`, each once and all of them.
    async fn asked(self, replies: impl IntoIterator<Item = Reply>) -> Ended {
        let replies: Vec<_> = replies.into_iter().collect();
        let expected = replies.len();
        let server = ScriptedServer::start(replies).await.unwrap();
        let client = self.client(&server);
        let wait = client.platform().investments().wait_for_delivery(ID.parse().unwrap());
        let wait = wait.waiting(self.waiting.clone()).webhooks(&self.waiter).send();
        let (result, reads) = self.drive(&server, wait).await;
        assert_eq!(reads.len(), expected);
        Ended { result, reads }
    }

    /// Does `work`, and lets a second pass whenever it waits for time. Returns the seconds at which something was asked.
    async fn drive<T>(&self, server: &ScriptedServer, work: impl Future<Output = T>) -> (T, Vec<u64>) {
        pin!(work);
        let mut reads = Vec::new();
        self.arrive().await;
        loop {
            let result = select! {
                // The work goes first: it has asked what it asks now before the next second comes.
                biased;
                result = &mut work => Some(result),
                () = self.clock.somebody_waits() => None,
            };
            reads.resize(server.received().len(), self.clock.seconds());
            if let Some(result) = result {
                return (result, reads);
            }
            self.clock.advance(Duration::from_secs(1));
            self.arrive().await;
        }
    }

    /// Receives the event of this second.
    async fn arrive(&self) {
        let second = self.clock.seconds();
        self.inbox.fails.store(second < self.fails_until, Ordering::Relaxed);
        if let Some(status) = self.events.get(&second) {
            let id: InvestmentId = ID.parse().unwrap();
            // An event of a status that is behind the one before was sent late.
            let changed_at = if *status == "ACCEPTED" { Timestamp::UNIX_EPOCH } else { self.clock.wall() };
            self.inbox.record(Event::new(id, (*status).into(), changed_at), self.clock.wall()).await.unwrap();
            if self.is_told {
                self.waiter.tell(id);
            }
        }
    }
}

fn done() -> Reply {
    reply("DELIVERED")
}

fn reply(status: &str) -> Reply {
    Reply::json(200, &format!(r#"{{"id": "{ID}", "status": "{status}"}}"#))
}

/// An inbox that takes everything down and cannot be read for a while.
#[derive(Clone, Debug, Default)]
struct Failing {
    memory: MemoryInbox,
    fails: Arc<AtomicBool>,
}

impl Inbox for Failing {
    fn record(&self, event: Event, received_at: Timestamp) -> BoxFuture<'_, Result<Recorded, StoreError>> {
        self.memory.record(event, received_at)
    }

    fn standing(&self, investment: InvestmentId) -> BoxFuture<'_, Result<Option<Standing>, StoreError>> {
        if self.fails.load(Ordering::Relaxed) {
            let failure = StoreError::new(StoreErrorKind::Unavailable, "the disk is gone");
            return Box::pin(std::future::ready(Err(failure)));
        }
        self.memory.standing(investment)
    }

    fn list(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Received>, StoreError>> {
        self.memory.list(after, limit)
    }
}
