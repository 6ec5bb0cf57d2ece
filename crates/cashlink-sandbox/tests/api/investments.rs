//! Investments: from the first signature to the last unit delivered.

use std::time::Duration;

use cashlink_sandbox::{InvestmentEvent, Sandbox, Settlement, TaskEnd};
use serde_json::{Value, json};

use crate::client::{Api, NOW, benefiting_person, company, identification, person};

#[tokio::test]
async fn the_status_follows_what_is_known_at_the_start() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    check(&api, &investor, json!({}), "WAITING_FOR_ACCEPTANCE").await;
    check(&api, &investor, json!({"paid_at": NOW}), "WAITING_FOR_ACCEPTANCE").await;
    check(&api, &investor, json!({"accepted_at": NOW}), "ACCEPTED").await;
    check(&api, &investor, json!({"accepted_at": NOW, "paid_at": NOW, "wallet": wallet}), "PAID").await;
    let stranger = api.make("/v2/investors/", &person()).await;
    check(&api, &stranger, json!({"accepted_at": NOW, "paid_at": NOW}), "KYC_PENDING").await;

    async fn check(api: &Api, investor: &str, with: Value, status: &str) {
        let reply = invest(api, investor, with).await;
        assert_eq!(reply.must_be(201)["status"], status);
    }
}

#[tokio::test]
async fn an_identification_moves_waiting_investments_on() {
    let api = Api::start().await;
    let investor = api.make("/v2/investors/", &person()).await;
    let signed = invest(&api, &investor, json!({})).await.id();
    let paid = invest(&api, &investor, json!({"accepted_at": NOW, "paid_at": NOW})).await.id();
    let protocol = api.upload("/v2/documents/").await;
    api.make(&format!("/v2/investors/{investor}/identifications/"), &identification(&protocol)).await;
    assert_eq!(status(&api, &signed).await, "WAITING_FOR_ACCEPTANCE");
    assert_eq!(status(&api, &paid).await, "PAID");
}

#[tokio::test]
async fn a_company_waits_for_a_benefiting_person_too() {
    let api = Api::start().await;
    let proof = api.upload("/v2/documents/").await;
    let investor = api.make("/v2/investors/", &company(&proof, &proof)).await;
    api.make(&format!("/v2/investors/{investor}/identifications/"), &identification(&proof)).await;
    let investment = invest(&api, &investor, json!({})).await.id();
    assert_eq!(status(&api, &investment).await, "KYC_PENDING");
    let persons = format!("/distributor/v2/investors/{investor}/benefiting-persons/");
    api.post(&persons, &json!([benefiting_person()])).await.must_be(201);
    assert_eq!(status(&api, &investment).await, "WAITING_FOR_ACCEPTANCE");
}

#[tokio::test]
async fn money_is_units_times_price_less_the_disagio() {
    let api = Api::start().await;
    let investor = api.sandbox.investor_id().to_string();
    let disagio = json!({"amount": "50", "decimals": 2, "currency": "EUR"});
    let reply = invest(&api, &investor, json!({"disagio": disagio})).await;
    let euros = |cents: &str| json!({"amount": cents, "decimals": 2, "currency": "EUR"});
    assert_eq!(reply.must_be(201)["investment_amount"], euros("30000"));
    assert_eq!(reply.body["payment_total"], euros("29950"));
    assert_eq!(reply.body["remaining_amount"], euros("30000"));
}

#[tokio::test]
async fn a_disagio_is_sent_like_any_price_and_says_what_is_wrong_with_it() {
    let api = Api::start().await;
    let investor = api.sandbox.investor_id().to_string();
    let money = |amount: &str, decimals: u32, currency: &str| json!({"amount": amount, "decimals": decimals, "currency": currency});
    for sent in [json!("0.50"), json!(0.5), money("50", 2, "EUR")] {
        let reply = invest(&api, &investor, json!({"disagio": sent})).await;
        assert_eq!(reply.must_be(201)["payment_total"], money("29950", 2, "EUR"), "{sent}");
    }
    let total = invest(&api, &investor, json!({"disagio": 300})).await;
    assert_eq!(total.must_be(201)["payment_total"]["amount"], "0");

    let refused = [
        (json!("-5"), "Ensure this value is greater than or equal to 0."),
        (money("-1", 2, "EUR"), "Ensure this value is greater than or equal to 0."),
        (money("50", 2, "USD"), "The disagio must have the currency of the campaign."),
        (json!("300.01"), "The disagio must not exceed the amount invested."),
        (money(&"9".repeat(38), 0, "EUR"), "The disagio must not exceed the amount invested."),
    ];
    for (sent, message) in refused {
        let reply = invest(&api, &investor, json!({"disagio": sent})).await;
        assert_eq!(reply.must_be(400), &json!({"disagio": [message]}));
    }

    let dollars = offer(&api, money("2", 0, "USD")).await;
    let plain = invest(&api, &investor, json!({"campaign_id": dollars, "disagio": "0.50"})).await;
    assert_eq!(plain.must_be(201)["disagio"], money("50", 2, "USD"));
    assert_eq!(plain.body["payment_total"], money("59950", 2, "USD"));
}

#[tokio::test]
async fn what_is_to_be_paid_has_the_agio_of_the_product_and_lacks_the_disagio() {
    let api = Api::start().await;
    let campaign = offer(&api, json!("1.00")).await;
    let path = format!("/issuer/v2/products/{}/", api.sandbox.product_id());
    check(&api, (&path, &campaign), (json!("2.50"), json!({})), "30750").await;
    check(&api, (&path, &campaign), (json!("0.00"), json!({})), "30000").await;
    check(&api, (&path, &campaign), (Value::Null, json!({})), "30000").await;
    // 333 times EUR 1.00 and 0.5 % of that, which is EUR 1.665.
    check(&api, (&path, &campaign), (json!("0.5"), json!({"units": 333})), "33467").await;
    check(&api, (&path, &campaign), (json!("2.50"), json!({"disagio": "100.00"})), "20750").await;

    let dear = json!({"campaign_id": offer(&api, json!("9".repeat(36))).await, "units": 1});
    api.patch(&path, &json!({"agio_percent": "0.01"})).await.must_be(200);
    let reply = invest(&api, &api.sandbox.investor_id().to_string(), dear.clone()).await;
    assert_eq!(reply.must_be(400), &json!({"units": ["The amount is too large."]}));
    api.patch(&path, &json!({"agio_percent": "0.00"})).await.must_be(200);
    invest(&api, &api.sandbox.investor_id().to_string(), dear).await.must_be(201);

    async fn check(api: &Api, (product, campaign): (&str, &str), (agio, mut with): (Value, Value), cents: &str) {
        api.patch(product, &json!({"agio_percent": agio})).await.must_be(200);
        with["campaign_id"] = json!(campaign);
        let reply = invest(api, &api.sandbox.investor_id().to_string(), with).await;
        let expected = json!({"amount": cents, "decimals": 2, "currency": "EUR"});
        assert_eq!(reply.must_be(201)["payment_total"], expected, "{agio}");
        assert_eq!(reply.body["payment_details"]["amount"], expected);
        // What was agreed on stays, whatever becomes of the product.
        api.patch(product, &json!({"agio_percent": "7"})).await.must_be(200);
        let read = api.get(&format!("/v2/investments/{}/", reply.id())).await;
        assert_eq!(read.must_be(200)["payment_total"], expected, "{agio}");
    }
}

#[tokio::test]
async fn an_amount_that_no_money_can_hold_is_refused_on_the_units() {
    let api = Api::start().await;
    let investor = api.sandbox.investor_id().to_string();
    let dear = offer(&api, json!({"amount": "9".repeat(37), "decimals": 0, "currency": "EUR"})).await;
    let reply = invest(&api, &investor, json!({"campaign_id": dear})).await;
    assert_eq!(reply.must_be(400), &json!({"units": ["The amount is too large."]}));

    let large = json!({"amount": "9".repeat(36), "decimals": 30, "currency": "EUR"});
    let dear = offer(&api, json!({"amount": "9".repeat(35), "decimals": 0, "currency": "EUR"})).await;
    let reply = invest(&api, &investor, json!({"campaign_id": dear, "units": 10, "disagio": large})).await;
    assert_eq!(reply.must_be(400), &json!({"disagio": ["The disagio has too many decimals for this amount."]}));
}

/// A campaign of the seeded product at `price`.
pub(crate) async fn offer(api: &Api, price: Value) -> String {
    let mut campaign = crate::campaigns::campaign(api);
    campaign["price_per_token"] = price;
    campaign["min_number_of_tokens"] = json!(1);
    api.make(&format!("/issuer/v2/products/{}/campaigns/", api.sandbox.product_id()), &campaign).await
}

#[tokio::test]
async fn what_an_investment_names_must_be_there_and_fit() {
    let api = Api::start().await;
    let investor = api.sandbox.investor_id().to_string();
    let (_, foreign) = api.investor_with_wallet().await;
    let document = api.upload("/v2/documents/").await;
    let missing = "53b8b9b0-4b0e-4b8e-9b0e-4b0e4b8e9b0e";
    let signed = json!([
        {"document_id": document, "category": "c", "subject": "s"},
        {"document_id": missing, "category": "c", "subject": "s"},
    ]);
    let reply = invest(&api, &investor, json!({"wallet": foreign, "signed_documents": signed})).await;
    assert!(reply.must_be(400)["wallet"].is_array());
    assert_eq!(reply.body["signed_documents"][0], json!({}));
    assert!(reply.body["signed_documents"][1]["document_id"].is_array());
    for units in [json!(0), json!(-1), json!(1.5), json!("1"), json!(u64::MAX), json!(1e30)] {
        let reply = invest(&api, &investor, json!({"units": units})).await;
        reply.must_be(400);
    }
}

#[tokio::test]
async fn an_unsigned_investment_needs_permission() {
    let body = |api: &Api| {
        json!({
            "investor_id": api.sandbox.investor_id(), "campaign_id": api.sandbox.campaign_id(), "units": 1,
        })
    };
    let api = Api::start().await;
    let reply = api.post("/v2/investments/", &body(&api)).await;
    assert_eq!(reply.must_be(400)["signed_at"], json!(["This field is required."]));

    let api = Api::with(Sandbox::builder().allow_web_subscription()).await;
    let reply = api.post("/v2/investments/", &body(&api)).await;
    assert!(reply.must_be(201)["start_url"].is_string());
}

#[tokio::test]
async fn changes_set_values_and_may_be_repeated() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let path = format!("/v2/investments/{}/", invest(&api, &investor, json!({})).await.id());
    let set_wallet = json!({"wallet": wallet});
    let first = api.patch(&path, &set_wallet).await;
    assert_eq!(first.must_be(200)["wallet"], wallet.as_str());
    assert_eq!(api.patch(&path, &set_wallet).await.text, first.text);

    assert_eq!(api.patch(&path, &json!({"paid_at": NOW})).await.must_be(200)["status"], "WAITING_FOR_ACCEPTANCE");
    assert_eq!(api.patch(&path, &json!({"accepted_at": NOW})).await.must_be(200)["status"], "PAID");
    assert!(api.patch(&path, &json!({"paid_at": null})).await.must_be(400)["paid_at"].is_array());
    assert_eq!(api.patch(&path, &json!({"wallet": null})).await.must_be(200)["wallet"], Value::Null);
    assert!(api.patch(&path, &json!({"wallet": investor})).await.must_be(400)["wallet"].is_array());
    api.patch(&path, &set_wallet).await.must_be(200);

    api.post_nothing(&format!("{path}credits/")).await.must_be(201);
    api.patch(&path, &set_wallet).await.must_be(200);
    api.patch(&path, &json!({"wallet": null})).await.must_be(400);
}

#[tokio::test]
async fn a_credit_needs_payment_and_a_wallet_and_comes_once() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let path = format!("/v2/investments/{}/", invest(&api, &investor, json!({"accepted_at": NOW})).await.id());
    let credits = format!("{path}credits/");
    check(&api, &credits, "The investment is not paid.").await;
    api.patch(&path, &json!({"paid_at": NOW})).await.must_be(200);
    check(&api, &credits, "The investment has no wallet.").await;
    api.patch(&path, &json!({"wallet": wallet})).await.must_be(200);
    api.post(&credits, &json!({})).await.must_be(201);
    check(&api, &credits, "The investment has already been credited.").await;

    async fn check(api: &Api, credits: &str, message: &str) {
        let reply = api.post_nothing(credits).await;
        assert_eq!(reply.must_be(400)["non_field_errors"], json!([message]));
    }
}

#[tokio::test]
async fn a_delayed_credit_settles_when_its_time_has_passed() {
    let delay = Duration::from_secs(2);
    let api = Api::with(Sandbox::builder().settlement(Settlement::After(delay * 1_000))).await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let paid = json!({"accepted_at": NOW, "paid_at": NOW, "wallet": wallet});
    let path = format!("/v2/investments/{}/", invest(&api, &investor, paid).await.id());
    let credit = api.post_nothing(&format!("{path}credits/")).await;
    assert_eq!(credit.must_be(201)["status"], "processing");
    api.post_nothing(&format!("{path}credits/")).await.must_be(400);
    assert_eq!(api.get(&path).await.body["status"], "PAID");
    let redemption = json!({
        "investor_id": investor, "product_id": api.sandbox.product_id(), "wallet_id": wallet, "units": 1,
    });
    assert!(api.post("/v2/redemptions/", &redemption).await.must_be(400)["units"].is_array());

    api.sandbox.advance(delay * 1_000);
    assert_eq!(api.get(&path).await.body["status"], "DELIVERED");
    let redemption = api.post("/v2/redemptions/", &redemption).await;
    assert_eq!(redemption.must_be(201)["status"], "processing");
    api.sandbox.advance(delay * 1_000);
    let read = api.get(&format!("/v2/redemptions/{}/", redemption.id())).await;
    assert_eq!(read.must_be(200)["status"], "success");
}

#[tokio::test]
async fn a_failed_credit_may_be_tried_anew_and_an_unknown_one_may_not() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let paid = json!({"accepted_at": NOW, "paid_at": NOW, "wallet": wallet});
    let path = format!("/v2/investments/{}/", invest(&api, &investor, paid).await.id());
    let credits = format!("{path}credits/");
    let set = async |wallet: Value| api.patch(&path, &json!({"wallet": wallet})).await.status;

    api.sandbox.next_task_ends(TaskEnd::Failed);
    assert_eq!(api.post_nothing(&credits).await.must_be(201)["status"], "failed");
    assert_eq!(api.get(&path).await.body["status"], "PAID");
    assert_eq!((set(Value::Null).await, set(json!(wallet)).await), (200, 200));

    api.sandbox.next_task_ends(TaskEnd::Unknown);
    assert_eq!(api.post_nothing(&credits).await.must_be(201)["status"], "unknown");
    assert_eq!(api.get(&path).await.body["status"], "PAID");
    assert_eq!(set(Value::Null).await, 400);
    let message = json!(["It is not known whether the units have been credited."]);
    assert_eq!(api.post_nothing(&credits).await.must_be(400)["non_field_errors"], message);
}

#[tokio::test]
async fn a_credit_under_way_fails_if_the_investor_withdraws() {
    let delay = Duration::from_secs(3_600);
    let api = Api::with(Sandbox::builder().settlement(Settlement::After(delay))).await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let paid = json!({"accepted_at": NOW, "paid_at": NOW, "wallet": wallet});
    let investment = invest(&api, &investor, paid).await.id();
    let credits = format!("/v2/investments/{investment}/credits/");
    api.post_nothing(&credits).await.must_be(201);
    api.sandbox.trigger(investment.parse().unwrap(), InvestmentEvent::Cancel).unwrap();
    api.sandbox.advance(delay);
    assert_eq!(status(&api, &investment).await, "CANCELLATION");
    let message = json!(["The investment is not paid."]);
    assert_eq!(api.post_nothing(&credits).await.must_be(400)["non_field_errors"], message);
    let redemption = json!({
        "investor_id": investor, "product_id": api.sandbox.product_id(), "wallet_id": wallet, "units": 1,
    });
    assert!(api.post("/v2/redemptions/", &redemption).await.must_be(400)["units"].is_array());
}

#[tokio::test]
async fn people_may_end_an_investment_that_the_table_lets_them_end() {
    let api = Api::start().await;
    let investor = api.sandbox.investor_id().to_string();
    let investment = invest(&api, &investor, json!({})).await.id();
    let id = investment.parse().unwrap();
    assert!(api.sandbox.trigger(id, InvestmentEvent::Pay).is_err());
    api.sandbox.trigger(id, InvestmentEvent::Accept).unwrap();
    api.sandbox.trigger(id, InvestmentEvent::PaymentMissing).unwrap();
    let read = api.get(&format!("/v2/investments/{investment}/")).await;
    assert_eq!(read.must_be(200)["status"], "PAYMENT_MISSING");
    assert_eq!(read.body["cancellation_reason"], "PAYMENT_MISSING");
    assert!(read.body["cancellation_date"].is_string());
    assert!(api.sandbox.trigger(id, InvestmentEvent::Cancel).is_err());
}

pub(crate) async fn invest(api: &Api, investor: &str, with: Value) -> crate::client::Reply {
    let mut body = json!({
        "investor_id": investor,
        "campaign_id": api.sandbox.campaign_id(),
        "units": 300,
        "signed_at": NOW,
    });
    for (name, value) in with.as_object().unwrap() {
        body[name] = value.clone();
    }
    api.post("/v2/investments/", &body).await
}

pub(crate) async fn status(api: &Api, investment: &str) -> Value {
    api.get(&format!("/v2/investments/{investment}/")).await.must_be(200)["status"].clone()
}
