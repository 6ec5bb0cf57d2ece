//! Transfers: units change hands on the ledger, if every condition holds.

use std::time::Duration;

use cashlink_sandbox::{Sandbox, Settlement, TaskEnd};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Api, NOW, Reply};

#[tokio::test]
async fn the_receiver_gets_an_investment_and_the_oldest_of_the_sender_shrinks_first() {
    let pair = Pair::start(Sandbox::builder()).await;
    let change = json!({"natural_person": {"forename": "Rita"}});
    pair.api.patch(&format!("/v2/investors/{}/", pair.receiver), &change).await.must_be(200);
    let first = pair.deliver(100).await;
    let second = pair.deliver(50).await;
    let transfer = pair.transfer(120, json!({})).await;
    assert_eq!(transfer.must_be(201)["status"], "succeeded");
    assert_eq!(pair.remaining(&first).await, "0");
    assert_eq!(pair.remaining(&second).await, "3000");

    let investments = pair.api.get("/v2/investments/").await;
    let received = investments.must_be(200)["results"].as_array().unwrap().last().unwrap();
    let of_sender = pair.api.get(&first).await;
    for name in ["campaign_id", "accrued_interest"] {
        assert_eq!(received[name], of_sender.body[name], "{name}");
    }
    assert_eq!(received["investor_id"], pair.receiver.as_str());
    assert_eq!(received["natural_person"]["forename"], "Rita");
    assert_eq!(received["status"], "DELIVERED");
    assert_eq!(received["units"], 120);
    assert_eq!(received["remaining_amount"]["amount"], "12000");
    assert!(received["delivered_at"].is_string());
    for name in ["disagio", "signed_at", "accepted_at", "paid_at", "payment_total", "payment_details", "start_url"] {
        assert_eq!(received[name], Value::Null, "{name}");
    }
    let wallet = received["wallet"].as_str().unwrap();
    let body = json!({
        "investor_id": pair.receiver, "product_id": pair.api.sandbox.product_id(), "wallet_id": wallet, "units": 120,
    });
    pair.api.post("/v2/redemptions/", &body).await.must_be(201);
}

#[tokio::test]
async fn each_condition_of_a_transfer_is_told_at_its_field() {
    let pair = Pair::start(Sandbox::builder()).await;
    pair.deliver(10).await;
    let missing = "53b8b9b0-4b0e-4b8e-9b0e-4b0e4b8e9b0e";
    let own = "0x52908400098527886E0F7030069857D2E4169EE7";
    let generic = format!("/v2/investors/{}/wallets/eth-generic/", pair.sender);
    let generic = pair.api.make(&generic, &json!({"address": own})).await;
    let managed = pair.address(&pair.sender, &pair.wallet).await;

    check(&pair, json!({"product": missing}), "product", "Invalid pk").await;
    check(&pair, json!({"source_wallet": missing}), "source_wallet", "Invalid pk").await;
    check(&pair, json!({"source_wallet": generic}), "source_wallet", "The wallet is not managed.").await;
    check(&pair, json!({"target_address": "0x12"}), "target_address", "No wallet with this address").await;
    check(&pair, json!({"target_address": own}), "target_address", "The wallet does not receive transfers.").await;
    check(&pair, json!({"target_address": managed}), "target_address", "The wallet does not receive transfers.").await;
    check(&pair, json!({"amount": 11}), "amount", "The balance of the wallet is too low.").await;
    check(&pair, json!({"amount": 0}), "amount", "Ensure this value").await;
    pair.transfer(10, json!({})).await.must_be(201);

    async fn check(pair: &Pair, with: Value, field: &str, message: &str) {
        let reply = pair.transfer(1, with).await;
        let text = reply.must_be(400)[field][0].as_str().unwrap_or_default();
        assert!(text.starts_with(message), "{reply:?}");
    }
}

#[tokio::test]
async fn an_investor_may_transfer_to_the_wallet_the_units_are_on() {
    let pair = Pair::start(Sandbox::builder()).await;
    let investment = pair.deliver(10).await;
    let path = format!("/v2/investors/{}/wallets/{}/", pair.sender, pair.wallet);
    pair.api.patch(&path, &json!({"receiving_enabled": true})).await.must_be(200);
    let own = pair.address(&pair.sender, &pair.wallet).await;
    let reply = pair.transfer(4, json!({"target_address": own})).await;
    assert_eq!(reply.must_be(201)["status"], "succeeded");
    assert_eq!(pair.remaining(&investment).await, "600");
    pair.transfer(11, json!({})).await.must_be(400);
    pair.transfer(10, json!({})).await.must_be(201);
}

#[tokio::test]
async fn an_address_may_be_written_in_either_case() {
    let pair = Pair::start(Sandbox::builder()).await;
    pair.deliver(1).await;
    let address = pair.target.to_uppercase().replacen("0X", "0x", 1);
    let reply = pair.transfer(1, json!({"target_address": address})).await;
    assert_eq!(reply.must_be(201)["target_address"], address);
}

#[tokio::test]
async fn a_frozen_wallet_gives_nothing_away_and_says_so() {
    let pair = Pair::start(Sandbox::builder()).await;
    pair.deliver(10).await;
    let wallet: Uuid = pair.wallet.parse().unwrap();
    let path = format!("/v2/investors/{}/wallets/{wallet}/", pair.sender);
    pair.api.sandbox.freeze_wallet(wallet, true).unwrap();
    assert_eq!(pair.api.get(&path).await.must_be(200)["is_frozen"], true);
    let reply = pair.transfer(1, json!({})).await;
    assert_eq!(reply.must_be(400)["source_wallet"], json!(["The wallet is frozen."]));
    pair.api.sandbox.freeze_wallet(wallet, false).unwrap();
    pair.transfer(1, json!({})).await.must_be(201);
    assert!(pair.api.sandbox.freeze_wallet(Uuid::nil(), true).is_err());
}

#[tokio::test]
async fn transfers_of_a_product_can_be_paused() {
    let pair = Pair::start(Sandbox::builder()).await;
    pair.deliver(10).await;
    let product = pair.api.sandbox.product_id();
    pair.api.sandbox.pause_transfers(product, true).unwrap();
    let reply = pair.transfer(1, json!({})).await;
    assert_eq!(reply.must_be(400)["product"], json!(["Transfers of the product are paused."]));
    pair.api.sandbox.pause_transfers(product, false).unwrap();
    pair.transfer(1, json!({})).await.must_be(201);
    assert!(pair.api.sandbox.pause_transfers(Uuid::nil(), true).is_err());
}

#[tokio::test]
async fn units_under_way_are_set_aside_and_arrive_when_the_time_has_passed() {
    let delay = Duration::from_secs(3_600);
    let pair = Pair::start(Sandbox::builder().settlement(Settlement::After(delay))).await;
    let investment = pair.deliver(10).await;
    pair.api.sandbox.advance(delay);
    let transfer = pair.transfer(6, json!({})).await;
    assert_eq!(transfer.must_be(201)["status"], "processing");
    pair.transfer(5, json!({})).await.must_be(400);
    let redemption = json!({
        "investor_id": pair.sender, "product_id": pair.api.sandbox.product_id(), "wallet_id": pair.wallet, "units": 5,
    });
    pair.api.post("/v2/redemptions/", &redemption).await.must_be(400);
    assert_eq!(pair.remaining(&investment).await, "1000");

    pair.api.sandbox.advance(delay);
    let read = pair.api.get(&format!("/distributor/v2/transfers/{}/", transfer.id())).await;
    assert_eq!(read.must_be(200)["status"], "succeeded");
    assert_eq!(pair.remaining(&investment).await, "400");
}

#[tokio::test]
async fn a_failed_transfer_moves_nothing_and_an_unknown_one_keeps_its_units_aside() {
    let pair = Pair::start(Sandbox::builder()).await;
    let investment = pair.deliver(10).await;
    pair.api.sandbox.next_task_ends(TaskEnd::Failed);
    assert_eq!(pair.transfer(10, json!({})).await.must_be(201)["status"], "failed");
    pair.api.sandbox.next_task_ends(TaskEnd::Unknown);
    assert_eq!(pair.transfer(6, json!({})).await.must_be(201)["status"], "unknown");
    assert_eq!(pair.remaining(&investment).await, "1000");
    pair.transfer(5, json!({})).await.must_be(400);
    assert_eq!(pair.transfer(4, json!({})).await.must_be(201)["status"], "succeeded");
    assert_eq!(pair.api.get("/v2/investments/").await.must_be(200)["count"], 2);
}

#[tokio::test]
async fn a_transfer_is_seen_in_every_family() {
    let pair = Pair::start(Sandbox::builder()).await;
    pair.deliver(10).await;
    let first = pair.transfer(1, json!({})).await.id();
    let second = pair.transfer(2, json!({})).await.id();
    for list in ["/distributor/v2/transfers/", "/issuer/v2/transfers/"] {
        let page = pair.api.get(list).await;
        let ids: Vec<_> = page.must_be(200)["results"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
        assert_eq!(ids, [first.as_str(), second.as_str()], "{list}");
    }
    for family in ["/v2", "/distributor/v2"] {
        let read = pair.api.get(&format!("{family}/transfers/{first}/")).await;
        assert_eq!(read.must_be(200)["amount"], 1);
    }
    pair.api.get(&format!("/v2/transfers/{}/", Uuid::nil())).await.must_be(404);
}

/// An investor with units, and another whose wallet receives transfers.
struct Pair {
    api: Api,
    sender: String,
    wallet: String,
    receiver: String,
    target: String,
}

impl Pair {
    async fn start(builder: cashlink_sandbox::SandboxBuilder) -> Self {
        let api = Api::with(builder).await;
        let (sender, wallet) = api.investor_with_wallet().await;
        let (receiver, other) = api.investor_with_wallet().await;
        let mut pair = Self { api, sender, wallet, receiver, target: String::new() };
        let path = format!("/v2/investors/{}/wallets/{other}/", pair.receiver);
        pair.api.patch(&path, &json!({"receiving_enabled": true})).await.must_be(200);
        pair.target = pair.address(&pair.receiver, &other).await;
        pair
    }

    async fn address(&self, investor: &str, wallet: &str) -> String {
        let wallet = self.api.get(&format!("/v2/investors/{investor}/wallets/{wallet}/")).await;
        wallet.must_be(200)["address"].as_str().unwrap().to_owned()
    }

    async fn deliver(&self, units: u64) -> String {
        let body = json!({
            "investor_id": self.sender, "campaign_id": self.api.sandbox.campaign_id(), "units": units,
            "wallet": self.wallet, "signed_at": NOW, "accepted_at": NOW, "paid_at": NOW,
            "disagio": {"amount": "1", "decimals": 2, "currency": "EUR"},
        });
        let path = format!("/v2/investments/{}/", self.api.make("/v2/investments/", &body).await);
        self.api.post_nothing(&format!("{path}credits/")).await.must_be(201);
        path
    }

    async fn transfer(&self, amount: u64, with: Value) -> Reply {
        let mut body = json!({
            "product": self.api.sandbox.product_id(), "source_wallet": self.wallet,
            "target_address": self.target, "amount": amount,
        });
        body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        self.api.post("/distributor/v2/transfers/", &body).await
    }

    async fn remaining(&self, investment: &str) -> Value {
        self.api.get(investment).await.must_be(200)["remaining_amount"]["amount"].clone()
    }
}
