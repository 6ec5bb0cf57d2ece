//! Sends events to a receiver, as the API does.

use std::time::Duration;

use cashlink::webhook::Event;
use reqwest::{Client, header};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    post::{self, Answer, Ended},
    secrets::{Secrets, TOKEN},
};
use crate::{
    args::SenderOptions,
    failure::{self, Failure},
    problem::Problem,
    variables::Variables,
};

mod endpoint;

use endpoint::Endpoint;

/// What a receiver is shown.
pub(crate) enum Credentials {
    Token(SecretString),
    /// Client credentials, and where they are traded for a token.
    Client(Endpoint),
}

impl Credentials {
    /// Takes each setting from its flag or else from its variable.
    ///
    /// # Errors
    ///
    /// Names everything that is missing or wrong.
    pub(crate) fn new(options: &SenderOptions, variables: &Variables) -> Result<Self, Vec<Problem>> {
        if let Some(url) = &options.token_url {
            return Endpoint::new(url, options, variables).map(Self::Client);
        }
        token(options, variables).map(Self::Token).map_err(|problem| vec![problem])
    }
}

fn token(options: &SenderOptions, variables: &Variables) -> Result<SecretString, Problem> {
    let given = match &options.token {
        Some(token) => Some(Secrets { words: vec![token.clone()], given_by: "--token" }),
        None => Secrets::find(options.token_file.as_deref(), "--token-file", TOKEN, variables)?,
    };
    given.ok_or_else(|| Problem::new(TOKEN, "is not set; set it, or give --token-file or --token-url"))?.newest()
}

/// Sends events to one receiver.
pub(crate) struct Sender {
    http: Client,
    url: Url,
    credentials: Credentials,
    timeout: Duration,
    /// The token that was fetched last.
    fetched: Option<SecretString>,
}

impl Sender {
    pub(crate) fn new(url: Url, credentials: Credentials, timeout: Duration) -> failure::Result<Self> {
        Ok(Self { http: post::client(&url)?, url, credentials, timeout, fetched: None })
    }

    /// Delivers `event` once.
    ///
    /// # Errors
    ///
    /// Fails if there is no token to deliver it with; then it was not sent.
    pub(crate) async fn send(&mut self, event: &Event) -> failure::Result<Ended> {
        let body =
            serde_json::to_vec(event).map_err(|error| Failure::internal("the event cannot be written", &error))?;
        let (token, is_old) = self.token().await?;
        let ended = self.post(&token, body.clone()).await;
        match ended {
            // It may have run out.
            Ended::Answered(Answer { status: 401, .. }) if is_old => {
                self.fetched = None;
                let (token, _) = self.token().await?;
                Ok(self.post(&token, body).await)
            }
            ended => Ok(ended),
        }
    }

    /// The token to be sent, and whether it was fetched for an earlier delivery.
    async fn token(&mut self) -> failure::Result<(SecretString, bool)> {
        match (&self.credentials, &self.fetched) {
            (Credentials::Token(token), _) => Ok((token.clone(), false)),
            (Credentials::Client(_), Some(token)) => Ok((token.clone(), true)),
            (Credentials::Client(endpoint), None) => {
                let token = endpoint.fetch(self.timeout).await?;
                self.fetched = Some(token.clone());
                Ok((token, false))
            }
        }
    }

    async fn post(&self, token: &SecretString, body: Vec<u8>) -> Ended {
        let request = self.http.post(self.url.clone()).bearer_auth(token.expose_secret());
        post::send(request.header(header::CONTENT_TYPE, "application/json").body(body), self.timeout).await
    }
}
