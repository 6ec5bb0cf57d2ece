//! A minimal client, and the bodies it sends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cashlink_sandbox::{Sandbox, SandboxBuilder};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::described::Asked;

/// A sandbox and a client with a token for everything.
pub(crate) struct Api {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) http: reqwest::Client,
    pub(crate) token: String,
    pub(crate) id: String,
    secret: String,
    keys: AtomicU64,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Api {
    pub(crate) async fn start() -> Self {
        Self::with(Sandbox::builder()).await
    }

    pub(crate) async fn with(builder: SandboxBuilder) -> Self {
        let sandbox = Arc::new(builder.start().await.unwrap());
        let (id, secret) = (sandbox.client_id(), sandbox.client_secret());
        Self::of(&sandbox, id, secret).await
    }

    /// The same sandbox for another client. It begins with the same idempotency keys.
    pub(crate) async fn of(sandbox: &Arc<Sandbox>, id: &str, secret: &str) -> Self {
        let mut api = Self {
            sandbox: Arc::clone(sandbox),
            http: reqwest::Client::new(),
            token: String::new(),
            id: id.to_owned(),
            secret: secret.to_owned(),
            keys: AtomicU64::new(0),
        };
        api.token = api.new_token().await;
        api
    }

    /// The same with a token that was given out before, and keys that were not used yet.
    pub(crate) fn with_token(self, token: &str) -> Self {
        Self { token: token.to_owned(), keys: AtomicU64::new(1 << 32), ..self }
    }

    pub(crate) async fn new_token(&self) -> String {
        let reply = self.ask_token(&self.credentials()).await;
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.body["access_token"].as_str().unwrap().to_owned()
    }

    pub(crate) fn credentials(&self) -> Vec<(&'static str, &str)> {
        vec![("grant_type", "client_credentials"), ("client_id", &self.id), ("client_secret", &self.secret)]
    }

    pub(crate) async fn ask_token(&self, form: &[(&str, &str)]) -> Reply {
        let url = format!("{}/oauth/token", self.sandbox.url());
        read(self.http.post(url).form(form)).await.unwrap()
    }

    /// Host and port, for tests that write their own HTTP.
    pub(crate) fn address(&self) -> &str {
        self.sandbox.origin().trim_start_matches("http://")
    }

    /// A call with the token, to a path below the prefix of the API.
    pub(crate) fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.sandbox.url());
        self.http.request(method, url).bearer_auth(&self.token)
    }

    /// A call to the sandbox itself, below `/_sandbox`, without a token.
    pub(crate) fn control(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/_sandbox{path}", self.sandbox.origin()))
    }

    /// Tells the sandbox itself something, below `/_sandbox`.
    pub(crate) async fn tell(&self, method: Method, path: &str, body: &Value) -> Reply {
        read(self.control(method, path).json(body)).await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        read(self.call(Method::GET, path)).await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_with(path, &self.key(), body).await
    }

    pub(crate) async fn post_with(&self, path: &str, key: &str, body: &Value) -> Reply {
        read(self.keyed(path, key).json(body)).await.unwrap()
    }

    /// A POST with neither body nor content type.
    pub(crate) async fn post_nothing(&self, path: &str) -> Reply {
        read(self.keyed(path, &self.key())).await.unwrap()
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Reply {
        read(self.call(Method::PATCH, path).json(body)).await.unwrap()
    }

    pub(crate) fn keyed(&self, path: &str, key: &str) -> RequestBuilder {
        self.call(Method::POST, path).header("X-Idempotency-Key", key)
    }

    /// A key of sixteen hexadecimal digits that was not used before.
    pub(crate) fn key(&self) -> String {
        format!("{:016x}", self.keys.fetch_add(1, Ordering::Relaxed))
    }

    /// Makes something that must be accepted, and gives its id.
    pub(crate) async fn make(&self, path: &str, body: &Value) -> String {
        self.post(path, body).await.id()
    }

    pub(crate) async fn upload(&self, path: &str) -> String {
        let part = reqwest::multipart::Part::bytes(b"%PDF-1.7 sample".as_slice());
        let part = part.file_name("sample.pdf").mime_str("application/pdf").unwrap();
        let form = reqwest::multipart::Form::new().part("file", part);
        read(self.keyed(path, &self.key()).multipart(form)).await.unwrap().id()
    }

    /// An investor of the platform family that may have wallets.
    pub(crate) async fn identified_investor(&self) -> String {
        let investor = self.make("/v2/investors/", &person()).await;
        let protocol = self.upload("/v2/documents/").await;
        let path = format!("/v2/investors/{investor}/identifications/");
        self.make(&path, &identification(&protocol)).await;
        investor
    }

    /// An identified investor and their managed wallet.
    pub(crate) async fn investor_with_wallet(&self) -> (String, String) {
        let investor = self.identified_investor().await;
        let wallet = self.post_nothing(&format!("/v2/investors/{investor}/wallets/eth-managed/")).await.id();
        (investor, wallet)
    }
}

impl Reply {
    /// The id of what was made.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        assert!(self.status == 201, "{self:?}");
        self.body["id"].as_str().unwrap().to_owned()
    }

    #[track_caller]
    pub(crate) fn must_be(&self, status: u16) -> &Value {
        assert_eq!(self.status, status, "{self:?}");
        &self.body
    }
}

/// Sends a call and reads its reply whole. A control call and its reply have to be as described.
pub(crate) async fn read(request: RequestBuilder) -> reqwest::Result<Reply> {
    let (client, request) = request.build_split();
    let request = request?;
    let asked = Asked::of(&request);
    let response = client.execute(request).await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await?;
    let body = serde_json::from_str(&text).unwrap_or_default();
    let reply = Reply { status, headers, text, body };
    if let Some(asked) = asked {
        asked.check(&reply);
    }
    Ok(reply)
}

pub(crate) const NOW: &str = "2024-03-01T09:30:00.123Z";

pub(crate) fn person() -> Value {
    json!({
        "natural_person": {
            "salutation": "MR",
            "forename": "Max",
            "surname": "Probe",
            "birth_date": "1975-11-30",
            "birth_place": "Musterstadt",
            "citizenship": "DEU",
            "street": "Probeweg 3",
            "city": "Musterstadt",
            "zip": "string",
            "country": "DEU",
            "phone": "0171 0000000",
            "is_pep": false,
        },
        "bank_account": {
            "account_holder": "Max Probe",
            "iban": "DE89370400440532013000",
            "bic": "COBADEFFXXX",
            "bank": "Musterbank",
            "country": "DEU",
            "currency": "EUR",
        },
        "tax_information": {
            "tax_identification_number": "12",
            "non_assessment_certificate": true,
        },
        "communication": {"email": "max@example.org", "email_confirmed": true},
        "is_beneficiary": true,
    })
}

/// A company with every block that the distributor family demands.
pub(crate) fn company(identity_proof: &str, structure_proof: &str) -> Value {
    let mut body = person();
    body["natural_person"]["is_subject_to_us_tax"] = json!(false);
    body["tax_information"]["is_subject_to_german_tax"] = json!(true);
    body["legal_person"] = json!({
        "company_name": "Probe GmbH",
        "commercial_register": "Amtsgericht Musterstadt",
        "commercial_register_number": "HRB 1",
        "company_identity_proof_id": identity_proof,
        "company_structure_proof_id": structure_proof,
        "street": "string",
        "city": "string",
        "zip": "string",
        "country": "DEU",
        "phone": "string",
        "is_subject_to_us_tax": false,
    });
    body
}

pub(crate) fn benefiting_person() -> Value {
    json!({
        "salutation": "MS",
        "forename": "Eva",
        "surname": "Probe",
        "street": "Probeweg 3",
        "zip": "12345",
        "city": "Musterstadt",
        "country": "DEU",
        "birth_date": "1980-01-01",
        "birth_place": "Musterstadt",
        "citizenship": "DEU",
        "is_pep": false,
    })
}

/// Finished before the identity document ran out, which is long ago.
pub(crate) fn identification(protocol: &str) -> Value {
    json!({
        "document_type": "IDCARD",
        "document_id": "T22000129",
        "document_issuer": "Musterstadt",
        "document_valid_from": "2015-08-10",
        "document_valid_to": "2025-08-10",
        "identity_provider": "POSTIDENT",
        "legitimation_process_id": "p-1",
        "legitimation_protocol_id": protocol,
        "verified_at": "2022-03-01T10:15:00.000000+00:00",
    })
}
