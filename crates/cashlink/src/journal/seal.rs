//! Encryption of what a journal keeps: bodies, replies, inputs, and messages that may quote them.

use std::{env, fmt, fs::File, io::Read, path::Path, str::FromStr, sync::Arc};

use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, Payload},
};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::{Digest as _, Sha256};

/// The first byte of what is sealed: the form of the rest.
const FORM: u8 = 1;

/// Bytes of the id that names a key.
const KEY_ID: usize = 8;

/// Bytes of a nonce; long enough to draw at random for every value.
const NONCE: usize = 24;

/// The most of a key file that is read, in bytes.
const LONGEST_FILE: u64 = 4096;

/// A secret of 256 bits that a journal is encrypted with (XChaCha20-Poly1305).
///
/// Written as 64 hexadecimal digits. Neither `Debug` nor an error shows it.
///
/// ```
/// use cashlink::journal::SealingKey;
///
/// let key: SealingKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f".parse()?;
/// assert_eq!(key.id(), "630dcd2966c43366");
/// assert!("secret".parse::<SealingKey>().is_err());
/// # Ok::<(), cashlink::journal::SealError>(())
/// ```
#[derive(Clone)]
pub struct SealingKey(Arc<SecretBox<[u8; 32]>>);

impl SealingKey {
    /// A new key, drawn at random. Keep it: what it seals is lost without it.
    pub fn generate() -> Self {
        Self::from_bytes(Key::generate().into())
    }

    /// Takes the bytes of a key that came from elsewhere, such as a key management service.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Arc::new(SecretBox::new(Box::new(bytes))))
    }

    /// Reads a key from the environment variable `name`.
    ///
    /// # Errors
    ///
    /// Fails if it is not set, or is no key.
    pub fn from_env(name: &str) -> Result<Self, SealError> {
        let text = env::var(name).map(SecretString::from);
        let text = text.map_err(|_| SealError(format!("the environment variable {name} holds no key")))?;
        text.expose_secret().trim().parse().map_err(|_| SealError(format!("{name} {RULE}")))
    }

    /// Reads a key from a file. White space around it is passed over.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read, or holds no key.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, SealError> {
        let path = path.as_ref();
        let mut text = String::new();
        let file = File::open(path).and_then(|file| file.take(LONGEST_FILE).read_to_string(&mut text));
        let (path, text) = (path.display(), SecretString::from(text));
        file.map_err(|error| SealError(format!("the key file {path} cannot be read: {}", error.kind())))?;
        text.expose_secret().trim().parse().map_err(|_| SealError(format!("the key file {path} {RULE}")))
    }

    /// The key as text, to be stored where secrets are.
    pub fn to_hex(&self) -> SecretString {
        hex(self.bytes()).into()
    }

    /// A name of the key, which tells nothing about it: 16 hexadecimal digits.
    pub fn id(&self) -> String {
        hex(&self.id_bytes())
    }

    fn bytes(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    fn id_bytes(&self) -> [u8; KEY_ID] {
        let digest = Sha256::digest(self.bytes());
        std::array::from_fn(|index| digest[index])
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.bytes()))
    }
}

/// What is wrong with a text that is no key.
const RULE: &str = "must hold 64 hexadecimal digits";

/// Reads 64 hexadecimal digits.
impl FromStr for SealingKey {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        let refused = || SealError(format!("a key {RULE}"));
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(refused());
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2).ok_or_else(refused)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| refused())?;
        }
        Ok(Self::from_bytes(bytes))
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SealingKey({})", self.id())
    }
}

/// The key that a journal is encrypted with, and those that it was encrypted with before.
///
/// To change the key, make the new one current and keep the old one for as long as the journal has anything that was
/// sealed with it. A key may also be looked up by its id, in a key management service for example.
///
/// ```
/// use cashlink::journal::{SealingKey, SealingKeys};
///
/// let (old, new) = (SealingKey::generate(), SealingKey::generate());
/// let keys = SealingKeys::new(new).or(old);
/// # let _ = keys;
/// ```
#[derive(Clone)]
pub struct SealingKeys {
    current: SealingKey,
    older: Vec<SealingKey>,
    lookup: Option<Arc<Lookup>>,
}

type Lookup = dyn Fn(&str) -> Option<SealingKey> + Send + Sync;

impl SealingKeys {
    /// Seals with `current`, and opens what was sealed with it.
    pub fn new(current: SealingKey) -> Self {
        Self { current, older: Vec::new(), lookup: None }
    }

    /// Opens what was sealed with `older` too.
    #[must_use]
    pub fn or(mut self, older: SealingKey) -> Self {
        self.older.push(older);
        self
    }

    /// Asks `lookup` for keys that are not among those given, by their [ids](SealingKey::id).
    #[must_use]
    pub fn or_else(mut self, lookup: impl Fn(&str) -> Option<SealingKey> + Send + Sync + 'static) -> Self {
        self.lookup = Some(Arc::new(lookup));
        self
    }

    /// Encrypts `plain`, so that it can be opened only for the same `purpose`.
    pub(crate) fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce = XNonce::generate();
        let payload = Payload { msg: plain, aad: purpose.as_bytes() };
        let sealed = self.current.cipher().encrypt(&nonce, payload);
        let sealed = sealed.map_err(|_| SealError("too much to encrypt".to_owned()))?;
        Ok([&[FORM], &self.current.id_bytes()[..], &nonce[..], &sealed[..]].concat())
    }

    /// Opens what was sealed for `purpose`.
    pub(crate) fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let damaged = SealError::damaged;
        let (form, rest) = sealed.split_first().ok_or_else(damaged)?;
        let (id, rest) = rest.split_first_chunk::<KEY_ID>().ok_or_else(damaged)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or_else(damaged)?;
        if *form != FORM {
            return Err(SealError("sealed in a form that this version does not know".to_owned()));
        }
        let key = self.find(*id)?;
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        key.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| damaged())
    }

    /// A digest of `value` that nobody can compute, and so not try values with, who does not have the key `id`.
    pub(crate) fn tag(&self, value: &[u8]) -> Option<[u8; 32]> {
        let mac = Hmac::<Sha256>::new_from_slice(self.current.bytes()).ok()?;
        Some(mac.chain_update(b"cashlink field tag").chain_update(value).finalize().into_bytes().into())
    }

    fn find(&self, id: [u8; KEY_ID]) -> Result<SealingKey, SealError> {
        let given = std::iter::once(&self.current).chain(&self.older).find(|key| key.id_bytes() == id);
        if let Some(key) = given {
            return Ok(key.clone());
        }
        let id = hex(&id);
        let found = self.lookup.as_ref().and_then(|lookup| lookup(&id)).filter(|key| key.id() == id);
        found.ok_or_else(|| SealError(format!("sealed with the key {id}, which was not given")))
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SealingKeys").field("current", &self.current).finish_non_exhaustive()
    }
}

/// Why nothing could be sealed or opened. It shows no key and nothing that was sealed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SealError(String);

impl SealError {
    pub(crate) fn damaged() -> Self {
        Self("what was sealed is damaged, or belongs to another place".to_owned())
    }

    pub(crate) fn no_keys() -> Self {
        Self("sealed, and no key was given".to_owned())
    }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests;
