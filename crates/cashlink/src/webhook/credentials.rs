//! The secrets that senders know, kept as digests and compared in constant time.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};

use crate::validation::Problems;

/// How long a token or a secret may be, in bytes.
const LENGTH: std::ops::RangeInclusive<usize> = 16..=4096;

/// The digest of a secret. Comparing digests shows neither how long a secret is nor where another begins to differ.
#[derive(Clone)]
pub(super) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn of(secret: &[u8]) -> Self {
        Self(Sha256::digest(secret).into())
    }

    pub(super) fn is(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Fingerprint(..)")
    }
}

/// The bearer tokens that are good.
#[derive(Clone, Debug, Default)]
pub(super) struct Bearers(Vec<Fingerprint>);

impl Bearers {
    pub(super) fn add(&mut self, token: &[u8]) {
        self.0.push(Fingerprint::of(token));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `token` is one of them. It is compared with each, whichever it is.
    pub(super) fn has(&self, token: &str) -> bool {
        let given = Fingerprint::of(token.as_bytes());
        self.0.iter().fold(Choice::from(0), |found, known| found | known.is(&given)).into()
    }
}

/// Adds what is wrong with `secret`, the setting `path`.
pub(super) fn check(secret: &str, path: &str, problems: &mut Problems) {
    if !LENGTH.contains(&secret.len()) || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        problems.add(path, "must be 16 to 4096 visible ASCII characters");
    }
}
