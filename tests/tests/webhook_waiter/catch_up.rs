//! What was missed while nothing was received is made up for, once, however often it is tried.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use cashlink::{
    Cashlink, InvestmentId, RetryPolicy, Scope,
    journal::{StoreError, StoreErrorKind},
    model::{InvestmentCreateDirect, InvestmentStatus},
    time::Clock,
    webhook::{CaughtUp, Event, Inbox, MemoryInbox, Received, Recorded, Standing, catch_up},
};
use cashlink_sandbox::{InvestmentEvent, Sandbox};
use cashlink_tests::scripted::{Reply, ScriptedServer};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::{pin, select};
use uuid::Uuid;

use crate::{clock::HandClock, polled::polled, world::World};

#[tokio::test]
async fn what_was_missed_happens_once_and_its_events_say_nothing_new_when_they_come_after_all() {
    let world = World::of(Sandbox::builder()).await;
    let client = world.client();
    let (heard, missed) = (invest(&world, &client).await, invest(&world, &client).await);
    trigger(&world, heard, InvestmentEvent::Accept);
    trigger(&world, missed, InvestmentEvent::Accept);
    world.sandbox.deliveries_settled().await;
    assert_eq!(world.told(missed).await, ["WAITING_FOR_ACCEPTANCE", "ACCEPTED"]);
    let effects = world.effects.load(Ordering::Relaxed);

    world.receiver_is_down(true);
    trigger(&world, missed, InvestmentEvent::Pay);
    trigger(&world, missed, InvestmentEvent::Cancel);
    world.sandbox.deliveries_settled().await;
    let listed = client.platform().investments().list().all().await.unwrap().len() as u64;
    for counted in [1, 0, 0] {
        let mut pages = Vec::new();
        let investments = client.platform().investments().list();
        let caught_up =
            catch_up(investments, &*world.inbox).observe(|so_far| pages.push(*so_far)).send().await.unwrap();
        assert_eq!((caught_up.looked_at, caught_up.counted), (listed, counted));
        assert_eq!(pages.last(), Some(&caught_up));
    }
    assert_eq!(world.effects.load(Ordering::Relaxed), effects + 1);
    assert_eq!(world.told(missed).await, ["WAITING_FOR_ACCEPTANCE", "ACCEPTED", "CANCELLATION"]);

    world.receiver_is_down(false);
    world.pass(60).await;
    let received = world.received().await;
    let recorded = |status: &str| {
        let is_one =
            |received: &&Received| received.event.status().as_str() == status && received.event.changed_at().is_some();
        received.iter().find(is_one).unwrap().recorded
    };
    assert_eq!((recorded("PAID"), recorded("CANCELLATION")), (Recorded::Late, Recorded::Repeated));
    assert_eq!(world.effects.load(Ordering::Relaxed), effects + 1);
}

#[tokio::test]
async fn waits_end_by_what_was_caught_up_with() {
    let world = World::of(Sandbox::builder()).await;
    let client = world.client();
    let id = invest(&world, &client).await;
    world.sandbox.deliveries_settled().await;
    world.receiver_is_down(true);
    trigger(&world, id, InvestmentEvent::Reject);

    let investments = client.platform().investments();
    let wait = investments.wait_for_delivery(id).webhooks(&world.waiter).send();
    pin!(wait);
    select! {
        biased;
        ended = &mut wait => panic!("it has asked: {ended:?}"),
        // It waits for time: nobody else does.
        () = world.clock.somebody_waits() => {}
    }
    let caught_up = catch_up(investments.list(), &*world.inbox).waiter(&world.waiter).send().await.unwrap();
    let ended = world.drive(wait, |_| {}).await;
    assert_eq!(ended.unwrap_err().status(), Some("REJECTION"));
    assert_eq!((caught_up.counted, world.clock.seconds()), (1, 0));
    assert_eq!(world.calls("v2_investments_retrieve"), 1);
}

#[tokio::test]
async fn what_cannot_be_decided_is_counted_and_has_no_effect() {
    let inbox = MemoryInbox::new();
    let now = Timestamp::UNIX_EPOCH;
    for event in [
        Event::new(id(1), InvestmentStatus::Paid, now),
        Event::new(id(2), InvestmentStatus::Delivered, now),
        Event::new(id(3), "MOVED".into(), now),
    ] {
        inbox.record(event, now).await.unwrap();
    }
    let entries = [(1, "PAID"), (2, "PAID"), (3, "DELIVERED"), (4, "ELSEWHERE"), (5, "KYC_PENDING"), (6, "ABORTION")];
    let mut page = page(&entries, None);
    page["results"].as_array_mut().unwrap().push(json!({ "id": "4711", "status": "PAID" }));
    let (client, server, _) = served([Reply::json(200, &page.to_string())]).await;
    let caught_up = catch_up(client.issuer().investments().list(), &inbox).send().await.unwrap();
    assert_eq!(counts(caught_up), [7, 2, 1, 2, 1]);
    for (number, status) in [(1, "PAID"), (2, "DELIVERED"), (3, "MOVED"), (5, "KYC_PENDING"), (6, "ABORTION")] {
        let standing = inbox.standing(id(number)).await.unwrap().unwrap();
        assert_eq!(standing.status.as_str(), status);
    }
    assert_eq!(inbox.standing(id(4)).await.unwrap(), None);

    server.then(Reply::json(200, &page.to_string()));
    let caught_up = catch_up(client.issuer().investments().list(), &inbox).send().await.unwrap();
    assert_eq!(counts(caught_up), [7, 0, 1, 2, 1]);
}

#[tokio::test]
async fn what_was_caught_up_with_does_not_keep_later_events_from_counting() {
    for (seen, later) in [("PAID", "DELIVERED"), ("DELIVERED", "CANCELLATION"), ("ELSEWHERE", "DELIVERED")] {
        let inbox = MemoryInbox::new();
        let (client, _server, clock) = served([Reply::json(200, &page(&[(1, seen)], None).to_string())]).await;
        catch_up(client.issuer().investments().list(), &inbox).send().await.unwrap();
        let event = Event::new(id(1), later.into(), clock.wall());
        assert_eq!(inbox.record(event, clock.wall()).await.unwrap(), Recorded::Applied, "{later} after {seen}");
    }
}

#[tokio::test]
async fn a_list_that_breaks_off_says_how_far_it_came_and_is_begun_again() {
    let inbox = MemoryInbox::new();
    let (client, server, _) = served([]).await;
    let next = format!("{}/issuer/v2/investments/?page=2", server.url());
    let first = || Reply::json(200, &page(&[(1, "PAID"), (2, "PAID")], Some(&next)).to_string());
    server.then(first());
    server.then(Reply::json(503, "{}"));
    let error = catch_up(client.issuer().investments().list(), &inbox).send().await.unwrap_err();
    assert_eq!(counts(error.so_far()), [2, 2, 0, 0, 0]);
    assert_eq!(error.call().unwrap().status(), Some(503));
    assert_eq!(error.to_string(), "the list cannot be read further after 2 investments; catch up again");

    server.then(first());
    server.then(Reply::json(200, &page(&[(3, "PAID")], None).to_string()));
    let mut pages = Vec::new();
    let again = catch_up(client.issuer().investments().list(), &inbox).observe(|so_far| pages.push(so_far.looked_at));
    assert_eq!(counts(again.send().await.unwrap()), [3, 1, 0, 0, 0]);
    assert_eq!(pages, [2, 3]);
}

#[tokio::test]
async fn an_inbox_that_fails_is_said_to_and_what_counted_before_counts() {
    let inbox = Full { memory: MemoryInbox::new(), left: Arc::new(AtomicUsize::new(2)) };
    let page = page(&[(1, "PAID"), (2, "PAID"), (3, "PAID")], None).to_string();
    let (client, server, _) = served([Reply::json(200, &page)]).await;
    let error = catch_up(client.issuer().investments().list(), &inbox).send().await.unwrap_err();
    assert!(error.call().is_none() && std::error::Error::source(&error).is_some());
    assert_eq!(error.to_string(), "the inbox failed after 2 investments; catch up again");

    server.then(Reply::json(200, &page));
    inbox.left.store(9, Ordering::Relaxed);
    let caught_up = catch_up(client.issuer().investments().list(), &inbox).send().await.unwrap();
    assert_eq!(counts(caught_up), [3, 1, 0, 0, 0]);
}

#[tokio::test]
async fn it_can_be_dropped_anywhere_and_done_again() {
    let entries: Vec<_> = (1..=40).map(|number| (number, "PAID")).collect();
    let mut polls = 0;
    loop {
        let effects = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&effects);
        let memory = MemoryInbox::new().handled_by(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        let inbox = Full { memory, left: Arc::new(AtomicUsize::new(usize::MAX)) };
        let (client, _server) = paged(&entries).await;
        let ended =
            polled(catch_up(client.issuer().investments().list(), &inbox).send(), polls, &AtomicUsize::new(0)).await;
        if ended.is_none() {
            // With a server of its own: of the first nobody knows how far it came.
            let (client, _server) = paged(&entries).await;
            let again = catch_up(client.issuer().investments().list(), &inbox).send().await.unwrap();
            assert_eq!(again.looked_at, 40);
        }
        assert_eq!(effects.load(Ordering::Relaxed), 40, "dropped after {polls} polls");
        if ended.is_some() {
            break;
        }
        polls += 1;
    }
    assert!(polls > 10, "{polls}");
}

/// An inbox that yields before it takes an event down, and takes no more than so many.
#[derive(Clone, Debug)]
struct Full {
    memory: MemoryInbox,
    left: Arc<AtomicUsize>,
}

impl Inbox for Full {
    fn record(&self, event: Event, received_at: Timestamp) -> BoxFuture<'_, Result<Recorded, StoreError>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            if self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err() {
                return Err(StoreError::new(StoreErrorKind::Unavailable, "the disk is full"));
            }
            let recorded = self.memory.record(event, received_at).await;
            tokio::task::yield_now().await;
            recorded
        })
    }

    fn standing(&self, investment: InvestmentId) -> BoxFuture<'_, Result<Option<Standing>, StoreError>> {
        self.memory.standing(investment)
    }

    fn list(&self, after: u64, limit: usize) -> BoxFuture<'_, Result<Vec<Received>, StoreError>> {
        self.memory.list(after, limit)
    }
}

/// An investment that waits to be accepted.
async fn invest(world: &World, client: &Cashlink) -> InvestmentId {
    let (investor, campaign) = (world.sandbox.investor_id().into(), world.sandbox.campaign_id().into());
    let draft = InvestmentCreateDirect::new(investor, campaign, 10).signed_at(Timestamp::UNIX_EPOCH);
    client.platform().investments().create(&draft.into()).send().await.unwrap().id
}

fn trigger(world: &World, id: InvestmentId, event: InvestmentEvent) {
    world.sandbox.trigger(id.into(), event).unwrap();
}

async fn served(replies: impl IntoIterator<Item = Reply>) -> (Cashlink, ScriptedServer, HandClock) {
    let server = ScriptedServer::start(replies.into_iter().collect::<Vec<_>>()).await.unwrap();
    let clock = HandClock::new(Timestamp::constant(1_767_225_600, 0));
    let builder = Cashlink::builder().base_url(server.url()).credentials("client", "secret").scopes(Scope::ALL);
    let client = builder.retry(RetryPolicy::never()).clock(clock.clone()).build().unwrap();
    (client, server, clock)
}

/// A server with two pages of investments.
async fn paged(entries: &[(u128, &str)]) -> (Cashlink, ScriptedServer) {
    let (client, server, _) = served([]).await;
    let next = format!("{}/issuer/v2/investments/?page=2", server.url());
    let (first, second) = entries.split_at(entries.len() / 2);
    server.then(Reply::json(200, &page(first, Some(&next)).to_string()));
    server.then(Reply::json(200, &page(second, None).to_string()));
    (client, server)
}

fn page(entries: &[(u128, &str)], next: Option<&str>) -> Value {
    let entry = |(number, status): &(u128, &str)| json!({ "id": id(*number), "status": status });
    json!({ "count": entries.len(), "next": next, "results": entries.iter().map(entry).collect::<Vec<_>>() })
}

fn id(number: u128) -> InvestmentId {
    InvestmentId::new(Uuid::from_u128(number))
}

fn counts(caught_up: CaughtUp) -> [u64; 5] {
    let CaughtUp { looked_at, counted, unknown, ahead, unreadable, .. } = caught_up;
    [looked_at, counted, unknown, ahead, unreadable]
}
