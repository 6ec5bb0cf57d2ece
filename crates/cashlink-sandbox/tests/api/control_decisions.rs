//! What people and the ledger decide, over HTTP: every event, result and end, and what cannot be decided.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, NOW, identification, person};
use crate::investments::{invest, status};
use crate::redemptions::{deliver, redeem};

#[tokio::test]
async fn every_event_happens_to_an_investment_that_it_can_happen_to_and_to_no_other() {
    const IMPOSSIBLE: &str = "This cannot happen to the investment as it is.";

    check(&["kyc_cleared"], "WAITING_FOR_ACCEPTANCE", "kyc_cleared").await;
    check(&["kyc_insufficient"], "KYC_INSUFFICIENT", "abort").await;
    check(&["abort"], "ABORTION", "kyc_cleared").await;
    check(&["kyc_cleared", "reject"], "REJECTION", "accept").await;
    check(&["kyc_cleared", "accept"], "ACCEPTED", "reject").await;
    check(&["kyc_cleared", "accept", "payment_missing"], "PAYMENT_MISSING", "pay").await;
    check(&["kyc_cleared", "accept", "pay"], "PAID", "payment_missing").await;
    check(&["kyc_cleared", "accept", "pay"], "PAID", "deliver").await;
    check(&["kyc_cleared", "accept", "cancel"], "CANCELLATION", "cancel").await;
    check(&[], "KYC_PENDING", "reviewed").await;

    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let paid = json!({"accepted_at": NOW, "paid_at": NOW, "wallet": wallet});
    let investment = invest(&api, &investor, paid).await.id();
    for (event, expected) in [("deliver", "DELIVERED"), ("cancel", "CANCELLATION")] {
        happen(&api, &investment, event).await.must_be(204);
        assert_eq!(status(&api, &investment).await, expected);
        assert_eq!(happen(&api, &investment, event).await.must_be(400), &json!({"event": [IMPOSSIBLE]}));
    }

    api.tell(Method::PATCH, "/settings", &json!({"review": true})).await.must_be(200);
    let waiting = invest(&api, &api.sandbox.investor_id().to_string(), json!({})).await.id();
    assert_eq!(status(&api, &waiting).await, "REVIEW_PENDING");
    happen(&api, &waiting, "reviewed").await.must_be(204);
    assert_eq!(status(&api, &waiting).await, "WAITING_FOR_ACCEPTANCE");

    async fn check(events: &[&str], expected: &str, impossible: &str) {
        let api = Api::start().await;
        let investor = api.make("/v2/investors/", &person()).await;
        let investment = invest(&api, &investor, json!({})).await.id();
        for event in events {
            happen(&api, &investment, event).await.must_be(204);
        }
        assert_eq!(status(&api, &investment).await, expected, "{events:?}");
        let refused = happen(&api, &investment, impossible).await;
        assert_eq!(refused.must_be(400), &json!({"event": [IMPOSSIBLE]}), "{events:?} {impossible}");
        assert_eq!(status(&api, &investment).await, expected, "{events:?} {impossible}");
    }

    async fn happen(api: &Api, investment: &str, event: &str) -> crate::client::Reply {
        api.tell(Method::POST, &format!("/investments/{investment}/events"), &json!({"event": event})).await
    }
}

#[tokio::test]
async fn every_result_of_an_identification_is_decided_with_and_without_its_id() {
    for (result, expected) in [
        ("success", "SUCCESS"),
        ("rejected", "REJECTED"),
        ("failed", "REJECTED"),
        ("under_review", "UNDER_REVIEW"),
        ("manual_review_required", "MANUAL_REVIEW_REQUIRED"),
    ] {
        let api = Api::start().await;
        let decided = api.make("/v2/investors/", &person()).await;
        api.tell(Method::POST, &format!("/investors/{decided}/kyc"), &json!({"result": result})).await.must_be(204);
        assert_eq!(kyc(&api, &decided).await, expected, "{result}");

        let started = api.make("/v2/investors/", &person()).await;
        let id = api.make(&format!("/v2/investors/{started}/identifications/"), &json!({})).await;
        let path = format!("/investors/{started}/identifications/{id}");
        api.tell(Method::POST, &path, &json!({"result": result})).await.must_be(204);
        assert_eq!(kyc(&api, &started).await, expected, "{result}");
        let is_over = ["success", "rejected", "failed"].contains(&result);
        let again = api.tell(Method::POST, &path, &json!({"result": "success"})).await.status;
        assert_eq!(again, if is_over { 404 } else { 204 }, "{result}");
    }

    let api = Api::start().await;
    let (investor, other) = (api.identified_investor().await, api.make("/v2/investors/", &person()).await);
    let refused = api.tell(Method::POST, &format!("/investors/{investor}/kyc"), &json!({"result": "rejected"})).await;
    assert_eq!(refused.must_be(400), &json!({"non_field_errors": ["The investor has been identified already."]}));
    let protocol = api.upload("/v2/documents/").await;
    let imported = api.make(&format!("/v2/investors/{other}/identifications/"), &identification(&protocol)).await;
    let path = format!("/investors/{other}/identifications/{imported}");
    api.tell(Method::POST, &path, &json!({"result": "rejected"})).await.must_be(404);
}

#[tokio::test]
async fn work_on_the_ledger_ends_as_it_is_told_to() {
    for (end, expected) in [("succeeded", "success"), ("failed", "failed"), ("unknown", "unknown")] {
        let api = Api::start().await;
        let (investor, wallet) = api.investor_with_wallet().await;
        deliver(&api, &investor, &wallet, 10).await;
        api.tell(Method::PATCH, "/settings", &json!({"settlement": "1d"})).await.must_be(200);
        let redemption = redeem(&api, &investor, &wallet, 4).await.id();
        let tasks = api.tell(Method::GET, "/tasks", &json!({})).await;
        assert_eq!(tasks.must_be(200)[0]["id"], json!(redemption));
        assert_eq!((&tasks.body[0]["kind"], &tasks.body[0]["status"]), (&json!("redemption"), &json!("processing")));

        let path = format!("/tasks/{redemption}");
        api.tell(Method::POST, &path, &json!({"end": end})).await.must_be(204);
        let seen = api.get(&format!("/v2/redemptions/{redemption}/")).await;
        assert_eq!(seen.must_be(200)["status"], expected);
        // What is unknown can still be found out, once.
        let again = api.tell(Method::POST, &path, &json!({"end": "succeeded"})).await.status;
        assert_eq!(again < 300, end == "unknown", "{end}: {again}");
        api.tell(Method::POST, &path, &json!({"end": "succeeded"})).await.must_be(404);

        api.tell(Method::PATCH, "/settings", &json!({"settlement": 0})).await.must_be(200);
        api.tell(Method::POST, "/tasks/next", &json!({"end": end})).await.must_be(204);
        assert_eq!(redeem(&api, &investor, &wallet, 1).await.must_be(201)["status"], expected);
    }
}

#[tokio::test]
async fn a_product_is_put_on_the_ledger_after_its_validation_and_that_does_not_fail() {
    let api = Api::start().await;
    api.tell(Method::PATCH, "/settings", &json!({"settlement": "1d"})).await.must_be(200);
    let mut body = crate::products::product(&api);
    body["ewpg"] = json!(true);
    body["isin"] = json!("DE000A0AAAA8");
    let product = api.make("/issuer/v2/products/", &body).await;
    let validation = format!("/products/{product}/validation");
    assert_eq!(shown(&api, "products", &product).await["status"], "IN_VALIDATION");
    api.tell(Method::POST, &validation, &json!({})).await.must_be(204);
    assert_eq!(shown(&api, "products", &product).await["status"], "DEPLOYING");
    api.tell(Method::POST, &validation, &json!({})).await.must_be(404);
    for end in ["failed", "unknown"] {
        api.tell(Method::POST, &format!("/tasks/{product}"), &json!({"end": end})).await.must_be(400);
    }
    api.tell(Method::POST, &format!("/tasks/{product}"), &json!({"end": "succeeded"})).await.must_be(204);
    assert_eq!(shown(&api, "products", &product).await["status"], "DEPLOYED");
}

#[tokio::test]
async fn wallets_are_frozen_and_transfers_paused_and_freed_again() {
    let api = Api::start().await;
    let (_, wallet) = api.investor_with_wallet().await;
    let product = api.sandbox.product_id().to_string();
    for is_on in [true, true, false] {
        api.tell(Method::PUT, &format!("/wallets/{wallet}/freeze"), &json!({"frozen": is_on})).await.must_be(204);
        assert_eq!(shown(&api, "wallets", &wallet).await["is_frozen"], is_on);
        api.tell(Method::PUT, &format!("/products/{product}/transfers"), &json!({"paused": is_on})).await.must_be(204);
        assert_eq!(shown(&api, "products", &product).await["is_paused"], is_on);
    }
}

async fn kyc(api: &Api, investor: &str) -> Value {
    api.get(&format!("/v2/investors/{investor}/")).await.must_be(200)["kyc_status"].clone()
}

/// What the state shows of one thing.
async fn shown(api: &Api, noun: &str, id: &str) -> Value {
    let state = api.tell(Method::GET, "/state", &json!({})).await;
    let all = state.must_be(200)[noun]["newest"].as_array().unwrap();
    all.iter().find(|thing| thing["id"] == id).unwrap().clone()
}
