//! Several clients: each sees what is its own and what the API itself shares, and nothing tells it of the rest.

use cashlink_sandbox::{NewClient, Sandbox, SandboxBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Api, person};

mod estate;
mod listings;
mod strangers;
mod transfers;

#[tokio::test]
async fn every_sandbox_has_two_clients_with_a_platform_each() {
    let two = Two::start().await;
    let clients = two.first.sandbox.clients();
    let ids: Vec<_> = clients.iter().map(|client| client.id.as_str()).collect();
    assert_eq!(ids, ["sandbox-client", "sandbox-partner"]);
    let path = "/issuer/v2/distribution-platforms/";
    let expected = [json!(clients[0].platform_id), json!(clients[1].platform_id)];
    check(&two.first, [true, false], &expected).await;
    check(&two.partner, [false, true], &expected).await;
    for name in ["Sandbank AG", "Muster Invest AG"] {
        assert!(two.partner.get(path).await.text.contains(name));
    }

    async fn check(api: &Api, allowed: [bool; 2], expected: &[Value; 2]) {
        let all = api.get("/issuer/v2/distribution-platforms/").await;
        for (index, platform) in all.must_be(200)["results"].as_array().unwrap().iter().enumerate() {
            assert_eq!((&platform["id"], &platform["is_allowed"]), (&expected[index], &json!(allowed[index])));
            let path = format!("/issuer/v2/distribution-platforms/{}/", platform["id"].as_str().unwrap());
            assert_eq!(api.get(&path).await.must_be(200), platform);
        }
        assert_eq!(all.body["count"], 2);
    }
}

#[tokio::test]
async fn a_token_call_needs_the_secret_of_its_own_client() {
    let two = Two::start().await;
    let clients = two.first.sandbox.clients();
    let swapped = [
        ("grant_type", "client_credentials"),
        ("client_id", clients[0].id.as_str()),
        ("client_secret", clients[1].secret.as_str()),
    ];
    assert_eq!(two.first.ask_token(&swapped).await.must_be(401)["error"], "invalid_client");
}

#[tokio::test]
async fn the_scopes_of_a_client_bound_its_tokens() {
    let two = Two::start().await;
    let sandbox = &two.first.sandbox;
    let new = NewClient::new("reader", "s").scopes(["investors:read", "documents:write"]);
    sandbox.add_client(&new).unwrap();
    let reader = Api::of(sandbox, "reader", "s").await;
    let all = reader.ask_token(&reader.credentials()).await;
    assert_eq!(all.must_be(200)["scope"], "documents:write investors:read");
    reader.get("/v2/investors/").await.must_be(200);
    reader.post("/v2/investors/", &person()).await.must_be(403);
    reader.get("/v2/products/").await.must_be(403);
    for scope in ["investors:write", "investors:read investors:write", "everything"] {
        let mut form = reader.credentials();
        form.push(("scope", scope));
        assert_eq!(reader.ask_token(&form).await.must_be(400)["error"], "invalid_scope");
    }
    let mut form = reader.credentials();
    form.push(("scope", "investors:read"));
    assert_eq!(reader.ask_token(&form).await.must_be(200)["scope"], "investors:read");
}

#[tokio::test]
async fn clients_may_use_the_same_idempotency_key() {
    let two = Two::start().await;
    let made = two.first.post_with("/v2/investors/", "k", &person()).await.id();
    assert_ne!(two.partner.post_with("/v2/investors/", "k", &person()).await.id(), made);
    assert_eq!(two.first.post_with("/v2/investors/", "k", &person()).await.id(), made);
}

/// Two clients of one sandbox.
struct Two {
    first: Api,
    partner: Api,
}

/// The platform that the client of `api` runs.
fn platform_of(api: &Api) -> Uuid {
    let clients = api.sandbox.clients();
    clients.into_iter().find(|client| client.id == api.id).unwrap().platform_id
}

impl Two {
    async fn start() -> Self {
        Self::with(Sandbox::builder()).await
    }

    async fn with(builder: SandboxBuilder) -> Self {
        let first = Api::with(builder).await;
        let clients = first.sandbox.clients();
        let partner = Api::of(&first.sandbox, &clients[1].id, &clients[1].secret).await;
        Self { first, partner }
    }
}
