//! Distribution platforms, and products listed on them.

use serde_json::{Value, json};

use crate::client::Api;

const PATH: &str = "/issuer/v2/listings/";

#[tokio::test]
async fn platforms_say_whether_products_may_be_listed() {
    let api = Api::start().await;
    let path = "/issuer/v2/distribution-platforms/";
    let all = api.get(path).await;
    let platforms = all.must_be(200)["results"].as_array().unwrap();
    let expected = api.sandbox.platforms();
    assert_eq!(platforms.len(), expected.len());
    for (platform, (id, is_allowed)) in platforms.iter().zip(expected) {
        assert_eq!((&platform["id"], &platform["is_allowed"]), (&json!(id), &json!(is_allowed)));
        assert_eq!(api.get(&format!("{path}{id}/")).await.must_be(200), platform);
    }
    assert_eq!(platforms[0]["id"], json!(api.sandbox.platform_id()));
    api.get(&format!("{path}{}/", api.sandbox.product_id())).await.must_be(404);
}

#[tokio::test]
async fn a_listing_is_made_and_read() {
    let api = Api::start().await;
    let product = api.make("/issuer/v2/products/", &crate::products::product(&api)).await;
    let body = json!({"product_id": product, "distribution_platform_id": api.sandbox.platform_id()});
    let made = api.post(PATH, &body).await;
    assert_eq!(made.must_be(201)["product_id"], product.as_str());
    assert_eq!(api.get(&format!("{PATH}{}/", made.id())).await.must_be(200), &made.body);
    let all = api.get(PATH).await;
    assert_eq!(all.must_be(200)["count"], 2);
    assert_eq!(all.body["results"][0]["product_id"], json!(api.sandbox.product_id()));
    assert_eq!(all.body["results"][1], made.body);
    api.get(&format!("{PATH}{product}/")).await.must_be(404);
}

#[tokio::test]
async fn what_is_listed_may_be_listed_again() {
    let api = Api::start().await;
    let body = json!({
        "product_id": api.sandbox.product_id(), "distribution_platform_id": api.sandbox.platform_id(),
    });
    assert_ne!(api.make(PATH, &body).await, api.make(PATH, &body).await);
    assert_eq!(api.get("/v2/products/").await.must_be(200)["count"], 1);
}

#[tokio::test]
async fn a_listing_needs_a_known_product_and_a_platform_that_allows_it() {
    let api = Api::start().await;
    let (closed, _) = api.sandbox.platforms().into_iter().find(|(_, is_allowed)| !is_allowed).unwrap();
    let (product, unknown) = (json!(api.sandbox.product_id()), json!(api.sandbox.investor_id()));
    check(&api, &product, &json!(closed), &["distribution_platform_id"]).await;
    check(&api, &product, &unknown, &["distribution_platform_id"]).await;
    check(&api, &unknown, &json!(api.sandbox.platform_id()), &["product_id"]).await;
    check(&api, &unknown, &unknown, &["product_id", "distribution_platform_id"]).await;

    async fn check(api: &Api, product: &Value, platform: &Value, fields: &[&str]) {
        let reply = api.post(PATH, &json!({"product_id": product, "distribution_platform_id": platform})).await;
        let problems: Vec<_> = reply.must_be(400).as_object().unwrap().keys().collect();
        assert_eq!(problems, fields);
    }
}
