//! HTTP, of which every answer is counted.

use std::sync::Arc;

use reqwest::{
    Client, Method, RequestBuilder,
    multipart::{Form, Part},
};
use serde_json::Value;
use tokio::sync::watch;

use super::{
    Result,
    call::{Answer, Call, Payload},
};

const PREFIX: &str = "/api/external";

/// A way to a sandbox for one client of the API.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    http: Client,
    origin: String,
    token: String,
    answers: Arc<watch::Sender<u64>>,
}

impl Wire {
    pub(super) fn new(http: Client, origin: &str, token: &str, answers: Arc<watch::Sender<u64>>) -> Self {
        Self { http, origin: origin.to_owned(), token: token.to_owned(), answers }
    }

    /// The same for another token.
    pub(super) fn with(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// Makes a call; none if nobody knows what became of it.
    pub(super) async fn send(&self, call: &Call) -> Option<Answer> {
        let url = format!("{}{PREFIX}{}", self.origin, call.path);
        let request = self.http.request(call.method.clone(), url).header("X-Idempotency-Key", &call.key);
        let request = match &call.payload {
            Payload::Json(body) => request.json(body),
            Payload::File(content) => {
                let part = Part::bytes(content.clone().into_bytes()).file_name("a.pdf");
                request.multipart(Form::new().part("file", part))
            }
        };
        self.answer(request.bearer_auth(&self.token)).await.filter(Answer::is_verdict)
    }

    /// What a path of the API shows; none if there was no answer.
    pub(super) async fn get(&self, path: &str) -> Option<Answer> {
        self.answer(self.http.get(format!("{}{PREFIX}{path}", self.origin)).bearer_auth(&self.token)).await
    }

    /// A new token of a client.
    pub(super) async fn token(&self, id: &str, secret: &str) -> Option<String> {
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        let reply = self.answer(self.http.post(format!("{}{PREFIX}/oauth/token", self.origin)).form(&form)).await?;
        Some(reply.json()["access_token"].as_str()?.to_owned())
    }

    /// Tells the sandbox something; none if there was no answer.
    pub(super) async fn tell(&self, method: Method, path: &str, body: Option<&Value>) -> Option<Answer> {
        let request = self.http.request(method, format!("{}/_sandbox{path}", self.origin));
        self.answer(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    /// What the sandbox shows of itself.
    pub(super) async fn shown(&self, path: &str) -> Result<Value> {
        let answer = self.tell(Method::GET, path, None).await.ok_or_else(|| format!("{path} is not shown"))?;
        if answer.status == 200 { Ok(answer.json()) } else { Err(format!("{path}: {answer:?}").into()) }
    }

    async fn answer(&self, request: RequestBuilder) -> Option<Answer> {
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let text = response.text().await.ok()?;
        self.answers.send_modify(|answers| *answers += 1);
        Some(Answer { status, text })
    }
}
