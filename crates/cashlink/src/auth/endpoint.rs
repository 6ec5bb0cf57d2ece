//! The token endpoint: OAuth 2.0 client credentials, sent in the form body.

use std::{fmt, sync::Arc, time::Duration};

use cashlink_api::{Error as RawError, operations, types};
use futures_util::future::BoxFuture;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{Grant, TokenSource};
use crate::{
    error::{ApiError, AuthFailure},
    exchange::{Exchanger, OneAttempt},
    failure::Failure,
    retry,
    scope::Scope,
};

/// The lifetime of a token whose endpoint names none; a token that ends earlier is replaced at the first 401.
const ASSUMED_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// No token is kept longer, whatever its endpoint says.
const LONGEST_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Who asks for tokens, and for what.
pub(crate) struct Credentials {
    pub(crate) client_id: String,
    pub(crate) client_secret: SecretString,
    pub(crate) scopes: Vec<Scope>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credentials").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

/// Asks the API's token endpoint.
#[derive(Debug)]
pub(crate) struct TokenEndpoint {
    credentials: Credentials,
    exchanger: Arc<Exchanger>,
}

impl TokenEndpoint {
    pub(crate) fn new(credentials: Credentials, exchanger: Arc<Exchanger>) -> Self {
        Self { credentials, exchanger }
    }

    async fn ask(&self) -> Result<Grant, Failure> {
        let scopes: Vec<&str> = self.credentials.scopes.iter().map(|scope| scope.as_str()).collect();
        let secret = self.credentials.client_secret.expose_secret();
        let mut body = types::TokenRequest::new("client_credentials", self.credentials.client_id.as_str(), secret);
        if !scopes.is_empty() {
            body = body.scope(scopes.join(" "));
        }

        let operation = &operations::OAUTH_TOKEN_CREATE;
        let timeout = self.exchanger.attempt_timeout;
        let attempt = Arc::new(OneAttempt::new(Arc::clone(&self.exchanger), operation, None, timeout));
        let reply = self.exchanger.client(Arc::clone(&attempt)).oauth_token_create(&body).await;
        match reply {
            Ok(reply) => read(&reply.into_inner()).ok_or_else(|| attempt.unreadable(None)),
            Err(RawError::InvalidResponsePayload(body, _)) => read_bare(&body).ok_or_else(|| attempt.unreadable(None)),
            Err(error) => Err(attempt.failure::<types::AccessToken>(error)),
        }
    }
}

impl TokenSource for TokenEndpoint {
    /// Asking for a token changes nothing, so it is repeated after every failure that may pass.
    fn fetch(&self) -> BoxFuture<'_, Result<Grant, AuthFailure>> {
        Box::pin(async move {
            let mut number = 1;
            loop {
                let failure = match self.ask().await {
                    Ok(grant) => return Ok(grant),
                    Err(failure) => failure,
                };
                let attempt = retry::Attempt { number, repeatable: true, may_have_applied: false };
                match self.exchanger.next_delay(attempt, &failure, Duration::MAX) {
                    Some(delay) => self.exchanger.clock.sleep(delay).await,
                    None => return Err(auth_failure(failure)),
                }
                number += 1;
            }
        })
    }
}

fn read(token: &types::AccessToken) -> Option<Grant> {
    let is_bearer = token.token_type.as_ref().is_none_or(|name| name.eq_ignore_ascii_case("bearer"));
    if !is_bearer {
        return None;
    }
    let lifetime = match token.expires_in {
        // A token that has expired already is good for the one call that asked for it, or for none.
        Some(seconds) => Duration::from_secs(u64::try_from(seconds).unwrap_or(0)),
        None => ASSUMED_LIFETIME,
    };
    grant(&token.access_token, lifetime)
}

/// Only the token itself is documented, so nothing odd beside it may cost it.
fn read_bare(body: &[u8]) -> Option<Grant> {
    #[derive(Deserialize)]
    struct Bare {
        access_token: String,
    }
    let bare: Bare = serde_json::from_slice(body).ok()?;
    grant(&bare.access_token, ASSUMED_LIFETIME)
}

fn grant(token: &str, lifetime: Duration) -> Option<Grant> {
    let fits_into_header = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !fits_into_header {
        return None;
    }
    let mut authorization = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
    authorization.set_sensitive(true);
    Some(Grant { authorization, lifetime: lifetime.min(LONGEST_LIFETIME) })
}

fn auth_failure(failure: Failure) -> AuthFailure {
    match failure {
        Failure::NotSent(transport) | Failure::Lost(transport) => AuthFailure::Unreachable(transport),
        Failure::TimedOut => AuthFailure::TimedOut,
        Failure::Status(reply) => AuthFailure::Refused { code: oauth_code(&reply), reply },
        Failure::Unreadable(_) => AuthFailure::Unreadable,
    }
}

/// The error code, if it is one of RFC 6749: anything else in its place could be anything.
fn oauth_code(reply: &ApiError) -> Option<&'static str> {
    #[derive(Deserialize)]
    struct Body {
        error: String,
    }
    const CODES: [&str; 6] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ];
    let body: Body = serde_json::from_slice(reply.body()).ok()?;
    CODES.into_iter().find(|code| *code == body.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_for_the_time_it_has_within_bounds() {
        check(r#"{"access_token": "abc", "expires_in": 36000}"#, Some(36_000));
        check(r#"{"access_token": "abc", "expires_in": 0}"#, Some(0));
        check(r#"{"access_token": "abc"}"#, Some(600));
        check(r#"{"access_token": "abc", "expires_in": null}"#, Some(600));
        check(r#"{"access_token": "abc", "expires_in": 9223372036854775807}"#, Some(86_400));
        check(r#"{"access_token": "abc", "expires_in": -1}"#, Some(0));
        check(r#"{"access_token": "abc", "expires_in": "3600"}"#, Some(600));
        check(r#"{"access_token": "abc", "expires_in": 3600.5, "scope": ["a"]}"#, Some(600));
        check(r#"{"access_token": "abc", "token_type": "bearer"}"#, Some(600));
        check(r#"{"access_token": "abc", "token_type": "mac"}"#, None);
        check(r#"{"access_token": ""}"#, None);
        check(r#"{"access_token": "tökèn"}"#, None);
        check(r#"{"access_token": ["abc"]}"#, None);
        check("[]", None);
        check(r#"{"access_token": "abc\r\nX-Evil: 1"}"#, None);

        #[track_caller]
        fn check(reply: &str, seconds: Option<u64>) {
            let token = serde_json::from_str::<types::AccessToken>(reply);
            let grant = token.map_or_else(|_| read_bare(reply.as_bytes()), |token| read(&token));
            assert_eq!(grant.as_ref().map(|grant| grant.lifetime.as_secs()), seconds);
            assert!(grant.is_none_or(|grant| grant.authorization.is_sensitive()));
        }
    }
}
