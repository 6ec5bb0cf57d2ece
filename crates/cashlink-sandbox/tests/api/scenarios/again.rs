//! Scenarios happen again: on every run, after a restart, and in snapshots and forks.

use cashlink_sandbox::{Sandbox, SandboxBuilder, Scenario};
use jiff::Timestamp;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Api, Reply, person, read};

#[tokio::test]
async fn with_a_seed_and_a_held_clock_every_reply_is_the_same_on_every_run() {
    let first = replies(7).await;
    assert_eq!(first, replies(7).await);
    let other = replies(8).await;
    assert!(first.iter().zip(&other).all(|(one, other)| one != other), "{first:#?}");
    assert_eq!(first.len(), 7);

    /// What a series of calls is answered, each as its status and body.
    async fn replies(seed: u64) -> Vec<(u16, String)> {
        let scenario = Scenario::named("every-status").unwrap();
        let at: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
        let sandbox = Sandbox::builder().seed(seed).held_at(at).scenario(scenario).start().await.unwrap();
        let http = Client::new();
        let mut replies = Vec::new();
        for _ in 0..2 {
            let form = [("grant_type", "client_credentials"), ("client_id", sandbox.client_id())];
            let call = http.post(format!("{}/oauth/token", sandbox.url())).form(&form);
            let secret = sandbox.client_secret();
            replies.push(read(call.basic_auth(sandbox.client_id(), Some(secret))).await.unwrap());
        }
        let token = replies[0].body["access_token"].as_str().unwrap_or_default().to_owned();
        for (method, path, body) in [
            (Method::POST, "/v2/investors/", person()),
            (Method::GET, "/v2/investors/?page_size=1&page=2", Value::Null),
            (Method::GET, "/v2/investments/", Value::Null),
            (Method::POST, "/v2/investors/", person()),
            (Method::GET, "/v2/investments/?page_size=3", Value::Null),
        ] {
            let call = http.request(method, format!("{}{path}", sandbox.url())).bearer_auth(&token);
            // Links lead to where the call says it was sent to.
            let call = call.header("Host", "sandbox.invalid");
            replies.push(read(if body.is_null() { call } else { call.json(&body) }).await.unwrap());
        }
        replies.into_iter().map(|Reply { status, text, .. }| (status, text)).collect()
    }
}

#[tokio::test]
async fn without_a_seed_tokens_differ_on_every_run() {
    let [one, other] = [Api::start().await, Api::start().await];
    assert_ne!(one.token, other.token);
    assert_ne!(one.token, one.new_token().await);
}

#[tokio::test]
async fn a_folder_has_what_was_played_and_plays_it_once() {
    let folder = TempDir::new().unwrap();
    let begin = || Sandbox::builder().data(folder.path()).scenario(Scenario::named("slow-ledger").unwrap());
    let api = Api::with(begin()).await;
    let seeded = api.sandbox.seed(&Scenario::named("review").unwrap()).unwrap();
    let before = shown(&api).await;
    drop(api);

    for builder in [begin(), Sandbox::builder().data(folder.path())] {
        let api = Api::with(builder).await;
        assert_eq!(shown(&api).await, before);
        assert_eq!(api.sandbox.names()["reviewed"], seeded["reviewed"]);
    }
    let other = Sandbox::builder().data(folder.path()).scenario(Scenario::named("strict").unwrap());
    let told = other.start().await.unwrap_err().to_string();
    assert!(told.contains("begun with other scenarios"), "{told}");

    // A reset goes back to the first only, also after a restart.
    let api = Api::with(Sandbox::builder().data(folder.path())).await;
    api.sandbox.reset().unwrap();
    let (reset, names) = (shown(&api).await, api.sandbox.names());
    assert!(names.contains_key("being_delivered") && !names.contains_key("reviewed"));
    api.sandbox.reset_to(&Scenario::named("strict").unwrap()).unwrap();
    assert_eq!(api.sandbox.settings()["strict_idempotency"], true);
    drop(api);
    let api = Api::with(Sandbox::builder().data(folder.path())).await;
    assert_eq!(api.sandbox.settings()["strict_idempotency"], true);
    api.sandbox.reset().unwrap();
    assert_eq!((shown(&api).await.1, api.sandbox.names()), (reset.1, names));
}

#[tokio::test]
async fn a_scenario_that_is_refused_at_the_start_leaves_a_folder_that_can_be_begun() {
    let folder = TempDir::new().unwrap();
    let bad = Scenario::parse("name: bad\nsteps: [{validate_product: {product: $nothing}}]").unwrap();
    Sandbox::builder().data(folder.path()).scenario(bad.clone()).start().await.unwrap_err();
    let api = Api::with(Sandbox::builder().data(folder.path())).await;
    api.sandbox.seed(&bad).unwrap_err();
    let before = shown(&api).await;
    drop(api);
    assert_eq!(shown(&Api::with(Sandbox::builder().data(folder.path())).await).await, before);
}

#[tokio::test]
async fn tokens_that_follow_from_a_seed_are_given_out_once_also_after_a_reset_and_a_restart() {
    let folder = TempDir::new().unwrap();
    let begin = || -> SandboxBuilder { Sandbox::builder().data(folder.path()).seed(7) };
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let api = Api::with(begin()).await;
        tokens.push(api.token.clone());
        tokens.push(api.new_token().await);
        api.sandbox.arm(cashlink_sandbox::Fault::token_expired());
        api.get("/v2/investors/").await.must_be(401);
        api.sandbox.reset().unwrap();
        tokens.push(api.new_token().await);
    }
    let mut distinct = tokens.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), tokens.len(), "{tokens:#?}");
}

#[tokio::test]
async fn names_go_back_with_a_snapshot_and_on_with_a_fork() {
    let api = Api::start().await;
    let before = api.sandbox.snapshot().unwrap();
    api.sandbox.seed(&Scenario::named("review").unwrap()).unwrap();
    let fork = api.sandbox.fork().await.unwrap();
    assert_eq!(fork.names(), api.sandbox.names());
    api.sandbox.restore(before).unwrap();
    assert!(!api.sandbox.names().contains_key("waiting") && fork.names().contains_key("waiting"));
}

/// The settings, and what there is.
async fn shown(api: &Api) -> (Value, [Value; 2]) {
    let investments = api.get("/v2/investments/").await.body["results"].clone();
    let mut redemptions = api.get("/v2/redemptions/").await.body["results"].clone();
    let statuses = |list: &mut Value| {
        for row in list.as_array_mut().unwrap() {
            *row = json!([row["id"], row["status"]]);
        }
    };
    let mut investments = investments;
    statuses(&mut investments);
    statuses(&mut redemptions);
    (api.sandbox.settings(), [investments, redemptions])
}
