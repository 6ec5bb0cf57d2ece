//! Reads bodies: bounded, and refused in the words of the API.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};

use super::upload;
use super::verdict::Verdict;
use crate::spec::{Operation, Request, Schema};

const JSON: &str = "application/json";

/// The largest body that is not an upload.
const MAX_JSON: usize = 1024 * 1024;

/// How much of a body that is not wanted is read before the connection is given up.
const MAX_DRAINED: usize = 4 * 1024 * 1024 * 1024 - 1;

/// Why there is no body to work with.
pub(super) enum Unread {
    /// The client went away; nobody waits for an answer.
    Gone,
    Refused(Verdict),
}

impl From<Verdict> for Unread {
    fn from(verdict: Verdict) -> Self {
        Self::Refused(verdict)
    }
}

/// The body of a call to `operation`, checked against its schema; `null` if there is none.
pub(super) async fn read(
    operation: &Operation,
    headers: &HeaderMap,
    body: Body,
    max_upload: u64,
) -> Result<Value, Unread> {
    match &operation.request {
        Request::None if is_media_type(headers, JSON) => {
            // What it says does not matter, but that it is what it claims to be does.
            parse_optional(&collect(headers, body).await?)?;
            Ok(Value::Null)
        }
        Request::None | Request::Form => {
            // A client that goes away in the middle has asked for nothing, whatever it was about to say.
            if drain(body).await { Ok(Value::Null) } else { Err(Unread::Gone) }
        }
        Request::Upload => upload::read(headers, bounded(headers, body, max_upload)?, max_upload).await,
        Request::Json { schema, is_required } => {
            let bytes = collect(headers, body).await?;
            let value = if *is_required { parse_required(headers, &bytes)? } else { parse_optional(&bytes)? };
            Ok(checked(schema, *is_required, value)?)
        }
    }
}

/// The JSON body of a call that did not come over HTTP; one that is not there counts as an empty object where one is required.
pub(crate) fn accepted(operation: &Operation, body: Option<Value>) -> Result<Value, Verdict> {
    let Request::Json { schema, is_required } = &operation.request else {
        return Ok(Value::Null);
    };
    let missing = if *is_required { Value::Object(Map::new()) } else { Value::Null };
    let mut body = body.unwrap_or(missing);
    shorten(&mut body);
    checked(schema, *is_required, body)
}

fn checked(schema: &Schema, is_required: bool, value: Value) -> Result<Value, Verdict> {
    let is_left_out = value.is_null() && !is_required;
    if !is_left_out {
        schema.check(&value)?;
    }
    Ok(value)
}

/// The JSON of a call that is not described; a body that is not there counts as an empty object.
pub(super) async fn json(headers: &HeaderMap, body: Body) -> Result<Value, Unread> {
    Ok(parsed(headers, &collect(headers, body).await?)?)
}

/// The same of a body that has been read.
pub(super) fn parsed(headers: &HeaderMap, bytes: &Bytes) -> Result<Value, Verdict> {
    parse_required(headers, bytes)
}

/// All of a body that is not an upload.
pub(super) async fn collect(headers: &HeaderMap, body: Body) -> Result<Bytes, Unread> {
    let mut body = bounded(headers, body, MAX_JSON as u64)?;
    match Limited::new(&mut body, MAX_JSON).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            drain(body).await;
            Err(too_large().into())
        }
        Err(_) => Err(Unread::Gone),
    }
}

/// `body`, unless its head says that it is larger than `limit`: then the answer need not wait for it.
fn bounded(headers: &HeaderMap, body: Body, limit: u64) -> Result<Body, Unread> {
    if body.size_hint().lower() <= limit {
        return Ok(body);
    }
    // A client that sends all the same can finish and see the answer; one that asked first will not send.
    if !headers.contains_key(header::EXPECT) {
        tokio::spawn(drain(body));
    }
    Err(too_large().into())
}

/// An empty body counts as an empty object, whatever its type.
fn parse_required(headers: &HeaderMap, bytes: &Bytes) -> Result<Value, Verdict> {
    if bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    if !is_media_type(headers, JSON) {
        return Err(unsupported(headers));
    }
    parse(bytes)
}

/// Where nothing need be sent, no type is asked for either.
fn parse_optional(bytes: &Bytes) -> Result<Value, Verdict> {
    if bytes.is_empty() { Ok(Value::Null) } else { parse(bytes) }
}

fn parse(bytes: &Bytes) -> Result<Value, Verdict> {
    let mut value = serde_json::from_slice(bytes)
        .map_err(|error| Verdict::detail(StatusCode::BAD_REQUEST, &format!("JSON parse error - {error}")))?;
    shorten(&mut value);
    Ok(value)
}

/// Writes whole numbers without a fraction: `10.0` counts as `10`.
fn shorten(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            // Never an exponent, and no fraction for a whole number: just what an integer looks like.
            let digits = number.as_f64().unwrap_or_default().to_string();
            if let Ok(whole) = digits.parse::<i64>() {
                *value = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(map) => map.values_mut().for_each(shorten),
        _ => {}
    }
}

/// Reads on without keeping anything, so that the client can finish sending and see the answer.
///
/// Whether all of it arrived.
pub(super) async fn drain(body: Body) -> bool {
    let mut body = Limited::new(body, MAX_DRAINED);
    while let Some(frame) = body.frame().await {
        if frame.is_err() {
            return false;
        }
    }
    true
}

pub(super) fn is_media_type(headers: &HeaderMap, expected: &str) -> bool {
    let essence = content_type(headers).split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(expected)
}

/// Whether the body is a form of several parts.
pub(super) fn is_multipart(headers: &HeaderMap) -> bool {
    content_type(headers).trim_start().get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/"))
}

pub(super) fn content_type(headers: &HeaderMap) -> &str {
    let value = headers.get(header::CONTENT_TYPE);
    value.and_then(|value| value.to_str().ok()).unwrap_or_default()
}

pub(super) fn unsupported(headers: &HeaderMap) -> Verdict {
    let detail = format!("Unsupported media type \"{}\" in request.", content_type(headers));
    Verdict::detail(StatusCode::UNSUPPORTED_MEDIA_TYPE, &detail)
}

pub(super) fn too_large() -> Verdict {
    Verdict::detail(StatusCode::PAYLOAD_TOO_LARGE, "The request body is too large.")
}
