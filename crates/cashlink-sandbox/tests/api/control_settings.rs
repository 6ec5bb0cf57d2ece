//! Settings over HTTP: each is heeded from the moment it is changed, by a sandbox that runs.

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, benefiting_person, company, identification, person, read};
use crate::crypto_securities::Holder;
use crate::investments::{invest, status};
use crate::invitations::{conversion, finish_survey, invite};

#[tokio::test]
async fn how_it_answers_is_changed_while_it_runs() {
    let api = Api::start().await;
    for _ in 0..2 {
        api.make("/v2/investors/", &person()).await;
    }
    set(&api, json!({"page_size": 2})).await;
    assert_eq!(api.get("/v2/investors/").await.must_be(200)["results"].as_array().unwrap().len(), 2);
    set(&api, json!({"page_size": 1_000})).await;
    assert_eq!(api.get("/v2/investors/").await.must_be(200)["results"].as_array().unwrap().len(), 3);

    set(&api, json!({"token_lifetime": "PT1M30S"})).await;
    assert_eq!(api.ask_token(&api.credentials()).await.must_be(200)["expires_in"], 90);
    set(&api, json!({"token_lifetime": 60})).await;
    assert_eq!(api.ask_token(&api.credentials()).await.must_be(200)["expires_in"], 60);

    set(&api, json!({"strict_idempotency": true})).await;
    read(api.call(Method::POST, "/v2/investors/").json(&person())).await.unwrap().must_be(400);
    set(&api, json!({"strict_idempotency": false})).await;
    read(api.call(Method::POST, "/v2/investors/").json(&person())).await.unwrap().must_be(201);

    set(&api, json!({"max_body_bytes": 10})).await;
    let form = reqwest::multipart::Form::new().text("file", "more than ten bytes");
    read(api.keyed("/v2/documents/", "k").multipart(form)).await.unwrap().must_be(413);

    set(&api, json!({"latency": "40ms"})).await;
    let before = api.sandbox.now();
    api.get("/v2/investors/").await.must_be(200);
    let took = api.sandbox.now().duration_since(before);
    assert!(took >= SignedDuration::from_millis(40), "{took}");
}

#[tokio::test]
async fn each_rule_of_the_world_is_switched_while_it_runs() {
    check("settlement", json!("1d"), "DELIVERED", "PAID", async |api| {
        let (investor, wallet) = api.investor_with_wallet().await;
        let path = crate::redemptions::deliver(api, &investor, &wallet, 10).await;
        api.get(&path).await.must_be(200)["status"].clone()
    })
    .await;
    switched("web_subscription", 400, 201, async |api| {
        let body = json!({
            "campaign_id": api.sandbox.campaign_id(), "investor_id": api.sandbox.investor_id(), "units": 1,
        });
        json!(api.post("/v2/investments/", &body).await.status)
    })
    .await;
    switched("issuer_mirror", 201, 400, async |api| {
        let proof = api.upload("/issuer/v2/documents/").await;
        json!(api.post("/issuer/v2/issuers/", &crate::issuers::issuer(&proof)).await.status)
    })
    .await;
    switched("review", "WAITING_FOR_ACCEPTANCE", "REVIEW_PENDING", async |api| {
        let investment = invest(api, &api.sandbox.investor_id().to_string(), json!({})).await.id();
        status(api, &investment).await
    })
    .await;
    switched("account_setup_required", 201, 400, async |api| {
        json!(invest(api, &api.sandbox.investor_id().to_string(), json!({})).await.status)
    })
    .await;
    switched("pep_check", "SUCCESS", "MANUAL_REVIEW_REQUIRED", async |api| {
        let proof = api.upload("/v2/documents/").await;
        let path = format!("/v2/investors/{}/", api.make("/v2/investors/", &company(&proof, &proof)).await);
        api.make(&format!("{path}identifications/"), &identification(&proof)).await;
        let mut exposed = benefiting_person();
        exposed["is_pep"] = json!(true);
        api.post(&format!("{path}benefiting-persons/"), &json!([exposed])).await.must_be(201);
        api.get(&path).await.must_be(200)["kyc_status"].clone()
    })
    .await;
}

#[tokio::test]
async fn each_rule_of_invitations_is_switched_while_it_runs() {
    let convert = async |api: &Api| {
        let path = invite(api, 600).await;
        finish_survey(api, &path).await;
        json!(api.post("/v2/investments/", &conversion(&path)).await.status)
    };
    switched("cumulative_self_disclosure", 201, 400, convert).await;
    switched("costs_document_required", 201, 400, async |api| {
        set(api, json!({"settlement": "1h"})).await;
        convert(api).await
    })
    .await;
}

#[tokio::test]
async fn crypto_securities_are_redeemed_once_that_is_allowed() {
    let holder = Holder::start(&json!({})).await;
    holder.deliver(200).await;
    holder.redeem("/v2", 1).await.must_be(400);
    set(&holder.api, json!({"crypto_redemption": true})).await;
    holder.redeem("/v2", 1).await.must_be(201);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_change_is_told_at_once_and_nothing_changes() {
    let api = Api::start().await;
    let before = api.sandbox.settings();
    let change = json!({
        "page_size": 0, "latency": "2h", "settlement": "soon", "colour": "red", "max_body_bytes": -1,
        "review": "yes", "pep_check": null, "a.b": 1, "strict_idempotency": true, "token_lifetime": -1,
    });
    let reply = api.tell(Method::PATCH, "/settings", &change).await;
    let duration = json!(["Must be a duration such as \"2s\" or \"P1D\", or whole seconds."]);
    let expected = json!({
        "page_size": ["Must be from 1 to 1000."],
        "latency": ["Must be at most an hour."],
        "settlement": duration,
        "token_lifetime": duration,
        "colour": ["There is no such setting."],
        "a.b": ["There is no such setting."],
        "max_body_bytes": ["Must be a whole number that is not negative."],
        "review": ["Must be true or false."],
        "pep_check": ["Must be true or false."],
    });
    assert_eq!(reply.must_be(400), &expected);
    assert_eq!(api.sandbox.settings(), before);
    for wrong in [json!([]), json!("page_size"), json!(1)] {
        api.tell(Method::PATCH, "/settings", &wrong).await.must_be(400);
    }
}

#[tokio::test]
async fn what_is_shown_is_taken_as_a_change_and_follows_from_rust_and_http_alike() {
    let api = Api::start().await;
    let changed = set(&api, json!({"settlement": "90s", "review": true, "page_size": 7})).await;
    assert_eq!((&changed["settlement"], &changed["page_size"]), (&json!("PT1M30S"), &json!(7)));
    assert_eq!(api.sandbox.settings(), changed);
    assert_eq!(set(&api, changed.clone()).await, changed);
    api.sandbox.set_settlement(cashlink_sandbox::Settlement::After(Duration::from_secs(5)));
    let shown = api.tell(Method::GET, "/settings", &json!({})).await;
    assert_eq!(shown.must_be(200)["settlement"], "PT5S");
    assert_eq!(shown.body["review"], true);
}

/// Holds what `act` comes to before and after a rule is switched on.
async fn switched(name: &str, off: impl Into<Value>, on: impl Into<Value>, act: impl AsyncFn(&Api) -> Value) {
    check(name, json!(true), off, on, act).await;
}

async fn check(
    name: &str,
    value: Value,
    before: impl Into<Value>,
    after: impl Into<Value>,
    act: impl AsyncFn(&Api) -> Value,
) {
    let api = Api::start().await;
    assert_eq!(act(&api).await, before.into(), "{name} before");
    set(&api, json!({name: value})).await;
    assert_eq!(act(&api).await, after.into(), "{name} after");
}

async fn set(api: &Api, change: Value) -> Value {
    api.tell(Method::PATCH, "/settings", &change).await.must_be(200).clone()
}
