//! The way to receivers: clients and tokens, made when they are first needed.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::StreamExt;
use reqwest::{Client, RequestBuilder, Response, Url, redirect};

use super::WebhookId;
use super::token::Tokens;
use super::webhook::{Reach, is_here};

/// How much of a reply is read, in bytes.
const MAX_REPLY: usize = 64 * 1_024;

/// What all attempts share.
#[derive(Clone)]
pub(super) struct Post {
    pub(super) reach: Reach,
    clients: Arc<Mutex<HashMap<Way, Client>>>,
    /// By webhook, as several may ask the same endpoint for the same, and only one of them is to be told that it was wrong.
    tokens: Arc<Mutex<HashMap<WebhookId, Arc<Tokens>>>>,
}

/// How an address is reached.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Way {
    is_here: bool,
    is_plain: bool,
}

/// The body of a reply, as far as it was read.
pub(super) struct Body {
    pub(super) bytes: Vec<u8>,
    /// Why there is no more of it; none if this is all, or as much as is read.
    pub(super) broken: Option<String>,
}

impl Post {
    pub(super) fn new(reach: Reach) -> Self {
        Self { reach, clients: Arc::default(), tokens: Arc::default() }
    }

    /// The same clients, and no tokens.
    pub(super) fn without_tokens(&self) -> Self {
        Self { tokens: Arc::default(), ..self.clone() }
    }

    pub(super) fn tokens(&self, webhook: WebhookId) -> Arc<Tokens> {
        Arc::clone(lock(&self.tokens).entry(webhook).or_default())
    }

    /// A call of `url` that is to be made.
    pub(super) fn call(&self, url: &Url) -> Result<RequestBuilder, String> {
        let way = Way { is_here: is_here(url), is_plain: url.scheme() == "http" };
        let mut clients = lock(&self.clients);
        if let Some(client) = clients.get(&way) {
            return Ok(client.post(url.clone()));
        }
        let client = client(way).map_err(|error| told("no client can be made", &error))?;
        clients.insert(way, client.clone());
        Ok(client.post(url.clone()))
    }
}

fn client(way: Way) -> reqwest::Result<Client> {
    let mut builder = Client::builder()
        .user_agent(concat!("cashlink-sandbox/", env!("CARGO_PKG_VERSION")))
        // A receiver may close a connection at any time: what is sent on it then would be lost, and count as a failure.
        .pool_max_idle_per_host(0)
        .http1_only()
        // It would carry the token to an address that nobody named.
        .redirect(redirect::Policy::none());
    if way.is_here {
        // No proxy leads back to this machine.
        builder = builder.no_proxy();
    }
    if way.is_plain {
        // No trust store is needed, and to read it takes a while.
        builder = builder.tls_certs_only([]);
    }
    builder.build()
}

/// Sends a call, and gives its reply or why there is none.
pub(super) async fn send(call: RequestBuilder) -> Result<Response, String> {
    call.send().await.map_err(|error| {
        let what = if error.is_connect() { "no connection" } else { "the connection ended before a reply" };
        told(what, &error)
    })
}

/// Reads what there is of a reply, and no more than anybody needs.
pub(super) async fn read(reply: Response) -> Body {
    let mut body = Body { bytes: Vec::new(), broken: None };
    let mut parts = reply.bytes_stream();
    while let Some(part) = parts.next().await {
        match part {
            Ok(part) => body.bytes.extend_from_slice(&part[..part.len().min(MAX_REPLY - body.bytes.len())]),
            Err(error) => {
                body.broken = Some(told("the connection ended before the reply did", &error));
                return body;
            }
        }
        if body.bytes.len() >= MAX_REPLY {
            return body;
        }
    }
    body
}

/// What failed, with its innermost cause: what is around that names the address.
fn told(what: &str, error: &reqwest::Error) -> String {
    let mut cause = error.source();
    while let Some(deeper) = cause.and_then(Error::source) {
        cause = Some(deeper);
    }
    cause.map_or_else(|| what.to_owned(), |cause| format!("{what}: {cause}"))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
