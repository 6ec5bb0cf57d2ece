//! Issuers: companies that issue products.

use cashlink_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::client::{Api, company, identification};

const PATH: &str = "/issuer/v2/issuers/";

#[tokio::test]
async fn an_issuer_is_made_read_and_listed() {
    let api = Api::start().await;
    let proof = api.upload("/issuer/v2/documents/").await;
    let made = api.post(PATH, &issuer(&proof)).await;
    assert_eq!(made.must_be(201)["legal_person"]["company_name"], "Probe GmbH");
    let path = format!("{PATH}{}/", made.id());
    assert_eq!(api.get(&path).await.must_be(200), &made.body);
    let all = api.get(PATH).await;
    assert_eq!(all.must_be(200)["results"][0]["id"], json!(api.sandbox.issuer_id()));
    assert_eq!(all.body["results"][1], made.body);
    assert_eq!(all.body["count"], 2);
}

#[tokio::test]
async fn a_change_of_an_issuer_keeps_what_it_does_not_name() {
    let api = Api::start().await;
    let proof = api.upload("/issuer/v2/documents/").await;
    let made = api.post(PATH, &issuer(&proof)).await;
    let path = format!("{PATH}{}/", made.id());
    let change = json!({
        "natural_person": {"phone": null},
        "bank_account": {"iban": "DE02120300000000202051", "bank": null},
    });
    let mut expected = made.body.clone();
    expected["natural_person"]["phone"] = Value::Null;
    expected["bank_account"]["iban"] = json!("DE02120300000000202051");
    expected["bank_account"]["bank"] = Value::Null;
    assert_eq!(api.patch(&path, &change).await.must_be(200), &expected);
    assert_eq!(api.get(&path).await.must_be(200), &expected);
    let nulls = json!({"bank_account": null, "natural_person": {"forename": null}});
    let refused = json!(["This field may not be null."]);
    let reply = api.patch(&path, &nulls).await;
    assert_eq!(reply.must_be(400), &json!({"bank_account": refused, "natural_person": {"forename": refused}}));
}

#[tokio::test]
async fn the_proofs_of_an_issuer_must_have_been_uploaded() {
    let api = Api::start().await;
    let reply = api.post(PATH, &issuer(&api.sandbox.issuer_id().to_string())).await;
    let problems = &reply.must_be(400)["legal_person"];
    assert!(problems["company_identity_proof_id"].is_array(), "{problems}");
    assert!(problems["company_structure_proof_id"].is_array(), "{problems}");
    let path = format!("{PATH}{}/", api.sandbox.issuer_id());
    let change = json!({"legal_person": {"company_identity_proof_id": api.sandbox.issuer_id()}});
    let reply = api.patch(&path, &change).await;
    assert!(reply.must_be(400)["legal_person"]["company_identity_proof_id"].is_array());
}

#[tokio::test]
async fn an_unknown_issuer_is_not_found() {
    let api = Api::start().await;
    let path = format!("{PATH}{}/", api.sandbox.investor_id());
    api.get(&path).await.must_be(404);
    api.patch(&path, &json!({})).await.must_be(404);
}

#[tokio::test]
async fn the_mirror_rule_demands_an_investor_with_the_same_company_data() {
    let api = Api::with(Sandbox::builder().issuer_mirror_rule(true)).await;
    let proof = api.upload("/issuer/v2/documents/").await;
    let reply = api.post(PATH, &issuer(&proof)).await;
    assert!(reply.must_be(400)["legal_person"].is_array());

    let mut other = company(&proof, &proof);
    other["legal_person"]["commercial_register_number"] = json!("HRB 2");
    api.make("/distributor/v2/investors/", &other).await;
    api.post(PATH, &issuer(&proof)).await.must_be(400);
    api.make("/distributor/v2/investors/", &company(&proof, &proof)).await;
    api.post(PATH, &issuer(&proof)).await.must_be(201);
}

#[tokio::test]
async fn an_issuer_becomes_a_product_on_offer_that_a_distributor_invests_in() {
    let api = Api::start().await;
    let proof = api.upload("/issuer/v2/documents/").await;
    let mut issuer = issuer(&proof);
    issuer["bank_account"]["iban"] = json!("DE02120300000000202051");
    let issuer = api.make(PATH, &issuer).await;
    let mut product = crate::products::product(&api);
    product["issuer_id"] = json!(issuer);
    let product = api.make("/issuer/v2/products/", &product).await;
    let platforms = api.get("/issuer/v2/distribution-platforms/").await;
    let platform = &platforms.must_be(200)["results"][0];
    assert_eq!(platform["is_allowed"], true);
    let listing = json!({"product_id": product, "distribution_platform_id": platform["id"]});
    api.make("/issuer/v2/listings/", &listing).await;
    let campaigns = format!("/issuer/v2/products/{product}/campaigns/");
    let campaign = api.make(&campaigns, &crate::campaigns::campaign(&api)).await;

    let offered = api.get(&format!("/distributor/v2/products/{product}/campaigns/")).await;
    assert_eq!(offered.must_be(200)["results"][0]["id"], campaign.as_str());
    let investor = api.make("/distributor/v2/investors/", &company(&proof, &proof)).await;
    let path = format!("/distributor/v2/investors/{investor}/identifications/");
    api.make(&path, &identification(&proof)).await;
    let investment = crate::campaigns::investment(&investor, &campaign, 200);
    let investment = api.post("/distributor/v2/investments/", &investment).await;
    assert_eq!(investment.must_be(201)["campaign_id"], campaign.as_str());
    assert_eq!(investment.body["payment_details"]["iban"], "DE02120300000000202051");
    let seen = api.get(&format!("/issuer/v2/investments/{}/", investment.id())).await;
    assert_eq!(seen.must_be(200), &investment.body);
}

/// A company that issues securities.
pub(crate) fn issuer(proof: &str) -> Value {
    let mut body = company(proof, proof);
    let issuer = body.as_object_mut().unwrap();
    issuer.retain(|part, _| ["natural_person", "legal_person", "bank_account"].contains(&part.as_str()));
    body["natural_person"].as_object_mut().unwrap().remove("salutation");
    body["legal_person"].as_object_mut().unwrap().remove("is_subject_to_us_tax");
    body
}
