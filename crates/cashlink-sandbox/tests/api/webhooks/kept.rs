//! What becomes of deliveries when a sandbox ends and is started again, goes back, or goes on elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use axum::http::StatusCode;
use cashlink_sandbox::{DeliveryState, InvestmentEvent, Sandbox, SandboxBuilder, Scenario, Settlement, Webhook};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

use super::hostile::hostile;
use super::receiver::{Receiver, TOKEN};
use super::{SECOND, held, seeded_investment};
use crate::client::{Api, NOW};
use crate::investments::invest;

#[tokio::test]
async fn a_sandbox_that_is_started_again_goes_on_with_what_is_pending() {
    let folder = TempDir::new().unwrap();
    let (receiver, verdict) = switched(503).await;
    let builder = || held().data(folder.path()).settlement(Settlement::After(60 * SECOND)).webhook(receiver.webhook());
    let mut api = Api::with(builder()).await;
    api.sandbox.add_webhook(&Webhook::bearer("http://127.0.0.1:9/", "t").of_client("sandbox-partner")).unwrap();
    let (investor, wallet) = api.investor_with_wallet().await;
    let paid = json!({"wallet": wallet, "accepted_at": NOW, "paid_at": NOW});
    let investment = invest(&api, &investor, paid).await.id();
    api.post_nothing(&format!("/v2/investments/{investment}/credits/")).await.must_be(201);
    api.sandbox.deliveries_settled().await;
    for (calls, pause) in [(1, 1), (2, 2), (3, 4), (4, 8)] {
        assert_eq!(receiver.calls().len(), calls);
        let before = (api.sandbox.webhooks(), api.sandbox.deliveries());
        assert_eq!((before.0.len(), before.1.len(), before.1[0].attempt_count), (2, 3, calls as u64));
        api = again(api, builder()).await;
        // Nothing is sent before its time, as it would not have been either if it had gone on.
        api.sandbox.deliveries_settled().await;
        assert_eq!((api.sandbox.webhooks(), api.sandbox.deliveries()), before);
        api.sandbox.advance(pause * SECOND);
        api.sandbox.deliveries_settled().await;
    }
    // The ledger had done its work when somebody looked last, at a time that the log does not have.
    api.sandbox.advance(100 * SECOND);
    verdict.store(200, Ordering::Relaxed);
    api.sandbox.deliveries_settled().await;
    let before = api.sandbox.deliveries();
    assert_eq!(receiver.statuses()[5..], ["WAITING_FOR_ACCEPTANCE", "ACCEPTED", "PAID", "DELIVERED"]);
    let api = again(api, builder()).await;
    api.sandbox.deliveries_settled().await;
    assert_eq!((api.sandbox.deliveries(), receiver.calls().len()), (before, 9));
}

#[tokio::test]
async fn what_was_being_sent_when_a_sandbox_ended_is_sent_again() {
    let folder = TempDir::new().unwrap();
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let url = hostile(move |stream| {
        arrived.send(stream).unwrap();
        std::future::ready(())
    });
    let url = url.await;
    let builder = || held().data(folder.path()).webhook(Webhook::bearer(&url, "token"));
    let api = Api::with(builder()).await;
    seeded_investment(&api).await;
    let _first = arrivals.recv().await.unwrap();
    let api = again(api, builder()).await;
    let _second = arrivals.recv().await.unwrap();
    api.sandbox.resend(api.sandbox.deliveries()[0].id).unwrap();
    let api = again(api, builder()).await;
    // That somebody asked for it is not forgotten either: one for that, and one because it is due.
    drop(arrivals.recv().await.unwrap());
    drop(arrivals.recv().await.unwrap());
    api.sandbox.deliveries_settled().await;
    assert_eq!(api.sandbox.deliveries()[0].attempt_count, 2);
}

#[tokio::test]
async fn who_is_given_otherwise_at_a_later_start_takes_the_place_of_who_was_before() {
    let folder = TempDir::new().unwrap();
    let receiver =
        Receiver::answering(|call, _| if call.bearer() == "new" { StatusCode::OK } else { StatusCode::UNAUTHORIZED });
    let (receiver, other) = (receiver.await, Receiver::start().await);
    let builder = || held().data(folder.path());
    let given = builder().webhook(receiver.webhook()).webhook(Webhook::bearer("http://127.0.0.1:9/", "t"));
    let api = Api::with(given).await;
    let by_hand = api.sandbox.add_webhook(&other.webhook()).unwrap();
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;

    let given = || builder().webhook(Webhook::bearer(receiver.url(), "new"));
    let api = again(api, given()).await;
    let ids = |api: &Api| api.sandbox.webhooks().iter().map(|webhook| webhook.id.to_string()).collect::<Vec<_>>();
    assert_eq!(ids(&api), ["1".to_owned(), by_hand.to_string()]);
    api.sandbox.advance(SECOND);
    api.sandbox.deliveries_settled().await;
    assert!(api.sandbox.deliveries().iter().all(|delivery| delivery.state == DeliveryState::Delivered));
    assert_eq!(receiver.calls().iter().map(|call| call.bearer().to_owned()).collect::<Vec<_>>(), [TOKEN, "new"]);

    // Whoever gives none means all that are there, and after a reset those that were given last.
    let api = again(api, builder()).await;
    assert_eq!(ids(&api).len(), 2);
    let api = again(api, given()).await;
    api.sandbox.reset().unwrap();
    assert_eq!(
        api.sandbox.webhooks().iter().map(|it| it.webhook.url().to_owned()).collect::<Vec<_>>(),
        [receiver.url()]
    );
    let api = again(api, builder()).await;
    assert_eq!(ids(&api), ["1"]);
}

#[tokio::test]
async fn a_reset_drops_what_is_pending_and_who_was_added() {
    let (receiver, verdict) = switched(500).await;
    let api = Api::with(held().webhook(receiver.webhook())).await;
    let added = Receiver::start().await;
    api.sandbox.add_webhook(&added.webhook()).unwrap();
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    assert_eq!((receiver.calls().len(), added.calls().len()), (1, 1));
    api.sandbox.reset().unwrap();
    verdict.store(200, Ordering::Relaxed);
    api.sandbox.advance(3_600 * SECOND);
    api.sandbox.deliveries_settled().await;
    assert_eq!((api.sandbox.webhooks().len(), api.sandbox.deliveries().len()), (1, 0));
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    assert_eq!((receiver.calls().len(), added.calls().len()), (2, 1));
}

#[tokio::test]
async fn what_comes_of_an_attempt_does_not_count_any_more_when_everything_went_back_meanwhile() {
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let url = hostile(move |stream| {
        arrived.send(stream).unwrap();
        std::future::ready(())
    });
    let api = Api::with(held().webhook(Webhook::bearer(url.await, "token"))).await;
    seeded_investment(&api).await;
    let first = arrivals.recv().await.unwrap();
    let snapshot = api.sandbox.snapshot().unwrap();
    api.sandbox.restore(snapshot).unwrap();
    // It is due in the snapshot, so it is sent anew; the connection of the first attempt is closed.
    let mut second = arrivals.recv().await.unwrap();
    drop(first);
    let reply = b"HTTP/1.1 204 No Content\r\n\r\n";
    second.write_all(reply).await.unwrap();
    api.sandbox.deliveries_settled().await;
    let [delivery] = &api.sandbox.deliveries()[..] else { panic!("there is one") };
    assert_eq!((delivery.attempt_count, delivery.attempts[0].status), (1, Some(204)));
    // A snapshot does not know that it was delivered since.
    api.sandbox.restore(snapshot).unwrap();
    assert_eq!(api.sandbox.deliveries()[0].state, DeliveryState::Pending);
    api.sandbox.reset().unwrap();
    api.sandbox.deliveries_settled().await;
    assert_eq!(api.sandbox.deliveries(), []);
}

#[tokio::test]
async fn a_fork_tells_nobody_before_it_has_webhooks_of_its_own() {
    let (receiver, verdict) = switched(500).await;
    let api = Api::with(held().webhook(receiver.webhook())).await;
    let investment = seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    let fork = api.sandbox.fork().await.unwrap();
    verdict.store(200, Ordering::Relaxed);
    fork.trigger(investment, InvestmentEvent::Accept).unwrap();
    fork.advance(SECOND);
    fork.deliveries_settled().await;
    fork.reset().unwrap();
    assert_eq!((fork.webhooks().len(), fork.deliveries().len(), receiver.calls().len()), (0, 0, 1));
    let fork = api.sandbox.fork().await.unwrap();
    let own = Receiver::start().await;
    fork.add_webhook(&own.webhook()).unwrap();
    fork.trigger(investment, InvestmentEvent::Accept).unwrap();
    fork.deliveries_settled().await;
    assert_eq!((own.statuses(), receiver.calls().len()), (vec!["ACCEPTED".to_owned()], 1));
}

#[tokio::test]
async fn a_scenario_is_told_if_it_is_played_later_and_not_if_it_is_the_beginning() {
    let receiver = Receiver::start().await;
    let scenario = Scenario::named("every-status").unwrap();
    let sandbox = Sandbox::builder().scenario(scenario.clone()).webhook(receiver.webhook()).start().await.unwrap();
    sandbox.deliveries_settled().await;
    assert_eq!(receiver.calls().len(), 0);
    sandbox.reset_to(&scenario).unwrap();
    sandbox.deliveries_settled().await;
    assert_eq!(receiver.calls().len(), 0);
    let named = sandbox.seed(&scenario).unwrap();
    sandbox.deliveries_settled().await;
    let way = ["REVIEW_PENDING", "WAITING_FOR_ACCEPTANCE", "ACCEPTED", "PAID", "DELIVERED"];
    let delivered = receiver.statuses_of(named["delivered"]);
    assert_eq!(delivered, way[way.len() - delivered.len()..]);
    assert!(delivered.len() >= 4, "{delivered:?}");
    assert_eq!(receiver.statuses_of(named["kyc_pending"]), [""; 0]);
    assert_eq!(receiver.statuses_of(named["abortion"]), ["ABORTION"]);
}

#[tokio::test]
async fn a_sandbox_that_ends_hangs_up_on_those_it_is_telling() {
    for is_stopped in [true, false] {
        let (arrived, mut arrivals) = mpsc::unbounded_channel();
        let url = hostile(move |stream| {
            arrived.send(stream).unwrap();
            std::future::ready(())
        });
        let api = Api::with(held().webhook(Webhook::bearer(url.await, "token"))).await;
        seeded_investment(&api).await;
        let mut stream = arrivals.recv().await.unwrap();
        let Api { sandbox, .. } = api;
        let sandbox = Arc::into_inner(sandbox).unwrap();
        if is_stopped {
            sandbox.stop().await;
        } else {
            drop(sandbox);
        }
        assert_eq!(stream.read(&mut [0]).await.unwrap(), 0);
    }
}

/// Another sandbox in the place of one that ends as if its process had ended.
pub(super) async fn again(api: Api, builder: SandboxBuilder) -> Api {
    let token = api.token.clone();
    let Api { sandbox, .. } = api;
    drop(Arc::into_inner(sandbox).unwrap());
    Api::with(builder).await.with_token(&token)
}

/// A receiver that answers with this status until it is given another.
async fn switched(status: u16) -> (Receiver, Arc<AtomicU16>) {
    let verdict = Arc::new(AtomicU16::new(status));
    let now = Arc::clone(&verdict);
    let receiver = Receiver::answering(move |_, _| StatusCode::from_u16(now.load(Ordering::Relaxed)).unwrap()).await;
    (receiver, verdict)
}
