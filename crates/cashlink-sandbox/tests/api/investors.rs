//! Investors: how what they said is changed.

use serde_json::{Value, json};

use crate::client::{Api, NOW, company, identification, person};

#[tokio::test]
async fn a_change_is_merged_member_by_member() {
    let api = Api::start().await;
    let path = format!("/v2/investors/{}/", api.make("/v2/investors/", &person()).await);
    let before = api.get(&path).await.body;
    let change = json!({
        "natural_person": {"city": "Neustadt", "phone": null},
        "bank_account": {"iban": "DE02500105170137075030"},
    });
    let after = api.patch(&path, &change).await.must_be(200).clone();
    let mut expected = before;
    expected["natural_person"]["city"] = json!("Neustadt");
    expected["natural_person"]["phone"] = Value::Null;
    expected["bank_account"]["iban"] = json!("DE02500105170137075030");
    assert_eq!(after, expected);
    assert_eq!(api.get(&path).await.body, expected);
    assert_eq!(api.patch(&path, &json!({})).await.must_be(200), &expected);
}

#[tokio::test]
async fn what_an_investor_need_not_have_comes_later_and_goes_again() {
    let api = Api::start().await;
    let mut body = person();
    body.as_object_mut().unwrap().remove("communication");
    let path = format!("/v2/investors/{}/", api.make("/v2/investors/", &body).await);
    let reply = api.patch(&path, &json!({"communication": {"email_confirmed": true}})).await;
    assert_eq!(reply.must_be(400)["communication"], json!({"email": ["This field is required."]}));
    let reply = api.patch(&path, &json!({"communication": {"email": "a@example.org"}})).await;
    assert_eq!(reply.must_be(200)["communication"], json!({"email": "a@example.org", "email_confirmed": null}));
    for part in ["communication", "bank_account", "tax_information", "securities_deposit_account"] {
        let mut change = json!({});
        change[part] = Value::Null;
        assert_eq!(api.patch(&path, &change).await.must_be(200)[part], Value::Null, "{part}");
    }
}

#[tokio::test]
async fn null_is_refused_where_it_cannot_clear() {
    let api = Api::start().await;
    let proof = api.upload("/v2/documents/").await;
    let investor = api.make("/distributor/v2/investors/", &company(&proof, &proof)).await;
    for part in ["natural_person", "legal_person", "account_setup_accepted_at"] {
        check(&api, &format!("/v2/investors/{investor}/"), part).await;
    }
    for part in ["natural_person", "legal_person", "bank_account", "tax_information", "communication"] {
        check(&api, &format!("/distributor/v2/investors/{investor}/"), part).await;
    }
    let path = format!("/distributor/v2/investors/{investor}/");
    let reply = api.patch(&path, &json!({"natural_person": {"forename": null, "phone": null}})).await;
    assert_eq!(reply.must_be(400)["natural_person"], json!({"forename": ["This field may not be null."]}));
    api.patch(&path, &json!({"securities_deposit_account": null})).await.must_be(200);

    async fn check(api: &Api, path: &str, part: &str) {
        let mut change = json!({});
        change[part] = Value::Null;
        let reply = api.patch(path, &change).await;
        assert_eq!(reply.must_be(400)[part], json!(["This field may not be null."]), "{path}");
    }
}

#[tokio::test]
async fn a_change_keeps_the_rules_of_a_new_investor() {
    let api = Api::start().await;
    let proof = api.upload("/v2/documents/").await;
    let path = format!("/v2/investors/{}/", api.make("/v2/investors/", &company(&proof, &proof)).await);
    let change = json!({"legal_person": {"company_structure_proof_id": api.sandbox.product_id()}});
    let reply = api.patch(&path, &change).await;
    assert!(reply.must_be(400)["legal_person"]["company_structure_proof_id"].is_array());
    assert_eq!(api.get(&path).await.must_be(200)["legal_person"]["company_structure_proof_id"], proof.as_str());
    let other = api.upload("/v2/documents/").await;
    let change = json!({"legal_person": {"company_structure_proof_id": other}});
    assert_eq!(api.patch(&path, &change).await.must_be(200)["legal_person"]["company_name"], "Probe GmbH");

    let us_tax = json!({"natural_person": {"is_subject_to_us_tax": true}});
    let reply = api.patch(&format!("/distributor{path}"), &us_tax).await;
    assert!(reply.must_be(400)["natural_person"]["is_subject_to_us_tax"].is_array());
    api.patch(&path, &us_tax).await.must_be(200);
    // Where it is allowed it may stay; only who says it anew is refused.
    api.patch(&format!("/distributor{path}"), &json!({"communication": {"email": "b@example.org"}})).await.must_be(200);

    let person = api.make("/v2/investors/", &person()).await;
    let reply = api.patch(&format!("/v2/investors/{person}/"), &json!({"legal_person": {"zip": "1"}})).await;
    assert_eq!(reply.must_be(400)["legal_person"], json!(["The investor is not a company."]));
    api.patch(&format!("/v2/investors/{proof}/"), &json!({})).await.must_be(404);
}

#[tokio::test]
async fn tax_information_that_comes_later_opens_the_way_to_a_wallet() {
    let api = Api::start().await;
    let investor = api.identified_investor().await;
    let path = format!("/v2/investors/{investor}/");
    let wallets = format!("{path}wallets/eth-managed/");
    api.patch(&path, &json!({"tax_information": null})).await.must_be(200);
    api.post_nothing(&wallets).await.must_be(400);
    let tax = json!({"tax_identification_number": "12", "non_assessment_certificate": false});
    api.patch(&path, &json!({"tax_information": tax})).await.must_be(200);
    api.post_nothing(&wallets).await.must_be(201);
}

#[tokio::test]
async fn an_investment_keeps_what_its_investor_said_then() {
    let api = Api::start().await;
    let investor = api.identified_investor().await;
    let body = json!({
        "investor_id": investor, "campaign_id": api.sandbox.campaign_id(), "units": 1, "signed_at": NOW,
    });
    let before = api.make("/v2/investments/", &body).await;
    let change = json!({"communication": {"email": "new@example.org"}});
    api.patch(&format!("/v2/investors/{investor}/"), &change).await.must_be(200);
    let after = api.make("/v2/investments/", &body).await;
    for (investment, email) in [(before, "max@example.org"), (after, "new@example.org")] {
        let read = api.get(&format!("/v2/investments/{investment}/")).await;
        assert_eq!(read.must_be(200)["communication"]["email"], email);
    }
}

#[tokio::test]
async fn a_change_under_a_key_happens_once() {
    let api = Api::start().await;
    let path = format!("/v2/investors/{}/", api.make("/v2/investors/", &person()).await);
    let send = async |city: &str| {
        let call = api.call(reqwest::Method::PATCH, &path).header("X-Idempotency-Key", "k");
        crate::client::read(call.json(&json!({"natural_person": {"city": city}}))).await.unwrap()
    };
    let first = send("Erststadt").await;
    assert_eq!(first.must_be(200)["natural_person"]["city"], "Erststadt");
    assert_eq!(send("Zweitstadt").await.text, first.text);
}

#[tokio::test]
async fn benefiting_persons_are_added_in_both_families_and_seen_in_both() {
    let api = Api::start().await;
    let proof = api.upload("/v2/documents/").await;
    let investor = api.make("/v2/investors/", &company(&proof, &proof)).await;
    let persons = json!([crate::client::benefiting_person()]);
    for (family, count) in [("/v2", 1), ("/distributor/v2", 2)] {
        let path = format!("{family}/investors/{investor}/benefiting-persons/");
        let reply = api.post(&path, &persons).await;
        assert!(reply.must_be(201)[0]["person_id"].is_string());
        assert_eq!(api.get(&path).await.must_be(200)["count"], count);
    }
}

#[tokio::test]
async fn the_account_is_signed_once_identified_and_accepted_in_whatever_order() {
    let api = Api::start().await;
    let mut body = person();
    body["account_setup_accepted_at"] = json!(NOW);
    let accepted = api.make("/v2/investors/", &body).await;
    assert_eq!(count(&api, &accepted).await, 0);
    let again = json!({"account_setup_accepted_at": NOW});
    api.patch(&format!("/v2/investors/{accepted}/"), &again).await.must_be(200);
    assert_eq!(count(&api, &accepted).await, 0);
    let protocol = api.upload("/v2/documents/").await;
    api.make(&format!("/v2/investors/{accepted}/identifications/"), &identification(&protocol)).await;
    assert_eq!(count(&api, &accepted).await, 1);

    let identified = api.identified_investor().await;
    assert_eq!(count(&api, &identified).await, 0);
    let path = format!("/v2/investors/{identified}/");
    for _ in 0..2 {
        api.patch(&path, &json!({"account_setup_accepted_at": NOW})).await.must_be(200);
        assert_eq!(count(&api, &identified).await, 1);
    }
    let page = api.get(&format!("{path}signed-documents/")).await;
    let document = &page.body["results"][0];
    assert_eq!(document["category"], "ACCOUNT_SETUP");
    assert_eq!(document["document_id"], Value::Null);

    async fn count(api: &Api, investor: &str) -> Value {
        api.get(&format!("/v2/investors/{investor}/signed-documents/")).await.must_be(200)["count"].clone()
    }
}
