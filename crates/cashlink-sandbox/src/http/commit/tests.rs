//! What happens when the sandbox and the description do not agree: the description is the one that is tampered with.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::response::Response;
use serde_json::{Value, json};

use crate::builder::SandboxBuilder;
use crate::clients::{FIRST, SCOPES};
use crate::http::{App, PREFIX, exchange};
use crate::requests::{Problem, RequestEntry, RequestOutcome, Validation};
use crate::spec::Spec;

const DESCRIPTION: &str = include_str!("../../generated/cashlink.json");

#[tokio::test]
async fn a_reply_that_breaks_the_description_is_a_500_that_says_where() {
    let of_id = json!({"properties": {"id": {"type": "integer"}}});
    check("201", of_id, "/id", "type").await;
    check("201", json!({"required": ["nobody"]}), "", "required").await;
    let of_member = json!({"allOf": [{"properties": {"natural_person": {"properties": {"is_pep": {"enum": [3]}}}}}]});
    check("201", of_member, "/natural_person/is_pep", "enum").await;
    let of_part = json!({"properties": {"natural_person": {"anyOf": [
        {"properties": {"forename": {"maxLength": 1}}}, {"type": "string"},
    ]}}});
    check("201", of_part, "/natural_person/forename", "maxLength").await;

    async fn check(status: &str, schema: Value, place: &str, rule: &str) {
        let sandbox = Tampered::new("/v2/investors/", "post", status, &schema);
        let body = sandbox.create(&person()).await;
        sandbox.is_told(&body, (RequestOutcome::Applied, 201), (place, rule));
        assert!(!body.to_string().contains("Maximilian"), "{body}");
        // It took effect all the same, and its key knows what.
        assert_eq!(sandbox.app.state().ledger.after(0).len(), 1);
        let again = sandbox.create(&json!({})).await;
        sandbox.is_told(&again, (RequestOutcome::Replayed, 201), (place, rule));
    }
}

#[tokio::test]
async fn refusals_are_checked_as_well() {
    let tampered = |status| Tampered::new("/v2/investors/", "post", status, &json!({"required": ["code"]}));
    let sandbox = tampered("400");
    let body = sandbox.create(&json!({"natural_person": 1})).await;
    sandbox.is_told(&body, (RequestOutcome::Rejected, 400), ("", "required"));

    let sandbox = Tampered { token: "unknown".to_owned(), ..tampered("401") };
    let body = sandbox.create(&json!({})).await;
    sandbox.is_told(&body, (RequestOutcome::Rejected, 401), ("", "required"));
}

#[tokio::test]
async fn the_token_call_is_checked_as_well() {
    let schema = json!({"properties": {"expires_in": {"maximum": 1}}});
    let mut sandbox = Tampered::new("/oauth/token", "post", "200", &schema);
    let body = sandbox.new_token().await;
    sandbox.is_told(&body, (RequestOutcome::Read, 200), ("/expires_in", "maximum"));
}

#[tokio::test]
async fn what_the_description_allows_passes() {
    let sandbox = Tampered::new("/v2/investors/", "post", "201", &json!({"required": ["id"]}));
    assert!(sandbox.create(&person()).await["id"].is_string());
    assert_eq!(sandbox.last().reply_validation, Some(Validation::Ok));
}

/// A sandbox whose description of one operation's reply is another one.
struct Tampered {
    app: Arc<App>,
    operation: &'static str,
    token: String,
}

impl Tampered {
    #[track_caller]
    fn new(path: &str, method: &str, status: &str, schema: &Value) -> Self {
        let mut description: Value = serde_json::from_str(DESCRIPTION).unwrap();
        let operation = &mut description["paths"][path][method];
        operation["responses"][status] = json!({"content": {"application/json": {"schema": schema}}});
        let operation = operation["operationId"].as_str().unwrap().to_owned().leak();
        let builder = SandboxBuilder::default();
        let mut app = App::new(&builder, builder.listen).unwrap();
        app.spec = Box::leak(Box::new(Spec::read(&description.to_string()).unwrap()));
        let mut tampered = Self { app: Arc::new(app), operation, token: String::new() };
        if operation != crate::spec::TOKEN {
            tampered.token = tampered.issue();
        }
        tampered
    }

    fn issue(&self) -> String {
        let now = self.app.clock.now();
        let scopes = SCOPES.map(str::to_owned).to_vec();
        let expires_at = crate::clock::later(now, std::time::Duration::from_secs(60));
        let grant = crate::http::auth::Grant { owner: FIRST.owner, scopes, expires_at };
        let token = self.app.state().tokens.next();
        self.app.state().tokens.add(token.clone(), grant, now);
        token
    }

    async fn create(&self, body: &Value) -> Value {
        let request = Request::post(format!("{PREFIX}/v2/investors/"))
            .header("authorization", format!("Bearer {}", self.token))
            .header("x-idempotency-key", "k")
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()));
        self.answer(request.unwrap()).await
    }

    async fn new_token(&mut self) -> Value {
        let form = format!("grant_type=client_credentials&client_id={}&client_secret={}", FIRST.id, FIRST.secret);
        let request = Request::post(format!("{PREFIX}/oauth/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(form));
        self.answer(request.unwrap()).await
    }

    async fn answer(&self, request: Request) -> Value {
        let mut operations = self.app.spec.operations.iter();
        let operation = operations.find(|operation| operation.id == self.operation).unwrap();
        let response: Response = exchange::answer(Arc::clone(&self.app), operation, vec![], request).await;
        serde_json::from_slice(&to_bytes(response.into_body(), usize::MAX).await.unwrap()).unwrap()
    }

    fn last(&self) -> RequestEntry {
        self.app.requests.after(0).last().unwrap().entry()
    }

    /// Answer and log say what the reply breaks.
    #[track_caller]
    fn is_told(&self, body: &Value, (outcome, status): (RequestOutcome, u16), (place, rule): (&str, &str)) {
        let told = (&body["operation_id"], &body["status"], &body["place"], &body["rule"]);
        assert_eq!(told, (&json!(self.operation), &json!(status), &json!(place), &json!(rule)), "{body}");
        let entry = self.last();
        assert_eq!((entry.outcome, entry.status), (outcome, Some(500)));
        let problem = Problem { place: place.to_owned(), problem: rule.to_owned() };
        assert_eq!(entry.reply_validation, Some(Validation::Failed(vec![problem])));
    }
}

fn person() -> Value {
    json!({"is_beneficiary": true, "natural_person": {
        "salutation": "MR", "forename": "Maximilian", "surname": "Probe", "birth_date": "1975-11-30",
        "birth_place": "Musterstadt", "citizenship": "DEU", "street": "Probeweg 3", "city": "Musterstadt",
        "zip": "12345", "country": "DEU", "phone": "0171 0000000", "is_pep": false,
    }})
}
