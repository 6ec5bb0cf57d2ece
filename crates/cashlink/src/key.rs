//! Idempotency keys: one key per business intent, repeated on every retry.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
    sync::Arc,
};

use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::{Error, Result};

/// A key that makes a call safe to repeat: the API answers a repeated key with its first answer.
///
/// Derive it from something that you already store, such as an order number, and record it before the call: after a
/// crash you must find the same key again. A call that is given none makes a random one, which protects its own retries
/// but not those of a later process.
///
/// The API documents neither how long it remembers a key nor whether a key is bound to one endpoint; use a key for one
/// call only.
///
/// ```
/// use cashlink::IdempotencyKey;
///
/// let key = IdempotencyKey::new("order-4711")?;
/// assert_eq!(key.as_str(), "order-4711");
/// assert!(IdempotencyKey::new("order 4711").is_err());
/// # Ok::<(), cashlink::Error>(())
/// ```
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct IdempotencyKey {
    text: String,
    origin: Option<Arc<Origin>>,
}

/// What a key was derived from.
struct Origin {
    run: Uuid,
    step: String,
}

impl IdempotencyKey {
    /// The longest key that is accepted, in bytes. The API states no limit; this is the usual width of such a column.
    pub const MAX_LENGTH: usize = 255;

    /// Checks and wraps your own id.
    ///
    /// # Errors
    ///
    /// Fails if `key` is empty, is longer than [`MAX_LENGTH`](Self::MAX_LENGTH), or has anything but visible ASCII.
    pub fn new(key: impl Into<String>) -> Result<Self> {
        let key = key.into();
        let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
        if key.is_empty() || key.len() > Self::MAX_LENGTH || !visible {
            return Err(Error::invalid_field("idempotency_key", "must be 1 to 255 visible ASCII characters"));
        }
        Ok(Self { text: key, origin: None })
    }

    /// Makes a random key (UUID version 4).
    pub fn random() -> Self {
        Self::from(Uuid::new_v4())
    }

    /// Derives the key of one step of a run (UUID version 5 of the two).
    ///
    /// The same run and step give the same key on every machine and at every time, so a run that starts again after a
    /// crash repeats its calls under their first keys. A [journal](crate::journal) keeps run and step with the intent.
    pub fn derive(run: Uuid, step: &str) -> Self {
        let origin = Some(Arc::new(Origin { run, step: step.to_owned() }));
        Self { origin, ..Self::from(Uuid::new_v5(&run, step.as_bytes())) }
    }

    /// The run and the step that the key was derived from, if it was. A key that was stored and read back does not
    /// know them.
    pub(crate) fn origin(&self) -> Option<(Uuid, &str)> {
        self.origin.as_ref().map(|origin| (origin.run, origin.step.as_str()))
    }

    /// The key as it is sent.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl From<Uuid> for IdempotencyKey {
    fn from(id: Uuid) -> Self {
        Self { text: id.to_string(), origin: None }
    }
}

/// Keys of the same text are the same key, wherever they come from.
impl PartialEq for IdempotencyKey {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for IdempotencyKey {}

impl Hash for IdempotencyKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl PartialOrd for IdempotencyKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for IdempotencyKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Serialize for IdempotencyKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("IdempotencyKey").field(&self.text).finish()
    }
}

/// As [`IdempotencyKey::new`].
impl FromStr for IdempotencyKey {
    type Err = Error;

    fn from_str(key: &str) -> Result<Self> {
        Self::new(key)
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = Error;

    fn try_from(key: String) -> Result<Self> {
        Self::new(key)
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii_of_bounded_length() {
        check("0123456789abcdef", true);
        check(&"k".repeat(255), true);
        check("", false);
        check(&"k".repeat(256), false);
        check("with space", false);
        check("line\nbreak", false);
        check("schlüssel", false);

        #[track_caller]
        fn check(key: &str, valid: bool) {
            assert_eq!(IdempotencyKey::new(key).is_ok(), valid);
        }
    }

    #[test]
    fn a_stored_key_is_plain_text_and_checked_when_it_is_read() {
        let key: IdempotencyKey = "order-4711".parse().unwrap();
        assert_eq!(serde_json::to_string(&key).unwrap(), "\"order-4711\"");
        assert_eq!(serde_json::from_str::<IdempotencyKey>("\"order-4711\"").unwrap(), key);
        assert!(serde_json::from_str::<IdempotencyKey>("\"order 4711\"").is_err());
    }

    #[test]
    fn a_derived_key_depends_on_run_and_step_only() {
        let (run, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(IdempotencyKey::derive(run, "a#0"), IdempotencyKey::derive(run, "a#0"));
        assert_ne!(IdempotencyKey::derive(run, "a#0"), IdempotencyKey::derive(run, "a#1"));
        assert_ne!(IdempotencyKey::derive(run, "a#0"), IdempotencyKey::derive(other, "a#0"));
        assert_eq!(IdempotencyKey::derive(run, "a#0").origin(), Some((run, "a#0")));
    }

    #[test]
    fn keys_of_the_same_text_are_the_same() {
        let derived = IdempotencyKey::derive(Uuid::from_u128(1), "a#0");
        let read = IdempotencyKey::new(derived.as_str()).unwrap();
        assert_eq!((&read, read.origin()), (&derived, None));
        assert!(std::collections::HashSet::from([derived]).contains(&read));
    }
}
