//! Faults: what the client sees, and what happened all the same.

use std::sync::Arc;
use std::time::Duration;

use cashlink_sandbox::{Fault, LedgerOutcome, Sandbox};

use crate::client::{Api, Reply, person, read};

const CREATE: &str = "v2_investors_create";

#[tokio::test]
async fn a_lost_reply_leaves_its_effect_and_the_key_brings_it_back() {
    let api = Api::start().await;
    api.sandbox.arm(Fault::reply_lost_after_commit().on(CREATE).times(2));
    assert!(create(&api).await.is_err());
    assert!(create(&api).await.is_err());
    let reply = create(&api).await.unwrap();
    assert_eq!(
        outcomes(&api),
        [(LedgerOutcome::Applied, 201), (LedgerOutcome::Replayed, 201), (LedgerOutcome::Replayed, 201),]
    );
    let resource = api.sandbox.ledger()[0].resource.clone().unwrap();
    assert_eq!(reply.id(), resource.id.to_string());
}

#[tokio::test]
async fn a_reset_before_the_commit_leaves_nothing() {
    let api = Api::start().await;
    api.sandbox.arm(Fault::reset_before_commit().on(CREATE));
    assert!(create(&api).await.is_err());
    assert!(api.sandbox.ledger().is_empty());
    create(&api).await.unwrap().must_be(201);
}

#[tokio::test]
async fn an_error_may_come_before_or_after_the_effect() {
    let api = Api::start().await;
    api.sandbox.arm(Fault::error_before_commit(503).on(CREATE));
    api.sandbox.arm(Fault::error_after_commit(502).on(CREATE).body("gone"));
    create(&api).await.unwrap().must_be(503);
    let after = create(&api).await.unwrap();
    assert_eq!((after.status, after.text.as_str()), (502, "gone"));
    create(&api).await.unwrap().must_be(201);
    assert_eq!(
        outcomes(&api),
        [(LedgerOutcome::Rejected, 503), (LedgerOutcome::Applied, 201), (LedgerOutcome::Replayed, 201),]
    );
}

#[tokio::test]
async fn a_truncated_reply_breaks_off_halfway() {
    let api = Api::start().await;
    api.sandbox.arm(Fault::truncated_reply().on(CREATE));
    let mut response = api.keyed("/v2/investors/", "k").json(&person()).send().await.unwrap();
    assert_eq!(response.status().as_u16(), 201);
    let promised = response.content_length().unwrap();
    let mut got = 0;
    let end = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => got += chunk.len() as u64,
            end => break end,
        }
    };
    assert!(end.is_err());
    assert_eq!(got, promised / 2);
    assert_eq!(outcomes(&api), [(LedgerOutcome::Applied, 201)]);
}

#[tokio::test]
async fn throttling_says_when_to_come_back() {
    let api = Api::start().await;
    api.sandbox.arm(Fault::throttle(Duration::from_millis(1_500)));
    let reply = create(&api).await.unwrap();
    reply.must_be(429);
    assert_eq!(reply.headers["retry-after"], "2");
    assert_eq!(outcomes(&api), [(LedgerOutcome::Rejected, 429)]);
}

#[tokio::test]
async fn a_token_that_expires_stays_expired() {
    let mut api = Api::start().await;
    api.sandbox.arm(Fault::token_expired().on(CREATE));
    create(&api).await.unwrap().must_be(401);
    create(&api).await.unwrap().must_be(401);
    api.token = api.new_token().await;
    create(&api).await.unwrap().must_be(201);
}

#[tokio::test]
async fn gateways_and_servers_may_answer_anything() {
    let api = Api::start().await;
    api.sandbox.arm(Fault::html_reply(502).on(CREATE));
    api.sandbox.arm(Fault::reply(201, "application/json", r#"{"id":null}"#).on(CREATE));
    let html = create(&api).await.unwrap();
    assert_eq!((html.status, &html.text[..6]), (502, "<html>"));
    assert!(html.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    assert_eq!(create(&api).await.unwrap().text, r#"{"id":null}"#);
    assert_eq!(outcomes(&api), [(LedgerOutcome::Rejected, 502)]);
    assert_eq!(api.sandbox.armed(), 0);
}

#[tokio::test]
async fn the_token_call_fails_like_any_other() {
    let api = Api::start().await;
    let token = "oauth_token_create";
    api.sandbox.arm(Fault::error_before_commit(500).on(token));
    api.sandbox.arm(Fault::html_reply(503).on(token));
    api.ask_token(&api.credentials()).await.must_be(500);
    assert_eq!(api.ask_token(&api.credentials()).await.status, 503);

    api.sandbox.arm(Fault::token_expired().on(token));
    let mut api = api;
    api.token = api.new_token().await;
    api.get("/v2/investors/").await.must_be(401);
}

#[tokio::test]
async fn faults_can_be_disarmed() {
    let api = Api::start().await;
    api.sandbox.arm(Fault::reset_before_commit().times(3));
    assert_eq!(api.sandbox.armed(), 3);
    api.sandbox.clear_faults();
    create(&api).await.unwrap().must_be(201);
}

#[tokio::test]
async fn latency_holds_every_call_back() {
    let latency = Duration::from_millis(30);
    let api = Api::with(Sandbox::builder().latency(latency)).await;
    let before = api.sandbox.now();
    api.get("/v2/investors/").await.must_be(200);
    api.new_token().await;
    assert!(api.sandbox.now().duration_since(before) >= jiff::SignedDuration::from_millis(60));
}

#[tokio::test]
async fn stopping_lets_a_call_finish_and_then_nobody_answers() {
    let api = Api::start().await;
    let url = format!("{}/v2/investors/", api.sandbox.url());
    api.sandbox.arm(Fault::delay(Duration::from_millis(60)));
    let call = tokio::spawn(read(api.keyed("/v2/investors/", "k").json(&person())));
    while api.sandbox.armed() > 0 {
        tokio::task::yield_now().await;
    }
    let Api { sandbox, http, .. } = api;
    Arc::into_inner(sandbox).unwrap().stop().await;
    call.await.unwrap().unwrap().must_be(201);
    assert!(http.get(url).send().await.is_err());
}

async fn create(api: &Api) -> reqwest::Result<Reply> {
    read(api.keyed("/v2/investors/", "k").json(&person())).await
}

fn outcomes(api: &Api) -> Vec<(LedgerOutcome, u16)> {
    api.sandbox.ledger().into_iter().map(|entry| (entry.outcome, entry.status)).collect()
}
