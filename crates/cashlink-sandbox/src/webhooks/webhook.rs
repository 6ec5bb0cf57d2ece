//! Who is told of changes: an address, and what the sandbox authenticates with there.

use std::fmt;
use std::net::IpAddr;

use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::clients::FIRST;
use crate::world::Problems;

/// How many characters an address may have.
const MAX_URL: usize = 2_048;

/// How many bytes a token, or what one is asked for with, may have.
const MAX_SECRET: usize = 8 * 1_024;

/// What stands in the place of a secret.
pub(super) const MASK: &str = "***";

/// Names a webhook. A number that a sandbox gives out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WebhookId(pub(super) u64);

impl WebhookId {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

impl fmt::Display for WebhookId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// An address that is told of every change of the status of a client's investments.
///
/// `https` leads anywhere, `http` only to this machine, unless the sandbox itself can be reached from other machines.
///
/// # Example
///
/// ```
/// use cashlink_sandbox::{Sandbox, Webhook};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), cashlink_sandbox::Error> {
/// let sandbox = Sandbox::start().await?;
/// let id = sandbox.add_webhook(&Webhook::bearer("http://127.0.0.1:9/events", "token"))?;
/// assert_eq!(sandbox.webhooks()[0].id, id);
/// assert!(sandbox.add_webhook(&Webhook::bearer("http://example.org/events", "token")).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[must_use = "nobody is told before it is registered"]
pub struct Webhook {
    pub(crate) url: String,
    pub(crate) client_id: String,
    #[serde(flatten)]
    pub(crate) credentials: Credentials,
}

/// How the sandbox authenticates.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Credentials {
    /// This token is sent.
    Bearer(String),
    /// A token is asked for, and sent until it expires.
    #[serde(rename = "oauth")]
    OAuth(OAuth),
}

/// What a token endpoint of the receiver is asked with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OAuth {
    pub(crate) token_url: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    pub(crate) scope: Option<String>,
}

/// A webhook that is told of what happens.
///
/// Its JSON is what `GET /_sandbox/webhooks` shows of it: all but the secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RegisteredWebhook {
    /// Its name, for [`Sandbox::remove_webhook`](crate::Sandbox::remove_webhook).
    pub id: WebhookId,
    /// The webhook, with `***` for its secrets.
    #[serde(flatten)]
    pub webhook: Webhook,
}

impl Webhook {
    /// Is sent `token` as `Authorization: Bearer`: at most 8 KiB of visible ASCII.
    pub fn bearer(url: impl Into<String>, token: impl Into<String>) -> Self {
        Self::new(url, Credentials::Bearer(token.into()))
    }

    /// Is sent a token that `token_url` gives for these client credentials, which stand in a form.
    pub fn oauth(
        url: impl Into<String>,
        token_url: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Self {
        let oauth = OAuth {
            token_url: token_url.into(),
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            scope: None,
        };
        Self::new(url, Credentials::OAuth(oauth))
    }

    pub(crate) fn new(url: impl Into<String>, credentials: Credentials) -> Self {
        Self { url: url.into(), client_id: FIRST.id.to_owned(), credentials }
    }

    /// Asks the token endpoint for `scope`; for none unless set. Means nothing where a token is given.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        if let Credentials::OAuth(oauth) = &mut self.credentials {
            oauth.scope = Some(scope.into());
        }
        self
    }

    /// Is told of the investments of this client; of the first client's unless set.
    pub fn of_client(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = client_id.into();
        self
    }

    /// The address that is told.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether both lead to the same address for the same client.
    pub(super) fn is_at_place_of(&self, other: &Self) -> bool {
        (&self.url, &self.client_id) == (&other.url, &other.client_id)
    }

    /// What is shown of it.
    pub(super) fn masked(&self) -> Self {
        let mut masked = self.clone();
        match &mut masked.credentials {
            Credentials::Bearer(secret) | Credentials::OAuth(OAuth { client_secret: secret, .. }) => {
                MASK.clone_into(secret);
            }
        }
        masked
    }
}

impl fmt::Debug for Webhook {
    /// Leaves out what it authenticates with, and of the address what may hold a secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Webhook");
        let address = self.url.split(['?', '#']).next().unwrap_or_default();
        shown.field("url", &address).field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// How far a sandbox sends without TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To this machine.
    Here,
    /// Anywhere: others reach it without TLS, too.
    Anywhere,
}

/// Whether an address leads to this machine.
pub(super) fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The address that `text` is, or why nothing is sent there.
pub(super) fn address(text: &str, reach: Reach) -> Result<Url, &'static str> {
    if text.chars().count() > MAX_URL {
        return Err("Must have at most 2,048 characters.");
    }
    let url = Url::parse(text).map_err(|_| "Must be a URL with http:// or https:// and a host.")?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("Must be a URL with http:// or https:// and a host.");
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("Must have neither a user's name, nor a password, nor a fragment.");
    }
    if url.scheme() == "http" && reach == Reach::Here && !is_here(&url) {
        return Err("Must begin with https://, unless it leads to this machine.");
    }
    Ok(url)
}

/// What keeps a sandbox that `reach`es so far from sending to `url` with these `credentials`, field by field.
pub(crate) fn problems(url: &str, credentials: &[Credentials], reach: Reach) -> Problems {
    let mut problems = Problems::default();
    let mut look = |field: &str, problem: Option<&str>| {
        if let Some(problem) = problem {
            problems.field(field, problem);
        }
    };
    look("url", problem_of_url(url, reach));
    for credentials in credentials {
        match credentials {
            Credentials::Bearer(token) => look("bearer", problem_of_secret(token)),
            Credentials::OAuth(oauth) => {
                look("oauth.token_url", problem_of_url(&oauth.token_url, reach));
                look("oauth.client_id", problem_of_secret(&oauth.client_id));
                look("oauth.client_secret", problem_of_secret(&oauth.client_secret));
                let scope = oauth.scope.as_ref().map(|scope| scope.replace(' ', ""));
                look("oauth.scope", scope.as_deref().and_then(problem_of_secret));
            }
        }
    }
    problems
}

fn problem_of_url(url: &str, reach: Reach) -> Option<&'static str> {
    address(url, reach).err()
}

fn problem_of_secret(secret: &str) -> Option<&'static str> {
    (!is_secret(secret)).then_some("Must be 1 to 8,192 characters of visible ASCII.")
}

/// Whether a text can be a token, or what one is asked for with.
pub(super) fn is_secret(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_SECRET && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
