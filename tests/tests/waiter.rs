//! Waits end when a task has ended, say how it ended, and never do more than look.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{error::Error as _, fmt, sync::Arc, time::Duration};

use cashlink::{Cashlink, InvestmentId, RedemptionId, RetryPolicy, TransferId, Wait, WaitError, Waiting, model};
use cashlink_sandbox::{Sandbox, Settlement};
use cashlink_tests::{
    clock::JumpingClock,
    scripted::{Reply, ScriptedServer},
    session,
};
use serde::de::DeserializeOwned;

const ID: &str = "00000000-0000-4000-8000-000000000001";

#[tokio::test]
async fn a_task_is_done_by_either_word_for_success_after_any_words_before() {
    for success in ["success", "succeeded"] {
        let statuses = ["processing", "queued", success];
        let (redeemed, clock) = redemption(&statuses, |wait| wait).await;
        assert_eq!(redeemed.unwrap().status.unwrap().as_str(), success);
        assert_eq!(clock.waits().len(), 2);
        let (moved, _) = transfer(&statuses, |wait| wait).await;
        assert_eq!(moved.unwrap().status.unwrap().as_str(), success);
    }
}

#[tokio::test]
async fn a_delivery_is_done_when_the_investment_is_delivered_whichever_family_asks() {
    let statuses = ["ACCEPTED", "PAID", "SETTLING", "DELIVERED"];
    for ask in [
        (|client, id| client.platform().investments().wait_for_delivery(id)) as fn(&Cashlink, InvestmentId) -> Wait<_>,
        |client, id| client.distributor().investments().wait_for_delivery(id),
    ] {
        let (delivered, clock) = wait(&statuses, |client| ask(client, ID.parse().unwrap())).await;
        assert_eq!(delivered.unwrap().status, model::InvestmentStatus::Delivered);
        assert_eq!(clock.waits().len(), 3);
    }
}

#[tokio::test]
async fn a_status_on_the_way_is_waited_for_and_what_is_passed_over_counts() {
    for ask in [
        (|client, id, status| client.platform().investments().wait_for(id, status)) as fn(&Cashlink, _, _) -> Wait<_>,
        |client, id, status| client.distributor().investments().wait_for(id, status),
        |client, id, status| client.issuer().investments().wait_for(id, status),
    ] {
        let ask = |client: &Cashlink| ask(client, ID.parse().unwrap(), model::InvestmentStatus::Accepted);
        let (reached, clock) = wait(&["KYC_PENDING", "SETTLING", "PAID"], ask).await;
        assert_eq!(reached.unwrap().status, model::InvestmentStatus::Paid);
        assert_eq!(clock.waits().len(), 2);
        let (ended, _) = wait(&["WAITING_FOR_ACCEPTANCE", "REJECTION"], ask).await;
        let error = ended.unwrap_err();
        assert_eq!((error.is_failed(), error.status()), (true, Some("REJECTION")));
    }
}

#[tokio::test]
async fn a_task_that_failed_says_so_at_once() {
    let (failed, clock) = redemption(&["processing", "failed"], |wait| wait).await;
    let error = failed.unwrap_err();
    assert!(error.is_failed() && !error.needs_investigation() && !error.is_timeout());
    assert_eq!(error.status(), Some("failed"));
    assert_eq!(error.to_string(), "v2_redemptions_retrieve: it ended as failed");
    assert_eq!(clock.waits().len(), 1);
}

#[tokio::test]
async fn an_end_that_nobody_knows_asks_for_a_person_and_for_nothing_else() {
    let (unclear, clock) = transfer(&["unknown"], |wait| wait).await;
    let error = unclear.unwrap_err();
    assert!(error.needs_investigation() && !error.is_failed() && !error.is_timeout());
    assert!(error.to_string().ends_with("a person has to find out what happened, do not start it again"), "{error}");
    assert_eq!(clock.waits(), []);
}

#[tokio::test]
async fn a_cancelled_investment_is_waited_for_no_longer() {
    for status in ["ABORTION", "KYC_INSUFFICIENT", "REJECTION", "PAYMENT_MISSING", "CANCELLATION"] {
        let (cancelled, _) = delivery(&["WAITING_FOR_ACCEPTANCE", status], |wait| wait).await;
        let error = cancelled.unwrap_err();
        assert!(error.is_failed());
        assert_eq!(error.status(), Some(status));
    }
}

#[tokio::test]
async fn pauses_grow_with_jitter_and_end_at_the_deadline() {
    let waiting = Waiting::default().longest_pause(Duration::from_secs(2)).deadline(Duration::from_secs(8));
    let (late, clock) = redemption(&["processing"; 20], |wait| wait.waiting(waiting)).await;
    let error = late.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.to_string(), "v2_redemptions_retrieve: it was processing until the time was up");
    assert_eq!(clock.waited(), Duration::from_secs(8));
    let waits = clock.waits();
    let bounds = [500, 750, 1125, 1687].into_iter().chain(std::iter::repeat(2000)).map(Duration::from_millis);
    for (wait, bound) in waits.iter().zip(bounds).take(waits.len() - 1) {
        assert!((bound / 2..bound + Duration::from_millis(1)).contains(wait), "{wait:?} of {bound:?}");
    }
    assert_ne!(waits[0], Duration::from_millis(500));
}

#[tokio::test]
async fn without_time_the_status_is_read_once() {
    let (late, clock) = transfer(&["processing"], |wait| wait.deadline(Duration::ZERO)).await;
    assert!(late.unwrap_err().is_timeout());
    assert_eq!(clock.waits(), []);
    let (done, _) = transfer(&["succeeded"], |wait| wait.deadline(Duration::ZERO)).await;
    assert!(done.is_ok());
}

#[tokio::test]
async fn a_failure_of_reading_that_may_pass_is_waited_through() {
    let replies = [
        Reply::json(503, "{}"),
        Reply::json(200, r#"{"status": null}"#),
        Reply::json(429, "{}").header("Retry-After", "20"),
        Reply::json(200, "{}"),
        Reply::new(502, "text/html", "<html>"),
        Reply::json(200, r#"{"status": "success"}"#),
    ];
    let (done, clock) = asked(replies, |client| client.platform().redemptions().wait(ID.parse().unwrap())).await;
    assert!(done.is_ok());
    assert_eq!(clock.waits()[2], Duration::from_secs(20));
}

#[tokio::test]
async fn a_status_that_cannot_be_read_is_the_error_of_the_call() {
    let missing = [Reply::json(404, r#"{"detail": "Not found."}"#)];
    let (error, _) = asked(missing, |client| client.platform().transfers().wait(ID.parse().unwrap())).await;
    let error = error.unwrap_err();
    assert!(error.call().unwrap().is_not_found() && error.source().is_some());
    assert_eq!((error.status(), error.is_failed()), (None, false));

    let down = [Reply::json(503, "{}")];
    let wait = |client: &Cashlink| client.platform().transfers().wait(ID.parse().unwrap()).deadline(Duration::ZERO);
    let (error, _) = asked(down, wait).await;
    assert_eq!(error.unwrap_err().call().unwrap().status(), Some(503));
}

#[tokio::test]
async fn a_status_that_is_no_word_is_not_printed() {
    let (late, _) = transfer(&["Erika 1964"], |wait| wait.deadline(Duration::ZERO)).await;
    let error = late.unwrap_err();
    assert_eq!(error.status(), Some("Erika 1964"));
    assert_eq!(error.to_string(), "distributor_v2_transfers_retrieve: it was ? until the time was up");
    assert!(!format!("{error:?}").contains("Erika"));
}

#[tokio::test]
async fn a_credit_is_seen_on_its_investment() {
    let sandbox = Sandbox::builder().settlement(Settlement::After(Duration::from_secs(30))).start().await.unwrap();
    let sandbox = Arc::new(sandbox);
    let clock = session::clock(&sandbox);
    let client = session::builder(&sandbox).clock(clock.clone()).build().unwrap();
    let (investor, campaign) = (sandbox.investor_id().into(), sandbox.campaign_id().into());
    let wallet = client.platform().wallets(investor).list().all().await.unwrap()[0].id;
    let now = jiff::Timestamp::UNIX_EPOCH;
    let mut paid = model::InvestmentCreateDirect::new(investor, campaign, 10).signed_at(now).wallet(wallet);
    (paid.accepted_at, paid.paid_at) = (Some(now), Some(now));

    let investments = client.platform().investments();
    let id = investments.create(&paid.into()).send().await.unwrap().id;
    investments.credit(id).send().await.unwrap();
    let early = investments.wait_for_delivery(id).deadline(Duration::from_secs(10)).send().await.unwrap_err();
    assert_eq!((early.is_timeout(), early.status()), (true, Some("PAID")));
    let delivered = investments.wait_for_delivery(id).send().await.unwrap();
    assert_eq!(delivered.status, model::InvestmentStatus::Delivered);
    assert!((Duration::from_secs(30)..Duration::from_secs(60)).contains(&clock.waited()));
}

async fn redemption(
    statuses: &[&str],
    set: impl FnOnce(Wait<model::Redemption>) -> Wait<model::Redemption>,
) -> (Result<model::Redemption, WaitError>, JumpingClock) {
    let id: RedemptionId = ID.parse().unwrap();
    wait(statuses, |client| set(client.platform().redemptions().wait(id))).await
}

async fn transfer(
    statuses: &[&str],
    set: impl FnOnce(Wait<model::Transfer>) -> Wait<model::Transfer>,
) -> (Result<model::Transfer, WaitError>, JumpingClock) {
    let id: TransferId = ID.parse().unwrap();
    wait(statuses, |client| set(client.distributor().transfers().wait(id))).await
}

async fn delivery(
    statuses: &[&str],
    set: impl FnOnce(Wait<model::Investment>) -> Wait<model::Investment>,
) -> (Result<model::Investment, WaitError>, JumpingClock) {
    let id: InvestmentId = ID.parse().unwrap();
    wait(statuses, |client| set(client.platform().investments().wait_for_delivery(id))).await
}

async fn wait<T: DeserializeOwned + fmt::Debug>(
    statuses: &[&str],
    ask: impl FnOnce(&Cashlink) -> Wait<T>,
) -> (Result<T, WaitError>, JumpingClock) {
    let reply = |status: &&str| Reply::json(200, &format!(r#"{{"id": "{ID}", "status": "{status}"}}"#));
    asked(statuses.iter().map(reply), ask).await
}

/// What a wait comes to that is given `replies`, each once and all of them.
async fn asked<T: DeserializeOwned + fmt::Debug>(
    replies: impl IntoIterator<Item = Reply>,
    ask: impl FnOnce(&Cashlink) -> Wait<T>,
) -> (Result<T, WaitError>, JumpingClock) {
    let replies: Vec<_> = replies.into_iter().collect();
    let expected = replies.len();
    let server = ScriptedServer::start(replies).await.unwrap();
    let clock = JumpingClock::new();
    let client = Cashlink::builder()
        .base_url(server.url())
        .credentials("client", "secret")
        .scopes(cashlink::Scope::ALL)
        .retry(RetryPolicy::never())
        .jitter_seed(7)
        .clock(clock.clone())
        .build()
        .unwrap();
    let result = ask(&client).send().await;
    let received = server.received();
    assert!(received.iter().all(|request| request.method == "GET"), "{received:?}");
    assert!(received.len() <= expected);
    (result, clock)
}
