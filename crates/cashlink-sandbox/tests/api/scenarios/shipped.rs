//! The scenarios that come with the sandbox keep what they promise.

use std::collections::BTreeMap;

use cashlink_sandbox::{Sandbox, Scenario, TaskKind, TaskStatus};
use serde_json::json;
use uuid::Uuid;

use crate::client::{Api, NOW, person};

const STATUSES: [&str; 11] = [
    "KYC_PENDING",
    "REVIEW_PENDING",
    "WAITING_FOR_ACCEPTANCE",
    "ACCEPTED",
    "PAID",
    "DELIVERED",
    "ABORTION",
    "KYC_INSUFFICIENT",
    "REJECTION",
    "PAYMENT_MISSING",
    "CANCELLATION",
];

#[tokio::test]
async fn the_default_is_what_every_sandbox_begins_with() {
    let (api, _) = start("default").await;
    let plain = Sandbox::start().await.unwrap();
    assert_eq!((api.sandbox.names(), api.sandbox.settings()), (plain.names(), plain.settings()));
}

#[tokio::test]
async fn every_status_has_an_investment_of_its_name() {
    let (api, names) = start("every-status").await;
    for status in STATUSES {
        let id = names[&status.to_lowercase()];
        assert_eq!(status_of(&api, id).await, status);
    }
    assert_eq!(api.sandbox.settings()["review"], false);
}

#[tokio::test]
async fn the_second_invitation_exceeds_the_limit_that_covers_both() {
    let (api, names) = start("cumulative-self-disclosure").await;
    assert_eq!(status_of(&api, names["invested"]).await, "WAITING_FOR_ACCEPTANCE");
    let conversion = json!({"invitation_id": names["exceeding"], "signed_at": NOW});
    let exceeded = json!({"invitation_id": ["The amount exceeds the limit of the self-disclosure."]});
    assert_eq!(api.post("/v2/investments/", &conversion).await.must_be(400), &exceeded);
    api.sandbox.set(&json!({"cumulative_self_disclosure": false})).unwrap();
    api.post("/v2/investments/", &conversion).await.must_be(201);
}

#[tokio::test]
async fn only_the_company_that_is_an_investor_is_an_issuer() {
    let (api, names) = start("issuer-mirror").await;
    let path = "/issuer/v2/issuers/";
    let mirrored = api.get(&format!("{path}{}/", names["mirrored_issuer"])).await.must_be(200).clone();
    let part = |name: &str| mirrored[name].clone();
    let mut body = json!({
        "natural_person": part("natural_person"),
        "legal_person": part("legal_person"),
        "bank_account": part("bank_account"),
    });
    api.post(path, &body).await.must_be(201);
    body["legal_person"]["commercial_register_number"] = json!("HRB 3");
    api.post(path, &body).await.must_be(400);
}

#[tokio::test]
async fn one_investment_waits_for_its_review_and_another_has_it() {
    let (api, names) = start("review").await;
    assert_eq!(status_of(&api, names["waiting"]).await, "REVIEW_PENDING");
    assert_eq!(status_of(&api, names["reviewed"]).await, "WAITING_FOR_ACCEPTANCE");
}

#[tokio::test]
async fn the_registry_has_stated_what_is_held_of_the_crypto_security() {
    let (api, names) = start("crypto-security").await;
    let product = api.get(&format!("/v2/products/{}/", names["security"])).await;
    assert_eq!((&product.must_be(200)["ewpg"], &product.body["status"]), (&json!(true), &json!("DEPLOYED")));
    assert_eq!(status_of(&api, names["held"]).await, "DELIVERED");
    let statements = api.get(&format!("/v2/investments/{}/registry-statements/", names["held"])).await;
    assert!(statements.must_be(200)["count"].as_u64() >= Some(1), "{statements:?}");
}

#[tokio::test]
async fn many_investors_fill_three_pages() {
    let (api, names) = start("many-investors").await;
    let last = api.get("/v2/investors/?page=3").await;
    assert_eq!((&last.must_be(200)["count"], &last.body["next"]), (&json!(251), &json!(null)));
    let newest = last.body["results"].as_array().unwrap().last().unwrap();
    assert_eq!(newest["id"], json!(names["last_investor"]));
    assert_eq!(newest["natural_person"]["surname"], "Nummer 250");
    assert_eq!(api.get("/v2/investments/").await.must_be(200)["count"], 250);
}

#[tokio::test]
async fn the_partners_investor_holds_some_of_the_first_clients_product() {
    let (api, names) = start("two-clients").await;
    let seen_by_issuer = api.get(&format!("/issuer/v2/investments/{}/", names["partner_investment"])).await;
    assert_eq!(seen_by_issuer.must_be(200)["status"], "DELIVERED");
    let partner = Api::of(&api.sandbox, "sandbox-partner", "sandbox-partner-secret").await;
    assert_eq!(status_of(&partner, names["partner_investment"]).await, "DELIVERED");
    partner.get(&format!("/v2/products/{}/", names["product"])).await.must_be(200);
    api.get(&format!("/v2/investors/{}/", names["partner_investor"])).await.must_be(404);
}

#[tokio::test]
async fn the_slow_ledger_has_work_in_every_status() {
    let (api, names) = start("slow-ledger").await;
    for (name, status) in
        [("succeeded", "success"), ("failed", "failed"), ("unknown", "unknown"), ("processing", "processing")]
    {
        let redemption = api.get(&format!("/v2/redemptions/{}/", names[name])).await;
        assert_eq!(redemption.must_be(200)["status"], status, "{name}");
    }
    let open: Vec<_> = api.sandbox.tasks().into_iter().map(|task| (task.id, task.kind, task.status)).collect();
    let expected = [
        (names["unknown"], TaskKind::Redemption, TaskStatus::Unknown),
        (names["processing"], TaskKind::Redemption, TaskStatus::Processing),
        (names["credit"], TaskKind::Credit, TaskStatus::Processing),
    ];
    assert_eq!(open, expected);
    assert_eq!(api.sandbox.settings()["settlement"], "PT5M");
}

#[tokio::test]
async fn the_strict_one_refuses_what_the_default_takes() {
    let (api, names) = start("strict").await;
    let without_key = crate::client::read(api.call(reqwest::Method::POST, "/v2/investors/").json(&person()));
    without_key.await.unwrap().must_be(400);
    let draft = json!({
        "investor_id": names["investor"], "campaign_id": names["campaign"], "units": 1, "signed_at": NOW,
    });
    let refused = api.post("/v2/investments/", &draft).await;
    assert!(refused.must_be(400)["investor_id"].is_array(), "{refused:?}");
    let settings = api.sandbox.settings();
    let off: Vec<_> = settings.as_object().unwrap().iter().filter(|(_, value)| **value == json!(false)).collect();
    let names: Vec<_> = off.into_iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["web_subscription", "crypto_redemption", "review"]);
}

#[tokio::test]
async fn each_can_be_played_on_top_of_all_others() {
    let sandbox = Sandbox::start().await.unwrap();
    for scenario in Scenario::shipped() {
        sandbox.set(&json!({"review": false, "issuer_mirror": false})).unwrap();
        sandbox.seed(&scenario).unwrap_or_else(|error| panic!("{}: {error}", scenario.name()));
    }
}

async fn start(name: &str) -> (Api, BTreeMap<String, Uuid>) {
    let api = Api::with(Sandbox::builder().scenario(Scenario::named(name).unwrap())).await;
    let names = api.sandbox.names();
    (api, names)
}

async fn status_of(api: &Api, investment: Uuid) -> String {
    let read = api.get(&format!("/v2/investments/{investment}/")).await;
    read.must_be(200)["status"].as_str().unwrap().to_owned()
}
