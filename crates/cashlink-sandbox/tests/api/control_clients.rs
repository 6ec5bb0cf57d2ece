//! Clients and platforms over HTTP.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Api;

#[tokio::test]
async fn a_client_that_is_added_signs_in_at_once_with_the_scopes_that_it_was_given() {
    let api = Api::start().await;
    let wanted = json!({
        "client_id": "reader", "client_secret": "s", "scopes": ["investors:read"], "platform_company_name": "Leser AG",
    });
    let added = api.tell(Method::POST, "/clients", &wanted).await;
    let added = added.must_be(201);
    assert_eq!((&added["id"], &added["scopes"]), (&json!("reader"), &json!(["investors:read"])));
    assert_eq!(clients(&api).await, ["sandbox-client", "sandbox-partner", "reader"]);
    let reader = Api::of(&api.sandbox, "reader", "s").await;
    reader.get("/v2/investors/").await.must_be(200);
    reader.get("/v2/investments/").await.must_be(403);
    assert!(api.get("/issuer/v2/distribution-platforms/").await.text.contains("Leser AG"));

    let all = json!({"client_id": "all", "client_secret": "s"});
    assert_eq!(api.tell(Method::POST, "/clients", &all).await.must_be(201)["scopes"].as_array().unwrap().len(), 9);
    let taken = json!({"client_id": ["A client with this id already exists."]});
    assert_eq!(api.tell(Method::POST, "/clients", &all).await.must_be(400), &taken);
    let blank = json!({"client_id": " ", "client_secret": " "});
    let message = json!(["This field may not be blank."]);
    let refused = api.tell(Method::POST, "/clients", &blank).await;
    // Its platform would have the same name.
    let expected = json!({"client_id": message, "client_secret": message, "platform_company_name": message});
    assert_eq!(refused.must_be(400), &expected);
    assert_eq!(clients(&api).await.len(), 4);
}

#[tokio::test]
async fn a_platform_is_opened_to_a_client_and_closed_again() {
    let api = Api::start().await;
    let partners = api.sandbox.clients()[1].platform_id;
    let path = format!("/distribution-platforms/{partners}");
    let listing = json!({"product_id": api.sandbox.product_id(), "distribution_platform_id": partners});
    api.post("/issuer/v2/listings/", &listing).await.must_be(400);
    for (is_allowed, status) in [(true, 201), (false, 400)] {
        let allowance = json!({"client_id": api.id, "is_allowed": is_allowed});
        api.tell(Method::PUT, &path, &allowance).await.must_be(204);
        api.post("/issuer/v2/listings/", &listing).await.must_be(status);
    }
    let stranger = api.tell(Method::PUT, &path, &json!({"client_id": "nobody", "is_allowed": true})).await;
    assert_eq!(stranger.must_be(400), &json!({"client_id": ["There is no such client."]}));
    let product = format!("/distribution-platforms/{}", api.sandbox.product_id());
    api.tell(Method::PUT, &product, &json!({"client_id": api.id, "is_allowed": true})).await.must_be(404);
}

async fn clients(api: &Api) -> Vec<Value> {
    let all = api.tell(Method::GET, "/clients", &json!({})).await;
    all.must_be(200).as_array().unwrap().iter().map(|client| client["id"].clone()).collect()
}
