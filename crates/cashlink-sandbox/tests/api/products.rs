//! Products: how issuers make them, and who sees them.

use std::time::Duration;

use cashlink_sandbox::{Sandbox, Settlement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::Api;

const PATH: &str = "/issuer/v2/products/";

#[tokio::test]
async fn a_digital_security_is_on_the_ledger_at_once() {
    let api = Api::start().await;
    let made = api.post(PATH, &product(&api)).await;
    assert_eq!(made.must_be(201)["status"], "DEPLOYED");
    assert_eq!(made.body["nominal_value"], Value::Null);
    assert_eq!(made.body["issuance_price"], json!({"amount": "100", "decimals": 2, "currency": "EUR"}));
    let path = format!("{PATH}{}/", made.id());
    assert_eq!(api.get(&path).await.must_be(200), &made.body);
    assert_eq!(api.get(PATH).await.must_be(200)["count"], 2);
}

#[tokio::test]
async fn deployment_takes_as_long_as_the_settlement() {
    let delay = Duration::from_secs(60);
    let api = Api::with(Sandbox::builder().settlement(Settlement::After(delay))).await;
    let made = api.post(PATH, &product(&api)).await;
    assert_eq!(made.must_be(201)["status"], "DEPLOYING");
    api.sandbox.advance(delay);
    assert_eq!(status(&api, &made.id()).await, "DEPLOYED");
}

#[tokio::test]
async fn a_crypto_security_is_validated_by_people_first() {
    let api = Api::start().await;
    let made = api.post(PATH, &with(&api, &json!({"ewpg": true, "isin": "DE000A0AAAA8"}))).await;
    assert_eq!(made.must_be(201)["status"], "IN_VALIDATION");
    let id: Uuid = made.id().parse().unwrap();
    api.sandbox.validate_product(id).unwrap();
    assert_eq!(status(&api, &made.id()).await, "DEPLOYED");
    assert!(api.sandbox.validate_product(id).is_err());
    assert!(api.sandbox.validate_product(Uuid::nil()).is_err());
}

#[tokio::test]
async fn a_product_that_breaks_a_rule_is_refused_on_the_field() {
    let api = Api::start().await;
    check(&api, json!({"issuer_id": api.sandbox.investor_id()}), "issuer_id").await;
    check(&api, json!({"ewpg": true}), "isin").await;
    check(&api, json!({"ewpg": true, "isin": ""}), "isin").await;
    check(&api, json!({"provide_nominal_value": true}), "nominal_value").await;
    check(&api, json!({"issuance_price": null}), "issuance_price").await;
    check(&api, json!({"issuance_price": "0.00"}), "issuance_price").await;
    check(&api, json!({"issuance_price": "one"}), "issuance_price").await;
    check(&api, json!({"issuance_price": true}), "issuance_price").await;
    check(&api, json!({"issuance_price": [1]}), "issuance_price").await;
    check(&api, json!({"issuance_price": {"amount": "1.5", "decimals": 0, "currency": "EUR"}}), "issuance_price").await;
    check(&api, json!({"issuance_price": {"amount": "1", "decimals": 0}}), "issuance_price").await;
    check(&api, json!({"nominal_value": -1}), "nominal_value").await;
    check(&api, json!({"step_size": 0}), "step_size").await;
    check(&api, json!({"max_issuable_amount": 99}), "max_issuable_amount").await;
    check(&api, json!({"agio_percent": "-0.01"}), "agio_percent").await;
    check(&api, json!({"agio_percent": "much"}), "agio_percent").await;
    check(&api, json!({"payment_deadline": -1}), "payment_deadline").await;
    check(&api, json!({"calculation_factor": 0}), "calculation_factor").await;
    check(&api, json!({"asset_code": "ABCDEFGHIJKL"}), "asset_code").await;
    check(&api, json!({"asset_code": "A-1"}), "asset_code").await;
    check(&api, json!({"issuance_document_id": api.sandbox.investor_id()}), "issuance_document_id").await;
    check(&api, json!({"network": " "}), "network").await;
    assert_eq!(api.get(PATH).await.must_be(200)["count"], 1);

    async fn check(api: &Api, change: Value, field: &str) {
        let reply = api.post(PATH, &with(api, &change)).await;
        let fields: Vec<_> = reply.must_be(400).as_object().unwrap().keys().collect();
        assert_eq!(fields, [field], "{change}: {reply:?}");
    }
}

#[tokio::test]
async fn a_product_is_of_one_of_nine_types_and_on_any_network() {
    let api = Api::start().await;
    let path = format!("{PATH}{}/", api.make(PATH, &product(&api)).await);
    for other in ["bond", "", "X"] {
        let change = json!({"product_type": other});
        let expected = json!({"product_type": [format!("\"{other}\" is not a valid choice.")]});
        assert_eq!(api.post(PATH, &with(&api, &change)).await.must_be(400), &expected);
        assert_eq!(api.patch(&path, &change).await.must_be(400), &expected);
    }
    let blank = json!({"network": ["This field may not be blank."]});
    assert_eq!(api.patch(&path, &json!({"network": ""})).await.must_be(400), &blank);
    let types = [
        "DIGITAL_COMPANY_SHARE",
        "BOND",
        "SUBORDINATED_LOAN",
        "PARTICIPATION_PAPER",
        "PARTICIPATION_RIGHT",
        "AIF",
        "DEBT_SECURITY",
        "CONVERTIBLE_BOND",
        "FUND_SHARE",
    ];
    for known in types {
        api.make(PATH, &with(&api, &json!({"product_type": known, "network": "any"}))).await;
        assert_eq!(api.patch(&path, &json!({"product_type": known})).await.must_be(200)["product_type"], known);
    }
}

#[tokio::test]
async fn prices_may_be_numbers_and_are_shown_as_money() {
    let api = Api::start().await;
    check(&api, json!("12.5"), "1250", 2).await;
    check(&api, json!(0.125), "125", 3).await;
    check(&api, json!(7), "700", 2).await;
    check(&api, json!({"amount": "3", "decimals": 0, "currency": "EUR"}), "3", 0).await;

    async fn check(api: &Api, price: Value, amount: &str, decimals: u32) {
        let made = api.post(PATH, &with(api, &json!({"issuance_price": price, "agio_percent": 2.5}))).await;
        let expected = json!({"amount": amount, "decimals": decimals, "currency": "EUR"});
        assert_eq!(made.must_be(201)["issuance_price"], expected);
        assert_eq!(made.body["agio_percent"], "2.5");
    }
}

#[tokio::test]
async fn the_same_product_may_be_submitted_any_number_of_times() {
    let api = Api::start().await;
    let coded = with(&api, &json!({"asset_code": "PROBE1", "isin": "DE000A0AAAA8"}));
    assert_ne!(api.make(PATH, &coded).await, api.make(PATH, &coded).await);
}

#[tokio::test]
async fn a_change_of_a_product_keeps_the_rest_and_the_rules() {
    let api = Api::start().await;
    let made = api.post(PATH, &with(&api, &json!({"isin": "DE000A0AAAA8", "lock_in_time": "2030-01-01"}))).await;
    let path = format!("{PATH}{}/", made.id());
    let change = json!({
        "isin": null, "payment_deadline": 21, "nominal_value": "5", "issuer_id": api.sandbox.investor_id(),
    });
    let mut expected = made.must_be(201).clone();
    expected["isin"] = Value::Null;
    expected["payment_deadline"] = json!(21);
    expected["nominal_value"] = json!({"amount": "500", "decimals": 2, "currency": "EUR"});
    assert_eq!(api.patch(&path, &change).await.must_be(200), &expected);

    let reply = api.patch(&path, &json!({"name": null})).await;
    assert_eq!(reply.must_be(400)["name"], json!(["This field may not be null."]));
    let reply = api.patch(&path, &json!({"ewpg": true})).await;
    assert!(reply.must_be(400)["isin"].is_array());
    let reply = api.patch(&path, &json!({"issuance_price": null})).await;
    assert!(reply.must_be(400)["issuance_price"].is_array());
    assert_eq!(api.get(&path).await.must_be(200), &expected, "a refused change is not half done");
    api.patch(&path, &json!({"issuance_price": null, "provide_nominal_value": true})).await.must_be(200);
    api.patch(&format!("{PATH}{}/", api.sandbox.investor_id()), &json!({})).await.must_be(404);
}

#[tokio::test]
async fn a_product_cannot_shrink_below_what_its_campaigns_offer() {
    let api = Api::start().await;
    let path = format!("{PATH}{}/", api.sandbox.product_id());
    let reply = api.patch(&path, &json!({"max_issuable_amount": 999_999_999_999_u64})).await;
    assert!(reply.must_be(400)["max_issuable_amount"].is_array());
    api.patch(&path, &json!({"max_issuable_amount": 1_000_000_000_000_u64})).await.must_be(200);
}

#[tokio::test]
async fn a_product_is_seen_where_it_is_listed() {
    let api = Api::start().await;
    let id = api.make(PATH, &product(&api)).await;
    for family in ["/v2", "/distributor/v2"] {
        let all = api.get(&format!("{family}/products/")).await;
        assert_eq!(all.must_be(200)["count"], 1);
        assert_eq!(all.body["results"][0]["id"], json!(api.sandbox.product_id()));
        api.get(&format!("{family}/products/{id}/")).await.must_be(404);
        api.get(&format!("{family}/products/{id}/campaigns/")).await.must_be(404);
    }
    let listing = json!({"product_id": id, "distribution_platform_id": api.sandbox.platform_id()});
    api.make("/issuer/v2/listings/", &listing).await;
    let seen = api.get(&format!("{PATH}{id}/")).await;
    for family in ["/v2", "/distributor/v2"] {
        assert_eq!(api.get(&format!("{family}/products/{id}/")).await.must_be(200), seen.must_be(200));
        assert_eq!(api.get(&format!("{family}/products/{id}/campaigns/")).await.must_be(200)["count"], 0);
    }
}

async fn status(api: &Api, id: &str) -> Value {
    api.get(&format!("{PATH}{id}/")).await.must_be(200)["status"].clone()
}

/// A digital security of the seeded issuer, of which there are a million units in steps of a hundred.
pub(crate) fn product(api: &Api) -> Value {
    json!({
        "issuer_id": api.sandbox.issuer_id(),
        "name": "Probedarlehen",
        "product_type": "SUBORDINATED_LOAN",
        "ewpg": false,
        "provide_nominal_value": false,
        "issuance_price": {"amount": "100", "decimals": 2, "currency": "EUR"},
        "max_issuable_amount": 1_000_000,
        "step_size": 100,
        "payment_deadline": 14,
        "cancellation_deadline": 14,
        "network": "POLYGON-AMOY",
    })
}

fn with(api: &Api, changes: &Value) -> Value {
    let mut body = product(api);
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}
