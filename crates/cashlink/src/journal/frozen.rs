//! What a change sends, fixed before it is sent for the first time: to be compared, kept, and sent again.

use std::{io, sync::Arc};

use bytes::Bytes;
use cashlink_api::{Operation, Payload};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Content, Digest, SealError, SealingKeys};
use crate::{DocumentSource, IdempotencyKey, Json, request::Request};

/// The first thing that goes into a digest, so that a digest of another making never equals it.
const MAKING: &str = "cashlink intent 1";

/// What a change sends beside its key.
#[derive(Clone)]
pub(crate) struct Frozen {
    pub(crate) operation: &'static Operation,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: FrozenBody,
}

/// Where what a change sends is to be had when a journal asks for it.
pub(crate) enum Source {
    Request(Arc<Request>),
    Frozen(Frozen),
}

impl Source {
    pub(crate) fn operation(&self) -> &'static Operation {
        match self {
            Self::Request(request) => request.operation,
            Self::Frozen(frozen) => frozen.operation,
        }
    }

    pub(super) fn frozen(&self) -> Frozen {
        match self {
            Self::Request(request) => request.frozen(),
            Self::Frozen(frozen) => frozen.clone(),
        }
    }
}

/// The body of a change.
#[derive(Clone)]
pub(crate) enum FrozenBody {
    None,
    Json(Bytes),
    Document(Arc<DocumentSource>),
}

/// How query and body are written before they are sealed.
#[derive(Serialize, Deserialize)]
struct Written {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    query: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

impl Frozen {
    /// The digest of all that is sent under `key` to where `account` says. A document is read to the end for it; more
    /// than `limit` bytes are an error.
    pub(crate) async fn digest(&self, account: &str, key: &IdempotencyKey, limit: u64) -> io::Result<Digest> {
        let mut digest = Sha256::new();
        // With its length in front, no part can pass for the end of another.
        let mut part = |bytes: &[u8]| {
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        };
        for text in [MAKING, account, key.as_str(), self.operation.id, &self.path] {
            part(text.as_bytes());
        }
        for (name, value) in &self.query {
            part(name.as_bytes());
            part(value.as_bytes());
        }
        match &self.body {
            FrozenBody::None => part(b"none"),
            FrozenBody::Json(json) => {
                part(b"json");
                part(json);
            }
            FrozenBody::Document(document) => {
                part(b"document");
                part(document.file_name().as_bytes());
                part(document.content_type().as_bytes());
                part(&document.digest(limit).await?);
            }
        }
        Ok(Digest::from_bytes(digest.finalize().into()))
    }

    /// What of it may be kept in a journal whose keys are `keys`.
    pub(crate) fn content(&self, keys: Option<&SealingKeys>, key: &IdempotencyKey) -> Result<Content, SealError> {
        let body = match &self.body {
            FrozenBody::Document(_) => return Ok(Content::Document),
            FrozenBody::None if self.query.is_empty() => return Ok(Content::None),
            FrozenBody::None => None,
            FrozenBody::Json(json) => Some(String::from_utf8_lossy(json).into_owned()),
        };
        let Some(keys) = keys else {
            return Ok(Content::Withheld);
        };
        let written = Written { query: self.query.clone(), body };
        let plain = serde_json::to_vec(&written).unwrap_or_default();
        keys.seal(&purpose(key), &plain).map(Content::Sealed)
    }

    /// What was kept of the change of `operation` at `path` under `key`, if it was kept whole.
    pub(crate) fn kept(
        operation: &'static Operation,
        path: &str,
        key: &IdempotencyKey,
        content: &Content,
        keys: Option<&SealingKeys>,
    ) -> Result<Option<Self>, SealError> {
        let written = match content {
            Content::Withheld | Content::Document => return Ok(None),
            Content::None => Written { query: Vec::new(), body: None },
            Content::Sealed(sealed) => opened(keys.ok_or_else(SealError::no_keys)?, key, sealed)?,
        };
        let body = written.body.map_or(FrozenBody::None, |body| FrozenBody::Json(body.into()));
        Ok(Some(Self { operation, path: path.to_owned(), query: written.query, body }))
    }

    /// The payload of one attempt. A document is not part of it.
    pub(crate) fn payload(&self, key: Option<&IdempotencyKey>) -> Payload {
        let key = key.map(|key| key.as_str().to_owned());
        let payload = Payload { query: self.query.clone(), key, body: None };
        match &self.body {
            FrozenBody::Json(json) => payload.json(json.clone()),
            FrozenBody::None | FrozenBody::Document(_) => payload,
        }
    }
}

/// The body in what was sealed of the request under `key`.
pub(super) fn body(keys: &SealingKeys, key: &IdempotencyKey, sealed: &[u8]) -> Result<Option<Json>, SealError> {
    let body = opened(keys, key, sealed)?.body;
    body.map(|body| body.parse().map_err(|_| SealError::damaged())).transpose()
}

fn opened(keys: &SealingKeys, key: &IdempotencyKey, sealed: &[u8]) -> Result<Written, SealError> {
    serde_json::from_slice(&keys.open(&purpose(key), sealed)?).map_err(|_| SealError::damaged())
}

/// What the request under `key` is sealed for.
fn purpose(key: &IdempotencyKey) -> String {
    format!("request {key}")
}
