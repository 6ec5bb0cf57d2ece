//! Bodies: what is refused, in which words, and under which name.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::client::{Api, NOW, company, identification, person, read};

#[tokio::test]
async fn a_missing_field_is_named_where_it_belongs() {
    let api = Api::start().await;
    let mut body = person();
    body["natural_person"].as_object_mut().unwrap().remove("surname");
    body.as_object_mut().unwrap().remove("is_beneficiary");
    let expected = json!({
        "natural_person": {"surname": ["This field is required."]},
        "is_beneficiary": ["This field is required."],
    });
    let reply = api.post("/v2/investors/", &body).await;
    assert_eq!(reply.must_be(400), &expected);
}

#[tokio::test]
async fn values_of_the_wrong_kind_are_told_apart() {
    let api = Api::start().await;
    let mut body = person();
    body["natural_person"]["birth_date"] = json!("30.11.1975");
    body["natural_person"]["is_pep"] = json!("no");
    body["natural_person"]["city"] = Value::Null;
    body["communication"] = json!([]);
    let expected = json!({
        "natural_person": {
            "birth_date": ["Date has wrong format. Use one of these formats instead: YYYY-MM-DD."],
            "city": ["This field may not be null."],
            "is_pep": ["Must be a valid boolean."],
        },
        "communication": {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]},
    });
    assert_eq!(api.post("/v2/investors/", &body).await.must_be(400), &expected);
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_fraction_of_zero() {
    let api = Api::start().await;
    let (investor, campaign) = (api.sandbox.investor_id(), api.sandbox.campaign_id());
    let send = async |units: &str| {
        let body = format!(r#"{{"investor_id": "{investor}", "campaign_id": "{campaign}", "units": {units}}}"#);
        let call = api.keyed("/v2/invitations/", &api.key()).header("Content-Type", "application/json").body(body);
        read(call).await.unwrap()
    };
    for units in ["10.0", "1e1"] {
        assert_eq!(send(units).await.must_be(201)["units"], 10, "{units}");
    }
    assert_eq!(send("10.5").await.must_be(400), &json!({"units": ["A valid integer is required."]}));
    assert_eq!(send("18446744073709551616").await.must_be(400), &json!({"units": ["Invalid value."]}));
}

#[tokio::test]
async fn a_value_that_cannot_be_held_is_named_like_any_other() {
    let api = Api::start().await;
    let body = |signed_at: &str, decimals: i64| {
        json!({
            "investor_id": api.sandbox.investor_id(), "campaign_id": api.sandbox.campaign_id(), "units": 10,
            "signed_at": signed_at, "disagio": {"amount": "1", "decimals": decimals, "currency": "EUR"},
        })
    };
    let reply = api.post("/v2/investments/", &body("9999-12-31T23:59:59Z", 2)).await;
    assert_eq!(reply.must_be(400), &json!({"signed_at": ["Invalid value."]}));
    let reply = api.post("/v2/investments/", &body(NOW, -1)).await;
    assert_eq!(
        reply.must_be(400),
        &json!({"disagio": {"decimals": ["Ensure this value is greater than or equal to 0."]}})
    );
}

#[tokio::test]
async fn money_that_is_out_of_bounds_is_refused_on_the_member() {
    let api = Api::start().await;
    let digits = "Ensure that there are no more than 38 digits in total.";
    let places = "Ensure that there are no more than 30 decimal places.";
    let currency = json!({"currency": ["Enter three capital letters."]});
    let euros = |amount: &str, decimals: Value| json!({"amount": amount, "decimals": decimals, "currency": "EUR"});
    check(&api, euros(&"9".repeat(39), json!(0)), json!({"amount": [digits]})).await;
    check(&api, euros(&"9".repeat(60), json!(0)), json!({"amount": [digits]})).await;
    check(&api, euros("1.5", json!(0)), json!({"amount": ["A valid integer is required."]})).await;
    let fine = "Ensure this value is less than or equal to 30.";
    check(&api, euros("1", json!(31)), json!({"decimals": [fine]})).await;
    check(&api, euros("1", json!(1e30)), json!({"decimals": [fine]})).await;
    for code in ["eur", "EURO", "E1R", "", "ÄU"] {
        check(&api, json!({"amount": "1", "decimals": 0, "currency": code}), currency.clone()).await;
    }
    check(&api, json!({"amount": "1", "decimals": 0}), json!({"currency": ["This field is required."]})).await;
    check(&api, json!("9".repeat(39)), json!([digits])).await;
    check(&api, json!("9".repeat(37)), json!([digits])).await;
    check(&api, json!(format!("0.{}", "0".repeat(31))), json!([places])).await;
    check(&api, json!("1e3"), json!(["A valid number is required."])).await;
    check(&api, json!(true), json!(["A valid number is required."])).await;

    async fn check(api: &Api, sent: Value, expected: Value) {
        let investment = json!({
            "investor_id": api.sandbox.investor_id(), "campaign_id": api.sandbox.campaign_id(), "units": 10,
            "signed_at": NOW, "disagio": sent,
        });
        let mut campaign = crate::campaigns::campaign(api);
        campaign["price_per_token"] = sent.clone();
        let mut product = crate::products::product(api);
        product["issuance_price"] = sent.clone();
        let campaigns = format!("/issuer/v2/products/{}/campaigns/", api.sandbox.product_id());
        let calls = [
            ("/v2/investments/", "disagio", investment),
            (campaigns.as_str(), "price_per_token", campaign),
            ("/issuer/v2/products/", "issuance_price", product),
        ];
        for (path, field, body) in calls {
            assert_eq!(api.post(path, &body).await.must_be(400), &json!({field: expected}), "{sent}");
        }
    }
}

#[tokio::test]
async fn the_distributor_family_demands_five_blocks_and_no_us_tax() {
    let api = Api::start().await;
    let bare = json!({"natural_person": person()["natural_person"]});
    let reply = api.post("/distributor/v2/investors/", &bare).await;
    for block in ["bank_account", "tax_information", "communication", "is_beneficiary"] {
        assert_eq!(reply.must_be(400)[block], json!(["This field is required."]));
    }
    assert!(reply.body["natural_person"]["is_subject_to_us_tax"].is_array());

    let proof = api.upload("/v2/documents/").await;
    let mut body = company(&proof, &proof);
    body["legal_person"]["is_subject_to_us_tax"] = json!(true);
    let reply = api.post("/distributor/v2/investors/", &body).await;
    assert!(reply.must_be(400)["legal_person"]["is_subject_to_us_tax"].is_array());
}

#[tokio::test]
async fn a_document_that_was_not_uploaded_is_refused_where_it_is_named() {
    let api = Api::start().await;
    let missing = Uuid::from_u128(7).to_string();
    let known = api.upload("/distributor/v2/documents/").await;
    let reply = api.post("/v2/investors/", &company(&known, &missing)).await;
    let errors = &reply.must_be(400)["legal_person"];
    assert!(errors["company_structure_proof_id"].is_array());
    assert!(errors["company_identity_proof_id"].is_null());

    let path = format!("/v2/investors/{}/identifications/", api.sandbox.investor_id());
    let reply = api.post(&path, &identification(&missing)).await;
    assert!(reply.must_be(400)["legitimation_protocol_id"].is_array());
}

#[tokio::test]
async fn an_identity_document_must_be_valid_when_it_was_checked() {
    let api = Api::start().await;
    let mut body = identification(&api.upload("/v2/documents/").await);
    let path = format!("/v2/investors/{}/identifications/", api.sandbox.investor_id());
    body["document_valid_to"] = json!("2022-02-28");
    assert!(api.post(&path, &body).await.must_be(400)["document_valid_to"].is_array());
    body["document_valid_to"] = json!("2022-03-01");
    body["document_valid_from"] = json!("2022-03-02");
    api.post(&path, &body).await.must_be(201);
}

#[tokio::test]
async fn an_identification_is_imported_whole_or_started_with_nothing() {
    let api = Api::start().await;
    let investor = api.make("/v2/investors/", &person()).await;
    let path = format!("/v2/investors/{investor}/identifications/");
    let started = api.post(&path, &json!({})).await;
    assert_eq!(started.must_be(201)["status"], "IDENT_STARTED");
    assert!(started.body["url"].is_string());
    let half = api.post(&path, &json!({"document_id": "T22000129"})).await;
    assert!(half.must_be(400)["verified_at"].is_array());
    assert!(half.body["document_id"].is_null());
}

#[tokio::test]
async fn a_list_is_answered_with_a_list() {
    let api = Api::start().await;
    let path = format!("/distributor/v2/investors/{}/benefiting-persons/", api.sandbox.investor_id());
    let mut person = crate::client::benefiting_person();
    person["birth_date"] = json!(1);
    let reply = api.post(&path, &json!([crate::client::benefiting_person(), person])).await;
    assert_eq!(reply.must_be(400), &json!([{}, {"birth_date": ["Not a valid string."]}]));
}

#[tokio::test]
async fn an_unknown_id_is_404_in_the_path_and_400_in_the_body() {
    let api = Api::start().await;
    let unknown = Uuid::from_u128(7);
    api.get(&format!("/v2/investors/{unknown}/")).await.must_be(404);
    api.get("/v2/investors/7/").await.must_be(404);
    api.post(&format!("/v2/investors/{unknown}/identifications/"), &json!({})).await.must_be(404);
    let body = json!({"investor_id": unknown, "campaign_id": unknown, "units": 1, "signed_at": NOW});
    let reply = api.post("/v2/investments/", &body).await;
    assert!(reply.must_be(400)["investor_id"].is_array());
    assert!(reply.body["campaign_id"].is_array());
}

#[tokio::test]
async fn media_types_and_sizes_are_looked_at_before_the_content() {
    let api = Api::start().await;
    let send = |content_type: &'static str, body: String| {
        let call = api.call(Method::POST, "/v2/investors/").header("Content-Type", content_type);
        read(call.body(body))
    };
    send("text/plain", "x".into()).await.unwrap().must_be(415);
    let malformed = send("application/json", "{\"natural_person\"".into()).await.unwrap();
    assert!(malformed.must_be(400)["detail"].as_str().unwrap().starts_with("JSON parse error"));
    send("application/json; charset=utf-8", "{}".into()).await.unwrap().must_be(400);
    send("application/json", " ".repeat(2 * 1024 * 1024)).await.unwrap().must_be(413);
    send("multipart/form-data", "x".into()).await.unwrap().must_be(415);
}

#[tokio::test]
async fn a_post_that_needs_no_body_takes_none_an_empty_one_or_an_object_of_any_type() {
    let api = Api::start().await;
    check(&api, None, None).await;
    check(&api, None, Some("")).await;
    check(&api, None, Some("{}")).await;
    check(&api, Some("text/plain"), Some("{}")).await;
    check(&api, Some("application/x-www-form-urlencoded"), Some("")).await;
    for content in ["", "{}", "null", "{\"receiving_enabled\": null}"] {
        check(&api, Some("application/json"), Some(content)).await;
    }

    async fn check(api: &Api, content_type: Option<&str>, content: Option<&'static str>) {
        let investor = api.identified_investor().await;
        let mut call = api.keyed(&format!("/v2/investors/{investor}/wallets/eth-managed/"), &api.key());
        if let Some(content) = content {
            call = call.body(content);
        }
        if let Some(content_type) = content_type {
            call = call.header("Content-Type", content_type);
        }
        read(call).await.unwrap().must_be(201);
    }
}

#[tokio::test]
async fn where_no_body_is_known_any_json_will_do_but_it_must_be_json() {
    let api = Api::start().await;
    let body = json!({
        "investor_id": api.sandbox.investor_id(), "campaign_id": api.sandbox.campaign_id(), "units": 1,
        "signed_at": NOW,
    });
    let path = format!("/v2/investments/{}/credits/", api.make("/v2/investments/", &body).await);
    // The rule about payment is asked after the body was taken.
    let taken = "non_field_errors";
    check(&api, &path, Some("application/json"), "{\"a\": ", "detail").await;
    check(&api, &path, Some("application/json; charset=utf-8"), "x", "detail").await;
    for content in ["", "{}", "[1]", "null", "{\"anything\": 1}"] {
        check(&api, &path, Some("application/json"), content, taken).await;
    }
    check(&api, &path, Some("text/plain"), "x", taken).await;
    check(&api, &path, None, "{}", taken).await;
    check(&api, &path, None, "", taken).await;

    async fn check(api: &Api, path: &str, content_type: Option<&str>, content: &'static str, key: &str) {
        let mut call = api.keyed(path, &api.key()).body(content);
        if let Some(content_type) = content_type {
            call = call.header("Content-Type", content_type);
        }
        let reply = read(call).await.unwrap();
        let keys: Vec<_> = reply.must_be(400).as_object().unwrap().keys().collect();
        assert_eq!(keys, [key], "{content_type:?} {content}");
    }
}

#[tokio::test]
async fn what_may_be_left_out_may_be_null() {
    let api = Api::start().await;
    let mut body = person();
    body["natural_person"]["phone"] = Value::Null;
    for part in ["legal_person", "bank_account", "communication", "account_setup_accepted_at"] {
        body[part] = Value::Null;
    }
    let reply = api.post("/v2/investors/", &body).await;
    assert_eq!(reply.must_be(201)["legal_person"], Value::Null);

    let mut body = json!({
        "investor_id": api.sandbox.investor_id(), "campaign_id": api.sandbox.campaign_id(), "units": 1,
        "signed_at": NOW, "accepted_at": null, "paid_at": null, "signed_documents": null, "wallet": null,
        "disagio": null, "invitation_id": null,
    });
    assert_eq!(api.post("/v2/investments/", &body).await.must_be(201)["status"], "WAITING_FOR_ACCEPTANCE");
    body["signed_at"] = Value::Null;
    let reply = api.post("/v2/investments/", &body).await;
    assert_eq!(reply.must_be(400), &json!({"signed_at": ["This field is required."]}));
}

#[tokio::test]
async fn what_nobody_asked_for_does_no_harm() {
    let api = Api::start().await;
    let mut body = person();
    body["pep_status"] = json!(true);
    body["kyc_status"] = json!("SUCCESS");
    body["natural_person"]["shoe_size"] = json!(44);
    let reply = api.post("/v2/investors/", &body).await;
    assert!(reply.must_be(201)["kyc_status"].is_null());
    assert!(reply.body["pep_status"].is_null());
}
