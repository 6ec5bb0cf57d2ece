//! Campaigns: how issuers make them, who sees them, and what they offer.

use cashlink_sandbox::InvestmentEvent;
use serde_json::{Value, json};

use crate::client::{Api, NOW};

#[tokio::test]
async fn a_campaign_is_made_and_read_in_every_family() {
    let api = Api::start().await;
    let product = listed_product(&api).await;
    let path = format!("/issuer/v2/products/{product}/campaigns/");
    let made = api.post(&path, &campaign(&api)).await;
    assert_eq!(made.must_be(201)["product_id"], product.as_str());
    assert_eq!(made.body["rule_type"], "PUBLIC_OFFERING");
    assert_eq!(made.body["price_per_token"], json!({"amount": "250", "decimals": 2, "currency": "EUR"}));
    for family in ["/v2", "/distributor/v2", "/issuer/v2"] {
        let path = format!("{family}/products/{product}/campaigns/");
        assert_eq!(api.get(&path).await.must_be(200)["results"], json!([made.body]));
        assert_eq!(api.get(&format!("{path}{}/", made.id())).await.must_be(200), &made.body);
        let other = format!("{family}/products/{}/campaigns/{}/", api.sandbox.product_id(), made.id());
        api.get(&other).await.must_be(404);
        api.get(&format!("{path}{product}/")).await.must_be(404);
    }
}

#[tokio::test]
async fn a_campaign_that_breaks_a_rule_is_refused_on_the_field() {
    let api = Api::start().await;
    let product = listed_product(&api).await;
    let path = format!("/issuer/v2/products/{product}/campaigns/");
    let (closed, _) = api.sandbox.platforms().into_iter().find(|(_, is_allowed)| !is_allowed).unwrap();
    check(&api, &path, json!({"distribution_platform_id": closed}), "distribution_platform_id").await;
    check(&api, &path, json!({"distribution_platform_id": product}), "distribution_platform_id").await;
    check(&api, &path, json!({"allocation": 1_000_001}), "allocation").await;
    check(&api, &path, json!({"min_number_of_tokens": 5_001}), "min_number_of_tokens").await;
    check(&api, &path, json!({"max_number_of_tokens": u64::MAX}), "max_number_of_tokens").await;
    check(&api, &path, json!({"min_number_of_tokens": 0}), "min_number_of_tokens").await;
    check(&api, &path, json!({"price_per_token": 0}), "price_per_token").await;
    check(&api, &path, json!({"price_per_token": null}), "price_per_token").await;
    check(&api, &path, json!({"rule_type": null}), "rule_type").await;
    assert_eq!(api.get(&path).await.must_be(200)["count"], 0);
    let elsewhere = format!("/issuer/v2/products/{}/campaigns/", api.sandbox.investor_id());
    api.post(&elsewhere, &campaign(&api)).await.must_be(404);

    async fn check(api: &Api, path: &str, change: Value, field: &str) {
        let reply = api.post(path, &with(api, &change)).await;
        assert!(reply.must_be(400)[field].is_array(), "{change}: {reply:?}");
        assert_eq!(reply.body.as_object().unwrap().len(), 1, "{reply:?}");
    }
}

#[tokio::test]
async fn campaigns_together_offer_no_more_than_can_be_issued() {
    let api = Api::start().await;
    let product = listed_product(&api).await;
    let path = format!("/issuer/v2/products/{product}/campaigns/");
    api.make(&path, &with(&api, &json!({"allocation": 600_000}))).await;
    let reply = api.post(&path, &with(&api, &json!({"allocation": 400_001}))).await;
    assert!(reply.must_be(400)["allocation"].is_array());
    api.make(&path, &with(&api, &json!({"allocation": 400_000}))).await;
}

#[tokio::test]
async fn the_maximum_of_an_investment_may_lie_beyond_the_allocation() {
    let api = Api::start().await;
    let product = listed_product(&api).await;
    let path = format!("/issuer/v2/products/{product}/campaigns/");
    let made = api.post(&path, &with(&api, &json!({"max_number_of_tokens": i64::MAX}))).await;
    assert_eq!(made.must_be(201)["max_number_of_tokens"], i64::MAX);
    let investor = api.identified_investor().await;
    let reply = api.post("/v2/investments/", &investment(&investor, &made.id(), 10_100)).await;
    assert_eq!(reply.must_be(400)["units"], json!(["The campaign has fewer units left."]));
    api.post("/v2/investments/", &investment(&investor, &made.id(), 10_000)).await.must_be(201);
}

#[tokio::test]
async fn units_are_offered_again_when_an_investment_ends_before_delivery() {
    let api = Api::start().await;
    let product = listed_product(&api).await;
    let campaign = api.make(&format!("/issuer/v2/products/{product}/campaigns/"), &campaign(&api)).await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let mut body = investment(&investor, &campaign, 5_000);
    let invest = async |investment: &Value| api.post("/v2/investments/", investment).await;
    let refused = invest(&body).await.id();
    for (name, value) in [("accepted_at", NOW), ("paid_at", NOW), ("wallet", &wallet)] {
        body[name] = json!(value);
    }
    let delivered = invest(&body).await.id();
    api.post_nothing(&format!("/v2/investments/{delivered}/credits/")).await.must_be(201);
    invest(&body).await.must_be(400);

    api.sandbox.trigger(refused.parse().unwrap(), InvestmentEvent::Reject).unwrap();
    invest(&body).await.must_be(201);
    api.sandbox.trigger(delivered.parse().unwrap(), InvestmentEvent::Cancel).unwrap();
    invest(&body).await.must_be(400);
}

#[tokio::test]
async fn both_spellings_of_a_rule_are_one() {
    let api = Api::start().await;
    let product = listed_product(&api).await;
    let path = format!("/issuer/v2/products/{product}/campaigns/");
    for sent in ["MINIMUM INVESTMENT AMOUNT", "MINIMUM_INVESTMENT_AMOUNT"] {
        let made = api.post(&path, &with(&api, &json!({"rule_type": sent}))).await;
        assert_eq!(made.must_be(201)["rule_type"], "MINIMUM_INVESTMENT_AMOUNT");
    }
}

#[tokio::test]
async fn a_campaign_is_closed_and_opened_and_changes_in_no_other_way() {
    let api = Api::start().await;
    let product = listed_product(&api).await;
    let campaigns = format!("/issuer/v2/products/{product}/campaigns/");
    let made = api.post(&campaigns, &campaign(&api)).await;
    let path = format!("{campaigns}{}/", made.id());
    let investor = api.identified_investor().await;
    let investment = investment(&investor, &made.id(), 200);

    let mut expected = made.body.clone();
    expected["is_campaign_active"] = json!(false);
    let change = json!({"is_campaign_active": false, "invented": 1});
    assert_eq!(api.patch(&path, &change).await.must_be(200), &expected);
    assert!(api.post("/v2/investments/", &investment).await.must_be(400)["campaign_id"].is_array());

    assert!(api.patch(&path, &json!({})).await.must_be(400)["is_campaign_active"].is_array());
    assert_eq!(api.patch(&path, &json!({"is_campaign_active": true})).await.must_be(200), &made.body);
    let invested = api.post("/v2/investments/", &investment).await;
    assert_eq!(invested.must_be(201)["investment_amount"]["amount"], "50000");
    api.patch(&format!("{campaigns}{product}/"), &json!({"is_campaign_active": true})).await.must_be(404);
}

#[tokio::test]
async fn a_fixed_value_of_a_campaign_may_be_said_again_but_not_changed() {
    let api = Api::start().await;
    let product = listed_product(&api).await;
    let campaigns = format!("/issuer/v2/products/{product}/campaigns/");
    let made = api.post(&campaigns, &campaign(&api)).await;
    let path = format!("{campaigns}{}/", made.id());
    let closed_with = async |change: Value| {
        let mut body = json!({"is_campaign_active": false});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        api.patch(&path, &body).await
    };
    let fixed = [
        json!({"name": "Another"}),
        json!({"name": null}),
        json!({"allocation": 1}),
        json!({"price_per_token": "2.51"}),
        json!({"price_per_token": {"amount": "250", "decimals": 2, "currency": "USD"}}),
        json!({"country": 7}),
        json!({"rule_type": "MINIMUM_INVESTMENT_AMOUNT"}),
        json!({"id": product}),
        json!({"created_at": NOW}),
    ];
    for change in fixed {
        let field = change.as_object().unwrap().keys().next().unwrap();
        assert_eq!(closed_with(change.clone()).await.must_be(400), &json!({field: ["This field cannot be changed."]}));
    }
    assert_eq!(api.get(&path).await.must_be(200), &made.body);

    assert_eq!(api.patch(&path, &made.body).await.must_be(200), &made.body);
    let otherwise = json!({
        "price_per_token": 2.5, "rule_type": "PUBLIC OFFERING", "id": made.id().to_uppercase(), "invented": null,
    });
    assert_eq!(closed_with(otherwise).await.must_be(200)["is_campaign_active"], false);
}

/// A product of a million units in steps of a hundred, on the platform of the client.
async fn listed_product(api: &Api) -> String {
    let product = api.make("/issuer/v2/products/", &crate::products::product(api)).await;
    let listing = json!({"product_id": product, "distribution_platform_id": api.sandbox.platform_id()});
    api.make("/issuer/v2/listings/", &listing).await;
    product
}

/// An offer of 10,000 units at EUR 2.50 on the platform of the client.
pub(crate) fn campaign(api: &Api) -> Value {
    json!({
        "distribution_platform_id": api.sandbox.platform_id(),
        "name": "Probekampagne",
        "allocation": 10_000,
        "price_per_token": "2.50",
        "min_number_of_tokens": 100,
        "max_number_of_tokens": 5_000,
        "legal_persons_allowed": true,
        "natural_persons_allowed": true,
        "country": "DEU",
        "rule_type": "PUBLIC_OFFERING",
        "is_campaign_active": true,
    })
}

pub(crate) fn investment(investor: &str, campaign: &str, units: u64) -> Value {
    json!({"investor_id": investor, "campaign_id": campaign, "units": units, "signed_at": NOW})
}

fn with(api: &Api, changes: &Value) -> Value {
    let mut body = campaign(api);
    body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    body
}
