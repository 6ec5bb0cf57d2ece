//! Sends events to a receiver, as the API does.

use std::{path::Path, time::Duration};

use cashlink::webhook::Event;
use reqwest::{Client, header};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::post::{self, Ended};
use crate::{
    args::SenderOptions,
    connection::secret_in,
    failure::{self, Failure},
    problem::Problem,
    variables::Variables,
};

/// Holds the tokens of a receiver.
pub(crate) const TOKEN: &str = "CASHLINK_WEBHOOK_TOKEN";

/// Sends events to one receiver.
pub(crate) struct Sender {
    http: Client,
    url: Url,
    token: SecretString,
    timeout: Duration,
}

impl Sender {
    pub(crate) fn new(url: Url, token: SecretString, timeout: Duration) -> failure::Result<Self> {
        Ok(Self { http: post::client(&url)?, url, token, timeout })
    }

    /// Delivers `event` once.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be written as JSON.
    pub(crate) async fn send(&self, event: &Event) -> failure::Result<Ended> {
        let body =
            serde_json::to_vec(event).map_err(|error| Failure::internal("the event cannot be written", &error))?;
        let request = self.http.post(self.url.clone()).bearer_auth(self.token.expose_secret());
        Ok(post::send(request.header(header::CONTENT_TYPE, "application/json").body(body), self.timeout).await)
    }
}

/// The token that is to be sent.
///
/// # Errors
///
/// Fails if there is none, or if it cannot be a token.
pub(crate) fn token(options: &SenderOptions, variables: &Variables) -> Result<SecretString, Problem> {
    let (text, given_by) = match (&options.token, &options.token_file) {
        (Some(token), _) => (token.expose_secret().to_owned(), "--token"),
        (None, Some(file)) => (in_file(file)?, "--token-file"),
        (None, None) => match variables.get(TOKEN)? {
            Some(text) => (text, TOKEN),
            None => return Err(Problem::new(TOKEN, "is not set; set it or give --token-file")),
        },
    };
    // The newest is the first, so that it is tried while the older ones are still good.
    let first = text.split_whitespace().next().unwrap_or_default();
    if first.is_empty() || !first.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Problem::new(given_by, "must be visible ASCII"));
    }
    Ok(first.into())
}

fn in_file(file: &Path) -> Result<String, Problem> {
    secret_in(file).map_err(|message| Problem::new("--token-file", message))
}
