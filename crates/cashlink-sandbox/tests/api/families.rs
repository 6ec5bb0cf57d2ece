//! The same investment and its redemption, through each family.

use serde_json::{Value, json};

use crate::client::{Api, NOW};

#[tokio::test]
async fn a_distributor_takes_an_investment_from_the_signature_to_the_redemption() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let body = json!({
        "investor_id": investor, "campaign_id": api.sandbox.campaign_id(), "units": 10, "signed_at": NOW,
    });
    let path = format!("/distributor/v2/investments/{}/", api.make("/distributor/v2/investments/", &body).await);
    let change = json!({"accepted_at": NOW, "paid_at": NOW, "wallet": wallet});
    assert_eq!(api.patch(&path, &change).await.must_be(200)["status"], "PAID");
    assert_eq!(api.post_nothing(&format!("{path}credits/")).await.must_be(201)["status"], "succeeded");
    assert_eq!(api.get(&path).await.must_be(200)["status"], "DELIVERED");
    let redemption = json!({
        "investor_id": investor, "product_id": api.sandbox.product_id(), "wallet_id": wallet, "units": 10,
    });
    let redemption = api.make("/distributor/v2/redemptions/", &redemption).await;
    let read = api.get(&format!("/distributor/v2/redemptions/{redemption}/")).await;
    assert_eq!(read.must_be(200)["status"], "success");
}

#[tokio::test]
async fn an_investment_is_the_same_in_every_family() {
    let api = Api::start().await;
    let body = json!({
        "investor_id": api.sandbox.investor_id(), "campaign_id": api.sandbox.campaign_id(), "units": 1,
        "signed_at": NOW,
    });
    let made = api.post("/distributor/v2/investments/", &body).await;
    let id = made.id();
    for family in ["/v2", "/distributor/v2", "/issuer/v2"] {
        let list = format!("{family}/investments/");
        assert_eq!(api.get(&format!("{list}{id}/")).await.must_be(200), &made.body);
        check(&api, &list, &json!([made.body])).await;
        check(&api, &format!("{list}?product_id={}", api.sandbox.product_id()), &json!([made.body])).await;
        check(&api, &format!("{list}?product_id={id}"), &json!([])).await;
    }

    async fn check(api: &Api, list: &str, expected: &Value) {
        assert_eq!(&api.get(list).await.must_be(200)["results"], expected, "{list}");
    }
}

#[tokio::test]
async fn an_invitation_means_nothing_to_a_distributor() {
    let api = Api::start().await;
    let (investor, campaign) = (api.sandbox.investor_id(), api.sandbox.campaign_id());
    let invitation = json!({"investor_id": investor, "campaign_id": campaign, "units": 1});
    let invitation = api.make("/v2/invitations/", &invitation).await;
    let body = json!({"invitation_id": invitation, "signed_at": NOW});
    assert!(api.post("/distributor/v2/investments/", &body).await.must_be(400)["investor_id"].is_array());
    let body = json!({
        "invitation_id": invitation, "investor_id": investor, "campaign_id": campaign, "units": 5, "signed_at": NOW,
    });
    assert_eq!(api.post("/distributor/v2/investments/", &body).await.must_be(201)["units"], 5);
}
