//! Replies: complete, and nothing in them that is not described.

use reqwest::Method;
use serde_json::{Value, json};

use crate::campaigns::campaign;
use crate::client::{Api, NOW, benefiting_person, company, identification, person, read};
use crate::issuers::issuer;
use crate::products::product;

#[tokio::test]
async fn a_reply_shows_every_described_property_and_no_other() {
    let shapes = Shapes::new().await;
    let upload = shapes.api.upload("/v2/documents/").await;
    let mut body = person();
    body["natural_person"]["shoe_size"] = json!(44);
    let investor = shapes.post("/v2/investors/", &body).await;
    let path = format!("/v2/investors/{investor}/");
    shapes.post(&format!("{path}identifications/"), &json!({})).await;
    shapes.post(&format!("{path}identifications/"), &identification(&upload)).await;
    let wallet = shapes.post(&format!("{path}wallets/eth-managed/"), &json!({})).await;
    shapes.post("/v2/investors/", &company(&upload, &upload)).await;
    shapes.post(&format!("/distributor{path}benefiting-persons/"), &json!([benefiting_person()])).await;

    let (campaign, product) = (shapes.api.sandbox.campaign_id(), shapes.api.sandbox.product_id());
    let invitation = json!({"investor_id": investor, "campaign_id": campaign, "units": 1});
    let invitation = shapes.post("/v2/invitations/", &invitation).await;
    let change = json!({"survey": [{"question": "q"}], "survey_submitted_at": NOW});
    shapes.send(Method::PATCH, &format!("/v2/invitations/{invitation}/"), Some(&change)).await;
    let investment = json!({
        "investor_id": investor, "campaign_id": campaign, "units": 5, "wallet": wallet,
        "signed_at": NOW, "accepted_at": NOW, "paid_at": NOW,
    });
    let investment = shapes.post("/v2/investments/", &investment).await;
    shapes.post(&format!("/v2/investments/{investment}/credits/"), &json!({})).await;
    let redemption = json!({"investor_id": investor, "product_id": product, "wallet_id": wallet, "units": 5});
    shapes.post("/v2/redemptions/", &redemption).await;

    let lists = ["investors/", "invitations/", "investments/", "redemptions/"].map(|list| format!("/v2/{list}"));
    let of_investor = ["identifications/", "wallets/"].map(|list| format!("/v2/investors/{investor}/{list}"));
    for list in lists.iter().chain(&of_investor) {
        shapes.send(Method::GET, list, None).await;
    }
}

#[tokio::test]
async fn a_reply_to_an_issuer_is_as_complete() {
    let shapes = Shapes::new().await;
    let upload = shapes.api.upload("/issuer/v2/documents/").await;
    let issuer = shapes.post("/issuer/v2/issuers/", &issuer(&upload)).await;
    shapes.send(Method::PATCH, &format!("/issuer/v2/issuers/{issuer}/"), Some(&json!({}))).await;
    let product = shapes.post("/issuer/v2/products/", &product(&shapes.api)).await;
    shapes.send(Method::PATCH, &format!("/issuer/v2/products/{product}/"), Some(&json!({}))).await;
    let platform = shapes.api.sandbox.platform_id();
    let listing = json!({"product_id": product, "distribution_platform_id": platform});
    let listing = shapes.post("/issuer/v2/listings/", &listing).await;
    let campaigns = format!("/products/{product}/campaigns/");
    let campaign = shapes.post(&format!("/issuer/v2{campaigns}"), &campaign(&shapes.api)).await;
    let change = json!({"is_campaign_active": true});
    shapes.send(Method::PATCH, &format!("/issuer/v2{campaigns}{campaign}/"), Some(&change)).await;

    for (path, id) in [
        ("/issuer/v2/issuers/", issuer),
        ("/issuer/v2/distribution-platforms/", platform.to_string()),
        ("/issuer/v2/listings/", listing),
    ] {
        shapes.send(Method::GET, path, None).await;
        shapes.send(Method::GET, &format!("{path}{id}/"), None).await;
    }
    for family in ["/v2", "/distributor/v2", "/issuer/v2"] {
        for path in ["/products/", &format!("/products/{product}/"), &campaigns, &format!("{campaigns}{campaign}/")] {
            shapes.send(Method::GET, &format!("{family}{path}"), None).await;
        }
    }
}

#[tokio::test]
async fn a_reply_about_what_comes_later_is_as_complete() {
    let shapes = Shapes::new().await;
    let sandbox = &shapes.api.sandbox;
    let (receiver, campaign, product) = (sandbox.investor_id(), sandbox.campaign_id(), sandbox.product_id());
    let (investor, wallet) = shapes.api.investor_with_wallet().await;
    let path = format!("/v2/investors/{investor}/");
    let change = json!({"account_setup_accepted_at": NOW, "natural_person": {"city": "Neustadt"}});
    shapes.send(Method::PATCH, &path, Some(&change)).await;
    let change = json!({"securities_deposit_account": {"account_number": "1"}});
    shapes.send(Method::PATCH, &format!("/distributor{path}"), Some(&change)).await;
    let change = json!({"receiving_enabled": true});
    shapes.send(Method::PATCH, &format!("{path}wallets/{wallet}/"), Some(&change)).await;

    let investment = json!({
        "investor_id": investor, "campaign_id": campaign, "units": 5, "wallet": wallet,
        "signed_at": NOW, "accepted_at": NOW, "paid_at": NOW,
    });
    let investment = shapes.post("/distributor/v2/investments/", &investment).await;
    let of_investment = format!("/distributor/v2/investments/{investment}/");
    let upload = shapes.api.upload("/v2/documents/").await;
    let signed = json!({"document_id": upload, "category": "c", "subject": "s"});
    shapes.post(&format!("{of_investment}signed-documents/"), &signed).await;
    shapes.post(&format!("{of_investment}credits/"), &json!({})).await;
    let wallets = shapes.send(Method::GET, &format!("/v2/investors/{receiver}/wallets/"), None).await;
    let transfer = json!({
        "product": product, "source_wallet": wallet, "target_address": wallets[0]["address"], "amount": 2,
    });
    let transfer = shapes.post("/v2/transfers/", &transfer).await;
    let redemption = json!({"investor_id": investor, "product_id": product, "wallet_id": wallet, "units": 1});
    let redemption = shapes.post("/distributor/v2/redemptions/", &redemption).await;

    let of_investor = format!("{path}signed-documents/");
    let of_transfer = format!("/distributor/v2/transfers/{transfer}/");
    let of_redemption = format!("/distributor/v2/redemptions/{redemption}/");
    for path in [of_investor, of_investment.clone(), of_transfer, of_redemption] {
        shapes.send(Method::GET, &path, None).await;
    }
    for list in ["signed-documents/", "registry-statements/"] {
        shapes.send(Method::GET, &format!("{of_investment}{list}"), None).await;
    }
    for list in ["/distributor/v2/transfers/", "/issuer/v2/transfers/", "/issuer/v2/investments/"] {
        shapes.send(Method::GET, list, None).await;
    }
}

#[tokio::test]
async fn points_in_time_are_shown_in_utc() {
    let api = Api::start().await;
    let path = format!("/v2/investors/{}/identifications/", api.sandbox.investor_id());
    let mut body = identification(&api.upload("/v2/documents/").await);
    let mut send = async |verified_at: &str| {
        body["verified_at"] = json!(verified_at);
        api.post(&path, &body).await
    };
    assert_eq!(send("2022-03-01T10:15:00.5+02:00").await.must_be(201)["verified_at"], "2022-03-01T08:15:00.5Z");
    for other in ["2022-03-01T10:15Z", "2022-03-01t10:15:00z", "2022-03-01 12:15:00+0200"] {
        assert_eq!(send(other).await.must_be(201)["verified_at"], "2022-03-01T10:15:00Z", "{other}");
    }
    assert!(send("2022-03-01T10:15:00").await.must_be(400)["verified_at"].is_array());
    let reply = send(NOW).await;
    let created_at = reply.body["created_at"].as_str().unwrap();
    // Python's `%f` takes six digits.
    assert!(created_at.ends_with('Z') && created_at.len() <= "2022-03-01T08:15:00.123456Z".len(), "{created_at}");
}

/// Compares replies with the description.
struct Shapes {
    api: Api,
    description: Value,
}

impl Shapes {
    async fn new() -> Self {
        let description = serde_json::from_str(include_str!("../../src/generated/cashlink.json")).unwrap();
        Self { api: Api::start().await, description }
    }

    async fn post(&self, path: &str, body: &Value) -> String {
        let reply = self.send(Method::POST, path, Some(body)).await;
        reply["id"].as_str().unwrap_or_default().to_owned()
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let name = method.as_str().to_lowercase();
        let mut call = self.api.call(method, path);
        if let Some(body) = body {
            call = call.json(body);
        }
        let reply = read(call).await.unwrap();
        assert!(reply.status < 300, "{path}: {reply:?}");
        let replies = &self.operation(&name, path)["responses"];
        let schema = &replies[reply.status.to_string()]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{name} {path} is not described");
        let mut wrong = Vec::new();
        self.compare(schema, &reply.body, "", &mut wrong);
        assert!(wrong.is_empty(), "{name} {path}: {wrong:?}");
        reply.body
    }

    fn operation(&self, method: &str, path: &str) -> &Value {
        let paths = self.description["paths"].as_object().unwrap();
        let fits = |template: &str| {
            let (mut wanted, mut given) = (template.split('/'), path.split('/'));
            template.split('/').count() == path.split('/').count()
                && wanted.all(|step| given.next() == Some(step) || step.starts_with('{'))
        };
        let literal_first = paths.iter().find(|(template, _)| *template == path);
        let found = literal_first
            .or_else(|| paths.iter().find(|(template, item)| fits(template) && item.get(method).is_some()));
        &found.unwrap().1[method]
    }

    /// Notes what `value` lacks, with `-`, and what nobody described, with `+`.
    fn compare(&self, schema: &Value, value: &Value, place: &str, wrong: &mut Vec<String>) {
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            return self.compare(self.description.pointer(pointer).unwrap(), value, place, wrong);
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.compare(part, value, place, wrong);
        }
        for item in value.as_array().into_iter().flatten() {
            self.compare(&schema["items"], item, place, wrong);
        }
        let (Some(properties), Some(members)) = (schema["properties"].as_object(), value.as_object()) else {
            return;
        };
        for (name, schema) in properties {
            match members.get(name) {
                Some(value) => self.compare(schema, value, &format!("{place}.{name}"), wrong),
                None => wrong.push(format!("-{place}.{name}")),
            }
        }
        let undescribed = members.keys().filter(|name| !properties.contains_key(*name));
        wrong.extend(undescribed.map(|name| format!("+{place}.{name}")));
    }
}
