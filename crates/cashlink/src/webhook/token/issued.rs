//! The tokens that are given out. They hold all that has to be known of them, so nothing is kept.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConstantTimeEq as _};
use uuid::Uuid;

use super::SCOPE;

/// Begins a token; the next form of it will have another number.
const FORM: &str = "cwt1_";

/// Bytes of the second at which a token expires, of a number that makes it differ from others, and of the code.
const EXPIRY: usize = 8;
const NONCE: usize = 16;
const CODE: usize = 32;

/// Makes and knows the tokens of one client. Whoever has its secret has the same key: other processes, and this one after
/// a restart. With the secret go all its tokens.
#[derive(Clone)]
pub(super) struct Key(Hmac<Sha256>);

/// A token that was taken apart, and is good if a client's key says so.
pub(super) struct Issued {
    expires_at: i64,
    stated: [u8; EXPIRY + NONCE],
    code: [u8; CODE],
}

impl Key {
    pub(super) fn of(client_id: &str, secret: &SecretString) -> Self {
        let secret = keyed(Sha256::digest(secret.expose_secret()).into());
        let purpose = format!("cashlink webhook token\0{FORM}\0{SCOPE}\0{client_id}");
        Self(keyed(secret.chain_update(purpose).finalize().into_bytes().into()))
    }

    /// A new token that expires after `lifetime`.
    pub(super) fn issue(&self, now: Timestamp, lifetime: Duration) -> SecretString {
        // A second that has begun does not count: the sender is told the whole lifetime.
        let from = now.as_second() + i64::from(now.subsec_nanosecond() > 0);
        let expires_at = from.saturating_add_unsigned(lifetime.as_secs());
        let stated = [&expires_at.to_be_bytes()[..], Uuid::new_v4().as_bytes()].concat();
        let code = self.code(&stated);
        format!("{FORM}{}", BASE64_URL_SAFE_NO_PAD.encode([&stated[..], &code].concat())).into()
    }

    /// Whether `token` was made with it.
    pub(super) fn made(&self, token: &Issued) -> Choice {
        self.code(&token.stated).ct_eq(&token.code)
    }

    fn code(&self, stated: &[u8]) -> [u8; CODE] {
        self.0.clone().chain_update(stated).finalize().into_bytes().into()
    }
}

impl Issued {
    /// Takes a token apart, if it has the form of one.
    pub(super) fn parse(token: &str) -> Option<Self> {
        let encoded = token.strip_prefix(FORM)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let bytes: [u8; EXPIRY + NONCE + CODE] = bytes.try_into().ok()?;
        let (stated, code) = bytes.split_first_chunk::<{ EXPIRY + NONCE }>()?;
        let expires_at = i64::from_be_bytes(*stated.first_chunk()?);
        Some(Self { expires_at, stated: *stated, code: code.try_into().ok()? })
    }

    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        now.as_second() >= self.expires_at
    }
}

fn keyed(key: [u8; 32]) -> Hmac<Sha256> {
    // A key is filled up with zeros to the width of a block anyway; so no length can be wrong.
    let mut block = [0; 64];
    block[..32].copy_from_slice(&key);
    Hmac::new(&block.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_767_225_600, 0);
    const LIFETIME: Duration = Duration::from_secs(600);

    #[test]
    fn a_token_is_good_for_its_time_under_its_key_alone() {
        let token = key("sender", "secret").issue(NOW, LIFETIME);
        let check = |client_id: &str, secret: &str, seconds: i64, expected: bool| {
            let issued = Issued::parse(token.expose_secret()).unwrap();
            let now = NOW + jiff::SignedDuration::from_secs(seconds);
            let is_made: bool = key(client_id, secret).made(&issued).into();
            assert_eq!(is_made && !issued.is_expired(now), expected);
        };
        check("sender", "secret", 0, true);
        check("sender", "secret", 599, true);
        check("sender", "secret", 600, false);
        check("sender", "another", 0, false);
        check("another", "secret", 0, false);
        check("sender\0", "secret", 0, false);
    }

    #[test]
    fn a_token_that_is_given_within_a_second_is_good_for_all_of_its_time() {
        let now = NOW + jiff::SignedDuration::from_millis(900);
        let token = key("sender", "secret").issue(now, LIFETIME);
        let issued = Issued::parse(token.expose_secret()).unwrap();
        assert!(!issued.is_expired(now + LIFETIME - Duration::from_millis(1)));
        assert!(issued.is_expired(now + LIFETIME + Duration::from_millis(100)));
    }

    #[test]
    fn no_two_tokens_are_alike() {
        let key = key("sender", "secret");
        assert_ne!(key.issue(NOW, LIFETIME).expose_secret(), key.issue(NOW, LIFETIME).expose_secret());
    }

    #[test]
    fn a_token_that_differs_in_anything_is_none() {
        let key = key("sender", "secret");
        let token = key.issue(NOW, LIFETIME);
        let token = token.expose_secret();
        assert_eq!(token.len(), 80);
        for at in 0..token.len() {
            let mut bytes = token.as_bytes().to_vec();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = Issued::parse(std::str::from_utf8(&bytes).unwrap());
            assert!(changed.is_none_or(|changed| !bool::from(key.made(&changed))), "{at}");
        }
        for length in 0..token.len() {
            assert!(Issued::parse(&token[..length]).is_none());
        }
        assert!(Issued::parse(&format!("{token}A")).is_none());
        assert!(Issued::parse(&format!("{token}=")).is_none());
        assert!(Issued::parse(&format!("{token}\n")).is_none());
    }

    #[test]
    fn tokens_hold_across_versions_of_this_library() {
        // Processes of two versions may stand side by side. It was computed by another program.
        let issued = Issued::parse(KNOWN).unwrap();
        assert!(bool::from(key("sender", "secret").made(&issued)));
        assert_eq!(issued.expires_at, NOW.as_second() + 600);
    }

    const KNOWN: &str = "cwt1_AAAAAGlVu1gAAQIDBAUGBwgJCgsMDQ4POgZ6AkNFn9DTk7mlCsstrzZYpO9TZZaMYTLopFVJz0A";

    fn key(client_id: &str, secret: &str) -> Key {
        Key::of(client_id, &secret.into())
    }
}
