//! Rules that a sandbox is started with and that are off unless asked for.

use std::time::Duration;

use cashlink_sandbox::{InvestmentEvent, Sandbox, Settlement};
use serde_json::{Value, json};

use crate::campaigns::investment;
use crate::client::{Api, NOW, company, person};
use crate::investments::{invest, status};
use crate::invitations::{conversion, finish_survey, invite};

#[tokio::test]
async fn an_investment_waits_for_its_review_where_there_is_one() {
    let api = Api::with(Sandbox::builder().require_review()).await;
    let investor = api.sandbox.investor_id().to_string();
    let paid = json!({"accepted_at": NOW, "paid_at": NOW});
    let investment = invest(&api, &investor, paid).await.id();
    assert_eq!(status(&api, &investment).await, "REVIEW_PENDING");
    api.patch(&format!("/v2/investments/{investment}/"), &json!({"paid_at": NOW})).await.must_be(200);
    assert_eq!(status(&api, &investment).await, "REVIEW_PENDING");
    let id = investment.parse().unwrap();
    assert!(api.sandbox.trigger(id, InvestmentEvent::Accept).is_err());
    api.sandbox.trigger(id, InvestmentEvent::Reviewed).unwrap();
    assert_eq!(status(&api, &investment).await, "PAID");

    let stranger = api.make("/v2/investors/", &person()).await;
    let waiting = invest(&api, &stranger, json!({})).await.id();
    api.sandbox.trigger(waiting.parse().unwrap(), InvestmentEvent::KycCleared).unwrap();
    assert_eq!(status(&api, &waiting).await, "REVIEW_PENDING");
}

#[tokio::test]
async fn nobody_invests_before_the_account_is_set_up_where_that_is_required() {
    const MESSAGE: &str = "The investor has not agreed to the documents of the account.";
    let api = Api::with(Sandbox::builder().require_account_setup()).await;
    let investor = api.sandbox.investor_id().to_string();
    let path = invite(&api, 10).await;
    finish_survey(&api, &path).await;
    let reply = invest(&api, &investor, json!({})).await;
    assert_eq!(reply.must_be(400), &json!({"investor_id": [MESSAGE]}));
    let reply = api.post("/v2/investments/", &conversion(&path)).await;
    assert_eq!(reply.must_be(400), &json!({"invitation_id": [MESSAGE]}));

    let accepted = json!({"account_setup_accepted_at": NOW});
    api.patch(&format!("/v2/investors/{investor}/"), &accepted).await.must_be(200);
    invest(&api, &investor, json!({})).await.must_be(201);
    api.post("/v2/investments/", &conversion(&path)).await.must_be(201);

    // Distributors cannot say when the account was set up, and need not.
    let proof = api.upload("/v2/documents/").await;
    let company = api.make("/distributor/v2/investors/", &company(&proof, &proof)).await;
    let body = investment(&company, &api.sandbox.campaign_id().to_string(), 1);
    api.post("/distributor/v2/investments/", &body).await.must_be(201);
}

#[tokio::test]
async fn an_invitation_waits_for_its_costs_document_where_that_is_required() {
    let delay = Duration::from_secs(3_600);
    let builder = Sandbox::builder().settlement(Settlement::After(delay));
    let api = Api::with(builder.clone()).await;
    let path = invite(&api, 10).await;
    finish_survey(&api, &path).await;
    api.post("/v2/investments/", &conversion(&path)).await.must_be(201);

    let api = Api::with(builder.require_costs_document()).await;
    let path = invite(&api, 10).await;
    finish_survey(&api, &path).await;
    let reply = api.post("/v2/investments/", &conversion(&path)).await;
    assert_eq!(reply.must_be(400), &json!({"invitation_id": ["The costs document is not ready."]}));
    api.sandbox.advance(delay);
    assert!(api.get(&path).await.must_be(200)["costs_document"].is_object());
    api.post("/v2/investments/", &conversion(&path)).await.must_be(201);
}

#[tokio::test]
async fn the_limit_covers_all_invitations_of_a_product_where_it_is_cumulative() {
    let api = Api::start().await;
    for _ in 0..2 {
        convert(&api, &json!({})).await.must_be(201);
    }

    let api = Api::with(Sandbox::builder().cumulative_self_disclosure()).await;
    let first = convert(&api, &json!({})).await;
    first.must_be(201);
    let exceeded = json!({"invitation_id": ["The amount exceeds the limit of the self-disclosure."]});
    assert_eq!(convert(&api, &json!({})).await.must_be(400), &exceeded);
    convert(&api, &json!({"self_disclosure_net_worth_100k": true})).await.must_be(201);
    assert_eq!(convert(&api, &json!({})).await.must_be(400), &exceeded);

    // What is invested without an invitation does not count, nor what is cancelled before delivery.
    let api = Api::with(Sandbox::builder().cumulative_self_disclosure()).await;
    invest(&api, &api.sandbox.investor_id().to_string(), json!({"units": 5_000})).await.must_be(201);
    let first = convert(&api, &json!({})).await.id();
    api.sandbox.trigger(first.parse().unwrap(), InvestmentEvent::Reject).unwrap();
    convert(&api, &json!({})).await.must_be(201);

    /// Turns an invitation to 600 units, which cost EUR 600, into an investment.
    async fn convert(api: &Api, disclosure: &Value) -> crate::client::Reply {
        let path = invite(api, 600).await;
        finish_survey(api, &path).await;
        api.patch(&path, disclosure).await.must_be(200);
        api.post("/v2/investments/", &conversion(&path)).await
    }
}
