//! One request to a receiver or a sandbox, and what came of it.

use std::time::Duration;

use cashlink::time::{Clock as _, SystemClock};
use reqwest::{Client, RequestBuilder, redirect::Policy};
use url::Url;

use super::address;
use crate::failure::{self, Failure};

/// How much of a reply is read, in bytes. The rest is of no interest.
const MOST_BYTES: usize = 64 * 1024;

/// How long a connection is waited for.
const CONNECT: Duration = Duration::from_secs(5);

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Answered(Answer),
    /// It cannot have arrived.
    NotSent(String),
    /// It may have arrived.
    TimedOut,
    /// It may have arrived.
    Lost(String),
}

/// A reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The first part of it.
    pub(crate) body: Vec<u8>,
    pub(crate) elapsed: Duration,
}

impl Answer {
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// A client that sends to `url` and to nothing that this redirects to.
///
/// # Errors
///
/// Fails if this machine gives no roots of trust.
pub(crate) fn client(url: &Url) -> failure::Result<Client> {
    let builder = Client::builder()
        .user_agent(concat!("cashlink-cli/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .redirect(Policy::none());
    // No proxy may see what stays on this machine, and no certificates are needed for it.
    let builder = match (url.scheme(), address::is_local(url)) {
        ("http", true) => builder.no_proxy().tls_certs_only([]),
        ("http", false) => builder.tls_certs_only([]),
        _ => builder.https_only(true),
    };
    Ok(builder.build().map_err(|error| Failure::internal("no request can be sent", &error))?)
}

/// Sends `request` once. The end of its reply is waited for, for up to `timeout` in all.
pub(crate) async fn send(request: RequestBuilder, timeout: Duration) -> Ended {
    let begun = SystemClock.now();
    let mut response = match request.timeout(timeout).send().await {
        Ok(response) => response,
        Err(error) => return unanswered(error),
    };
    let mut body = Vec::new();
    while body.len() < MOST_BYTES {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk[..chunk.len().min(MOST_BYTES - body.len())]),
            // The status is the verdict, however its body ends.
            Ok(None) | Err(_) => break,
        }
    }
    Ended::Answered(Answer { status: response.status().as_u16(), body, elapsed: SystemClock.now() - begun })
}

fn unanswered(error: reqwest::Error) -> Ended {
    // The address may hold secrets.
    let error = error.without_url();
    if error.is_connect() || error.is_builder() {
        Ended::NotSent(failure::chain(&error))
    } else if error.is_timeout() {
        Ended::TimedOut
    } else {
        Ended::Lost(failure::chain(&error))
    }
}
