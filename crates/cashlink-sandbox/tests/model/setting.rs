//! What is there before the first step: what is seeded, and what each client needs to begin.

use std::collections::{BTreeSet, VecDeque};

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use crate::ask::issuer;
use crate::book::{Book, Campaign, Investor, Kyc, Listing, Product, Rules, Wallet};
use crate::wire::{Wire, id};

/// Makes what each client needs, by calls whose keys are always the same, and writes down what is there.
pub(crate) async fn book(wire: &Wire, now: Timestamp) -> Book {
    let documents = [wire.upload(0, "document").await, wire.upload(1, "document").await];
    let method = reqwest::Method::POST;
    let body = issuer(documents[1]);
    let issuer = wire.call(1, method, "/issuer/v2/issuers/", Some("issuer"), Some(&body)).await.unwrap();
    assert_eq!(issuer.status, 201, "{issuer:?}");
    let sandbox = &wire.sandbox;
    let clients = sandbox.clients();
    let (product, investor) = (sandbox.product_id(), sandbox.investor_id());
    let wallets = wire.get(0, &format!("/v2/investors/{investor}/wallets/")).await.body();
    let listings = wire.list(0, "/issuer/v2/listings/").await.unwrap();
    Book {
        now,
        rules: Rules::default(),
        documents,
        issuers: [sandbox.issuer_id(), id(&issuer.body()["id"]).unwrap()],
        platforms: [clients[0].platform_id, clients[1].platform_id],
        allowed: BTreeSet::from([(0, 0), (1, 1)]),
        investors: vec![Investor {
            id: investor,
            client: 0,
            is_company: false,
            has_tax: true,
            has_account: false,
            persons: 0,
            identifications: vec![Kyc::Success],
            check: None,
        }],
        wallets: vec![wallet(&wallets[0], investor)],
        products: vec![Product {
            id: product,
            client: 0,
            max: 1_000_000_000_000_000,
            step: 1,
            is_crypto: false,
            is_paused: false,
            status: "DEPLOYED",
        }],
        listings: vec![Listing { id: id(&listings[0]["id"]).unwrap(), product, platform: 0 }],
        campaigns: vec![campaign(sandbox.campaign_id(), product)],
        invitations: Vec::new(),
        investments: Vec::new(),
        moves: Vec::new(),
        tasks: Vec::new(),
        ends: VecDeque::new(),
    }
}

fn wallet(shown: &Value, investor: Uuid) -> Wallet {
    Wallet {
        id: id(&shown["id"]).unwrap(),
        client: 0,
        investor,
        is_managed: shown["type"] == "eth-managed",
        address: shown["address"].as_str().unwrap().to_owned(),
        receiving: shown["receiving_enabled"] == true,
        is_frozen: false,
    }
}

fn campaign(id: Uuid, product: Uuid) -> Campaign {
    Campaign {
        id,
        product,
        platform: 0,
        allocation: 1_000_000_000_000,
        least: 1,
        most: 1_000_000_000,
        for_companies: true,
        is_open: true,
    }
}
