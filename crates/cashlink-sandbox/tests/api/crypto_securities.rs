//! Crypto securities: what the registry states of them, and when they may be transferred.

use std::time::Duration;

use cashlink_sandbox::{Sandbox, TaskEnd};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::campaigns::{campaign, investment};
use crate::client::{Api, NOW};
use crate::products::product;

#[tokio::test]
async fn the_registry_states_each_change_of_what_remains() {
    let holder = Holder::start(&json!({})).await;
    let (first, second) = (holder.deliver(200).await, holder.deliver(300).await);
    let counts = async || (holder.statements(&first).await, holder.statements(&second).await);
    assert_eq!(counts().await, (Some(0), Some(0)));
    holder.transfer(50).await.must_be(201);
    assert_eq!(counts().await, (Some(1), Some(0)));
    holder.transfer(250).await.must_be(201);
    assert_eq!(counts().await, (Some(2), Some(1)));

    let page = holder.api.get(&format!("/distributor{first}registry-statements/")).await;
    let statements = page.must_be(200)["results"].as_array().unwrap();
    assert_ne!(statements[0]["id"], statements[1]["id"]);
    assert!(statements[0]["created_at"].is_string());
    let investments = holder.api.get("/issuer/v2/investments/").await;
    let received = investments.must_be(200)["results"].as_array().unwrap().last().unwrap();
    assert_eq!(received["remaining_amount"], json!({"amount": "62500", "decimals": 2, "currency": "EUR"}));
    let received = received["id"].as_str().unwrap();
    assert_eq!(holder.statements(&format!("/v2/investments/{received}/")).await, Some(0));
    holder.api.get(&format!("/v2/investments/{}/registry-statements/", Uuid::nil())).await.must_be(404);
}

#[tokio::test]
async fn the_registry_states_what_remains_when_a_year_begins() {
    let mut holder = Holder::start(&json!({})).await;
    let (kept, given) = (holder.deliver(200).await, holder.deliver(300).await);
    let paid = holder.invest(100).await;
    let delivered_in = holder.api.sandbox.now().strftime("%Y").to_string().parse::<u64>().unwrap();
    let years =
        |holder: &Holder| holder.api.sandbox.now().strftime("%Y").to_string().parse::<u64>().unwrap() - delivered_in;
    holder.years_pass(1).await;
    let begun = years(&holder);
    assert_eq!((holder.statements(&kept).await, holder.statements(&given).await), (Some(begun), Some(begun)));
    assert_eq!(holder.statements(&paid).await, Some(0));

    // The oldest units leave first: all of the first investment, and then a part of the second.
    holder.transfer(200).await.must_be(201);
    holder.years_pass(2).await;
    assert_eq!(holder.statements(&kept).await, Some(begun + 1));
    holder.transfer(50).await.must_be(201);
    assert_eq!(holder.statements(&given).await, Some(years(&holder) + 1));

    let page = holder.api.get(&format!("{given}registry-statements/")).await;
    let statements = page.must_be(200)["results"].as_array().unwrap();
    let times: Vec<_> = statements.iter().map(|statement| statement["created_at"].as_str().unwrap()).collect();
    let (about_change, about_years) = times.split_last().unwrap();
    assert!(about_years.iter().all(|time| time.ends_with("-01-01T00:00:00Z")), "{times:?}");
    assert!(times.is_sorted() && !about_change.ends_with("-01-01T00:00:00Z"), "{times:?}");
    let again = holder.api.get(&format!("/distributor{given}registry-statements/")).await;
    assert_eq!(again.must_be(200)["results"], page.body["results"]);
}

#[tokio::test]
async fn centuries_of_statements_come_in_pages() {
    let mut holder = Holder::start(&json!({})).await;
    let investment = holder.deliver(200).await;
    holder.years_pass(10_000).await;
    let path = format!("{investment}registry-statements/?page_size=100");
    let first = holder.api.get(&path).await;
    let count = first.must_be(200)["count"].as_u64().unwrap();
    assert!(count > 500, "{count}");
    let last = holder.api.get(&format!("{path}&page={}", count.div_ceil(100))).await;
    assert_eq!(last.must_be(200)["next"], Value::Null);
    let ids = |page: &Value| -> Vec<_> {
        page["results"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
    };
    assert_eq!(ids(&first.body).len(), 100);
    assert!(ids(&last.body).iter().all(|id| !ids(&first.body).contains(id)));
    holder.api.get(&format!("{path}&page={}", count.div_ceil(100) + 1)).await.must_be(404);
}

#[tokio::test]
async fn a_digital_security_has_no_statements() {
    let mut holder = Holder::start(&json!({"ewpg": false})).await;
    let investment = holder.deliver(200).await;
    holder.transfer(100).await.must_be(201);
    holder.years_pass(2).await;
    assert_eq!(holder.statements(&investment).await, Some(0));
}

#[tokio::test]
async fn a_crypto_security_is_not_redeemed_through_the_api() {
    let holder = Holder::start(&json!({})).await;
    holder.deliver(200).await;
    for family in ["/v2", "/distributor/v2"] {
        assert!(holder.redeem(family, 1).await.must_be(400)["product_id"].is_array());
    }
}

#[tokio::test]
async fn where_a_crypto_security_may_be_redeemed_the_registry_states_it() {
    let api = Api::with(Sandbox::builder().allow_crypto_redemption()).await;
    let holder = Holder::of(api, &json!({})).await;
    let investment = holder.deliver(200).await;
    for (family, count) in [("/v2", 1), ("/distributor/v2", 2)] {
        assert_eq!(holder.redeem(family, 50).await.must_be(201)["status"], "success");
        assert_eq!(holder.statements(&investment).await, Some(count));
    }
}

#[tokio::test]
async fn what_a_wallet_holds_of_one_product_is_no_other_product() {
    let mut holder = Holder::start(&json!({})).await;
    let investment = holder.deliver(100).await;
    holder.api.sandbox.next_task_ends(TaskEnd::Unknown);
    assert_eq!(holder.transfer(60).await.must_be(201)["status"], "unknown");
    holder.product = holder.api.sandbox.product_id().to_string();
    holder.campaign = holder.api.sandbox.campaign_id().to_string();
    holder.deliver(5).await;
    assert!(holder.transfer(6).await.must_be(400)["amount"].is_array());
    holder.transfer(5).await.must_be(201);
    assert_eq!(holder.api.get(&investment).await.must_be(200)["remaining_amount"]["amount"], "25000");
}

#[tokio::test]
async fn nothing_is_transferred_before_the_lock_up_is_over() {
    let day = Duration::from_secs(24 * 3_600);
    let mut holder = Holder::start(&json!({})).await;
    holder.deliver(200).await;
    // At noon, so that the day does not end between two calls.
    let time = holder.api.sandbox.now().as_second().rem_euclid(24 * 3_600).unsigned_abs();
    holder.api.sandbox.advance(Duration::from_secs(36 * 3_600 - time));
    holder.api.token = holder.api.new_token().await;
    let today = holder.api.sandbox.now().strftime("%F").to_string();
    let terms = json!({"lock_in_time": today});
    holder.api.patch(&format!("/issuer/v2/products/{}/", holder.product), &terms).await.must_be(200);
    let reply = holder.transfer(1).await;
    assert_eq!(reply.must_be(400)["product"], json!(["The lock-up period is not over."]));
    holder.api.sandbox.advance(day);
    holder.api.token = holder.api.new_token().await;
    holder.transfer(1).await.must_be(201);
}

#[tokio::test]
async fn units_are_credited_whatever_the_status_of_the_product() {
    let holder = Holder::listed(Api::start().await, &json!({})).await;
    let path = holder.invest(100).await;
    holder.api.post_nothing(&format!("{path}credits/")).await.must_be(201);
}

#[tokio::test]
async fn a_product_that_is_not_listed_is_not_transferred() {
    let holder = Holder::start(&json!({})).await;
    holder.deliver(100).await;
    let unlisted = holder.api.make("/issuer/v2/products/", &product(&holder.api)).await;
    let reply = Holder { product: unlisted, ..holder }.transfer(1).await;
    assert!(reply.must_be(400)["product"][0].as_str().unwrap().starts_with("Invalid pk"));
}

/// An investor who may hold a crypto security, and the address of another.
pub(crate) struct Holder {
    pub(crate) api: Api,
    product: String,
    campaign: String,
    investor: String,
    wallet: String,
    target: String,
}

impl Holder {
    pub(crate) async fn start(with: &Value) -> Self {
        Self::of(Api::start().await, with).await
    }

    async fn of(api: Api, with: &Value) -> Self {
        let holder = Self::listed(api, with).await;
        if with["ewpg"] != false {
            holder.validate();
        }
        holder
    }

    /// With a product that is listed and has a campaign, but is not validated.
    async fn listed(api: Api, with: &Value) -> Self {
        let mut body = product(&api);
        body["ewpg"] = json!(true);
        body["isin"] = json!("DE000A0AAAA8");
        body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
        let product = api.make("/issuer/v2/products/", &body).await;
        let listing = json!({"product_id": product, "distribution_platform_id": api.sandbox.platform_id()});
        api.make("/issuer/v2/listings/", &listing).await;
        let campaign = api.make(&format!("/issuer/v2/products/{product}/campaigns/"), &campaign(&api)).await;
        let (investor, wallet) = api.investor_with_wallet().await;
        let receiver = api.sandbox.investor_id();
        let wallets = api.get(&format!("/v2/investors/{receiver}/wallets/")).await;
        let target = wallets.must_be(200)[0]["address"].as_str().unwrap().to_owned();
        Self { api, product, campaign, investor, wallet, target }
    }

    fn validate(&self) {
        self.api.sandbox.validate_product(self.product.parse().unwrap()).unwrap();
    }

    /// Puts the clock forward, as far as it goes, and gets a token that is good then.
    async fn years_pass(&mut self, years: u64) {
        self.api.sandbox.advance(Duration::from_secs(years * 366 * 24 * 3_600));
        self.api.token = self.api.new_token().await;
    }

    /// A paid investment; gives its path.
    async fn invest(&self, units: u64) -> String {
        let mut body = investment(&self.investor, &self.campaign, units);
        for name in ["accepted_at", "paid_at"] {
            body[name] = json!(NOW);
        }
        body["wallet"] = json!(self.wallet);
        format!("/v2/investments/{}/", self.api.make("/v2/investments/", &body).await)
    }

    pub(crate) async fn deliver(&self, units: u64) -> String {
        let path = self.invest(units).await;
        self.api.post_nothing(&format!("{path}credits/")).await.must_be(201);
        path
    }

    async fn transfer(&self, amount: u64) -> crate::client::Reply {
        let body = json!({
            "product": self.product, "source_wallet": self.wallet, "target_address": self.target, "amount": amount,
        });
        self.api.post("/v2/transfers/", &body).await
    }

    pub(crate) async fn redeem(&self, family: &str, units: u64) -> crate::client::Reply {
        let body = json!({
            "investor_id": self.investor, "product_id": self.product, "wallet_id": self.wallet, "units": units,
        });
        self.api.post(&format!("{family}/redemptions/"), &body).await
    }

    async fn statements(&self, investment: &str) -> Option<u64> {
        self.api.get(&format!("{investment}registry-statements/")).await.must_be(200)["count"].as_u64()
    }
}
