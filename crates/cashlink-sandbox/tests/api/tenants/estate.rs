//! Two clients who have one of everything that the API can make.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use super::Two;
use crate::client::{Api, NOW};
use crate::issuers::issuer;

/// What one client has.
pub(super) struct Estate {
    pub(super) api: Api,
    pub(super) platform: Uuid,
    /// By the names that paths have for them.
    ids: BTreeMap<&'static str, String>,
    address: String,
}

pub(super) struct Estates(Estate, Estate);

impl Estates {
    pub(super) async fn build() -> Self {
        let Two { first, partner } = Two::start().await;
        Self(Estate::build(first).await, Estate::build(partner).await)
    }

    /// Who asks, and whose it is.
    pub(super) fn both_ways(&self) -> [(&Estate, &Estate); 2] {
        [(&self.0, &self.1), (&self.1, &self.0)]
    }
}

impl Estate {
    async fn build(api: Api) -> Self {
        let platform = super::platform_of(&api);
        let mut estate = Self { api, platform, ids: BTreeMap::new(), address: String::new() };
        estate.issue().await;
        estate.onboard().await;
        estate.invest().await;
        estate
    }

    async fn issue(&mut self) {
        let document = self.api.upload("/v2/documents/").await;
        self.make("issuer_id", "/issuer/v2/issuers/", &issuer(&document)).await;
        self.ids.insert("document_id", document);
        self.make("product_id", "/issuer/v2/products/", &self.product()).await;
        let listing = json!({"product_id": self.id("product_id"), "distribution_platform_id": self.platform});
        self.make("listing_id", "/issuer/v2/listings/", &listing).await;
        let path = format!("/issuer/v2/products/{}/campaigns/", self.id("product_id"));
        self.make("campaign_id", &path, &self.campaign()).await;
    }

    async fn onboard(&mut self) {
        let investor = self.api.identified_investor().await;
        let path = format!("/v2/investors/{investor}/");
        self.ids.insert("investor_id", investor);
        let identifications = self.api.get(&format!("{path}identifications/")).await;
        let id = identifications.must_be(200)["results"][0]["id"].as_str().unwrap().to_owned();
        self.ids.insert("identification_id", id);
        let wallet = self.api.post(&format!("{path}wallets/eth-managed/"), &json!({"receiving_enabled": true})).await;
        self.ids.insert("wallet_id", wallet.id());
        wallet.body["address"].as_str().unwrap().clone_into(&mut self.address);
    }

    async fn invest(&mut self) {
        let investor = self.id("investor_id");
        let invitation = json!({"investor_id": investor, "campaign_id": self.id("campaign_id"), "units": 100});
        self.make("invitation_id", "/v2/invitations/", &invitation).await;
        let mut investment = crate::campaigns::investment(&investor, &self.id("campaign_id"), 100);
        self.make("investment_id", "/v2/investments/", &investment).await;
        for (name, value) in [("accepted_at", NOW), ("paid_at", NOW), ("wallet", &self.id("wallet_id"))] {
            investment[name] = json!(value);
        }
        let delivered = self.api.make("/v2/investments/", &investment).await;
        self.api.post_nothing(&format!("/v2/investments/{delivered}/credits/")).await.must_be(201);
        let transfer = json!({
            "product": self.id("product_id"), "source_wallet": self.id("wallet_id"),
            "target_address": self.address, "amount": 1,
        });
        self.make("transfer_id", "/v2/transfers/", &transfer).await;
        let redemption = json!({
            "investor_id": investor, "product_id": self.id("product_id"), "wallet_id": self.id("wallet_id"),
            "units": 1,
        });
        self.make("redemption_id", "/v2/redemptions/", &redemption).await;
    }

    async fn make(&mut self, name: &'static str, path: &str, body: &Value) {
        let id = self.api.make(path, body).await;
        self.ids.insert(name, id);
    }

    pub(super) fn id(&self, name: &str) -> String {
        self.ids[name].clone()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = (&&'static str, &String)> {
        self.ids.iter()
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// A new product of the own issuer.
    pub(super) fn product(&self) -> Value {
        let mut product = crate::products::product(&self.api);
        product["issuer_id"] = json!(self.ids["issuer_id"]);
        product
    }

    /// A new campaign on the own platform.
    pub(super) fn campaign(&self) -> Value {
        let mut campaign = crate::campaigns::campaign(&self.api);
        campaign["distribution_platform_id"] = json!(self.platform);
        campaign
    }

    /// Every list of every family, as text.
    pub(super) async fn everything(&self) -> String {
        let mut shown = String::new();
        let of_all = ["investors/", "invitations/", "investments/", "redemptions/", "products/"];
        let of_issuer = ["issuers/", "products/", "listings/", "investments/", "transfers/"];
        let of_investor = format!("investors/{}/", self.id("investor_id"));
        let of_product = format!("products/{}/campaigns/", self.id("product_id"));
        let lists = of_all.map(|list| format!("/v2/{list}")).into_iter();
        let lists = lists.chain(of_issuer.map(|list| format!("/issuer/v2/{list}")));
        let lists = lists.chain(["identifications/", "wallets/"].map(|list| format!("/v2/{of_investor}{list}")));
        let lists = lists.chain([format!("/v2/{of_product}"), "/distributor/v2/transfers/".to_owned()]);
        for list in lists {
            let reply = self.api.get(&list).await;
            reply.must_be(200);
            shown.push_str(&reply.text);
        }
        shown
    }
}
