//! One attempt of one call: what is sent, how much of the reply is read, and what is known when it fails.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use cashlink_api::{BoxFuture, Client, Error as RawError, Exchange, Inner, Operation};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::{Timestamp, fmt::rfc2822};
use reqwest::{ResponseBuilderExt, Url};
use serde::de::DeserializeOwned;

use crate::{
    call::Form,
    error::{ApiError, DecodeError, Transport},
    failure::Failure,
    reply::{self, Fault},
    retry::{self, Budget, Decision, RetryPolicy},
    time::Clock,
};

#[cfg(test)]
mod tests;

/// What all calls of a client share, tokens aside.
#[derive(Debug)]
pub(crate) struct Exchanger {
    pub(crate) http: reqwest::Client,
    /// The address that every path is appended to; no trailing slash.
    pub(crate) base: Url,
    pub(crate) policy: RetryPolicy,
    pub(crate) budget: Budget,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) jitter: Mutex<fastrand::Rng>,
    pub(crate) attempt_timeout: Duration,
    pub(crate) max_reply_bytes: usize,
}

impl Exchanger {
    /// The address that every path is appended to, as text.
    pub(crate) fn address(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// A raw client whose next call is `attempt`.
    pub(crate) fn client(&self, attempt: Arc<OneAttempt>) -> Client {
        Client::new_with_client(self.address(), self.http.clone(), Inner::new(attempt))
    }

    /// How long to wait before the next attempt, or nothing if this one was the last. A wait that would use up all the
    /// time `left` is not begun, and costs nothing of the budget.
    pub(crate) fn next_delay(&self, attempt: retry::Attempt, failure: &Failure, left: Duration) -> Option<Duration> {
        let delay = match retry::decide(attempt, failure, &self.policy) {
            Decision::Stop => return None,
            Decision::After(delay) => delay,
            Decision::Jittered(bound) => self.below(bound),
        };
        if delay >= left {
            return None;
        }
        if !self.budget.take() {
            tracing::warn!("the shared budget of repetitions is used up");
            return None;
        }
        Some(delay)
    }

    /// `pause`, shortened by a random part of up to half of it.
    pub(crate) fn jittered(&self, pause: Duration) -> Duration {
        pause.saturating_sub(self.below(pause / 2))
    }

    fn below(&self, bound: Duration) -> Duration {
        let nanos = u64::try_from(bound.as_nanos()).unwrap_or(u64::MAX);
        let mut jitter = self.jitter.lock().unwrap_or_else(PoisonError::into_inner);
        Duration::from_nanos(jitter.u64(0..=nanos))
    }
}

/// One attempt of one call; the raw client sends through it.
#[derive(Debug)]
pub(crate) struct OneAttempt {
    exchanger: Arc<Exchanger>,
    operation: &'static Operation,
    authorization: Option<HeaderValue>,
    timeout: Duration,
    /// Replaces the operation's address: a further page of a list.
    url: Option<Url>,
    form: Form,
    reply: Mutex<Option<Reply>>,
}

/// What came back, kept for the case that it is not what was hoped for.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    too_large: bool,
}

impl OneAttempt {
    pub(crate) fn new(
        exchanger: Arc<Exchanger>,
        operation: &'static Operation,
        authorization: Option<HeaderValue>,
        timeout: Duration,
    ) -> Self {
        Self { exchanger, operation, authorization, timeout, url: None, form: Form::Described, reply: Mutex::default() }
    }

    pub(crate) fn at(mut self, url: Option<Url>) -> Self {
        self.url = url;
        self
    }

    pub(crate) fn in_form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    /// What `error`, returned by the raw client for this attempt, says.
    pub(crate) fn failure<T: DeserializeOwned>(&self, error: RawError) -> Failure {
        match error {
            RawError::CommunicationError(error) | RawError::ResponseBodyError(error) => connection_failure(error),
            RawError::InvalidRequest(_) | RawError::Custom(_) => Failure::NotSent(Transport::unmade()),
            RawError::InvalidResponsePayload(body, _) => self.unreadable(Some(reply::fault::<T>(&body))),
            _ => match self.take_reply() {
                Some(reply) if !reply.status.is_success() => Failure::Status(self.api_error(&reply)),
                reply => unreadable(reply, None),
            },
        }
    }

    /// The status and the body of the reply, if `error` is that it is no success of the form that is described.
    pub(crate) fn odd_success(&self, error: &RawError) -> Option<(StatusCode, Bytes)> {
        let reply = self.reply.lock().unwrap_or_else(PoisonError::into_inner);
        let reply = reply.as_ref().filter(|_| matches!(error, RawError::InvalidResponsePayload(..)))?;
        (!reply.too_large).then(|| (reply.status, reply.body.clone()))
    }

    /// A success that is not what it should be.
    pub(crate) fn unreadable(&self, fault: Option<Fault>) -> Failure {
        unreadable(self.take_reply(), fault)
    }

    /// The body of the reply as it came, for once.
    pub(crate) fn body(&self) -> Bytes {
        self.take_reply().map(|reply| reply.body).unwrap_or_default()
    }

    fn take_reply(&self) -> Option<Reply> {
        self.reply.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn api_error(&self, reply: &Reply) -> ApiError {
        ApiError::new(reply.status, &reply.body)
            .with_request_id(request_id(&reply.headers))
            .with_retry_after(retry_after(&reply.headers, self.exchanger.clock.wall()))
    }

    async fn send(&self, http: &reqwest::Client, mut request: reqwest::Request) -> reqwest::Result<reqwest::Response> {
        if let Some(url) = &self.url {
            *request.url_mut() = url.clone();
        }
        // Neither the generated paths nor a checked page leave the origin; this keeps it true whatever changes there.
        let is_ours = is_same_origin(request.url(), &self.exchanger.base);
        if let Some(authorization) = self.authorization.as_ref().filter(|_| is_ours) {
            request.headers_mut().insert(header::AUTHORIZATION, authorization.clone());
        }
        *request.timeout_mut() = Some(self.timeout);

        let mut response = http.execute(request).await?;
        let (body, too_large) = read(&mut response, self.exchanger.max_reply_bytes).await?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let is_whole = status.is_success() && !too_large;
        let in_one_form = is_whole.then(|| reply::given(self.operation, self.form, &body)).flatten();

        // With its address: for a response without one, the HTTP library parses a made-up one each time.
        let complete = http::Response::builder().url(response.url().clone());
        let given = in_one_form.map_or_else(|| body.clone(), Bytes::from);
        let mut complete = complete.body(given).unwrap_or_default();
        *complete.status_mut() = status;
        let reply = Reply { status, headers, body, too_large };
        *self.reply.lock().unwrap_or_else(PoisonError::into_inner) = Some(reply);
        Ok(complete.into())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reply").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Exchange for OneAttempt {
    fn base(&self) -> Option<&Url> {
        Some(&self.exchanger.base)
    }

    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: reqwest::Request,
        _operation_id: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>> {
        Box::pin(self.send(http, request))
    }
}

/// Piece by piece, where `Url::origin` would copy both hosts.
fn is_same_origin(url: &Url, base: &Url) -> bool {
    let is_same_host = url.has_host() && url.host_str() == base.host_str();
    is_same_host && url.scheme() == base.scheme() && url.port_or_known_default() == base.port_or_known_default()
}

/// Reads the body up to `limit`; a larger one is given up and returned empty.
async fn read(response: &mut reqwest::Response, limit: usize) -> reqwest::Result<(Bytes, bool)> {
    let announced = response.content_length().unwrap_or_default();
    if announced > limit as u64 {
        return Ok((Bytes::new(), true));
    }
    let Some(first) = response.chunk().await? else {
        return Ok((Bytes::new(), false));
    };
    let mut whole: Option<BytesMut> = None;
    while let Some(chunk) = response.chunk().await? {
        let body = whole.get_or_insert_with(|| BytesMut::from(first.as_ref()));
        if body.len() + chunk.len() > limit {
            return Ok((Bytes::new(), true));
        }
        body.extend_from_slice(&chunk);
    }
    let body = whole.map_or(first, BytesMut::freeze);
    if body.len() > limit { Ok((Bytes::new(), true)) } else { Ok((body, false)) }
}

fn connection_failure(error: reqwest::Error) -> Failure {
    // `is_connect` covers name resolution, TCP and TLS: nothing of the request was written.
    if error.is_connect() || error.is_builder() {
        Failure::NotSent(Transport::new(error))
    } else if error.is_timeout() {
        Failure::TimedOut
    } else {
        Failure::Lost(Transport::new(error))
    }
}

fn unreadable(reply: Option<Reply>, fault: Option<Fault>) -> Failure {
    let fault = fault.unwrap_or(Fault { reason: "not what the API describes", path: None });
    let Some(reply) = reply else {
        return Failure::Unreadable(DecodeError::new(None, fault.path, fault.reason, b""));
    };
    let reason = if reply.too_large {
        "larger than the limit"
    } else if is_json(&reply.headers) {
        fault.reason
    } else {
        "not JSON"
    };
    Failure::Unreadable(DecodeError::new(Some(reply.status), fault.path, reason, &reply.body))
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().is_some_and(|essence| essence.trim().ends_with("json"))
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    let value = headers.get("x-request-id")?.to_str().ok()?;
    (value.len() <= 128).then(|| value.to_owned())
}

/// `Retry-After` in seconds or as a date (RFC 9110).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = rfc2822::parse(value).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or_default())
}
