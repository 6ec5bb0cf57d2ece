//! Access tokens: who a call comes from and what it may do.

use std::collections::HashMap;
use std::fmt;

use axum::http::{HeaderMap, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::exchange::Exchange;
use super::verdict::Verdict;
use crate::world::Owner;

const NAMESPACE: Uuid = Uuid::from_u128(0x3d6f_21c4_0e58_4b7a_a3d9_5c1e_88f0_4712);

/// The tokens that were given out; some of those that have expired are still among them.
#[derive(Clone, Default)]
pub(crate) struct Tokens {
    grants: HashMap<String, Grant>,
    /// How many there may be before those that have expired are looked for.
    bound: usize,
    /// What tokens follow from; they are random if it is 0.
    seed: u64,
    /// How many were given out.
    given: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Grant {
    pub(crate) owner: Owner,
    pub(crate) scopes: Vec<String>,
    pub(crate) expires_at: Timestamp,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tokens").field("count", &self.grants.len()).finish_non_exhaustive()
    }
}

impl Tokens {
    /// Tokens that follow from `seed`, after `given` others.
    pub(crate) fn new(seed: u64, given: u64) -> Self {
        Self { seed, given, ..Self::default() }
    }

    /// How many were given out that are not kept any more.
    pub(crate) fn gone(&self) -> u64 {
        self.given.saturating_sub(self.grants.len() as u64)
    }

    /// The next token, which stands for nothing yet.
    pub(super) fn next(&self) -> String {
        let token = if self.seed == 0 {
            Uuid::new_v4()
        } else {
            Uuid::new_v5(&NAMESPACE, format!("token {} of {}", self.given + 1, self.seed).as_bytes())
        };
        token.simple().to_string()
    }

    /// Lets `token` stand for `grant` from now on.
    ///
    /// Tokens that have expired are forgotten when there are twice as many as were valid the last time, as looking at each
    /// of them for each new one takes ever longer.
    pub(crate) fn add(&mut self, token: String, grant: Grant, now: Timestamp) {
        if self.grants.len() >= self.bound {
            self.grants.retain(|_, grant| now < grant.expires_at);
            self.bound = 64.max(2 * self.grants.len());
        }
        self.given += 1;
        self.grants.insert(token, grant);
    }

    /// Every token with what it stands for.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Grant)> {
        self.grants.iter().map(|(token, grant)| (token.as_str(), grant))
    }

    pub(crate) fn revoke(&mut self, token: &str) {
        self.grants.remove(token);
    }

    fn find(&self, token: &str, now: Timestamp) -> Option<&Grant> {
        self.grants.get(token).filter(|grant| now < grant.expires_at)
    }
}

/// Who calls, or why the call is refused: 401 without a valid token, 403 if it lacks a scope.
pub(super) fn authorize(exchange: &Exchange) -> Result<Owner, Verdict> {
    let token = bearer(&exchange.parts.headers).ok_or_else(Verdict::unauthorized)?;
    let now = exchange.app.clock.now();
    let state = exchange.app.state();
    let grant = state.tokens.find(token, now).ok_or_else(Verdict::unauthorized)?;
    if let Some(client) = state.world.clients().of_owner(grant.owner) {
        exchange.trace.client(&client.id);
    }
    let may = exchange.operation.scopes.iter().all(|scope| grant.scopes.contains(scope));
    if !may {
        let detail = "You do not have permission to perform this action.";
        return Err(Verdict::detail(StatusCode::FORBIDDEN, detail));
    }
    Ok(grant.owner)
}

/// The token of `Authorization: Bearer`.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
