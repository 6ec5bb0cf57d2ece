//! How far an investor's identification is, and what waits for it.

use cashlink_sandbox::{IdentificationResult, Sandbox};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Api, benefiting_person, company, identification, person};
use crate::investments::{invest, status};

#[tokio::test]
async fn an_identification_passes_through_its_stages_and_then_stays() {
    use IdentificationResult::{Failed, ManualReviewRequired, Rejected, Success, UnderReview};
    check(&[], &Value::Null).await;
    check(&[UnderReview], &json!("UNDER_REVIEW")).await;
    check(&[UnderReview, ManualReviewRequired], &json!("MANUAL_REVIEW_REQUIRED")).await;
    check(&[ManualReviewRequired, UnderReview, Success], &json!("SUCCESS")).await;
    check(&[UnderReview, Rejected], &json!("REJECTED")).await;
    check(&[Failed], &json!("REJECTED")).await;
    check(&[Rejected, Success], &json!("SUCCESS")).await;

    async fn check(results: &[IdentificationResult], expected: &Value) {
        let api = Api::start().await;
        let investor = api.make("/v2/investors/", &person()).await;
        for result in results {
            api.sandbox.decide_kyc(id(&investor), *result).unwrap();
        }
        let path = format!("/v2/investors/{investor}/");
        assert_eq!(&api.get(&path).await.must_be(200)["kyc_status"], expected, "{results:?}");
        let page = api.get(&format!("{path}identifications/")).await;
        let newest = page.must_be(200)["results"].as_array().unwrap().last().cloned();
        assert_eq!(&newest.map_or(Value::Null, |newest| newest["status"].clone()), expected, "{results:?}");
        let may_have_wallet = api.post_nothing(&format!("{path}wallets/eth-managed/")).await.status == 201;
        assert_eq!(may_have_wallet, expected == "SUCCESS", "{results:?}");
    }
}

#[tokio::test]
async fn what_is_decided_is_the_identification_that_was_started() {
    let api = Api::start().await;
    let investor = api.make("/v2/investors/", &person()).await;
    let path = format!("/v2/investors/{investor}/identifications/");
    let first = api.make(&path, &json!({})).await;
    let under_review = IdentificationResult::UnderReview;
    api.sandbox.decide_identification(id(&investor), id(&first), under_review).unwrap();
    let second = api.make(&path, &json!({})).await;
    api.sandbox.decide_kyc(id(&investor), IdentificationResult::Failed).unwrap();
    assert_eq!(api.get(&format!("{path}{second}/")).await.must_be(200)["status"], "REJECTED");
    assert_eq!(api.get(&format!("{path}{first}/")).await.must_be(200)["status"], "UNDER_REVIEW");
    api.sandbox.decide_kyc(id(&investor), IdentificationResult::Success).unwrap();
    assert_eq!(api.get(&format!("{path}{first}/")).await.must_be(200)["status"], "SUCCESS");
    assert_eq!(api.get(&path).await.must_be(200)["count"], 2);

    let rejected = IdentificationResult::Rejected;
    assert!(api.sandbox.decide_kyc(id(&investor), rejected).is_err());
    assert!(api.sandbox.decide_identification(id(&investor), id(&second), rejected).is_err());
    assert!(api.sandbox.decide_kyc(Uuid::nil(), rejected).is_err());
    let imported = api.get(&format!("/v2/investors/{}/identifications/", api.sandbox.investor_id())).await;
    let imported = imported.must_be(200)["results"][0]["id"].as_str().unwrap();
    assert!(api.sandbox.decide_identification(api.sandbox.investor_id(), id(imported), rejected).is_err());
}

#[tokio::test]
async fn who_is_rejected_loses_what_waits_and_who_fails_may_try_again() {
    let api = Api::start().await;
    let investor = api.make("/v2/investors/", &person()).await;
    let first = invest(&api, &investor, json!({})).await.id();
    api.sandbox.decide_kyc(id(&investor), IdentificationResult::Failed).unwrap();
    assert_eq!(status(&api, &first).await, "KYC_PENDING");
    api.sandbox.decide_kyc(id(&investor), IdentificationResult::Rejected).unwrap();
    assert_eq!(status(&api, &first).await, "KYC_INSUFFICIENT");
    let read = api.get(&format!("/v2/investments/{first}/")).await;
    assert_eq!(read.must_be(200)["cancellation_reason"], "KYC_INSUFFICIENT");

    let second = invest(&api, &investor, json!({})).await.id();
    api.sandbox.decide_kyc(id(&investor), IdentificationResult::Success).unwrap();
    assert_eq!(status(&api, &second).await, "WAITING_FOR_ACCEPTANCE");
    assert_eq!(status(&api, &first).await, "KYC_INSUFFICIENT");

    // A success stays: what waits for something else goes on waiting.
    let proof = api.upload("/v2/documents/").await;
    let company = api.make("/v2/investors/", &company(&proof, &proof)).await;
    let path = format!("/v2/investors/{company}/identifications/");
    let started = api.make(&path, &json!({})).await;
    api.make(&path, &identification(&proof)).await;
    let waiting = invest(&api, &company, json!({})).await.id();
    api.sandbox.decide_identification(id(&company), id(&started), IdentificationResult::Rejected).unwrap();
    assert_eq!(status(&api, &waiting).await, "KYC_PENDING");
}

#[tokio::test]
async fn benefiting_persons_who_are_politically_exposed_are_checked_where_that_is_done() {
    let exposed = json!([benefiting_person(), exposed_person()]);
    let (api, company) = company_in(Api::start().await).await;
    let persons = format!("/v2/investors/{company}/benefiting-persons/");
    api.post(&persons, &exposed).await.must_be(201);
    assert_eq!(kyc(&api, &company).await, "SUCCESS");

    let (api, company) = company_in(Api::with(Sandbox::builder().check_pep()).await).await;
    let persons = format!("/v2/investors/{company}/benefiting-persons/");
    let investment = invest(&api, &company, json!({})).await.id();
    api.post(&persons, &exposed).await.must_be(201);
    assert_eq!(kyc(&api, &company).await, "MANUAL_REVIEW_REQUIRED");
    assert_eq!(status(&api, &investment).await, "KYC_PENDING");
    let wallet = api.post_nothing(&format!("/v2/investors/{company}/wallets/eth-managed/")).await;
    let message = "The investor has no successful identification.";
    assert_eq!(wallet.must_be(400), &json!({"non_field_errors": [message]}));

    api.sandbox.decide_kyc(id(&company), IdentificationResult::UnderReview).unwrap();
    assert_eq!(kyc(&api, &company).await, "UNDER_REVIEW");
    api.sandbox.decide_kyc(id(&company), IdentificationResult::Success).unwrap();
    assert_eq!(kyc(&api, &company).await, "SUCCESS");
    assert_eq!(status(&api, &investment).await, "WAITING_FOR_ACCEPTANCE");
    assert!(api.sandbox.decide_kyc(id(&company), IdentificationResult::Rejected).is_err());

    // Somebody new is checked anew, and only what still waits can be cancelled by it.
    api.post(&persons, &json!([benefiting_person()])).await.must_be(201);
    assert_eq!(kyc(&api, &company).await, "SUCCESS");
    api.post(&persons, &json!([exposed_person()])).await.must_be(201);
    let waiting = invest(&api, &company, json!({})).await.id();
    api.sandbox.decide_kyc(id(&company), IdentificationResult::Rejected).unwrap();
    assert_eq!(kyc(&api, &company).await, "REJECTED");
    assert_eq!(status(&api, &waiting).await, "KYC_INSUFFICIENT");
    assert_eq!(status(&api, &investment).await, "WAITING_FOR_ACCEPTANCE");

    /// An identified company without benefiting persons.
    async fn company_in(api: Api) -> (Api, String) {
        let proof = api.upload("/v2/documents/").await;
        let company = api.make("/v2/investors/", &crate::client::company(&proof, &proof)).await;
        api.make(&format!("/v2/investors/{company}/identifications/"), &identification(&proof)).await;
        (api, company)
    }

    async fn kyc(api: &Api, investor: &str) -> Value {
        api.get(&format!("/v2/investors/{investor}/")).await.must_be(200)["kyc_status"].clone()
    }
}

fn exposed_person() -> Value {
    let mut person = benefiting_person();
    person["is_pep"] = json!(true);
    person
}

fn id(text: &str) -> Uuid {
    text.parse().unwrap()
}
