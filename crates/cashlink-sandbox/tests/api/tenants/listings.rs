//! What a listing shares: the product and its campaigns with the platform, what becomes of them with the issuer.

use cashlink_sandbox::InvestmentEvent;
use serde_json::{Value, json};

use super::{Two, platform_of};
use crate::campaigns::{campaign, investment};
use crate::client::Api;

#[tokio::test]
async fn a_product_is_offered_to_a_client_once_it_is_listed_on_its_platform() {
    let two = Two::start().await;
    let product = format!("products/{}/", two.first.sandbox.product_id());
    for family in ["/v2", "/distributor/v2"] {
        two.partner.get(&format!("{family}/{product}")).await.must_be(404);
        two.partner.get(&format!("{family}/{product}campaigns/")).await.must_be(404);
        assert_eq!(two.partner.get(&format!("{family}/products/")).await.must_be(200)["count"], 0);
    }
    two.list().await;
    for family in ["/v2", "/distributor/v2"] {
        let of_issuer = two.first.get(&format!("/issuer/v2/{product}")).await;
        let seen = two.partner.get(&format!("{family}/{product}")).await;
        assert_eq!(seen.must_be(200), of_issuer.must_be(200));
        let all = two.partner.get(&format!("{family}/products/")).await;
        assert_eq!(all.must_be(200)["results"], json!([seen.body]));
    }
    two.partner.get(&format!("/issuer/v2/{product}")).await.must_be(404);
    assert_eq!(two.partner.get("/issuer/v2/products/").await.must_be(200)["count"], 0);
    assert_eq!(two.partner.get("/issuer/v2/listings/").await.must_be(200)["count"], 0);
    assert_eq!(two.first.get("/issuer/v2/listings/").await.must_be(200)["count"], 2);
}

#[tokio::test]
async fn products_on_a_platform_stand_by_their_age_whoever_issued_them() {
    let two = Two::start().await;
    let document = two.partner.upload("/v2/documents/").await;
    let issuer = two.partner.make("/issuer/v2/issuers/", &crate::issuers::issuer(&document)).await;
    let mut product = crate::products::product(&two.partner);
    product["issuer_id"] = json!(issuer);
    let product = two.partner.make("/issuer/v2/products/", &product).await;
    let listing = json!({"product_id": product, "distribution_platform_id": platform_of(&two.partner)});
    two.partner.make("/issuer/v2/listings/", &listing).await;
    two.list().await;
    let older = two.first.sandbox.product_id().to_string();
    check(&two.partner, "/v2/products/", &[&older, &product]).await;
}

#[tokio::test]
async fn a_platform_is_open_to_those_issuers_that_are_allowed() {
    let two = Two::start().await;
    let (sandbox, platform) = (&two.first.sandbox, platform_of(&two.partner));
    let listing = json!({"product_id": sandbox.product_id(), "distribution_platform_id": platform});
    let refused = json!({"distribution_platform_id": ["Products may not be listed on this platform."]});
    assert_eq!(two.first.post("/issuer/v2/listings/", &listing).await.must_be(400), &refused);
    sandbox.allow_platform(sandbox.client_id(), platform, true).unwrap();
    two.first.post("/issuer/v2/listings/", &listing).await.must_be(201);
    sandbox.allow_platform(sandbox.client_id(), platform, false).unwrap();
    assert_eq!(two.first.post("/issuer/v2/listings/", &listing).await.must_be(400), &refused);
    assert_eq!(two.partner.get("/v2/products/").await.must_be(200)["count"], 1);

    assert!(sandbox.allow_platform("nobody", platform, true).is_err());
    assert!(sandbox.allow_platform(sandbox.client_id(), sandbox.product_id(), true).is_err());
}

#[tokio::test]
async fn a_campaign_is_seen_on_its_platform_and_by_the_issuer() {
    let two = Two::start().await;
    let campaign = two.offer().await;
    let path = format!("products/{}/campaigns/", two.first.sandbox.product_id());
    let seeded = two.first.sandbox.campaign_id().to_string();
    check(&two.first, &format!("/issuer/v2/{path}"), &[&seeded, &campaign]).await;
    check(&two.first, &format!("/v2/{path}"), &[&seeded]).await;
    check(&two.partner, &format!("/v2/{path}"), &[&campaign]).await;
    two.partner.get(&format!("/distributor/v2/{path}{campaign}/")).await.must_be(200);
    two.partner.get(&format!("/distributor/v2/{path}{seeded}/")).await.must_be(404);
    two.first.get(&format!("/v2/{path}{campaign}/")).await.must_be(404);
    two.first.get(&format!("/issuer/v2/{path}{campaign}/")).await.must_be(200);
    two.partner
        .patch(&format!("/issuer/v2/{path}{campaign}/"), &json!({"is_campaign_active": false}))
        .await
        .must_be(404);

    let investor = two.first.identified_investor().await;
    let refused = two.first.post("/v2/investments/", &investment(&investor, &campaign, 100)).await;
    let unknown = json!({"campaign_id": [format!("Invalid pk \"{campaign}\" - object does not exist.")]});
    assert_eq!(refused.must_be(400), &unknown);
}

#[tokio::test]
async fn an_issuer_sees_every_investment_in_its_products_and_nobody_else_sees_those_of_others() {
    let two = Two::start().await;
    let campaign = two.offer().await;
    let (mine, theirs) = (two.first.identified_investor().await, two.partner.identified_investor().await);
    let seeded = two.first.sandbox.campaign_id().to_string();
    let one = two.first.make("/v2/investments/", &investment(&mine, &seeded, 1)).await;
    let made = two.partner.post("/distributor/v2/investments/", &investment(&theirs, &campaign, 100)).await;
    let three = two.first.make("/v2/investments/", &investment(&mine, &seeded, 3)).await;
    assert_eq!(made.body["payment_details"]["account_holder"], "Sandbank Emissions GmbH");

    let (list, second) = ("/issuer/v2/investments/", made.id());
    let product = two.first.sandbox.product_id();
    for query in [String::new(), format!("?product_id={product}")] {
        let path = format!("{list}{query}");
        check(&two.first, &path, &[&one, &second, &three]).await;
        check(&two.first, &path.replace("issuer/", ""), &[&one, &three]).await;
        check(&two.partner, &path.replace("issuer/", ""), &[&second]).await;
        check(&two.partner, &path, &[]).await;
    }
    check(&two.first, &format!("{list}?page=2&page_size=2"), &[three.as_str()]).await;
    check(&two.first, &format!("{list}?product_id={campaign}"), &[]).await;
    assert_eq!(two.first.get(&format!("{list}{second}/")).await.must_be(200), &made.body);
    two.partner.get(&format!("{list}{second}/")).await.must_be(404);
    for path in ["/v2/investments/", "/distributor/v2/investments/"] {
        two.first.get(&format!("{path}{second}/")).await.must_be(404);
        two.partner.get(&format!("{path}{one}/")).await.must_be(404);
    }
}

#[tokio::test]
async fn the_allocation_of_a_campaign_is_the_same_for_its_issuer_and_its_investors() {
    let two = Two::start().await;
    let campaign = two.offer().await;
    let investor = two.partner.identified_investor().await;
    let invest = async |units| two.partner.post("/v2/investments/", &investment(&investor, &campaign, units)).await;
    let first = invest(5_000).await.id();
    invest(5_000).await.must_be(201);
    assert_eq!(invest(100).await.must_be(400)["units"], json!(["The campaign has fewer units left."]));
    two.first.sandbox.trigger(first.parse().unwrap(), InvestmentEvent::Reject).unwrap();
    invest(100).await.must_be(201);

    let path = format!("/issuer/v2/products/{}/campaigns/{campaign}/", two.first.sandbox.product_id());
    two.first.patch(&path, &json!({"is_campaign_active": false})).await.must_be(200);
    assert_eq!(invest(100).await.must_be(400)["campaign_id"], json!(["The campaign is not active."]));
}

/// Compares the ids of a list with those that it is to have, in order.
async fn check(api: &Api, list: &str, expected: &[&str]) {
    let page = api.get(list).await;
    let items = page.must_be(200)["results"].as_array().unwrap().iter();
    let ids: Vec<_> = items.map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(ids, expected, "{list}");
}

impl Two {
    /// Lists the seeded product of the first client on the platform of the other.
    pub(super) async fn list(&self) {
        let (sandbox, platform) = (&self.first.sandbox, platform_of(&self.partner));
        sandbox.allow_platform(sandbox.client_id(), platform, true).unwrap();
        let listing = json!({"product_id": sandbox.product_id(), "distribution_platform_id": platform});
        self.first.make("/issuer/v2/listings/", &listing).await;
    }

    /// Offers it there: 10,000 units, 100 to 5,000 at a time.
    pub(super) async fn offer(&self) -> String {
        self.list().await;
        let mut body: Value = campaign(&self.first);
        body["distribution_platform_id"] = json!(platform_of(&self.partner));
        self.first.make(&format!("/issuer/v2/products/{}/campaigns/", self.first.sandbox.product_id()), &body).await
    }
}
