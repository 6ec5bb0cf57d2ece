//! What the ledger shares: addresses, and units that go from an investor of one client to one of another.

use std::time::Duration;

use cashlink_sandbox::{IdentificationResult, Sandbox, Settlement};
use serde_json::{Value, json};

use super::Two;
use crate::client::{Api, NOW, Reply, company};

#[tokio::test]
async fn units_go_to_an_investor_of_another_client_whose_platform_lists_the_product() {
    let market = Market::start(Two::start().await).await;
    let (sender, receiver) = (&market.two.first, &market.two.partner);
    let message = json!({"target_address": ["The product is not listed on the platform of the receiver."]});
    assert_eq!(market.give(4).await.must_be(400), &message);
    market.two.list().await;
    let transfer = market.give(4).await;
    assert_eq!(transfer.must_be(201)["status"], "succeeded");

    let held = receiver.get("/v2/investments/").await;
    let held = held.must_be(200)["results"].as_array().unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!((&held[0]["status"], &held[0]["units"]), (&json!("DELIVERED"), &json!(4)));
    assert_eq!((&held[0]["investor_id"], &held[0]["wallet"]), (&json!(market.receiver.0), &json!(market.receiver.1)));
    // The campaign is on another platform, so that its id would lead nowhere.
    assert_eq!(held[0]["campaign_id"], Value::Null);
    let path = format!("/v2/investments/{}/", held[0]["id"].as_str().unwrap());
    assert_eq!(receiver.get(&path).await.must_be(200), &held[0]);
    sender.get(&path).await.must_be(404);
    assert_eq!(sender.get("/v2/investments/").await.must_be(200)["count"], 1);
    assert_eq!(sender.get("/issuer/v2/investments/").await.must_be(200)["results"][1], held[0]);

    let path = format!("/v2/transfers/{}/", transfer.id());
    sender.get(&path).await.must_be(200);
    receiver.get(&path).await.must_be(404);
    assert_eq!(receiver.get("/distributor/v2/transfers/").await.must_be(200)["count"], 0);
}

#[tokio::test]
async fn who_receives_where_the_campaign_is_gets_it_too() {
    let two = Two::start().await;
    let campaign = two.offer().await;
    let (mine, theirs) = (holder(&two.first).await, holder(&two.partner).await);
    let investment = invest(&two.partner, &theirs, &campaign, 100).await;
    give(&two.partner, &two, &theirs.1, &mine.2, 60).await.must_be(201);
    let held = two.first.get("/v2/investments/").await;
    assert_eq!(held.must_be(200)["results"][0]["campaign_id"], Value::Null);
    give(&two.partner, &two, &theirs.1, &theirs.2, 10).await.must_be(201);
    let held = two.partner.get("/v2/investments/").await;
    assert_eq!(held.must_be(200)["results"][1]["campaign_id"], campaign.as_str());
    let rest = two.partner.get(&format!("/v2/investments/{investment}/")).await;
    assert_eq!(rest.must_be(200)["remaining_amount"]["amount"], "7500");
}

#[tokio::test]
async fn who_received_may_pass_on_and_redeem_what_another_client_issued() {
    let market = Market::start(Two::start().await).await;
    market.two.list().await;
    let (sender, receiver) = (&market.two.first, &market.two.partner);
    let there = market.give(6).await.id();
    let back = give(receiver, &market.two, &market.receiver.1, &market.sender.2, 2).await.id();
    let redeem = async |units: u64| {
        let product = market.two.first.sandbox.product_id();
        let (investor, wallet, _) = &market.receiver;
        let body = json!({"investor_id": investor, "product_id": product, "wallet_id": wallet, "units": units});
        receiver.post("/v2/redemptions/", &body).await
    };
    assert_eq!(redeem(5).await.must_be(400)["units"], json!(["The balance of the wallet is too low."]));
    assert_eq!(redeem(4).await.must_be(201)["status"], "success");
    assert_eq!(sender.get("/v2/redemptions/").await.must_be(200)["count"], 0);

    let of_issuer = sender.get("/issuer/v2/transfers/").await;
    let ids: Vec<_> = of_issuer.must_be(200)["results"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
    assert_eq!(ids, [there.as_str(), back.as_str()]);
    assert_eq!(sender.get("/distributor/v2/transfers/").await.must_be(200)["count"], 1);
    assert_eq!(receiver.get("/issuer/v2/transfers/").await.must_be(200)["count"], 0);
    let remaining = async |api: &Api| {
        let all = api.get("/v2/investments/").await;
        let all = all.must_be(200)["results"].as_array().unwrap().clone();
        all.iter().map(|item| item["remaining_amount"]["amount"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((remaining(sender).await, remaining(receiver).await), (strings(["400", "200"]), strings(["0"])));
}

#[tokio::test]
async fn a_credit_is_settled_for_whoever_holds_the_investment() {
    let settlement = Settlement::After(Duration::from_secs(60));
    let two = Two::with(Sandbox::builder().settlement(settlement)).await;
    let campaign = two.offer().await;
    let theirs = holder(&two.partner).await;
    let path = format!("/v2/investments/{}/", invest(&two.partner, &theirs, &campaign, 100).await);
    assert_eq!(two.partner.get(&path).await.must_be(200)["status"], "PAID");
    two.first.sandbox.advance(Duration::from_secs(60));
    assert_eq!(two.partner.get(&path).await.must_be(200)["status"], "DELIVERED");
}

#[tokio::test]
async fn an_address_is_registered_once_whichever_client_has_it() {
    let two = Two::start().await;
    let address = json!({"address": "0x52908400098527886E0F7030069857D2E4169EE7"});
    let [mine, theirs] = [&two.first, &two.partner].map(|api| async {
        let investor = api.identified_investor().await;
        api.post(&format!("/v2/investors/{investor}/wallets/eth-generic/"), &address).await
    });
    mine.await.must_be(201);
    let refused = json!({"address": ["A wallet with this address already exists."]});
    assert_eq!(theirs.await.must_be(400), &refused);
}

#[tokio::test]
async fn the_registry_account_of_an_issuer_may_be_with_any_client() {
    let two = Two::with(Sandbox::builder().issuer_mirror_rule(true)).await;
    let (mine, theirs) = (two.first.upload("/v2/documents/").await, two.partner.upload("/v2/documents/").await);
    let issuer = crate::issuers::issuer(&mine);
    two.first.post("/issuer/v2/issuers/", &issuer).await.must_be(400);
    two.partner.post("/distributor/v2/investors/", &company(&theirs, &theirs)).await.must_be(201);
    two.first.post("/issuer/v2/issuers/", &issuer).await.must_be(201);
}

#[tokio::test]
async fn what_people_decide_concerns_every_client() {
    let market = Market::start(Two::start().await).await;
    market.two.list().await;
    market.give(5).await.must_be(201);
    let (api, sandbox) = (&market.two.partner, &market.two.partner.sandbox);
    let transfer = || give(api, &market.two, &market.receiver.1, &market.sender.2, 1);
    sandbox.freeze_wallet(market.receiver.1.parse().unwrap(), true).unwrap();
    assert_eq!(transfer().await.must_be(400)["source_wallet"], json!(["The wallet is frozen."]));
    sandbox.freeze_wallet(market.receiver.1.parse().unwrap(), false).unwrap();
    sandbox.pause_transfers(sandbox.product_id(), true).unwrap();
    assert_eq!(transfer().await.must_be(400)["product"], json!(["Transfers of the product are paused."]));
    sandbox.pause_transfers(sandbox.product_id(), false).unwrap();
    transfer().await.must_be(201);

    let path = format!("/v2/investors/{}/identifications/", api.make("/v2/investors/", &crate::client::person()).await);
    let started = api.make(&path, &json!({})).await;
    let investor = path.split('/').nth(3).unwrap().parse().unwrap();
    sandbox.decide_identification(investor, started.parse().unwrap(), IdentificationResult::Success).unwrap();
    assert_eq!(api.get(&format!("{path}{started}/")).await.must_be(200)["status"], "SUCCESS");

    let document = api.upload("/v2/documents/").await;
    assert_eq!(sandbox.document(document.parse().unwrap()).unwrap().name, "sample.pdf");
    let mut product = crate::products::product(api);
    product["issuer_id"] = json!(api.make("/issuer/v2/issuers/", &crate::issuers::issuer(&document)).await);
    (product["ewpg"], product["isin"]) = (json!(true), json!("DE000A0AAAA8"));
    let product = api.make("/issuer/v2/products/", &product).await;
    sandbox.validate_product(product.parse().unwrap()).unwrap();
    assert_eq!(api.get(&format!("/issuer/v2/products/{product}/")).await.must_be(200)["status"], "DEPLOYED");
}

/// An investor with their managed wallet and its address.
type Holder = (String, String, String);

/// Ten units of the seeded product with an investor of the first client, and one of the other who receives.
struct Market {
    two: Two,
    sender: Holder,
    receiver: Holder,
}

impl Market {
    async fn start(two: Two) -> Self {
        let (sender, receiver) = (holder(&two.first).await, holder(&two.partner).await);
        let campaign = two.first.sandbox.campaign_id().to_string();
        invest(&two.first, &sender, &campaign, 10).await;
        Self { two, sender, receiver }
    }

    async fn give(&self, amount: u64) -> Reply {
        give(&self.two.first, &self.two, &self.sender.1, &self.receiver.2, amount).await
    }
}

async fn holder(api: &Api) -> Holder {
    let (investor, wallet) = api.investor_with_wallet().await;
    let path = format!("/v2/investors/{investor}/wallets/{wallet}/");
    let changed = api.patch(&path, &json!({"receiving_enabled": true})).await;
    let address = changed.must_be(200)["address"].as_str().unwrap().to_owned();
    (investor, wallet, address)
}

/// An investment that is paid for and whose credit has begun.
async fn invest(api: &Api, (investor, wallet, _): &Holder, campaign: &str, units: u64) -> String {
    let body = json!({
        "investor_id": investor, "campaign_id": campaign, "units": units, "wallet": wallet,
        "signed_at": NOW, "accepted_at": NOW, "paid_at": NOW,
    });
    let investment = api.make("/v2/investments/", &body).await;
    api.post_nothing(&format!("/v2/investments/{investment}/credits/")).await.must_be(201);
    investment
}

async fn give(api: &Api, two: &Two, wallet: &str, address: &str, amount: u64) -> Reply {
    let product = two.first.sandbox.product_id();
    let body = json!({"product": product, "source_wallet": wallet, "target_address": address, "amount": amount});
    api.post("/v2/transfers/", &body).await
}

fn strings<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).to_vec()
}
