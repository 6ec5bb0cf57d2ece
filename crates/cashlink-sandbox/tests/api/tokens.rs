//! Tokens: how they are asked for, what they open, when they end.

use std::time::Duration;

use base64::Engine;
use cashlink_sandbox::Sandbox;
use reqwest::Method;
use serde_json::json;

use crate::client::{Api, person, read};

#[tokio::test]
async fn a_token_lasts_ten_hours_and_opens_everything_unless_scopes_are_named() {
    let api = Api::start().await;
    let all = api.ask_token(&api.credentials()).await;
    assert_eq!(all.must_be(200)["token_type"], "Bearer");
    assert_eq!(all.headers["cache-control"], "no-store");
    assert_eq!(all.body["expires_in"], 36_000);
    assert_eq!(all.body["scope"].as_str().unwrap().split(' ').count(), 9);

    let mut form = api.credentials();
    form.push(("scope", "investors:read documents:write"));
    assert_eq!(api.ask_token(&form).await.must_be(200)["scope"], "investors:read documents:write");
}

#[tokio::test]
async fn a_token_call_that_is_wrong_is_told_why() {
    let api = Api::start().await;
    let (id, secret) = (api.sandbox.client_id(), api.sandbox.client_secret());
    let grant = ("grant_type", "client_credentials");
    check(&api, &[grant, ("client_id", id), ("client_secret", "guess")], 401, "invalid_client").await;
    check(&api, &[grant, ("client_id", "other"), ("client_secret", secret)], 401, "invalid_client").await;
    check(&api, &[grant], 401, "invalid_client").await;
    check(&api, &[("client_id", id), ("client_secret", secret)], 400, "invalid_request").await;
    let password = ("grant_type", "password");
    check(&api, &[password, ("client_id", id), ("client_secret", secret)], 400, "unsupported_grant_type").await;
    let mut form = api.credentials();
    form.push(("scope", "investors:read everything"));
    check(&api, &form, 400, "invalid_scope").await;
    assert!(api.sandbox.ledger().is_empty());

    async fn check(api: &Api, form: &[(&str, &str)], status: u16, error: &str) {
        let reply = api.ask_token(form).await;
        assert_eq!(reply.must_be(status)["error"], error);
    }
}

#[tokio::test]
async fn credentials_may_come_in_a_basic_header_instead() {
    let api = Api::start().await;
    let credentials = format!("{}:{}", api.sandbox.client_id(), api.sandbox.client_secret());
    let header = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(credentials));
    let ask = |form: &[(&str, &str)]| {
        let url = format!("{}/oauth/token", api.sandbox.url());
        read(api.http.post(url).header("Authorization", &header).form(form))
    };
    ask(&[("grant_type", "client_credentials")]).await.unwrap().must_be(200);
    assert_eq!(ask(&api.credentials()).await.unwrap().must_be(400)["error"], "invalid_request");
}

#[tokio::test]
async fn a_call_needs_a_token_that_is_known() {
    let mut api = Api::start().await;
    for token in ["", "guess"] {
        api.token = token.to_owned();
        let reply = api.get("/v2/investors/").await;
        assert_eq!(reply.must_be(401)["detail"], "Authentication credentials were not provided.");
        assert!(reply.headers["www-authenticate"].to_str().unwrap().starts_with("Bearer"));
    }
}

#[tokio::test]
async fn a_token_opens_only_what_its_scopes_name() {
    let mut api = Api::start().await;
    let mut form = api.credentials();
    form.push(("scope", "investors:read"));
    api.token = api.ask_token(&form).await.body["access_token"].as_str().unwrap().to_owned();
    api.get("/v2/investors/").await.must_be(200);
    let refused = api.post("/v2/investors/", &person()).await;
    assert_eq!(refused.must_be(403)["detail"], "You do not have permission to perform this action.");
}

#[tokio::test]
async fn a_token_ends_with_its_lifetime() {
    let api = Api::with(Sandbox::builder().token_lifetime(Duration::from_secs(60))).await;
    api.sandbox.advance(Duration::from_secs(59));
    api.get("/v2/investors/").await.must_be(200);
    api.sandbox.advance(Duration::from_secs(1));
    api.get("/v2/investors/").await.must_be(401);
}

#[tokio::test]
async fn authentication_comes_before_everything_but_the_route() {
    let mut api = Api::start().await;
    api.token = "guess".to_owned();
    api.get("/v2/nothing/").await.must_be(404);
    api.get("/v2/investors").await.must_be(404);
    let wrong = api.call(Method::POST, "/v2/investors/").json(&json!([]));
    read(wrong).await.unwrap().must_be(401);
    let other_method = api.call(Method::DELETE, "/v2/investors/");
    let reply = read(other_method).await.unwrap();
    reply.must_be(405);
    assert!(reply.headers["allow"].to_str().unwrap().contains("POST"));
}
