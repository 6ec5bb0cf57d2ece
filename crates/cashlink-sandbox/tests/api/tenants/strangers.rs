//! What is not shared: whoever asks for what another client has is answered as if it were nowhere.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::estate::{Estate, Estates};
use crate::campaigns::investment;
use crate::client::{Api, NOW, Reply, benefiting_person, company, identification, read};
use crate::issuers::issuer;

/// An id that nothing has.
const NOWHERE: Uuid = Uuid::max();

#[tokio::test]
async fn what_another_client_has_is_in_no_path() {
    let estates = Estates::build().await;
    let description: Value = serde_json::from_str(include_str!("../../../src/generated/cashlink.json")).unwrap();
    for (own, other) in estates.both_ways() {
        let before = other.everything().await;
        for (path, item) in description["paths"].as_object().unwrap() {
            if path.contains('{') && !path.contains("{distribution_platform_id}") {
                for method in item.as_object().unwrap().keys() {
                    check(own, other, method, path).await;
                }
            }
        }
        assert_eq!(other.everything().await, before);
    }

    async fn check(own: &Estate, other: &Estate, method: &str, path: &str) {
        let Some(body) = body(method, path, own) else {
            return;
        };
        let method: Method = method.to_uppercase().parse().unwrap();
        let nowhere = send(&own.api, &method, &fill(path, |_| NOWHERE.to_string()), &body).await;
        nowhere.must_be(404);
        let theirs = send(&own.api, &method, &fill(path, |name| other.id(name)), &body).await;
        assert_eq!((theirs.status, &theirs.text), (404, &nowhere.text), "{method} {path}");
        let (parents, last) = path.rsplit_once('{').unwrap();
        let below_mine = format!("{}{{{last}", fill(parents, |name| own.id(name)));
        let theirs = send(&own.api, &method, &fill(&below_mine, |name| other.id(name)), &body).await;
        assert_eq!((theirs.status, &theirs.text), (404, &nowhere.text), "{method} {path}");
        if method == Method::GET {
            send(&other.api, &method, &fill(path, |name| other.id(name)), &body).await.must_be(200);
        }
    }
}

/// A body that the schema of an operation lets through.
fn body(method: &str, path: &str, own: &Estate) -> Option<Value> {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap();
    match (method, last) {
        ("get" | "patch", "{investor_id}" | "{invitation_id}" | "{investment_id}" | "{issuer_id}" | "{product_id}")
        | ("post", "eth-managed" | "credits" | "identifications") => Some(json!({})),
        ("patch", "{wallet_id}") => Some(json!({"receiving_enabled": true})),
        ("patch", "{campaign_id}") => Some(json!({"is_campaign_active": false})),
        ("post", "eth-generic") => Some(json!({"address": "0x1111111111111111111111111111111111111111"})),
        ("post", "benefiting-persons") => Some(json!([benefiting_person()])),
        ("post", "signed-documents") => {
            Some(json!({"document_id": own.id("document_id"), "category": "c", "subject": "s"}))
        }
        ("post", "campaigns") => Some(own.campaign()),
        ("get", _) => Some(Value::Null),
        ("parameters", _) => None,
        other => panic!("no body is known for {other:?}"),
    }
}

#[tokio::test]
async fn what_another_client_has_is_in_no_list() {
    let estates = Estates::build().await;
    for (own, other) in estates.both_ways() {
        let shown = own.everything().await;
        for (name, id) in other.ids() {
            assert!(!shown.contains(id), "{name}: {shown}");
        }
        for name in ["investor_id", "transfer_id", "listing_id", "campaign_id"] {
            assert!(shown.contains(&own.id(name)), "{name}");
        }
    }
}

#[tokio::test]
async fn what_another_client_has_cannot_be_named_in_a_body() {
    let estates = Estates::build().await;
    for (own, other) in estates.both_ways() {
        let (investor, document) = (own.id("investor_id"), own.id("document_id"));
        let of_investor = format!("/v2/investors/{investor}/");
        let of_investment = format!("/v2/investments/{}/", own.id("investment_id"));
        let of_product = format!("/issuer/v2/products/{}/", own.id("product_id"));
        let signed = json!({"document_id": document, "category": "c", "subject": "s"});
        let mut invest = investment(&investor, &own.id("campaign_id"), 100);
        invest["wallet"] = json!(own.id("wallet_id"));
        invest["signed_documents"] = json!([signed]);
        let invite = json!({"investor_id": investor, "campaign_id": own.id("campaign_id"), "units": 100});
        let convert = json!({"invitation_id": own.id("invitation_id"), "signed_at": NOW});
        let transfer = json!({
            "product": own.id("product_id"), "source_wallet": own.id("wallet_id"),
            "target_address": own.address(), "amount": 1,
        });
        let redeem = json!({
            "investor_id": investor, "product_id": own.id("product_id"), "wallet_id": own.id("wallet_id"), "units": 1,
        });
        let listing = json!({"product_id": own.id("product_id"), "distribution_platform_id": own.platform});
        let mut product = own.product();
        product["issuance_document_id"] = json!(document);
        let case = Case { own, other };

        let proofs = ["/legal_person/company_identity_proof_id", "/legal_person/company_structure_proof_id"];
        for place in proofs {
            case.check("/v2/investors/", &company(&document, &document), place, "document_id").await;
            case.check("/issuer/v2/issuers/", &issuer(&document), place, "document_id").await;
        }
        let path = format!("{of_investor}identifications/");
        case.check(&path, &identification(&document), "/legitimation_protocol_id", "document_id").await;
        for name in ["investor_id", "campaign_id"] {
            case.check("/v2/invitations/", &invite, &format!("/{name}"), name).await;
            case.check("/distributor/v2/investments/", &invest, &format!("/{name}"), name).await;
        }
        case.check("/v2/investments/", &invest, "/wallet", "wallet_id").await;
        case.check("/v2/investments/", &invest, "/signed_documents/0/document_id", "document_id").await;
        case.check("/v2/investments/", &convert, "/invitation_id", "invitation_id").await;
        case.check(&of_investment, &json!({"wallet": ""}), "/wallet", "wallet_id").await;
        case.check(&format!("{of_investment}signed-documents/"), &signed, "/document_id", "document_id").await;
        case.check("/v2/transfers/", &transfer, "/product", "product_id").await;
        case.check("/v2/transfers/", &transfer, "/source_wallet", "wallet_id").await;
        for name in ["investor_id", "product_id", "wallet_id"] {
            case.check("/v2/redemptions/", &redeem, &format!("/{name}"), name).await;
        }
        case.check("/issuer/v2/products/", &product, "/issuer_id", "issuer_id").await;
        case.check("/issuer/v2/products/", &product, "/issuance_document_id", "document_id").await;
        case.check(&of_product, &json!({"issuance_document_id": ""}), "/issuance_document_id", "document_id").await;
        case.check("/issuer/v2/listings/", &listing, "/product_id", "product_id").await;
    }

    struct Case<'a> {
        own: &'a Estate,
        other: &'a Estate,
    }

    impl Case<'_> {
        /// Sends `body` with what the other client calls `name`, and with what nobody has, at `place`.
        async fn check(&self, path: &str, body: &Value, place: &str, name: &str) {
            let theirs = self.refused(path, body, place, &self.other.id(name)).await;
            let nowhere = self.refused(path, body, place, &NOWHERE.to_string()).await;
            assert!(theirs.contains(&self.other.id(name)), "{path}: {theirs}");
            assert_eq!(theirs.replace(&self.other.id(name), &NOWHERE.to_string()), nowhere, "{path} {place}");
        }

        async fn refused(&self, path: &str, body: &Value, place: &str, id: &str) -> String {
            let mut body = body.clone();
            *body.pointer_mut(place).unwrap() = json!(id);
            let last = path.trim_end_matches('/').rsplit('/').next().unwrap();
            let method = if Uuid::parse_str(last).is_ok() { Method::PATCH } else { Method::POST };
            let reply = send(&self.own.api, &method, path, &body).await;
            assert!(reply.must_be(400).pointer(place).is_some_and(Value::is_array), "{path} {place}: {reply:?}");
            reply.text
        }
    }
}

async fn send(api: &Api, method: &Method, path: &str, body: &Value) -> Reply {
    let mut call = api.call(method.clone(), path);
    if *method != Method::GET {
        call = call.json(body);
    }
    read(call).await.unwrap()
}

/// `path` with an id for each name in braces.
fn fill(path: &str, id: impl Fn(&str) -> String) -> String {
    let steps = path.split('/').map(|step| {
        let name = step.strip_prefix('{').and_then(|step| step.strip_suffix('}'));
        name.map_or_else(|| step.to_owned(), &id)
    });
    steps.collect::<Vec<_>>().join("/")
}
