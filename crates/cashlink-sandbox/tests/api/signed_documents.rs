//! Signed documents of investments.

use serde_json::{Value, json};

use crate::client::{Api, NOW};

#[tokio::test]
async fn those_given_at_the_start_are_listed_before_those_added_later() {
    let api = Api::start().await;
    let (first, second) = (api.upload("/v2/documents/").await, api.upload("/v2/documents/").await);
    let signed = json!([{"document_id": first, "category": "CONTRACT", "subject": "one"}]);
    let path = invest(&api, &signed).await;
    let added = json!({"document_id": second, "category": "RISK", "subject": "two"});
    let reply = api.post(&path, &added).await;
    assert_eq!(reply.must_be(201)["document_id"], second.as_str());
    assert_ne!(reply.body["id"], second.as_str());

    for family in ["", "/distributor"] {
        let page = api.get(&format!("{family}{path}")).await;
        let results = page.must_be(200)["results"].as_array().unwrap();
        let subjects: Vec<_> = results.iter().map(|document| &document["subject"]).collect();
        assert_eq!(subjects, ["one", "two"]);
        assert_eq!(results[1], reply.body);
    }
    let entry = api.sandbox.ledger().pop().unwrap();
    assert_eq!(entry.resource.unwrap().kind, "signed_document");
}

#[tokio::test]
async fn a_signed_document_names_an_upload_and_can_be_added_at_any_time() {
    let api = Api::start().await;
    let path = invest(&api, &Value::Null).await;
    let investment = path.split('/').nth(3).unwrap().parse().unwrap();
    let mut body = json!({"document_id": investment, "category": "c", "subject": "s"});
    assert!(api.post(&path, &body).await.must_be(400)["document_id"].is_array());
    body["document_id"] = json!(api.upload("/distributor/v2/documents/").await);
    api.sandbox.trigger(investment, cashlink_sandbox::InvestmentEvent::Reject).unwrap();
    api.post(&format!("/distributor{path}"), &body).await.must_be(201);
    let unknown = format!("/v2/investments/{}/signed-documents/", api.sandbox.product_id());
    api.post(&unknown, &body).await.must_be(404);
    api.get(&unknown).await.must_be(404);
}

/// An investment; gives the path of its signed documents.
async fn invest(api: &Api, signed_documents: &Value) -> String {
    let body = json!({
        "investor_id": api.sandbox.investor_id(), "campaign_id": api.sandbox.campaign_id(), "units": 1,
        "signed_at": NOW, "signed_documents": signed_documents,
    });
    format!("/v2/investments/{}/signed-documents/", api.make("/v2/investments/", &body).await)
}
