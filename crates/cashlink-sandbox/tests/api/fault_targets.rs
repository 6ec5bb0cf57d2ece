//! Which calls a fault strikes.

use cashlink_sandbox::{Fault, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, person, read};
use crate::control::{arm, faults};

#[tokio::test]
async fn a_call_is_struck_only_if_all_that_was_said_fits() {
    check(json!({}), [true; 4]).await;
    check(json!({"operation_id": ["v2_investors_list", "v2_investors_create"]}), [true, true, false, false]).await;
    check(json!({"method": "post"}), [false, true, false, true]).await;
    check(json!({"path": "/v2/investors/"}), [true, true, false, false]).await;
    check(json!({"path": "/api/external/v2/investors/*/"}), [false, false, true, false]).await;
    check(json!({"path": "/v2/investors/*/", "method": "PATCH"}), [false; 4]).await;
    check(json!({"idempotency_key": "k1"}), [false, true, false, false]).await;
    check(json!({"idempotency_key": "k2", "path": "/v2/investors/"}), [false; 4]).await;
    check(json!({"client_id": "sandbox-client", "method": "GET"}), [true, false, true, false]).await;
    check(json!({"client_id": "sandbox-partner"}), [false; 4]).await;

    /// Which of four calls are struck.
    async fn check(mut fault: Value, expected: [bool; 4]) {
        let api = Api::start().await;
        let investor = format!("/v2/investors/{}/", api.sandbox.investor_id());
        for (name, value) in [("kind", json!("error_before_commit")), ("status", json!(599)), ("count", json!(9))] {
            fault[name] = value;
        }
        arm(&api, &fault).await;
        let struck = [
            api.get("/v2/investors/").await.status,
            api.post_with("/v2/investors/", "k1", &person()).await.status,
            api.get(&investor).await.status,
            api.post_with("/v2/investments/", "k2", &json!({})).await.status,
        ];
        assert_eq!(struck.map(|status| status == 599), expected, "{fault}");
        let shown = &faults(&api).await[0];
        for (name, value) in fault.as_object().unwrap() {
            let as_shown = if name == "method" { value.as_str().unwrap().to_uppercase().into() } else { value.clone() };
            assert_eq!(shown[name], as_shown, "{shown}");
        }
    }
}

#[tokio::test]
async fn a_fault_of_one_client_spares_the_others_and_finds_its_token_calls() {
    let first = Api::with(Sandbox::builder()).await;
    let clients = first.sandbox.clients();
    let partner = Api::of(&first.sandbox, &clients[1].id, &clients[1].secret).await;
    let token = Fault::error_before_commit(503).on("oauth_token_create").from_client(&clients[1].id);
    first.sandbox.arm(token.times(2));
    assert_eq!(first.ask_token(&first.credentials()).await.status, 200);
    assert_eq!(partner.ask_token(&partner.credentials()).await.status, 503);
    let url = format!("{}/oauth/token", first.sandbox.url());
    let basic = |api: &Api, client: usize| {
        let call = api.http.post(&url).basic_auth(&clients[client].id, Some(&clients[client].secret));
        read(call.form(&[("grant_type", "client_credentials")]))
    };
    assert_eq!(basic(&first, 0).await.unwrap().status, 200);
    assert_eq!(basic(&first, 1).await.unwrap().status, 503);
    assert_eq!(first.sandbox.armed(), 0);

    first.sandbox.arm(Fault::error_before_commit(503).from_client(&clients[1].id));
    first.get("/v2/investors/").await.must_be(200);
    partner.get("/v2/investors/").await.must_be(503);
}

#[tokio::test]
async fn the_first_calls_that_fit_may_be_spared() {
    let api = Api::start().await;
    arm(&api, &json!({"kind": "error_before_commit", "method": "GET", "skip": 2, "count": 2})).await;
    let mut statuses = Vec::new();
    for method in [Method::GET, Method::POST, Method::GET, Method::GET, Method::GET, Method::GET] {
        statuses.push(read(api.call(method, "/v2/investors/").json(&person())).await.unwrap().status);
    }
    assert_eq!(statuses, [200, 201, 200, 500, 500, 200]);
}
