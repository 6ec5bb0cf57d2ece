//! The token call: client credentials for an access token, as RFC 6749 has it.

use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::json;

use super::auth::Grant;
use super::body;
use super::exchange::Exchange;
use super::verdict::Verdict;
use crate::clients::Client;
use crate::clock::later;
use crate::engine::{Event, NotKept};

/// Why no token is given.
enum Denial {
    Because { status: StatusCode, error: &'static str, description: &'static str },
    NotKept(NotKept),
}

impl From<NotKept> for Denial {
    fn from(not_kept: NotKept) -> Self {
        Self::NotKept(not_kept)
    }
}

impl Denial {
    fn bad(error: &'static str, description: &'static str) -> Self {
        Self::Because { status: StatusCode::BAD_REQUEST, error, description }
    }

    fn client() -> Self {
        Self::Because {
            status: StatusCode::UNAUTHORIZED,
            error: "invalid_client",
            description: "The client is unknown or the secret is wrong.",
        }
    }
}

/// A token, or why there is none.
pub(super) fn answer(exchange: &Exchange, form: &Bytes) -> (Verdict, Option<String>) {
    match grant(exchange, form) {
        Ok((verdict, token)) => (verdict, Some(token)),
        Err(Denial::Because { status, error, description }) => {
            let body = json!({ "error": error, "error_description": description });
            (Verdict::new(status, &body), None)
        }
        Err(Denial::NotKept(not_kept)) => (not_kept.into(), None),
    }
}

/// Who asks, by what the call says; whether that is so is not looked at.
pub(super) fn client_id(headers: &HeaderMap, form: &Bytes) -> Option<String> {
    let in_body = form_urlencoded::parse(form).find(|(name, _)| name == "client_id");
    in_body.map(|(_, id)| id.into_owned()).or_else(|| basic(headers).map(|(id, _)| id))
}

fn grant(exchange: &Exchange, form: &Bytes) -> Result<(Verdict, String), Denial> {
    let (app, headers) = (&exchange.app, &exchange.parts.headers);
    if !body::is_media_type(headers, "application/x-www-form-urlencoded") {
        return Err(Denial::bad("invalid_request", "The body must be a form."));
    }
    let fields: Vec<(String, String)> = form_urlencoded::parse(form).into_owned().collect();
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match field("grant_type") {
        Some("client_credentials") => {}
        Some(_) => return Err(Denial::bad("unsupported_grant_type", "Only client_credentials is supported.")),
        None => return Err(Denial::bad("invalid_request", "The grant type is missing.")),
    }
    let in_body = field("client_id").zip(field("client_secret"));
    let in_header = basic(headers);
    if in_body.is_some() && in_header.is_some() {
        return Err(Denial::bad("invalid_request", "There must be one way of authentication."));
    }
    let in_header = in_header.as_ref().map(|(id, secret)| (id.as_str(), secret.as_str()));
    let Some((id, secret)) = in_body.or(in_header) else {
        return Err(Denial::client());
    };
    let state = &mut *app.state();
    let client = state.world.clients().of_id(id).filter(|client| client.secret == secret).ok_or_else(Denial::client)?;
    exchange.trace.client(&client.id);
    let scopes = scopes(client, field("scope").unwrap_or_default())?;
    let now = app.clock.now();
    let lifetime = app.settings().token_lifetime;
    let scope = scopes.join(" ");
    let grant = Grant { owner: client.owner, scopes, expires_at: later(now, lifetime) };
    let token = state.tokens.next();
    state.note(now, || Event::issued(&token, &grant))?;
    state.tokens.add(token.clone(), grant, now);
    let body = json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": lifetime.as_secs(),
        "scope": scope,
    });
    Ok((Verdict::new(StatusCode::OK, &body), token))
}

/// The scopes that are asked for; all of the client's if none is.
fn scopes(client: &Client, asked: &str) -> Result<Vec<String>, Denial> {
    let scopes: Vec<String> = asked.split_ascii_whitespace().map(str::to_owned).collect();
    if scopes.iter().any(|scope| !client.scopes.contains(scope)) {
        return Err(Denial::bad("invalid_scope", "A scope is unknown or not granted to the client."));
    }
    Ok(if scopes.is_empty() { client.scopes.clone() } else { scopes })
}

/// Client id and secret of `Authorization: Basic`, each encoded as in a form.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |text: &str| form_urlencoded::parse(text.as_bytes()).next().map(|(text, _)| text.into_owned());
    Some((plain(id)?, plain(secret)?))
}
