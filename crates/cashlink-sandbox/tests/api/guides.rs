//! The three published guides, call by call, many times over on one server.

use reqwest::Method;
use serde_json::json;

use crate::client::{Api, NOW, benefiting_person, company, identification, person, read};

const ROUNDS: usize = 20;

#[tokio::test]
async fn the_registry_guide_runs_any_number_of_times() {
    let api = Api::start().await;
    for _ in 0..ROUNDS {
        let investor = api.make("/v2/investors/", &person()).await;
        let protocol = api.upload("/v2/documents/").await;
        let identifications = format!("/v2/investors/{investor}/identifications/");
        api.make(&identifications, &identification(&protocol)).await;
        let wallet = api.post_nothing(&format!("/v2/investors/{investor}/wallets/eth-managed/")).await.id();
        let signed = [api.upload("/v2/documents/").await, api.upload("/v2/documents/").await];
        let investment = json!({
            "campaign_id": api.sandbox.campaign_id(),
            "investor_id": investor,
            "units": 300,
            "signed_at": NOW,
            "accepted_at": NOW,
            "paid_at": NOW,
            "signed_documents": [
                {"document_id": signed[0], "category": "string", "subject": "one"},
                {"document_id": signed[1], "category": "string", "subject": "two"},
            ],
            "wallet": wallet,
        });
        let investment = api.post("/v2/investments/", &investment).await;
        assert_eq!(investment.must_be(201)["status"], "PAID");
        let path = format!("/v2/investments/{}/", investment.id());

        let credit = api.post_nothing(&format!("{path}credits/")).await;
        assert_eq!(credit.must_be(201)["status"], "succeeded");
        let delivered = api.get(&path).await;
        assert_eq!(delivered.must_be(200)["status"], "DELIVERED");
        assert!(delivered.body["delivered_at"].is_string());

        let redemption = json!({
            "investor_id": investor,
            "product_id": api.sandbox.product_id(),
            "wallet_id": wallet,
            "units": 300,
        });
        let redemption = api.post("/v2/redemptions/", &redemption).await;
        assert_eq!(redemption.must_be(201)["status"], "success");
        assert_eq!(api.get(&path).await.body["remaining_amount"]["amount"], "0");
    }
}

#[tokio::test]
async fn the_distributor_guide_runs_any_number_of_times() {
    let api = Api::start().await;
    for _ in 0..ROUNDS {
        let documents = "/distributor/v2/documents/";
        let (identity, structure) = (api.upload(documents).await, api.upload(documents).await);
        let investor = api.make("/distributor/v2/investors/", &company(&identity, &structure)).await;
        let path = format!("/distributor/v2/investors/{investor}/");
        let protocol = api.upload(documents).await;
        api.make(&format!("{path}identifications/"), &identification(&protocol)).await;
        let persons = api.post(&format!("{path}benefiting-persons/"), &json!([benefiting_person()])).await;
        assert!(persons.must_be(201)[0]["person_id"].is_string());
        let wallet = api.post(&format!("{path}wallets/eth-managed/"), &json!({"receiving_enabled": true})).await;
        assert_eq!(wallet.must_be(201)["receiving_enabled"], true);
    }
    assert!(api.sandbox.ledger().iter().all(|entry| entry.status == 201));
}

#[tokio::test]
async fn the_platform_guide_runs_any_number_of_times() {
    let api = Api::start().await;
    for _ in 0..ROUNDS {
        let invitation = json!({
            "investor_id": api.sandbox.investor_id(),
            "campaign_id": api.sandbox.campaign_id(),
            "units": 1100,
        });
        let invitation = api.make("/v2/invitations/", &invitation).await;
        let changes = [
            json!({
                "self_disclosure_submitted_at": "2021-11-05T12:00:00.000Z",
                "self_disclosure_monthly_income": true,
                "self_disclosure_net_worth_100k": true,
            }),
            json!({"survey_submitted_at": "2022-03-07T08:00:00.000001+00:00", "survey": []}),
            json!({"survey_waiver": "NO_ANSWERS"}),
        ];
        for change in changes {
            let path = format!("/v2/invitations/{invitation}/");
            let call = api.call(Method::PATCH, &path).header("X-Idempotency-Key", api.key());
            read(call.json(&change)).await.unwrap().must_be(200);
        }
        let investment = json!({"invitation_id": invitation, "signed_at": NOW});
        let investment = api.make("/v2/investments/", &investment).await;

        let wallets = api.get(&format!("/v2/investors/{}/wallets/", api.sandbox.investor_id())).await;
        let wallet = &wallets.must_be(200)[0]["id"];
        let path = format!("/v2/investments/{investment}/");
        api.patch(&path, &json!({"wallet": wallet})).await.must_be(200);
        let read = api.get(&path).await;
        assert_eq!(read.must_be(200)["status"], "WAITING_FOR_ACCEPTANCE");
        assert_eq!(&read.body["wallet"], wallet);
        assert_eq!(read.body["units"], 1100);
    }
}
