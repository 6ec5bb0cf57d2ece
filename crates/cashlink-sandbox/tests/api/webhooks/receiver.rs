//! A receiver of webhooks that takes down what it is told and answers as a test wants.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use cashlink_sandbox::Webhook;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use uuid::Uuid;

pub(super) const TOKEN: &str = "receiver-token";

pub(super) struct Receiver {
    origin: String,
    calls: Arc<Mutex<Vec<Call>>>,
    server: JoinHandle<()>,
}

/// What was sent.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Call {
    pub(super) fn event(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(super) fn is_about(&self, investment: &str) -> bool {
        self.text.contains(investment)
    }

    pub(super) fn status(&self) -> String {
        self.event()["status"].as_str().unwrap().to_owned()
    }

    pub(super) fn bearer(&self) -> &str {
        self.headers["authorization"].to_str().unwrap().strip_prefix("Bearer ").unwrap()
    }
}

impl Receiver {
    /// Takes everything.
    pub(super) async fn start() -> Self {
        Self::answering(|_, _| StatusCode::NO_CONTENT).await
    }

    /// Answers each call with what `answer` makes of it and of how many there were before.
    pub(super) async fn answering<R: IntoResponse>(answer: impl Fn(&Call, usize) -> R + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let calls: Arc<Mutex<Vec<Call>>> = Arc::default();
        let (taken, answer) = (Arc::clone(&calls), Arc::new(answer));
        let router = Router::new().fallback(move |request: Request| {
            let (taken, answer) = (Arc::clone(&taken), Arc::clone(&answer));
            async move {
                let (parts, body) = request.into_parts();
                let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
                let text = String::from_utf8(bytes.to_vec()).unwrap();
                let call = Call { path: parts.uri.path().to_owned(), headers: parts.headers, text };
                let mut taken = taken.lock().unwrap();
                let response: Response<Body> = answer(&call, taken.len()).into_response();
                taken.push(call);
                response
            }
        });
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { origin, calls, server }
    }

    pub(super) fn url(&self) -> String {
        format!("{}/events", self.origin)
    }

    pub(super) fn token_url(&self) -> String {
        format!("{}/token", self.origin)
    }

    pub(super) fn webhook(&self) -> Webhook {
        Webhook::bearer(self.url(), TOKEN)
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// What was sent to one of its paths.
    pub(super) fn calls_of(&self, path: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.path == path).collect()
    }

    /// The statuses that it was told of, in the order in which they came.
    pub(super) fn statuses(&self) -> Vec<String> {
        self.calls().iter().map(Call::status).collect()
    }

    /// The same of one investment.
    pub(super) fn statuses_of(&self, investment: Uuid) -> Vec<String> {
        let calls = self.calls().into_iter().filter(|call| call.is_about(&investment.to_string()));
        calls.map(|call| call.status()).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}
