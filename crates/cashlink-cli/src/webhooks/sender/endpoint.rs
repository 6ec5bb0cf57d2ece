//! The token endpoint of a receiver, where client credentials are traded for a token.

use std::time::Duration;

use reqwest::Client;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::{
    args::SenderOptions,
    failure::{self, Failure},
    problem::Problem,
    variables::Variables,
    webhooks::{
        address,
        post::{self, Ended},
        secrets::{CLIENT_SECRET, Secrets},
    },
};

/// A token endpoint, and who asks there.
pub(crate) struct Endpoint {
    url: Url,
    client_id: String,
    client_secret: SecretString,
}

/// What is read of a reply.
#[derive(Deserialize)]
struct Given {
    access_token: String,
}

impl Endpoint {
    pub(super) fn new(url: &str, options: &SenderOptions, variables: &Variables) -> Result<Self, Vec<Problem>> {
        let url = address::receiver(url, "--token-url");
        let client_id = options.client_id.clone().ok_or_else(|| Problem::new("--client-id", "is missing"));
        let secret =
            Secrets::find(options.client_secret_file.as_deref(), "--client-secret-file", CLIENT_SECRET, variables);
        let missing = || Problem::new(CLIENT_SECRET, "is not set; set it or give --client-secret-file");
        let secret = secret.and_then(|given| given.ok_or_else(missing)?.newest());
        match (url, client_id, secret) {
            (Ok(url), Ok(client_id), Ok(client_secret)) => Ok(Self { url, client_id, client_secret }),
            (url, client_id, secret) => Err([url.err(), client_id.err(), secret.err()].into_iter().flatten().collect()),
        }
    }

    /// A new token.
    ///
    /// # Errors
    ///
    /// Fails if none is given.
    pub(super) async fn fetch(&self, timeout: Duration) -> failure::Result<SecretString> {
        let http: Client = post::client(&self.url)?;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &self.client_id),
            ("client_secret", self.client_secret.expose_secret()),
        ];
        let ended = post::send(http.post(self.url.clone()).form(&form), timeout).await;
        let given = match &ended {
            Ended::Answered(answer) if answer.is_success() => serde_json::from_slice::<Given>(&answer.body).ok(),
            _ => None,
        };
        let is_plain = |token: &String| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        let token = given.map(|given| given.access_token).filter(is_plain).map(SecretString::from);
        Ok(token.ok_or_else(|| Failure::of_token_endpoint(&ended))?)
    }
}
