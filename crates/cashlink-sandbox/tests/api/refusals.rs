//! What is said to a call that breaks a rule: status and whole body, rule by rule.

use std::time::Duration;

use cashlink_sandbox::{IdentificationResult, Sandbox, Settlement};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::campaigns::{campaign, investment};
use crate::client::{Api, NOW, company, identification, person, read};
use crate::investments::invest;
use crate::invitations::{conversion, finish_survey, invite};
use crate::redemptions::{deliver, redeem};

mod issuers;

const MISSING: &str = "53b8b9b0-4b0e-4b8e-9b0e-4b0e4b8e9b0e";
const UNKNOWN: &str = "Invalid pk \"53b8b9b0-4b0e-4b8e-9b0e-4b0e4b8e9b0e\" - object does not exist.";

#[tokio::test]
async fn an_identification_names_its_protocol_and_a_document_that_was_valid() {
    let api = Api::start().await;
    let investor = api.make("/v2/investors/", &person()).await;
    let protocol = api.upload("/v2/documents/").await;
    for family in ["/v2", "/distributor/v2"] {
        let path = format!("{family}/investors/{investor}/identifications/");
        let mut body = identification(MISSING);
        body["document_valid_to"] = json!("2022-02-28");
        let message = "The document was not valid any more when it was verified.";
        let expected = json!({"legitimation_protocol_id": [UNKNOWN], "document_valid_to": [message]});
        refused(&api, &path, &body, &expected).await;
        // The last day counts, and so does the time zone: it is still March 1st in UTC.
        let mut body = identification(&protocol);
        body["document_valid_to"] = json!("2022-03-01");
        body["verified_at"] = json!("2022-03-02T00:30:00+02:00");
        api.post(&path, &body).await.must_be(201);
    }
    let nobody = format!("/v2/investors/{MISSING}/identifications/");
    not_found(&api.post(&nobody, &json!({})).await);
}

#[tokio::test]
async fn distributors_take_nobody_who_is_subject_to_us_tax() {
    let api = Api::start().await;
    let proof = api.upload("/v2/documents/").await;
    let mut body = company(&proof, MISSING);
    body["natural_person"]["is_subject_to_us_tax"] = json!(true);
    body["legal_person"]["is_subject_to_us_tax"] = json!(true);
    let message = json!(["Investors subject to US tax are not accepted."]);
    let expected = json!({
        "legal_person": {"company_structure_proof_id": [UNKNOWN], "is_subject_to_us_tax": message},
        "natural_person": {"is_subject_to_us_tax": message},
    });
    refused(&api, "/distributor/v2/investors/", &body, &expected).await;
    body["legal_person"]["company_structure_proof_id"] = json!(proof);
    let investor = api.make("/v2/investors/", &body).await;
    api.sandbox.decide_kyc(investor.parse().unwrap(), IdentificationResult::Success).unwrap();
    let expected = json!({"non_field_errors": ["The investor is subject to US tax."]});
    refused(&api, &format!("/v2/investors/{investor}/wallets/eth-managed/"), &json!({}), &expected).await;
}

#[tokio::test]
async fn a_wallet_says_what_stands_in_its_way() {
    let api = Api::start().await;
    let (investor, _) = api.investor_with_wallet().await;
    let stranger = api.make("/v2/investors/", &person()).await;
    for family in ["/v2", "/distributor/v2"] {
        let wallets = format!("{family}/investors/{investor}/wallets");
        let body = json!({"receiving_enabled": true});
        let expected = json!({"non_field_errors": ["The investor already has a managed wallet."]});
        refused(&api, &format!("{wallets}/eth-managed/"), &body, &expected).await;
        let path = format!("{wallets}/eth-generic/");
        let with = |address: &str| json!({"address": address, "receiving_enabled": true});
        let expected = json!({"address": ["Enter a valid Ethereum address."]});
        refused(&api, &path, &with("0x12"), &expected).await;
        let address = format!("0x{}", Uuid::new_v5(&Uuid::nil(), family.as_bytes()).simple().to_string() + "00000000");
        api.post(&path, &with(&address)).await.must_be(201);
        let expected = json!({"address": ["A wallet with this address already exists."]});
        refused(&api, &path, &with(&address.to_uppercase().replace("0X", "0x")), &expected).await;
        let expected = json!({"non_field_errors": ["The investor has no successful identification."]});
        let path = format!("{family}/investors/{stranger}/wallets/eth-generic/");
        refused(&api, &path, &with("0x0000000000000000000000000000000000000001"), &expected).await;
    }
}

#[tokio::test]
async fn an_investment_says_which_part_does_not_fit() {
    let api = Api::start().await;
    let investor = api.sandbox.investor_id().to_string();
    let required = json!(["This field is required."]);
    let expected = json!({"investor_id": required, "campaign_id": required});
    refused(&api, "/v2/investments/", &json!({"signed_at": NOW, "units": 1}), &expected).await;
    let expected = json!({"investor_id": [UNKNOWN], "campaign_id": [UNKNOWN]});
    for family in ["/v2", "/distributor/v2"] {
        refused(&api, &format!("{family}/investments/"), &investment(MISSING, MISSING, 1), &expected).await;
    }
    let seeded = api.sandbox.campaign_id().to_string();
    let body = json!({
        "investor_id": investor, "campaign_id": seeded, "units": 1, "wallet": MISSING, "disagio": "-1",
        "signed_documents": [{"document_id": MISSING, "category": "c", "subject": "s"}],
    });
    let expected = json!({
        "signed_at": ["This field is required."],
        "wallet": [UNKNOWN],
        "signed_documents": [{"document_id": [UNKNOWN]}],
        "disagio": ["Ensure this value is greater than or equal to 0."],
    });
    refused(&api, "/v2/investments/", &body, &expected).await;
    assert_eq!(api.get("/v2/investments/").await.must_be(200)["count"], 0);
}

#[tokio::test]
async fn a_campaign_says_to_whom_and_how_much_it_sells() {
    let api = Api::start().await;
    let person = api.sandbox.investor_id().to_string();
    let proof = api.upload("/v2/documents/").await;
    let company = api.make("/v2/investors/", &company(&proof, &proof)).await;
    let path = format!("/issuer/v2/products/{}/campaigns/", api.sandbox.product_id());
    api.patch(&format!("/issuer/v2/products/{}/", api.sandbox.product_id()), &json!({"step_size": 10}))
        .await
        .must_be(200);
    let campaign_id = |message: &str| json!({"campaign_id": [message]});
    let units = |message: &str| json!({"units": [message]});
    let cases = [
        (json!({"is_campaign_active": false}), &person, 100, campaign_id("The campaign is not active.")),
        (
            json!({"natural_persons_allowed": false}),
            &person,
            100,
            campaign_id("The campaign is not open to natural persons."),
        ),
        (
            json!({"legal_persons_allowed": false}),
            &company,
            100,
            campaign_id("The campaign is not open to legal persons."),
        ),
        (json!({}), &person, 105, units("Ensure this value is a multiple of the step size.")),
        (json!({}), &person, 90, units("Ensure this value is not less than the minimum of the campaign.")),
        (json!({}), &person, 5_010, units("Ensure this value is not greater than the maximum of the campaign.")),
        (json!({"allocation": 200}), &person, 210, units("The campaign has fewer units left.")),
    ];
    for (terms, investor, units, expected) in cases {
        let mut body = campaign(&api);
        body.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
        let campaign = api.make(&path, &body).await;
        let direct = investment(investor, &campaign, units);
        refused(&api, "/v2/investments/", &direct, &expected).await;
        refused(&api, "/distributor/v2/investments/", &direct, &expected).await;
        let invitation = json!({"investor_id": investor, "campaign_id": campaign, "units": units});
        refused(&api, "/v2/invitations/", &invitation, &expected).await;
    }
    let unknown = json!({"investor_id": MISSING, "campaign_id": MISSING, "units": 1});
    refused(&api, "/v2/invitations/", &unknown, &json!({"investor_id": [UNKNOWN], "campaign_id": [UNKNOWN]})).await;
}

#[tokio::test]
async fn an_invitation_says_what_it_still_needs_and_that_it_is_used_up() {
    let api = Api::start().await;
    let path = invite(&api, 1_001).await;
    let convert = async |message: &str| {
        refused(&api, "/v2/investments/", &conversion(&path), &json!({"invitation_id": [message]})).await;
    };
    convert("The amount exceeds the limit of the self-disclosure.").await;
    api.patch(&path, &json!({"self_disclosure_net_worth_100k": true})).await.must_be(200);
    convert("The survey has not been submitted.").await;
    api.patch(&path, &json!({"survey_submitted_at": NOW, "survey": []})).await.must_be(200);
    convert("A survey without answers needs a waiver.").await;
    finish_survey(&api, &path).await;

    let message = json!(["This field is not allowed together with invitation_id."]);
    let mut body = conversion(&path);
    for (field, value) in [
        ("accepted_at", json!(NOW)),
        ("investor_id", json!(MISSING)),
        ("campaign_id", json!(MISSING)),
        ("units", json!(1)),
    ] {
        body[field] = value;
    }
    let expected = json!({"accepted_at": message, "investor_id": message, "campaign_id": message, "units": message});
    refused(&api, "/v2/investments/", &body, &expected).await;
    let unknown = json!({"invitation_id": MISSING, "signed_at": NOW});
    refused(&api, "/v2/investments/", &unknown, &json!({"invitation_id": [UNKNOWN]})).await;

    api.post("/v2/investments/", &conversion(&path)).await.must_be(201);
    convert("The invitation has already been turned into an investment.").await;
    let reply = api.patch(&path, &json!({"survey": []})).await;
    let expected = json!({"non_field_errors": ["The invitation has been turned into an investment."]});
    assert_eq!(reply.must_be(400), &expected);
}

#[tokio::test]
async fn a_change_of_an_investment_says_why_it_comes_too_late() {
    let delay = Duration::from_secs(3_600);
    let api = Api::with(Sandbox::builder().settlement(Settlement::After(delay))).await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let paid = json!({"accepted_at": NOW, "paid_at": NOW, "wallet": wallet});
    let path = format!("/v2/investments/{}/", invest(&api, &investor, paid).await.id());
    let change = async |body: Value, expected: Value| {
        for family in ["", "/distributor"] {
            assert_eq!(api.patch(&format!("{family}{path}"), &body).await.must_be(400), &expected);
        }
    };
    change(json!({"accepted_at": null}), json!({"accepted_at": ["The investment has been accepted."]})).await;
    change(json!({"paid_at": null}), json!({"paid_at": ["The investment has been paid."]})).await;
    change(json!({"wallet": MISSING}), json!({"wallet": [UNKNOWN]})).await;
    api.post_nothing(&format!("{path}credits/")).await.must_be(201);
    change(json!({"wallet": null}), json!({"wallet": ["The units are being credited."]})).await;
    let expected = json!({"non_field_errors": ["The units are being credited."]});
    refused(&api, &format!("{path}credits/"), &Value::Null, &expected).await;
    api.sandbox.advance(delay);
    let expected = json!({"non_field_errors": ["The investment cannot be changed any more."]});
    change(json!({"wallet": null}), expected).await;
    not_found(&api.patch(&format!("/v2/investments/{MISSING}/"), &json!({})).await);
    not_found(&api.post_nothing(&format!("/v2/investments/{MISSING}/credits/")).await);
}

#[tokio::test]
async fn a_redemption_says_what_is_missing() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    deliver(&api, &investor, &wallet, 10).await;
    let body = json!({"investor_id": MISSING, "product_id": MISSING, "wallet_id": wallet, "units": 1});
    let expected = json!({"investor_id": [UNKNOWN], "product_id": [UNKNOWN]});
    refused(&api, "/v2/redemptions/", &body, &expected).await;
    let body = json!({"investor_id": investor, "product_id": MISSING, "wallet_id": MISSING, "units": 1});
    let expected = json!({"wallet_id": [UNKNOWN], "product_id": [UNKNOWN]});
    refused(&api, "/distributor/v2/redemptions/", &body, &expected).await;
    let expected = json!({"units": ["The balance of the wallet is too low."]});
    assert_eq!(redeem(&api, &investor, &wallet, 11).await.must_be(400), &expected);
    redeem(&api, &investor, &wallet, 10).await.must_be(201);
    assert_eq!(redeem(&api, &investor, &wallet, 1).await.must_be(400), &expected);

    let crypto = json!({"ewpg": true, "isin": "DE000A0AAAA8"});
    api.patch(&format!("/issuer/v2/products/{}/", api.sandbox.product_id()), &crypto).await.must_be(200);
    let expected = json!({"product_id": ["Crypto securities are not redeemed here."]});
    assert_eq!(redeem(&api, &investor, &wallet, 1).await.must_be(400), &expected);
}

#[tokio::test]
async fn strict_mode_says_what_is_wrong_with_a_key() {
    let api = Api::with(Sandbox::builder().strict_idempotency()).await;
    let detail = |text: &str| json!({"detail": text});
    let missing = detail("The header X-Idempotency-Key is required.");
    for path in ["/v2/investors/", "/v2/invitations/", "/distributor/v2/transfers/", "/issuer/v2/listings/"] {
        let reply = read(api.call(Method::POST, path).json(&json!({}))).await.unwrap();
        assert_eq!(reply.must_be(400), &missing, "{path}");
    }
    let upload = api.call(Method::POST, "/v2/documents/").multipart(file("a"));
    assert_eq!(read(upload).await.unwrap().must_be(400), &missing);

    let other = detail("This idempotency key was used with a different request.");
    let send = async |name: &'static str| read(api.keyed("/v2/documents/", "k").multipart(file(name))).await.unwrap();
    let first = send("a").await;
    assert_eq!(first.must_be(201), send("a").await.must_be(201));
    assert_eq!(send("b").await.must_be(422), &other);
    assert_eq!(api.post_with("/v2/investors/", "k", &person()).await.status, 201);

    // A change needs no key; if it has one, the same is asked of it.
    let path = format!("/v2/investors/{}/", api.sandbox.investor_id());
    let change = async |city: &str| {
        let call = api.call(Method::PATCH, &path).header("X-Idempotency-Key", "c");
        read(call.json(&json!({"natural_person": {"city": city}}))).await.unwrap()
    };
    api.patch(&path, &json!({"natural_person": {"city": "A"}})).await.must_be(200);
    change("B").await.must_be(200);
    change("B").await.must_be(200);
    assert_eq!(change("C").await.must_be(422), &other);
    assert_eq!(api.get(&path).await.must_be(200)["natural_person"]["city"], "B");

    fn file(name: &'static str) -> reqwest::multipart::Form {
        let part = reqwest::multipart::Part::bytes(b"x".as_slice()).file_name(name);
        reqwest::multipart::Form::new().part("file", part)
    }
}

/// Checks what a POST is answered in whole; `null` is no body.
async fn refused(api: &Api, path: &str, body: &Value, expected: &Value) {
    let reply = if body.is_null() { api.post_nothing(path).await } else { api.post(path, body).await };
    assert_eq!(reply.must_be(400), expected, "{path}");
}

#[track_caller]
fn not_found(reply: &crate::client::Reply) {
    assert_eq!(reply.must_be(404), &json!({"detail": "Not found."}));
}
