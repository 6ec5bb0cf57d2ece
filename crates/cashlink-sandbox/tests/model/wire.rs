//! A sandbox and what its two clients send to it.

use cashlink_sandbox::{Sandbox, SandboxBuilder};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use uuid::Uuid;

/// A running sandbox, and a token for each of its clients.
pub(crate) struct Wire {
    pub(crate) sandbox: Sandbox,
    http: Client,
    tokens: [String; 2],
}

/// What came back, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn body(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl Wire {
    pub(crate) async fn start(builder: SandboxBuilder) -> Self {
        Self::to(builder.start().await.unwrap()).await
    }

    pub(crate) async fn to(sandbox: Sandbox) -> Self {
        let mut wire = Self { sandbox, http: Client::new(), tokens: [String::new(), String::new()] };
        for (index, client) in wire.sandbox.clients().iter().take(2).enumerate() {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", client.id.as_str()),
                ("client_secret", client.secret.as_str()),
            ];
            let url = format!("{}/oauth/token", wire.sandbox.url());
            let reply = read(wire.http.post(url).form(&form)).await.unwrap();
            assert_eq!(reply.status, 200, "{reply:?}");
            reply.body()["access_token"].as_str().unwrap().clone_into(&mut wire.tokens[index]);
        }
        wire
    }

    /// The same clients with the same tokens, against `sandbox`.
    pub(crate) fn moved_to(&self, sandbox: Sandbox) -> Self {
        Self { sandbox, http: Client::new(), tokens: self.tokens.clone() }
    }

    /// A call of the API; an error if no whole reply came.
    pub(crate) async fn call(
        &self,
        client: usize,
        method: Method,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Reply, String> {
        let url = format!("{}{path}", self.sandbox.url());
        let mut request = self.http.request(method, url).bearer_auth(&self.tokens[client]);
        if let Some(key) = key {
            request = request.header("X-Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        read(request).await
    }

    pub(crate) async fn get(&self, client: usize, path: &str) -> Reply {
        let reply = self.call(client, Method::GET, path, None, None).await.unwrap();
        // A sandbox that moves house gives other links.
        Reply { text: reply.text.replace(self.sandbox.origin(), ""), ..reply }
    }

    /// The rows of a list, all on one page.
    pub(crate) async fn list(&self, client: usize, path: &str) -> Result<Vec<Value>, String> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let reply = self.get(client, &format!("{path}{separator}page_size=1000")).await;
        let mut body = reply.body();
        match body["results"].take() {
            Value::Array(rows) if reply.status == 200 => Ok(rows),
            _ => Err(format!("GET {path} is answered {} {}", reply.status, reply.text)),
        }
    }

    /// A call to the sandbox itself, below `/_sandbox`.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let mut request = self.http.request(method, format!("{}/_sandbox{path}", self.sandbox.origin()));
        if let Some(body) = body {
            request = request.json(body);
        }
        read(request).await.unwrap()
    }

    pub(crate) async fn upload(&self, client: usize, key: &str) -> Uuid {
        let part = reqwest::multipart::Part::bytes(b"%PDF-1.7 sample".as_slice()).file_name("sample.pdf");
        let form = reqwest::multipart::Form::new().part("file", part.mime_str("application/pdf").unwrap());
        let request = self.http.post(format!("{}/v2/documents/", self.sandbox.url()));
        let request = request.bearer_auth(&self.tokens[client]).header("X-Idempotency-Key", key).multipart(form);
        id(&read(request).await.unwrap().body()["id"]).unwrap()
    }

    /// Lets the next call with this key go wrong.
    pub(crate) async fn arm(&self, kind: &str, key: &str) {
        let fault = json!({"kind": kind, "idempotency_key": key});
        let reply = self.control(Method::POST, "/faults", Some(&fault)).await;
        assert_eq!(reply.status, 201, "{reply:?}");
    }
}

/// An id as JSON has it.
pub(crate) fn id(value: &Value) -> Option<Uuid> {
    value.as_str()?.parse().ok()
}

async fn read(request: RequestBuilder) -> Result<Reply, String> {
    let response = request.send().await.map_err(|error| format!("{error:?}"))?;
    let status = response.status().as_u16();
    let text = response.text().await.map_err(|error| format!("{error:?}"))?;
    Ok(Reply { status, text })
}
