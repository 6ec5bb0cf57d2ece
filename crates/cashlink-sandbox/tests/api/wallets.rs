//! Wallets: who may have one, and which.

use cashlink_sandbox::IdentificationResult;
use serde_json::json;

use crate::client::{Api, company, identification, person};

#[tokio::test]
async fn a_wallet_needs_an_identification_and_tax_information() {
    let api = Api::start().await;
    let mut body = person();
    body.as_object_mut().unwrap().remove("tax_information");
    let investor = api.make("/v2/investors/", &body).await;
    let path = format!("/v2/investors/{investor}/");
    let wallets = format!("{path}wallets/eth-managed/");
    check(&api, &wallets, "The investor has no successful identification.").await;
    let protocol = api.upload("/v2/documents/").await;
    api.make(&format!("{path}identifications/"), &identification(&protocol)).await;
    assert_eq!(api.get(&path).await.body["kyc_status"], "SUCCESS");
    check(&api, &wallets, "The tax information of the investor is incomplete.").await;

    async fn check(api: &Api, wallets: &str, message: &str) {
        let reply = api.post_nothing(wallets).await;
        assert_eq!(reply.must_be(400)["non_field_errors"], json!([message]));
    }
}

#[tokio::test]
async fn us_tax_refuses_the_wallet_in_the_platform_family() {
    let api = Api::start().await;
    let mut body = person();
    body["natural_person"]["is_subject_to_us_tax"] = json!(true);
    let investor = api.make("/v2/investors/", &body).await;
    let protocol = api.upload("/v2/documents/").await;
    api.make(&format!("/v2/investors/{investor}/identifications/"), &identification(&protocol)).await;
    api.post_nothing(&format!("/v2/investors/{investor}/wallets/eth-managed/")).await.must_be(400);
}

#[tokio::test]
async fn a_custodian_bank_needs_no_tax_information() {
    let api = Api::start().await;
    let proof = api.upload("/v2/documents/").await;
    let mut body = company(&proof, &proof);
    body.as_object_mut().unwrap().remove("tax_information");
    body["legal_person"]["is_custodian_bank"] = json!(true);
    let investor = api.make("/v2/investors/", &body).await;
    api.make(&format!("/v2/investors/{investor}/identifications/"), &identification(&proof)).await;
    api.post_nothing(&format!("/v2/investors/{investor}/wallets/eth-managed/")).await.must_be(201);
}

#[tokio::test]
async fn there_is_one_managed_wallet_and_an_address_belongs_to_one_investor() {
    let api = Api::start().await;
    let (first, wallet) = api.investor_with_wallet().await;
    let path = format!("/v2/investors/{first}/wallets/");
    api.post_nothing(&format!("{path}eth-managed/")).await.must_be(400);
    let address = api.get(&format!("{path}{wallet}/")).await.body["address"].as_str().unwrap().to_owned();

    let generic = format!("{path}eth-generic/");
    let own = "0x52908400098527886E0F7030069857D2E4169EE7";
    assert_eq!(api.post(&generic, &json!({"address": own})).await.must_be(201)["address"], own);
    let second = format!("/v2/investors/{}/wallets/eth-generic/", api.identified_investor().await);
    for taken in [own.to_lowercase().as_str(), own, &address, "0x12", "0X52908400098527886E0F7030069857D2E4169EE8"] {
        let reply = api.post(&second, &json!({"address": taken})).await;
        assert!(reply.must_be(400)["address"].is_array(), "{taken}");
    }
    assert_eq!(api.get(&path).await.body.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_identification_that_was_started_ends_as_decided() {
    let api = Api::start().await;
    let investor = api.make("/v2/investors/", &person()).await;
    let path = format!("/v2/investors/{investor}/");
    let started = api.make(&format!("{path}identifications/"), &json!({})).await;
    assert_eq!(api.get(&path).await.body["kyc_status"], "IDENT_STARTED");
    let (investor, id) = (investor.parse().unwrap(), started.parse().unwrap());
    let decide = |result| api.sandbox.decide_identification(investor, id, result);
    decide(IdentificationResult::Success).unwrap();
    assert!(decide(IdentificationResult::Rejected).is_err());
    assert_eq!(api.get(&path).await.body["kyc_status"], "SUCCESS");
    let read = api.get(&format!("{path}identifications/{started}/")).await;
    assert_eq!(read.must_be(200)["status"], "SUCCESS");
}

#[tokio::test]
async fn whether_a_wallet_receives_transfers_is_set_as_often_as_one_likes() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let path = format!("/v2/investors/{investor}/wallets/{wallet}/");
    assert_eq!(api.get(&path).await.body["receiving_enabled"], false);
    for (family, value) in [("", true), ("", true), ("/distributor", false)] {
        let reply = api.patch(&format!("{family}{path}"), &json!({"receiving_enabled": value})).await;
        assert_eq!(reply.must_be(200)["receiving_enabled"], value);
        assert_eq!(api.get(&path).await.body, reply.body);
    }
    for wrong in [json!({}), json!({"receiving_enabled": null}), json!({"receiving_enabled": "yes"})] {
        assert!(api.patch(&path, &wrong).await.must_be(400)["receiving_enabled"].is_array());
    }
    let foreign = format!("/v2/investors/{}/wallets/{wallet}/", api.sandbox.investor_id());
    api.patch(&foreign, &json!({"receiving_enabled": true})).await.must_be(404);
}
