//! What armed faults do to a call, before and after it takes effect.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;

use super::exchange::{Exchange, Gone};
use super::verdict::Verdict;
use super::{auth, keys};
use crate::engine::{Event, NotKept};
use crate::fault::{CallHead, Fault, Faults, Kind, Struck};
use crate::requests::StruckFault;
use crate::world::Owner;

mod altered;
mod body;

use altered::altered;
use body::{Broken, Padded, Slow};

/// How a call goes on after its fault was looked at.
pub(super) enum Before {
    Go(Option<Struck>),
    Answer(Response),
}

/// Whom a call comes from.
pub(super) enum Caller {
    Known(Owner),
    /// Who it says it comes from, if it says so.
    Named(Option<String>),
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
    /// The fault that the call takes, if one is armed for it.
    pub(super) fn take_fault(&self, caller: &Caller) -> Option<Struck> {
        let state = &mut *self.app.state();
        if !state.faults.await_calls() {
            return None;
        }
        let client_id = match caller {
            Caller::Known(owner) => state.world.clients().of_owner(*owner).map(|client| client.id.clone()),
            Caller::Named(id) => id.clone(),
        };
        let key = if self.operation.is_mutating() { keys::read(&self.parts.headers).ok().flatten() } else { None };
        let path = self.parts.uri.path();
        let (operation, client_id) = (self.operation, client_id.as_deref());
        let head = CallHead { operation, path, client_id, idempotency_key: key.as_deref() };
        // A strike that cannot be written down is none.
        state.note(self.app.clock.now(), || Event::offered(&head)).ok()?;
        let struck = state.faults.take(&head)?;
        if !struck.fault.kind.may_miss() {
            self.note(&struck);
        }
        Some(struck)
    }

    fn note(&self, struck: &Struck) {
        self.trace.struck(StruckFault { id: struck.id, kind: struck.fault.kind() });
    }

    /// Waits before the call is decided, if its fault says so.
    pub(super) async fn hold(&self, struck: Option<&Struck>) -> Result<(), Gone> {
        match struck.map(|struck| &struck.fault.kind) {
            Some(Kind::Delay(duration)) => self.wait(*duration).await,
            _ => Ok(()),
        }
    }

    /// Lets the fault strike before the call is looked at, if it is of that sort.
    pub(super) fn before(&self, struck: Option<Struck>) -> Before {
        let Some(struck) = struck else {
            return Before::Go(None);
        };
        let fault = &struck.fault;
        Before::Answer(match &fault.kind {
            Kind::Reset => cut(),
            Kind::ErrorBefore(status) => error(*status, fault),
            Kind::Throttle(retry_after) => throttled(retry_after.as_secs()),
            Kind::TokenExpired if !self.operation.is_token() => {
                let revoked = auth::bearer(&self.parts.headers).map_or(Ok(()), |token| self.revoke(token));
                revoked.map_or_else(Verdict::from, |()| Verdict::unauthorized()).into_response()
            }
            Kind::KeyInFlight => keys::in_progress().into_response(),
            Kind::KeyMismatch => keys::reused().into_response(),
            Kind::Html(status) => html(*status, fault),
            Kind::Reply { status, content_type } => {
                page(*status, content_type, fault.body.as_deref().unwrap_or_default().to_owned())
            }
            _ => return Before::Go(Some(struck)),
        })
    }

    /// What becomes of `verdict` on its way to the client.
    pub(super) fn after(&self, struck: Option<&Struck>, verdict: Verdict) -> Response {
        let Some(struck) = struck else {
            return verdict.into_response();
        };
        match &struck.fault.kind {
            Kind::ReplyLost => cut(),
            Kind::ErrorAfter(status) => error(*status, &struck.fault),
            Kind::Truncated => truncated(verdict),
            Kind::MalformedJson => malformed(verdict),
            Kind::WrongContentType(content_type) => mislabeled(verdict, content_type),
            Kind::SlowBody(duration) => {
                let slow = Slow::new(verdict.body.clone(), *duration, Arc::clone(&self.app));
                with_body(verdict, Body::new(slow))
            }
            Kind::Oversized(bytes) => {
                let padded = Padded::new(&verdict.body, *bytes);
                with_body(verdict, Body::new(padded))
            }
            Kind::UnknownEnum { .. } | Kind::ExtraField | Kind::NullOptional { .. } => self.alter(struck, verdict),
            _ => verdict.into_response(),
        }
    }

    /// The call has come to nothing that its fault could strike.
    pub(super) fn give_back(&self, struck: Option<&Struck>) {
        if let Some(struck) = struck {
            // If this cannot be written down, it is given back when the log is read.
            let _ = self.settle_fault(|| Event::GivenBack(struck.id), |faults| faults.give_back(struck.id));
        }
    }

    /// Says what became of a fault that the call took, unless it was one of another world.
    fn settle_fault(
        &self,
        event: impl FnOnce() -> Event<'static>,
        settle: impl FnOnce(&mut Faults),
    ) -> Result<(), NotKept> {
        let mut state = self.app.state();
        if self.generation == self.app.generation() {
            state.note(self.app.clock.now(), event)?;
            settle(&mut state.faults);
        }
        Ok(())
    }

    /// Changes what the reply says, if there is anything in it that the fault is about.
    fn alter(&self, struck: &Struck, mut verdict: Verdict) -> Response {
        let is_described = verdict.status == self.operation.success;
        let body = is_described.then(|| altered(&struck.fault.kind, &self.operation.shape, &verdict.body)).flatten();
        let spend = || self.settle_fault(|| Event::Spent(struck.id), |faults| faults.spend(struck.id));
        match body.filter(|_| spend().is_ok()) {
            Some(body) => {
                self.note(struck);
                verdict.body = body;
            }
            None => self.give_back(Some(struck)),
        }
        verdict.into_response()
    }
}

fn error(status: u16, fault: &Fault) -> Response {
    let made_up = || r#"{"detail":"A fault was armed for this call."}"#.to_owned();
    page(status, "application/json", fault.body.as_deref().map_or_else(made_up, str::to_owned))
}

fn html(status: u16, fault: &Fault) -> Response {
    let made_up = || format!("<html><body><h1>{status}</h1><p>gateway</p></body></html>\n");
    page(status, "text/html; charset=utf-8", fault.body.as_deref().map_or_else(made_up, str::to_owned))
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
    set_content_type(&mut response, content_type);
    response
}

/// Promises the whole body, sends half of it and breaks off.
fn truncated(verdict: Verdict) -> Response {
    let (length, half) = (verdict.body.len(), first_half(&verdict));
    let mut response = with_body(verdict, Body::new(Broken::after(half)));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}

/// Says of half of the body that it is the whole.
fn malformed(verdict: Verdict) -> Response {
    let half = first_half(&verdict);
    with_body(verdict, Body::from(half))
}

fn mislabeled(verdict: Verdict, content_type: &str) -> Response {
    let mut response = verdict.into_response();
    set_content_type(&mut response, content_type);
    response
}

fn first_half(verdict: &Verdict) -> Bytes {
    verdict.body.slice(..verdict.body.len() / 2)
}

/// The head of `verdict`, with another body.
fn with_body(verdict: Verdict, body: Body) -> Response {
    let (head, _) = verdict.into_response().into_parts();
    Response::from_parts(head, body)
}

fn set_content_type(response: &mut Response, content_type: &str) {
    if let Ok(value) = HeaderValue::try_from(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
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
