//! What armed faults do to a call, before and after it takes effect.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use http_body::Frame;

use super::exchange::Exchange;
use super::{auth, verdict::Verdict};
use crate::fault::{Fault, Kind, whole_seconds};

/// How a call goes on after its fault was looked at.
pub(super) enum Before {
    Go(Option<Fault>),
    Answer(Response),
}

/// Marks a response that must never be sent: the connection is cut instead.
#[derive(Clone, Debug)]
pub(super) struct Cut;

/// A response that cuts the connection.
pub(super) fn cut() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Cut);
    response
}

/// Whether `response` is to be cut.
pub(super) fn is_cut(response: &Response) -> bool {
    response.extensions().get::<Cut>().is_some()
}

impl Exchange {
    /// Waits before the call is decided, if `fault` says so.
    pub(super) async fn hold(&self, fault: Option<&Fault>) {
        if let Some(Kind::Delay(duration)) = fault.map(|fault| &fault.kind) {
            self.app.clock.sleep(*duration).await;
        }
    }

    /// Lets `fault` strike before the call is looked at, if it is of that sort.
    pub(super) fn before(&self, fault: Option<Fault>) -> Before {
        let Some(fault) = fault else {
            return Before::Go(None);
        };
        Before::Answer(match &fault.kind {
            Kind::Reset => cut(),
            Kind::ErrorBefore(status) => error(*status, &fault),
            Kind::Throttle(retry_after) => throttled(whole_seconds(*retry_after)),
            Kind::TokenExpired if !self.operation.is_token() => {
                if let Some(token) = auth::bearer(&self.parts.headers) {
                    self.app.state().tokens.revoke(token);
                }
                Verdict::unauthorized().into_response()
            }
            Kind::Html(status) => html(*status, &fault),
            Kind::Reply { status, content_type } => page(*status, content_type, fault.body.clone().unwrap_or_default()),
            Kind::Delay(_) | Kind::ReplyLost | Kind::ErrorAfter(_) | Kind::Truncated | Kind::TokenExpired => {
                return Before::Go(Some(fault));
            }
        })
    }
}

/// What becomes of `verdict` on its way to the client.
pub(super) fn after(fault: Option<&Fault>, verdict: Verdict) -> Response {
    match fault.map(|fault| (&fault.kind, fault)) {
        Some((Kind::ReplyLost, _)) => cut(),
        Some((Kind::ErrorAfter(status), fault)) => error(*status, fault),
        Some((Kind::Truncated, _)) => truncated(verdict),
        _ => verdict.into_response(),
    }
}

fn error(status: u16, fault: &Fault) -> Response {
    let made_up = || r#"{"detail":"A fault was armed for this call."}"#.to_owned();
    page(status, "application/json", fault.body.clone().unwrap_or_else(made_up))
}

fn html(status: u16, fault: &Fault) -> Response {
    let made_up = || format!("<html><body><h1>{status}</h1><p>gateway</p></body></html>\n");
    page(status, "text/html; charset=utf-8", fault.body.clone().unwrap_or_else(made_up))
}

fn throttled(seconds: u64) -> Response {
    let detail = format!("Request was throttled. Expected available in {seconds} seconds.");
    let mut response = Verdict::detail(StatusCode::TOO_MANY_REQUESTS, &detail).into_response();
    if let Ok(value) = HeaderValue::try_from(seconds.to_string()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    response
}

/// A status that does not exist becomes 500.
fn page(status: u16, content_type: &str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Ok(value) = HeaderValue::try_from(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}

/// Promises the whole body, sends half of it and breaks off.
fn truncated(verdict: Verdict) -> Response {
    let (length, half) = (verdict.body.len(), verdict.body.slice(..verdict.body.len() / 2));
    let (mut head, _) = verdict.into_response().into_parts();
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    let body = Broken { half: Some(half), was_flushed: false };
    Response::from_parts(head, Body::new(body))
}

/// A body that fails after its first half was sent.
struct Broken {
    half: Option<Bytes>,
    was_flushed: bool,
}

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.was_flushed {
            // Having nothing ready makes the server send what it holds.
            self.was_flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(axum::Error::new("the reply was to be cut"))))
    }
}

/// What the service in front of the router turns a cut into.
#[derive(Debug, thiserror::Error)]
#[error("the connection was to be cut")]
pub(super) struct WasCut;

/// The response, or the error that makes the server close the connection.
pub(super) fn unless_cut(response: Result<Response, Infallible>) -> Result<Response, WasCut> {
    match response {
        Ok(response) if !is_cut(&response) => Ok(response),
        Ok(_) => Err(WasCut),
        Err(never) => match never {},
    }
}
