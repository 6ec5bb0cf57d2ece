//! Webhooks: what a receiver is told, in which order and when again.

use std::time::Duration;

use axum::http::StatusCode;
use cashlink_sandbox::{DeliveryState, InvestmentEvent, Sandbox, SandboxBuilder, Settlement};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Api, NOW};
use crate::described::fit;
use crate::investments::invest;

mod control;
mod faults;
mod hostile;
mod kept;
mod oauth;
mod random;
mod receiver;

use receiver::{Call, Receiver, TOKEN};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn every_change_is_told_once_and_in_order() {
    let (api, receiver) = watched(held()).await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let paid = json!({"wallet": wallet, "accepted_at": NOW, "paid_at": NOW});
    let investment = invest(&api, &investor, paid).await.id();
    api.post_nothing(&format!("/v2/investments/{investment}/credits/")).await.must_be(201);
    api.sandbox.trigger(investment.parse().unwrap(), InvestmentEvent::Cancel).unwrap();
    api.sandbox.deliveries_settled().await;

    let told = ["WAITING_FOR_ACCEPTANCE", "ACCEPTED", "PAID", "DELIVERED", "CANCELLATION"];
    assert_eq!(receiver.statuses(), told);
    let calls = receiver.calls();
    for call in &calls {
        assert_eq!((call.path.as_str(), call.bearer()), ("/events", TOKEN));
        assert_eq!(call.headers["content-type"], "application/json");
        assert_eq!(call.event()["investment_id"], investment);
        assert_eq!(call.event().as_object().unwrap().len(), 3);
    }
    let times: Vec<Timestamp> = calls.iter().map(changed_at).collect();
    // They happened at one moment of a clock that stands, and still none is at the time of another.
    let begin = api.sandbox.now();
    let expected: Vec<_> = (0..5).map(|micros| begin + SignedDuration::from_micros(micros)).collect();
    assert_eq!(times, expected);
    let shown: Vec<_> = api.sandbox.deliveries().iter().map(|delivery| delivery.status.clone()).collect();
    assert_eq!(shown, told);
}

#[tokio::test]
async fn what_is_told_is_what_the_description_of_the_api_says() {
    let (api, receiver) = watched(held()).await;
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    let openapi: Value = serde_json::from_str(include_str!("../../src/generated/cashlink.json")).unwrap();
    let schema = &openapi["components"]["schemas"]["InvestmentStatusWebhook"];
    let mut schema = schema.clone();
    let status = &openapi["components"]["schemas"]["InvestmentStatus"];
    assert!(status.is_object());
    schema["properties"]["status"] = status.clone();
    fit("the event", &schema, &receiver.calls()[0].event());
}

#[tokio::test]
async fn what_fails_is_sent_again_after_twice_as_long_each_time_and_at_most_an_hour() {
    let receiver =
        Receiver::answering(|_, before| if before < 15 { StatusCode::BAD_GATEWAY } else { StatusCode::OK }).await;
    let api = Api::with(held().webhook(receiver.webhook())).await;
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    let pauses: [u64; 15] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 3_600, 3_600, 3_600];
    for (index, pause) in pauses.into_iter().enumerate() {
        assert_eq!(receiver.calls().len(), index + 1);
        let [delivery] = &api.sandbox.deliveries()[..] else { panic!("there is one") };
        let due = api.sandbox.now() + SignedDuration::from_secs(pause.cast_signed());
        assert_eq!((delivery.next_attempt_at, delivery.state), (Some(due), DeliveryState::Pending));
        api.sandbox.advance(Duration::from_millis(1_000 * pause - 1));
        api.sandbox.deliveries_settled().await;
        assert_eq!(receiver.calls().len(), index + 1, "not before its time");
        api.sandbox.advance(Duration::from_millis(1));
        api.sandbox.deliveries_settled().await;
    }
    let [delivery] = &api.sandbox.deliveries()[..] else { panic!("there is one") };
    assert_eq!((delivery.next_attempt_at, delivery.state), (None, DeliveryState::Delivered));
    let statuses: Vec<_> = delivery.attempts.iter().map(|attempt| attempt.status).collect();
    assert_eq!((statuses.len(), statuses[14], statuses[15]), (16, Some(502), Some(200)));
    let bodies: Vec<_> = receiver.calls().into_iter().map(|call| call.text).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]), "it is the same event each time");
}

#[tokio::test]
async fn a_failure_holds_up_what_comes_later_of_the_same_investment_and_nothing_else() {
    let receiver = Receiver::answering(|call, _| {
        if call.status() == "ACCEPTED" && call.is_about(&refused()) { StatusCode::NOT_FOUND } else { StatusCode::OK }
    });
    let receiver = receiver.await;
    let api = Api::with(held().webhook(receiver.webhook())).await;
    let [one, other] = [seeded_investment(&api).await, seeded_investment(&api).await];
    REFUSED.set(one.to_string()).unwrap();
    for investment in [one, other] {
        for event in [InvestmentEvent::Accept, InvestmentEvent::Pay, InvestmentEvent::Cancel] {
            api.sandbox.trigger(investment, event).unwrap();
        }
    }
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.statuses_of(one), ["WAITING_FOR_ACCEPTANCE", "ACCEPTED"]);
    assert_eq!(receiver.statuses_of(other), ["WAITING_FOR_ACCEPTANCE", "ACCEPTED", "PAID", "CANCELLATION"]);
    api.sandbox.advance(SECOND);
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.statuses_of(one), ["WAITING_FOR_ACCEPTANCE", "ACCEPTED", "ACCEPTED"]);
    let waiting: Vec<_> =
        api.sandbox.deliveries().into_iter().filter(|it| it.state == DeliveryState::Pending).collect();
    let due: Vec<_> = waiting.iter().map(|delivery| delivery.next_attempt_at.is_some()).collect();
    assert_eq!(due, [true, false, false]);
}

/// The investment of which one event is refused.
static REFUSED: std::sync::OnceLock<String> = std::sync::OnceLock::new();

fn refused() -> String {
    REFUSED.get().cloned().unwrap_or_else(|| "none yet".to_owned())
}

#[tokio::test]
async fn what_the_ledger_does_is_told_though_nobody_looks() {
    let (api, receiver) = watched(held().settlement(Settlement::After(60 * SECOND))).await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let paid = json!({"wallet": wallet, "accepted_at": NOW, "paid_at": NOW});
    let investment = invest(&api, &investor, paid).await.id();
    api.post_nothing(&format!("/v2/investments/{investment}/credits/")).await.must_be(201);
    api.sandbox.deliveries_settled().await;
    let before = api.sandbox.now();
    api.sandbox.advance(3_600 * SECOND);
    api.sandbox.deliveries_settled().await;
    let calls = receiver.calls();
    let last = calls.last().unwrap();
    assert_eq!(last.status(), "DELIVERED");
    assert_eq!(changed_at(last), before + SignedDuration::from_secs(60), "when it was due, not when somebody looked");
}

#[tokio::test]
async fn who_is_registered_is_told_nothing_that_had_happened_before_though_nobody_had_looked() {
    let (api, receiver) = watched(held().settlement(Settlement::After(SECOND))).await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let paid = json!({"wallet": wallet, "accepted_at": NOW, "paid_at": NOW});
    let investment = invest(&api, &investor, paid).await.id();
    api.post_nothing(&format!("/v2/investments/{investment}/credits/")).await.must_be(201);
    let late = Receiver::start().await;
    // Nothing awaits in between, so nobody can look.
    api.sandbox.advance(SECOND);
    api.sandbox.add_webhook(&late.webhook()).unwrap();
    api.sandbox.deliveries_settled().await;
    assert_eq!((receiver.statuses().last().unwrap().as_str(), late.calls().len()), ("DELIVERED", 0));
}

#[tokio::test]
async fn each_client_is_told_of_its_own_investments() {
    let receiver = Receiver::start().await;
    let api = Api::with(held().webhook(receiver.webhook().of_client("sandbox-partner"))).await;
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.calls().len(), 0);
    assert_eq!(api.sandbox.deliveries(), []);
}

/// A sandbox whose clock stands.
fn held() -> SandboxBuilder {
    Sandbox::builder().held_at("2030-01-01T00:00:00Z".parse().unwrap())
}

/// A sandbox with a receiver that takes everything.
async fn watched(builder: SandboxBuilder) -> (Api, Receiver) {
    let receiver = Receiver::start().await;
    (Api::with(builder.webhook(receiver.webhook())).await, receiver)
}

/// An investment of the seeded investor, which waits for acceptance.
async fn seeded_investment(api: &Api) -> Uuid {
    let investor = api.sandbox.investor_id().to_string();
    invest(api, &investor, json!({})).await.id().parse().unwrap()
}

fn changed_at(call: &Call) -> Timestamp {
    call.event()["changed_at"].as_str().unwrap().parse().unwrap()
}
