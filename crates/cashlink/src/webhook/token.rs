//! The token endpoint: senders trade their client credentials for a token that is good for a short time.

use std::{fmt, time::Duration};

use secrecy::{ExposeSecret, SecretString};

use super::receiver::Head;
use crate::time::Clock;

mod bucket;
mod clients;
mod issued;
mod request;

pub(super) use clients::Clients;
use request::{Form, Presented};

/// The one scope of tokens: to deliver events.
const SCOPE: &str = "webhooks:deliver";

/// The longest form that is read, in bytes: the longest credentials fit, however they are written.
pub(super) const LONGEST_FORM: usize = 16 * 1024;

/// The answer to a request for a token: status, headers and body, to be handed to your server as they are.
///
/// 200 with a token; 400 or 401 with a code of RFC 6749; 413 for a form of more than 16 KiB; 429 when too many were asked
/// for; 404 if there are no clients. `Debug` does not show the body.
#[must_use = "the sender waits for it"]
pub struct TokenReply {
    outcome: Outcome,
    body: SecretString,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Given,
    Refused(Fault),
    TooLarge,
    /// For so long.
    TooMany(Duration),
    NoClients,
}

/// What is wrong with a request, as RFC 6749 has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Request,
    Client,
    GrantType,
    Scope,
}

/// Answers a request to the token endpoint that has `clients`.
pub(super) fn reply(clients: &Clients, head: &Head, body: &[u8], lifetime: Duration, clock: &dyn Clock) -> TokenReply {
    if clients.is_empty() {
        return Outcome::NoClients.into();
    }
    if body.len() > LONGEST_FORM {
        return Outcome::TooLarge.into();
    }
    let form = Form::read(head, body);
    let presented = Presented::by(head, form.as_ref());
    let client = presented.find(clients);
    // Who knows a secret is counted alone: no stranger can use up what is meant for the sender.
    if let Err(wait) = clients.bucket(client).take(clock.now()) {
        return Outcome::TooMany(wait).into();
    }
    let fault = match (&form, &presented) {
        (None, _) | (_, Presented::Twice) => Some(Fault::Request),
        (Some(form), _) => form.fault(),
    };
    match (client, fault) {
        (_, Some(Fault::Request)) => Outcome::Refused(Fault::Request).into(),
        (None, _) => Outcome::Refused(Fault::Client).into(),
        (Some(_), Some(fault)) => Outcome::Refused(fault).into(),
        (Some(client), None) => TokenReply::given(&client.issue(clock.wall(), lifetime), lifetime),
    }
}

impl TokenReply {
    fn given(token: &SecretString, lifetime: Duration) -> Self {
        tracing::debug!("a token for deliveries is given");
        let body = serde_json::json!({
            "access_token": token.expose_secret(),
            "token_type": "Bearer",
            "expires_in": lifetime.as_secs(),
            "scope": SCOPE,
        });
        Self { outcome: Outcome::Given, body: body.to_string().into() }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self.outcome {
            Outcome::Given => 200,
            Outcome::Refused(Fault::Client) => 401,
            Outcome::Refused(_) => 400,
            Outcome::TooLarge => 413,
            Outcome::TooMany(_) => 429,
            Outcome::NoClients => 404,
        }
    }

    /// The headers, name and value; names are in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, String)> {
        let json = (!self.body().is_empty()).then_some(("content-type", "application/json".to_owned()));
        let own = match self.outcome {
            Outcome::Refused(Fault::Client) => Some(("www-authenticate", r#"Basic realm="webhooks""#.to_owned())),
            Outcome::TooMany(wait) => Some(("retry-after", wait.as_millis().div_ceil(1000).max(1).to_string())),
            _ => None,
        };
        let no_store = [("cache-control", "no-store".to_owned()), ("pragma", "no-cache".to_owned())];
        no_store.into_iter().chain(json).chain(own)
    }

    /// The body. It may hold a token.
    pub fn body(&self) -> &[u8] {
        self.body.expose_secret().as_bytes()
    }
}

impl From<Outcome> for TokenReply {
    fn from(outcome: Outcome) -> Self {
        tracing::debug!(?outcome, "no token for deliveries is given");
        let code = match outcome {
            Outcome::Refused(Fault::Request) => "invalid_request",
            Outcome::Refused(Fault::Client) => "invalid_client",
            Outcome::Refused(Fault::GrantType) => "unsupported_grant_type",
            Outcome::Refused(Fault::Scope) => "invalid_scope",
            _ => return Self { outcome, body: SecretString::default() },
        };
        Self { outcome, body: format!(r#"{{"error":"{code}"}}"#).into() }
    }
}

impl fmt::Debug for TokenReply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TokenReply").field("status", &self.status()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
