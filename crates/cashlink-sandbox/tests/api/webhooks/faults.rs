//! Faults that strike what webhooks are told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cashlink_sandbox::{DeliveryId, Fault, InvestmentEvent as Event, Scenario};
use reqwest::Method;
use tempfile::TempDir;

use super::*;
use crate::client::read;
use crate::control::{arm, faults};

const WAITING: &str = "WAITING_FOR_ACCEPTANCE";

#[tokio::test]
async fn a_duplicate_is_the_same_again_before_anything_else_of_the_investment() {
    let (api, receiver) = watched(held()).await;
    arm(&api, &json!({"kind": "webhook_duplicate", "copies": 2, "investment_status": "ACCEPTED"})).await;
    go_through(&api, &[Event::Accept, Event::Pay]).await;
    assert_eq!(receiver.statuses(), [WAITING, "ACCEPTED", "ACCEPTED", "ACCEPTED", "PAID"]);
    let texts: Vec<_> = receiver.calls().into_iter().map(|call| call.text).collect();
    assert!(texts[1] == texts[2] && texts[2] == texts[3], "{texts:?}");

    let shown = read(api.control(Method::GET, "/webhooks/deliveries")).await.unwrap().body;
    let struck = json!({"id": 1, "kind": "webhook_duplicate"});
    let of_fault: Vec<_> = shown.as_array().unwrap().iter().map(|delivery| delivery["fault"].clone()).collect();
    assert_eq!(of_fault, [Value::Null, struck.clone(), struck.clone(), struck, Value::Null]);
    assert_eq!(faults(&api).await, json!([]));
}

#[tokio::test]
async fn one_copy_is_sent_unless_more_are_wanted() {
    let (api, receiver) = watched(held()).await;
    arm(&api, &json!({"kind": "webhook_duplicate"})).await;
    go_through(&api, &[Event::Accept]).await;
    assert_eq!(receiver.statuses(), [WAITING, WAITING, "ACCEPTED"]);
}

#[tokio::test]
async fn a_reordered_event_comes_after_the_next_one() {
    let (api, receiver) = watched(held()).await;
    arm(&api, &json!({"kind": "webhook_reorder", "investment_status": "ACCEPTED"})).await;
    go_through(&api, &[Event::Accept, Event::Pay, Event::Cancel]).await;
    assert_eq!(receiver.statuses(), [WAITING, "PAID", "ACCEPTED", "CANCELLATION"]);
    let times: Vec<Timestamp> = receiver.calls().iter().map(changed_at).collect();
    assert!(times[2] < times[1] && times[1] < times[3], "each has its own time: {times:?}");
}

#[tokio::test]
async fn a_reordered_event_waits_until_the_next_one_is_delivered() {
    let is_ready = Arc::new(AtomicBool::new(false));
    let is_told = Arc::clone(&is_ready);
    let receiver = Receiver::answering(move |call, _| {
        let refuses = call.status() == "PAID" && !is_told.load(Ordering::SeqCst);
        if refuses { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
    });
    let receiver = receiver.await;
    let api = Api::with(held().webhook(receiver.webhook())).await;
    api.sandbox.arm(Fault::webhook_reorder().on_investment_status("ACCEPTED"));
    go_through(&api, &[Event::Accept, Event::Pay]).await;
    // Whatever it takes: an hour is for when nothing comes.
    api.sandbox.advance(3_600 * SECOND);
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.statuses(), [WAITING, "PAID", "PAID"]);
    is_ready.store(true, Ordering::SeqCst);
    api.sandbox.advance(3_600 * SECOND);
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.statuses(), [WAITING, "PAID", "PAID", "PAID", "ACCEPTED"]);
}

#[tokio::test]
async fn a_reordered_event_that_nothing_follows_comes_an_hour_later() {
    let (api, receiver) = watched(held()).await;
    api.sandbox.arm(Fault::webhook_reorder());
    go_through(&api, &[]).await;
    let [delivery] = &api.sandbox.deliveries()[..] else { panic!("there is one") };
    assert_eq!(delivery.next_attempt_at, Some(api.sandbox.now() + SignedDuration::from_hours(1)));
    api.sandbox.advance(Duration::from_millis(3_599_999));
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.calls().len(), 0);
    api.sandbox.advance(Duration::from_millis(1));
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.statuses(), [WAITING]);
}

#[tokio::test]
async fn a_delayed_event_keeps_its_place_and_other_investments_do_not_wait() {
    let (api, receiver) = watched(held()).await;
    arm(&api, &json!({"kind": "webhook_delay", "delay_ms": 1_500, "investment_status": "ACCEPTED"})).await;
    let late = go_through(&api, &[Event::Accept, Event::Pay]).await;
    let other = go_through(&api, &[Event::Accept, Event::Pay]).await;
    assert_eq!(receiver.statuses_of(late), [WAITING]);
    assert_eq!(receiver.statuses_of(other), [WAITING, "ACCEPTED", "PAID"]);
    api.sandbox.advance(Duration::from_millis(1_499));
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.statuses_of(late), [WAITING]);
    api.sandbox.advance(Duration::from_millis(1));
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.statuses_of(late), [WAITING, "ACCEPTED", "PAID"]);
}

#[tokio::test]
async fn an_event_is_struck_only_if_all_that_was_said_fits() {
    check(json!({}), "WAP").await;
    check(json!({"client_id": "sandbox-client"}), "WAP").await;
    check(json!({"client_id": "sandbox-partner"}), "").await;
    check(json!({"investment_status": "PAID"}), "P").await;
    check(json!({"investment_status": "PAID", "client_id": "sandbox-partner"}), "").await;
    check(json!({"investment_status": "DELIVERED"}), "").await;
    check(json!({"skip": 1}), "AP").await;
    check(json!({"count": 1}), "W").await;
    check(json!({"skip": 1, "count": 1}), "A").await;
    check(json!({"probability": 0}), "").await;
    check(json!({"probability": 1}), "WAP").await;

    /// The first letters of the statuses that are told twice.
    async fn check(mut fault: Value, expected: &str) {
        let (api, receiver) = watched(held()).await;
        fault["kind"] = json!("webhook_duplicate");
        if fault["count"].is_null() {
            fault["count"] = json!(9);
        }
        arm(&api, &fault).await;
        go_through(&api, &[Event::Accept, Event::Pay]).await;
        let statuses = receiver.statuses();
        let twice = statuses.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0][..1]);
        assert_eq!(twice.collect::<String>(), expected, "{fault}");
    }
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_events() {
    let strikes = async |seed: u64| {
        let (api, _receiver) = watched(held()).await;
        api.sandbox.arm(Fault::webhook_delay(SECOND).probability(0.5).seed(seed));
        for _ in 0..10 {
            go_through(&api, &[Event::Accept, Event::Pay]).await;
        }
        api.sandbox.deliveries().iter().map(|delivery| delivery.fault.is_some()).collect::<Vec<_>>()
    };
    let [one, again, other] = [strikes(7).await, strikes(7).await, strikes(8).await];
    assert_eq!((one.len(), &one), (30, &again));
    assert!(one.contains(&true) && one.contains(&false) && one != other, "{one:?} {other:?}");
}

#[tokio::test]
async fn calls_leave_the_faults_of_events_and_events_those_of_calls() {
    let (api, receiver) = watched(held()).await;
    let of_events = api.sandbox.arm(Fault::webhook_duplicate(1));
    let of_calls = api.sandbox.arm(Fault::error_before_commit(503));
    assert_eq!(api.get("/v2/investors/").await.status, 503);
    let left = |api: &Api| api.sandbox.faults().iter().map(|armed| (armed.id, armed.struck)).collect::<Vec<_>>();
    assert_eq!(left(&api), [(of_events, 0)]);
    api.sandbox.arm(Fault::error_before_commit(503).skip(2));
    go_through(&api, &[]).await;
    assert_eq!(receiver.statuses(), [WAITING, WAITING]);
    assert_eq!(left(&api).len(), 1, "the call spared it, the event had nothing to do with it");
    assert!(left(&api)[0].0 > of_calls);
}

#[tokio::test]
async fn what_fits_nothing_is_refused_over_http_and_never_strikes_in_rust() {
    let (api, receiver) = watched(held()).await;
    for (name, value) in [
        ("operation_id", json!("v2_investments_create")),
        ("method", json!("GET")),
        ("path", json!("/v2/investments/")),
        ("idempotency_key", json!("k")),
        ("copies", json!(0)),
        ("copies", json!(101)),
        ("copies", json!("1")),
        ("status", json!(500)),
        ("delay_ms", json!(1)),
        ("investment_status", json!("KYC_PENDING")),
        ("investment_status", json!("paid")),
        ("investment_status", json!(1)),
    ] {
        refused(&api, json!({"kind": "webhook_duplicate", name: value}), name).await;
    }
    refused(&api, json!({"kind": "webhook_delay"}), "delay_ms").await;
    refused(&api, json!({"kind": "webhook_delay", "delay_ms": 3_600_001}), "delay_ms").await;
    refused(&api, json!({"kind": "webhook_reorder", "copies": 1}), "copies").await;
    refused(&api, json!({"kind": "token_expired", "investment_status": "PAID"}), "investment_status").await;
    assert_eq!(api.sandbox.faults(), []);

    api.sandbox.arm(Fault::webhook_duplicate(1).on("v2_investments_create"));
    api.sandbox.arm(Fault::webhook_duplicate(1).with_key("k").on_investment_status(WAITING));
    api.sandbox.arm(Fault::error_before_commit(503).on_investment_status(WAITING));
    go_through(&api, &[]).await;
    assert_eq!((receiver.statuses(), api.sandbox.armed()), (vec![WAITING.to_owned()], 3));

    async fn refused(api: &Api, fault: Value, field: &str) {
        let reply = read(api.control(Method::POST, "/faults").json(&fault)).await.unwrap();
        let problems = reply.must_be(400).as_object().unwrap();
        assert_eq!(problems.keys().collect::<Vec<_>>(), [field], "{fault}: {problems:?}");
    }
}

#[tokio::test]
async fn what_nobody_is_told_takes_no_fault_and_what_several_are_told_takes_one() {
    let api = Api::with(held()).await;
    api.sandbox.arm(Fault::webhook_duplicate(1));
    go_through(&api, &[]).await;
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    api.sandbox.add_webhook(&other.webhook().of_client("sandbox-partner")).unwrap();
    go_through(&api, &[]).await;
    assert_eq!(api.sandbox.armed(), 1);
    for _ in 0..2 {
        api.sandbox.add_webhook(&receiver.webhook()).unwrap();
    }
    go_through(&api, &[]).await;
    assert_eq!((api.sandbox.armed(), receiver.statuses().len(), other.calls().len()), (0, 4, 0));
}

#[tokio::test]
async fn what_the_ledger_has_brought_about_counts_as_struck_at_once() {
    let (api, _receiver) = watched(held().settlement(Settlement::After(60 * SECOND))).await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let paid = json!({"wallet": wallet, "accepted_at": NOW, "paid_at": NOW});
    let investment = invest(&api, &investor, paid).await.id();
    api.post_nothing(&format!("/v2/investments/{investment}/credits/")).await.must_be(201);
    api.sandbox.arm(Fault::webhook_reorder().on_investment_status("DELIVERED").times(2));
    api.sandbox.advance(60 * SECOND);
    assert_eq!(faults(&api).await[0]["struck"], 1);
}

#[tokio::test]
async fn a_scenario_arms_for_what_comes_after_it() {
    let (api, receiver) = watched(held()).await;
    let campaign = api.sandbox.campaign_id();
    let scenario = Scenario::parse(&format!(
        r#"
name: late
steps:
  - call:
      operation: v2_investments_create
      as: first
      body: {{ campaign_id: "{campaign}", investor_id: $investor, units: 1, signed_at: "2030-01-01T00:00:00Z" }}
  - arm: {{ kind: webhook_duplicate }}
  - trigger: {{ investment: $first, event: accept }}
"#
    ));
    api.sandbox.seed(&scenario.unwrap()).unwrap();
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.statuses(), [WAITING, "ACCEPTED", "ACCEPTED"]);
}

#[tokio::test]
async fn a_restart_goes_on_with_what_faults_have_done_and_what_they_will() {
    let is_ready = Arc::new(AtomicBool::new(false));
    let is_told = Arc::clone(&is_ready);
    let receiver =
        Receiver::answering(
            move |_, _| {
                if is_told.load(Ordering::SeqCst) { StatusCode::OK } else { StatusCode::IM_A_TEAPOT }
            },
        );
    let receiver = receiver.await;
    let folder = TempDir::new().unwrap();
    let builder = || held().data(folder.path());
    let api = Api::with(builder()).await;
    api.sandbox.add_webhook(&receiver.webhook()).unwrap();
    for fault in [
        Fault::webhook_reorder().probability(0.3).seed(1),
        Fault::webhook_duplicate(2).probability(0.4).seed(2),
        Fault::webhook_delay(20 * SECOND).probability(0.5).seed(3),
        Fault::webhook_delay(SECOND).skip(40),
    ] {
        api.sandbox.arm(fault);
    }
    let mut investments = Vec::new();
    for _ in 0..10 {
        investments.push(go_through(&api, &[Event::Accept, Event::Pay]).await);
        api.sandbox.advance(SECOND);
    }
    api.sandbox.deliveries_settled().await;
    let before = (api.sandbox.deliveries(), api.sandbox.faults());
    let kinds: std::collections::BTreeSet<_> = before.0.iter().map(|it| it.fault.map(|fault| fault.kind)).collect();
    assert_eq!(kinds.len(), 4, "every fault has struck, and not everything was struck");
    let Api { sandbox, token, .. } = api;
    drop(Arc::into_inner(sandbox).unwrap());

    let api = Api::with(builder()).await.with_token(&token);
    assert_eq!((api.sandbox.deliveries(), api.sandbox.faults()), before);
    is_ready.store(true, Ordering::SeqCst);
    let heard = receiver.calls().len();
    api.sandbox.advance(3_600 * SECOND);
    api.sandbox.deliveries_settled().await;
    let calls = receiver.calls();
    assert_eq!(calls.len() - heard, before.0.len(), "each is delivered once");
    for investment in investments {
        let about: Vec<_> = before.0.iter().filter(|delivery| delivery.investment_id == investment).collect();
        let calls = calls[heard..].iter().filter(|call| call.is_about(&investment.to_string()));
        let told: Vec<String> = calls.map(Call::status).collect();
        assert_eq!(told.len(), about.len());
        // The last one waits for none, so whoever waited for the next one came right after it.
        let expected =
            as_told(&about.iter().map(|it| (it.status.as_str(), it.fault.map(|it| it.kind))).collect::<Vec<_>>());
        assert_eq!(told, expected);
    }
    assert!(api.sandbox.deliveries_after(DeliveryId::from(0)).iter().all(|it| it.state == DeliveryState::Delivered));
}

/// In which order a receiver is told of deliveries about one investment.
fn as_told(deliveries: &[(&str, Option<&str>)]) -> Vec<String> {
    let events = deliveries.chunk_by(|one, other| one.0 == other.0);
    let mut told: Vec<String> = Vec::new();
    let mut waiting: Vec<String> = Vec::new();
    for event in events {
        let statuses = event.iter().map(|(status, _)| (*status).to_owned());
        if event[0].1 == Some("webhook_reorder") {
            waiting.splice(0..0, statuses);
        } else {
            told.extend(statuses);
            told.append(&mut waiting);
        }
    }
    told.append(&mut waiting);
    told
}

/// Lets an investment go through so much, and what is due of it be delivered.
async fn go_through(api: &Api, events: &[Event]) -> Uuid {
    let investment = seeded_investment(api).await;
    for event in events {
        api.sandbox.trigger(investment, *event).unwrap();
    }
    api.sandbox.deliveries_settled().await;
    investment
}
