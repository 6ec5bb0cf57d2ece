//! Tokens that a receiver's own token endpoint gives out: kept until they expire, one call for all who wait.

use jiff::Timestamp;
use reqwest::Url;
use serde::Deserialize;
use tokio::sync::Mutex;

use super::post::{self, Post};
use super::webhook::{OAuth, address, is_secret};
use crate::clock::{Clock, later};

/// The token of one webhook.
#[derive(Default)]
pub(super) struct Tokens(Mutex<Option<Token>>);

struct Token {
    text: String,
    /// By the sandbox's clock; none if the endpoint did not say.
    expires_at: Option<Timestamp>,
}

/// What is read of the reply of a token endpoint.
#[derive(Deserialize)]
struct Given {
    access_token: String,
    /// How it is to be sent; as a bearer if the endpoint did not say.
    token_type: Option<String>,
    /// In seconds.
    expires_in: Option<u64>,
}

impl Tokens {
    /// A token that is good, as far as is known, and is not `refused`.
    pub(super) async fn get(
        &self,
        post: &Post,
        oauth: &OAuth,
        clock: &Clock,
        refused: Option<&str>,
    ) -> Result<String, String> {
        let mut kept = self.0.lock().await;
        let is_good = |token: &&Token| {
            let is_fresh = token.expires_at.is_none_or(|expires_at| clock.now() < expires_at);
            is_fresh && Some(token.text.as_str()) != refused
        };
        if let Some(token) = kept.as_ref().filter(is_good) {
            return Ok(token.text.clone());
        }
        *kept = None;
        let asked_at = clock.now();
        let given = ask(post, oauth).await.map_err(|problem| format!("the token endpoint: {problem}"))?;
        let expires_at = given.expires_in.map(|seconds| later(asked_at, std::time::Duration::from_secs(seconds)));
        let text = given.access_token;
        *kept = Some(Token { text: text.clone(), expires_at });
        Ok(text)
    }
}

async fn ask(post: &Post, oauth: &OAuth) -> Result<Given, String> {
    let url: Url = address(&oauth.token_url, post.reach)?;
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_id", &oauth.client_id),
        ("client_secret", &oauth.client_secret),
    ];
    form.extend(oauth.scope.as_ref().map(|scope| ("scope", scope.as_str())));
    let reply = post::send(post.call(&url)?.form(&form)).await?;
    let status = reply.status();
    if !status.is_success() {
        return Err(format!("it answered {}", status.as_u16()));
    }
    let body = post::read(reply).await;
    if let Some(broken) = body.broken {
        return Err(broken);
    }
    let given = serde_json::from_slice::<Given>(&body.bytes).ok();
    given.filter(Given::is_usable).ok_or_else(|| "it answered without a usable token".to_owned())
}

impl Given {
    /// Whether it is a bearer, and text that fits into a header and carries no other along.
    fn is_usable(&self) -> bool {
        let is_bearer = self.token_type.as_ref().is_none_or(|kind| kind.eq_ignore_ascii_case("bearer"));
        is_bearer && is_secret(&self.access_token)
    }
}
