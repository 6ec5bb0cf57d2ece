//! Redemptions: oldest investment first, never more than there is.

use std::time::Duration;

use cashlink_sandbox::{Sandbox, Settlement, TaskEnd};
use serde_json::{Value, json};

use crate::client::{Api, NOW};

#[tokio::test]
async fn units_leave_the_oldest_investment_first() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let first = deliver(&api, &investor, &wallet, 100).await;
    let second = deliver(&api, &investor, &wallet, 50).await;
    redeem(&api, &investor, &wallet, 120).await.must_be(201);
    assert_eq!(remaining(&api, &first).await, "0");
    assert_eq!(remaining(&api, &second).await, "3000");
    assert!(redeem(&api, &investor, &wallet, 31).await.must_be(400)["units"].is_array());
    redeem(&api, &investor, &wallet, 30).await.must_be(201);
    assert_eq!(api.get("/v2/redemptions/").await.must_be(200)["count"], 2);
}

#[tokio::test]
async fn units_under_way_cannot_be_redeemed_again() {
    let delay = Duration::from_secs(3_600);
    let api = Api::with(Sandbox::builder().settlement(Settlement::After(delay))).await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let investment = deliver(&api, &investor, &wallet, 10).await;
    api.sandbox.advance(delay);
    redeem(&api, &investor, &wallet, 6).await.must_be(201);
    redeem(&api, &investor, &wallet, 5).await.must_be(400);
    assert_eq!(remaining(&api, &investment).await, "1000");
    api.sandbox.advance(delay);
    assert_eq!(remaining(&api, &investment).await, "400");
    redeem(&api, &investor, &wallet, 4).await.must_be(201);
}

#[tokio::test]
async fn a_failed_redemption_takes_nothing_and_an_unknown_one_keeps_its_units_aside() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let investment = deliver(&api, &investor, &wallet, 10).await;
    api.sandbox.next_task_ends(TaskEnd::Failed);
    api.sandbox.next_task_ends(TaskEnd::Unknown);
    assert_eq!(redeem(&api, &investor, &wallet, 10).await.must_be(201)["status"], "failed");
    let unknown = redeem(&api, &investor, &wallet, 6).await;
    assert_eq!(unknown.must_be(201)["status"], "unknown");
    assert_eq!(remaining(&api, &investment).await, "1000");
    redeem(&api, &investor, &wallet, 5).await.must_be(400);
    assert_eq!(redeem(&api, &investor, &wallet, 4).await.must_be(201)["status"], "success");
    assert_eq!(remaining(&api, &investment).await, "600");
    let read = api.get(&format!("/distributor/v2/redemptions/{}/", unknown.id())).await;
    assert_eq!(read.must_be(200)["status"], "unknown");
}

#[tokio::test]
async fn what_a_redemption_names_must_be_there() {
    let api = Api::start().await;
    let (investor, _) = api.investor_with_wallet().await;
    let (_, foreign) = api.investor_with_wallet().await;
    let reply = redeem(&api, &investor, &foreign, 1).await;
    assert!(reply.must_be(400)["wallet_id"].is_array());
    let body = json!({"investor_id": foreign, "product_id": investor, "wallet_id": foreign, "units": 1});
    let reply = api.post("/v2/redemptions/", &body).await;
    assert!(reply.must_be(400)["investor_id"].is_array());
    assert!(reply.body["product_id"].is_array());
}

pub(crate) async fn deliver(api: &Api, investor: &str, wallet: &str, units: u64) -> String {
    let body = json!({
        "investor_id": investor, "campaign_id": api.sandbox.campaign_id(), "units": units, "wallet": wallet,
        "signed_at": NOW, "accepted_at": NOW, "paid_at": NOW,
    });
    let path = format!("/v2/investments/{}/", api.make("/v2/investments/", &body).await);
    api.post_nothing(&format!("{path}credits/")).await.must_be(201);
    path
}

pub(crate) async fn redeem(api: &Api, investor: &str, wallet: &str, units: u64) -> crate::client::Reply {
    let body = json!({
        "investor_id": investor, "product_id": api.sandbox.product_id(), "wallet_id": wallet, "units": units,
    });
    api.post("/v2/redemptions/", &body).await
}

pub(crate) async fn remaining(api: &Api, path: &str) -> Value {
    api.get(path).await.must_be(200)["remaining_amount"]["amount"].clone()
}
