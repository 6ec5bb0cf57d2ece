//! What is said to issuers, and to those who hand on what they issued.

use cashlink_sandbox::Sandbox;
use serde_json::{Value, json};

use super::{MISSING, UNKNOWN, not_found, refused};
use crate::campaigns::campaign;
use crate::client::{Api, company};
use crate::products::product;
use crate::redemptions::deliver;

#[tokio::test]
async fn a_product_says_everything_that_is_wrong_with_it() {
    let api = Api::start().await;
    let mut body = product(&api);
    let wrong = json!({
        "issuer_id": MISSING, "ewpg": true, "provide_nominal_value": true, "issuance_price": "0", "step_size": 2_000_000,
        "agio_percent": "-0.01", "asset_code": "A-1", "calculation_factor": 0, "payment_deadline": u64::MAX,
        "issuance_document_id": MISSING, "network": " ", "product_type": "SHARE",
    });
    body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
    let expected = json!({
        "issuer_id": [UNKNOWN],
        "isin": ["This field is required."],
        "nominal_value": ["This field is required."],
        "issuance_price": ["Ensure this value is greater than 0."],
        "max_issuable_amount": ["Ensure this value is not less than the step size."],
        "agio_percent": ["Ensure this value is greater than or equal to 0."],
        "asset_code": ["Enter letters and digits only, fewer than 12."],
        "calculation_factor": ["Ensure this value is greater than or equal to 1."],
        "payment_deadline": ["Ensure this value is less than or equal to 9223372036854775807."],
        "issuance_document_id": [UNKNOWN],
        "network": ["This field may not be blank."],
        "product_type": ["\"SHARE\" is not a valid choice."],
    });
    refused(&api, "/issuer/v2/products/", &body, &expected).await;

    let path = format!("/issuer/v2/products/{}/", api.sandbox.product_id());
    let reply = api.patch(&path, &json!({"max_issuable_amount": 1_000, "name": null})).await;
    assert_eq!(reply.must_be(400), &json!({"name": ["This field may not be null."]}));
    let reply = api.patch(&path, &json!({"max_issuable_amount": 1_000})).await;
    let message = "Ensure this value is not less than what campaigns offer.";
    assert_eq!(reply.must_be(400), &json!({"max_issuable_amount": [message]}));
    not_found(&api.patch(&format!("/issuer/v2/products/{MISSING}/"), &json!({})).await);
}

#[tokio::test]
async fn a_campaign_says_everything_that_is_wrong_with_it() {
    let api = Api::start().await;
    let path = format!("/issuer/v2/products/{}/campaigns/", api.sandbox.product_id());
    let (other, _) = api.sandbox.platforms().into_iter().find(|(_, is_allowed)| !is_allowed).unwrap();
    let mut body = campaign(&api);
    let wrong = json!({
        "distribution_platform_id": other, "allocation": 1_000_000_000_000_000_u64, "price_per_token": "0",
        "min_number_of_tokens": 5_001,
    });
    body.as_object_mut().unwrap().extend(wrong.as_object().unwrap().clone());
    let expected = json!({
        "distribution_platform_id": ["The product is not listed on this platform."],
        "allocation": ["The campaigns would offer more units than can be issued."],
        "price_per_token": ["Ensure this value is greater than 0."],
        "min_number_of_tokens": ["Ensure this value is not greater than the maximum."],
    });
    refused(&api, &path, &body, &expected).await;
    let mut body = campaign(&api);
    body["distribution_platform_id"] = json!(MISSING);
    body["max_number_of_tokens"] = json!(u64::MAX);
    let message = "Ensure this value is less than or equal to 9223372036854775807.";
    let expected = json!({"distribution_platform_id": [UNKNOWN], "max_number_of_tokens": [message]});
    refused(&api, &path, &body, &expected).await;
    not_found(&api.post(&format!("/issuer/v2/products/{MISSING}/campaigns/"), &campaign(&api)).await);
}

#[tokio::test]
async fn a_listing_says_what_is_not_there_or_not_allowed() {
    let api = Api::start().await;
    let (other, _) = api.sandbox.platforms().into_iter().find(|(_, is_allowed)| !is_allowed).unwrap();
    let body = json!({"product_id": MISSING, "distribution_platform_id": other});
    let message = "Products may not be listed on this platform.";
    let expected = json!({"product_id": [UNKNOWN], "distribution_platform_id": [message]});
    refused(&api, "/issuer/v2/listings/", &body, &expected).await;
    let body = json!({"product_id": api.sandbox.product_id(), "distribution_platform_id": MISSING});
    refused(&api, "/issuer/v2/listings/", &body, &json!({"distribution_platform_id": [UNKNOWN]})).await;
}

#[tokio::test]
async fn an_issuer_says_which_proof_or_account_is_missing() {
    let api = Api::with(Sandbox::builder().issuer_mirror_rule(true)).await;
    let proof = api.upload("/issuer/v2/documents/").await;
    let issuer = |proof: &str| {
        let body = company(proof, proof);
        json!({
            "natural_person": body["natural_person"], "legal_person": body["legal_person"],
            "bank_account": body["bank_account"],
        })
    };
    let proofs = json!({"company_identity_proof_id": [UNKNOWN], "company_structure_proof_id": [UNKNOWN]});
    refused(&api, "/issuer/v2/issuers/", &issuer(MISSING), &json!({"legal_person": proofs})).await;
    let expected = json!({"legal_person": ["No registry account of this company exists."]});
    refused(&api, "/issuer/v2/issuers/", &issuer(&proof), &expected).await;
    not_found(&api.patch(&format!("/issuer/v2/issuers/{MISSING}/"), &json!({})).await);
}

#[tokio::test]
async fn a_transfer_says_every_condition_that_fails() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    deliver(&api, &investor, &wallet, 10).await;
    let product = api.sandbox.product_id();
    let body = json!({"product": MISSING, "source_wallet": MISSING, "target_address": "0x12", "amount": 1});
    let nobody = "No wallet with this address is registered.";
    let expected = json!({"product": [UNKNOWN], "source_wallet": [UNKNOWN], "target_address": [nobody]});
    for family in ["/v2", "/distributor/v2"] {
        refused(&api, &format!("{family}/transfers/"), &body, &expected).await;
    }

    let generic = format!("/v2/investors/{investor}/wallets/eth-generic/");
    let own = "0x52908400098527886E0F7030069857D2E4169EE7";
    let generic = api.make(&generic, &json!({"address": own})).await;
    api.sandbox.pause_transfers(product, true).unwrap();
    let body = json!({"product": product, "source_wallet": generic, "target_address": own, "amount": 1});
    let expected = json!({
        "product": ["Transfers of the product are paused."],
        "source_wallet": ["The wallet is not managed."],
        "target_address": ["The wallet does not receive transfers."],
    });
    refused(&api, "/v2/transfers/", &body, &expected).await;
    api.sandbox.pause_transfers(product, false).unwrap();
    let change = json!({"receiving_enabled": true});
    api.patch(&format!("/v2/investors/{investor}/wallets/{generic}/"), &change).await.must_be(200);
    let with = |change: Value| {
        let mut body = json!({"product": product, "source_wallet": wallet, "target_address": own, "amount": 11});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    let expected = json!({"amount": ["The balance of the wallet is too low."]});
    refused(&api, "/v2/transfers/", &with(json!({})), &expected).await;
    api.sandbox.freeze_wallet(wallet.parse().unwrap(), true).unwrap();
    let expected = json!({"source_wallet": ["The wallet is frozen."]});
    refused(&api, "/v2/transfers/", &with(json!({"amount": 1})), &expected).await;
}
