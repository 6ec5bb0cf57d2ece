//! The clients of the token endpoint.

use std::{fmt, time::Duration};

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use subtle::{Choice, ConditionallySelectable as _};

use super::{
    bucket::Bucket,
    issued::{Issued, Key},
};
use crate::webhook::credentials::Fingerprint;

/// Who may ask for tokens. Each has a bucket, and all strangers have one together.
pub(in crate::webhook) struct Clients {
    known: Vec<Known>,
    strangers: Bucket,
}

/// One of the clients.
pub(super) struct Known {
    credentials: Fingerprint,
    key: Key,
    bucket: Bucket,
}

impl Clients {
    pub(in crate::webhook) fn new() -> Self {
        Self { known: Vec::new(), strangers: Bucket::new(60, Duration::from_secs(1)) }
    }

    pub(in crate::webhook) fn add(&mut self, client_id: &str, secret: &SecretString) {
        self.known.push(Known {
            credentials: fingerprint(client_id, secret.expose_secret()),
            key: Key::of(client_id, secret),
            bucket: Bucket::new(600, Duration::from_millis(100)),
        });
    }

    pub(in crate::webhook) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Whether `token` was given to one of them and has not expired. It is compared with each, whosever it is.
    pub(in crate::webhook) fn gave(&self, token: &str, now: Timestamp) -> bool {
        let Some(token) = Issued::parse(token) else {
            return false;
        };
        let made = self.known.iter().fold(Choice::from(0), |made, known| made | known.key.made(&token));
        bool::from(made) && !token.is_expired(now)
    }

    /// Who has these credentials. They are compared with each, whosever they are.
    pub(super) fn find(&self, client_id: &str, secret: &str) -> Option<&Known> {
        let given = fingerprint(client_id, secret);
        let mut found = u64::MAX;
        for (index, known) in (0..).zip(&self.known) {
            found.conditional_assign(&index, known.credentials.is(&given));
        }
        self.known.get(usize::try_from(found).ok()?)
    }

    /// What `client` takes permits from, or a stranger.
    pub(super) fn bucket<'a>(&'a self, client: Option<&'a Known>) -> &'a Bucket {
        client.map_or(&self.strangers, |known| &known.bucket)
    }
}

impl Known {
    pub(super) fn issue(&self, now: Timestamp, lifetime: Duration) -> SecretString {
        self.key.issue(now, lifetime)
    }
}

/// Of both together: neither holds a zero byte, so that it is clear where one ends.
fn fingerprint(client_id: &str, secret: &str) -> Fingerprint {
    Fingerprint::of(format!("{client_id}\0{secret}").as_bytes())
}

impl fmt::Debug for Clients {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Clients").field("count", &self.known.len()).finish_non_exhaustive()
    }
}
