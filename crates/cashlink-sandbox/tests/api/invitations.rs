//! Invitations: what they need before they become an investment.

use serde_json::{Value, json};

use crate::client::{Api, NOW};

#[tokio::test]
async fn the_limit_is_checked_on_conversion_only() {
    let api = Api::start().await;
    let path = invite(&api, 1_100).await;
    finish_survey(&api, &path).await;
    let convert = async || api.post("/v2/investments/", &conversion(&path)).await;
    assert!(convert().await.must_be(400)["invitation_id"].is_array());
    let disclosure = json!({"self_disclosure_submitted_at": NOW, "self_disclosure_net_worth_100k": true});
    api.patch(&path, &disclosure).await.must_be(200);
    convert().await.must_be(201);
}

#[tokio::test]
async fn a_conversion_needs_the_survey() {
    let api = Api::start().await;
    let path = invite(&api, 1_000).await;
    let convert = async || api.post("/v2/investments/", &conversion(&path)).await;
    convert().await.must_be(400);
    api.patch(&path, &json!({"survey_submitted_at": NOW, "survey": []})).await.must_be(200);
    convert().await.must_be(400);
    api.patch(&path, &json!({"survey": [{"question": 1, "answer": "yes"}]})).await.must_be(200);
    convert().await.must_be(201);
}

#[tokio::test]
async fn an_invitation_is_converted_once_and_then_stays() {
    let api = Api::start().await;
    let path = invite(&api, 10).await;
    finish_survey(&api, &path).await;
    let first = api.post("/v2/investments/", &conversion(&path)).await;
    assert_eq!(first.must_be(201)["units"], 10);
    api.post("/v2/investments/", &conversion(&path)).await.must_be(400);
    api.patch(&path, &json!({"survey": []})).await.must_be(400);
}

#[tokio::test]
async fn acceptance_and_terms_do_not_go_with_an_invitation() {
    let api = Api::start().await;
    let path = invite(&api, 10).await;
    finish_survey(&api, &path).await;
    for (field, value) in [("accepted_at", json!(NOW)), ("units", json!(11))] {
        let mut body = conversion(&path);
        body[field] = value;
        assert!(api.post("/v2/investments/", &body).await.must_be(400)[field].is_array());
    }
    let unknown = json!({"invitation_id": api.sandbox.product_id(), "signed_at": NOW});
    assert!(api.post("/v2/investments/", &unknown).await.must_be(400)["invitation_id"].is_array());
}

#[tokio::test]
async fn the_costs_document_appears_later_and_is_made_anew() {
    let api = Api::start().await;
    let path = invite(&api, 10).await;
    let first = api.get(&path).await.must_be(200)["costs_document"].clone();
    assert!(first["id"].is_string());
    let changed = api.patch(&path, &json!({"survey": null})).await;
    assert_eq!(changed.must_be(200)["costs_document"], Value::Null);
    assert_ne!(api.get(&path).await.body["costs_document"], first);
}

#[tokio::test]
async fn a_price_that_cannot_be_held_against_the_limit_is_given_as_the_reason() {
    let api = Api::start().await;
    let limit = "The limit of the self-disclosure is in EUR, the price of the campaign is not.";
    check(&api, json!({"amount": "1", "decimals": 0, "currency": "USD"}), limit).await;
    let large = json!({"amount": "9".repeat(37), "decimals": 0, "currency": "EUR"});
    check(&api, large, "The amount is too large.").await;
    let fine = json!({"amount": "9".repeat(35), "decimals": 30, "currency": "EUR"});
    check(&api, fine, "The amount exceeds the limit of the self-disclosure.").await;

    async fn check(api: &Api, price: Value, message: &str) {
        let campaign = crate::investments::offer(api, price).await;
        let path = invite_to(api, &campaign, 300).await;
        finish_survey(api, &path).await;
        let reply = api.post("/v2/investments/", &conversion(&path)).await;
        assert_eq!(reply.must_be(400), &json!({"invitation_id": [message]}));
    }
}

pub(crate) async fn invite(api: &Api, units: u64) -> String {
    invite_to(api, &api.sandbox.campaign_id().to_string(), units).await
}

async fn invite_to(api: &Api, campaign: &str, units: u64) -> String {
    let body = json!({"investor_id": api.sandbox.investor_id(), "campaign_id": campaign, "units": units});
    let reply = api.post("/v2/invitations/", &body).await;
    assert_eq!(reply.must_be(201)["costs_document"], Value::Null);
    format!("/v2/invitations/{}/", reply.id())
}

pub(crate) async fn finish_survey(api: &Api, path: &str) {
    let survey = json!({"survey_submitted_at": NOW, "survey": [], "survey_waiver": "NO_ANSWERS"});
    api.patch(path, &survey).await.must_be(200);
}

pub(crate) fn conversion(path: &str) -> Value {
    let id = path.trim_end_matches('/').rsplit('/').next();
    json!({"invitation_id": id, "signed_at": NOW})
}
