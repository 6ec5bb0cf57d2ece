//! Access tokens: one is fetched, shared by all clones, and replaced before it expires.

use std::{
    fmt,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;
use http::HeaderValue;
use tokio::sync::Mutex;

use crate::{error::AuthFailure, time::Clock};

mod endpoint;
#[cfg(test)]
mod tests;

pub(crate) use endpoint::{Credentials, TokenEndpoint};

/// How long before its expiry a token is replaced, at most.
const MARGIN: Duration = Duration::from_secs(60);

/// How long a replacement that failed, or was given up, is not tried again while the old token is still good.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Where tokens come from.
pub(crate) trait TokenSource: fmt::Debug + Send + Sync + 'static {
    fn fetch(&self) -> BoxFuture<'_, Result<Grant, AuthFailure>>;
}

/// A token as the endpoint gave it.
pub(crate) struct Grant {
    /// The whole `Authorization` header, marked sensitive.
    pub(crate) authorization: HeaderValue,
    pub(crate) lifetime: Duration,
}

/// A token in use.
#[derive(Clone)]
pub(crate) struct Token {
    authorization: HeaderValue,
    refresh_at: Instant,
    expires_at: Instant,
    /// Counts the tokens, so that a late `401` does not discard a newer one.
    generation: u64,
}

impl Token {
    pub(crate) fn authorization(&self) -> HeaderValue {
        self.authorization.clone()
    }
}

/// The token that all clones of a client share.
pub(crate) struct Tokens {
    source: Box<dyn TokenSource>,
    clock: Arc<dyn Clock>,
    current: RwLock<Option<Token>>,
    /// Held by the one caller that fetches; holds how the last fetch failed, if it did.
    fetching: Mutex<Option<AuthFailure>>,
    /// Fetches that ended, well or not.
    fetches: AtomicU64,
}

impl Tokens {
    pub(crate) fn new(source: impl TokenSource, clock: Arc<dyn Clock>) -> Self {
        Self {
            source: Box::new(source),
            clock,
            current: RwLock::default(),
            fetching: Mutex::default(),
            fetches: AtomicU64::new(0),
        }
    }

    /// A token that is good now. One caller fetches; the others wait, or go on with the old one while it is good.
    pub(crate) async fn get(&self) -> Result<Token, AuthFailure> {
        let now = self.clock.now();
        let fetches = self.fetches.load(Ordering::Acquire);
        match self.unexpired(now) {
            Some(token) if now < token.refresh_at => Ok(token),
            Some(token) => match self.fetching.try_lock() {
                Ok(mut failure) => {
                    // Before the request, for this caller may give up while it waits for the reply.
                    self.rest(&token);
                    let replaced = self.replace(&mut failure).await;
                    self.rest(&token);
                    match replaced {
                        Err(_) if self.clock.now() < token.expires_at => Ok(token),
                        replaced => replaced,
                    }
                }
                Err(_) => Ok(token),
            },
            None => {
                let mut failure = self.fetching.lock().await;
                if let Some(token) = self.unexpired(self.clock.now()) {
                    return Ok(token);
                }
                // Who waited while a fetch failed shares its failure: a refusal is not asked for once per caller.
                let failed_meanwhile = self.fetches.load(Ordering::Acquire) > fetches;
                match failure.as_ref().filter(|_| failed_meanwhile) {
                    Some(failure) => Err(failure.clone()),
                    None => self.replace(&mut failure).await,
                }
            }
        }
    }

    /// Discards `refused` after the API answered 401 to it, unless it has been replaced meanwhile.
    pub(crate) fn discard(&self, refused: &Token) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref().is_some_and(|token| token.generation == refused.generation) {
            *current = None;
        }
    }

    fn unexpired(&self, now: Instant) -> Option<Token> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        current.as_ref().filter(|token| now < token.expires_at).cloned()
    }

    async fn replace(&self, failure: &mut Option<AuthFailure>) -> Result<Token, AuthFailure> {
        // Counted from before the request: the endpoint's clock started no earlier.
        let asked_at = self.clock.now();
        let fetched = self.source.fetch().await;
        let generation = self.fetches.fetch_add(1, Ordering::AcqRel) + 1;
        match fetched {
            Ok(grant) => {
                let token = Token {
                    authorization: grant.authorization,
                    refresh_at: asked_at + grant.lifetime.saturating_sub(MARGIN.min(grant.lifetime / 5)),
                    expires_at: asked_at + grant.lifetime,
                    generation,
                };
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
                *failure = None;
                Ok(token)
            }
            Err(error) => {
                tracing::warn!(reason = %error, "no new access token");
                *failure = Some(error.clone());
                Err(error)
            }
        }
    }

    /// Lets the endpoint rest for a while before the next attempt to replace an aging token, unless it was replaced.
    fn rest(&self, aging: &Token) {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = current.as_mut().filter(|token| token.generation == aging.generation) {
            token.refresh_at = self.clock.now() + PAUSE_AFTER_FAILURE;
        }
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Tokens").field("source", &self.source).finish_non_exhaustive()
    }
}
