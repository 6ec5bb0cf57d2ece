//! One call from its head to its answer.
//!
//! The order is: half the latency, token, scope, fault, the arrival of the body, remembered verdict, body, schema, rules,
//! the rest of the latency.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::body::{Unread, drain};
use super::faulty::{Before, Caller, cut};
use super::keys::{Begun, Kept, KeyId, Reservation};
use super::page::{Query, parse_id};
use super::trace::{Arrival, Trace};
use super::verdict::Verdict;
use super::{App, auth, body, keys, token};
use crate::engine::{Change, Event, NotKept, State};
use crate::fault::{Kind, Struck};
use crate::ledger::{LedgerEntry, LedgerOutcome};
use crate::requests::{Part, RequestOutcome};
use crate::spec::Operation;
use crate::world::Owner;

/// The head of a call and what it is about.
pub(super) struct Exchange {
    pub(super) app: Arc<App>,
    pub(super) operation: &'static Operation,
    pub(super) parts: Parts,
    /// The parameters in the path, as they were sent.
    pub(super) path: Vec<(String, String)>,
    pub(super) trace: Trace,
    /// Of which world something is asked.
    pub(super) generation: u64,
}

/// A call that passed its schema.
pub(super) struct Prepared {
    pub(super) path: Vec<(String, Uuid)>,
    pub(super) query: Query,
    pub(super) body: Value,
}

/// Nobody waits for an answer: the client went away, or the world that it asked.
pub(super) struct Gone;

pub(super) async fn answer(
    app: Arc<App>,
    operation: &'static Operation,
    path: Vec<(String, String)>,
    request: Request,
) -> Response {
    let (arrival, parts, body) = Arrival::of(&app, request);
    let stopwatch = arrival.stopwatch();
    let latency = app.settings().latency;
    let generation = app.generation();
    let exchange = Exchange { app, operation, parts, path, trace: Trace::default(), generation };
    let answered = match exchange.wait(latency / 2).await {
        Ok(()) if operation.is_token() => Ok(exchange.token(body).await),
        Ok(()) => Ok(exchange.call(body).await),
        Err(gone) => Err(gone),
    };
    // What the work took is part of the latency, so that a call takes that long and not longer.
    let waited = exchange.wait(latency.saturating_sub(stopwatch.elapsed())).await;
    let response = waited.and(answered).unwrap_or_else(|Gone| cut());
    let ms = u64::try_from(stopwatch.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (method, path, status) = (&exchange.parts.method, exchange.parts.uri.path(), response.status().as_u16());
    tracing::debug!(%method, path, status, ms, operation = operation.id, "answered");
    exchange.log(&arrival, response)
}

impl Exchange {
    /// Waits in real time, unless the world that was asked is replaced meanwhile.
    pub(super) async fn wait(&self, duration: Duration) -> Result<(), Gone> {
        if duration.is_zero() {
            return Ok(());
        }
        let mut changed = self.app.changed();
        let replaced = async {
            // An error says that the sandbox is gone altogether.
            while self.generation == self.app.generation() && changed.changed().await.is_ok() {}
        };
        tokio::select! {
            () = self.app.clock.sleep(duration) => Ok(()),
            () = replaced => Err(Gone),
        }
    }

    async fn token(&self, body: Body) -> Response {
        let form = match body::collect(&self.parts.headers, body).await {
            Ok(form) => Ok(form),
            Err(Unread::Refused(verdict)) => Err(verdict),
            Err(Unread::Gone) => return cut(),
        };
        let caller = Caller::Named(form.as_ref().ok().and_then(|form| token::client_id(&self.parts.headers, form)));
        let struck = match self.before(self.take_fault(&caller)) {
            Before::Go(struck) => struck,
            Before::Answer(response) => {
                let is_refusal = response.status().is_client_error() || response.status().is_server_error();
                self.trace.ended(if is_refusal { RequestOutcome::Rejected } else { RequestOutcome::None });
                return response;
            }
        };
        if self.hold(struck.as_ref()).await.is_err() {
            return cut();
        }
        let (verdict, token) = match form {
            Ok(form) => token::answer(self, &form),
            Err(verdict) => (verdict, None),
        };
        let outcome = if token.is_some() { RequestOutcome::Read } else { RequestOutcome::Rejected };
        let verdict = self.checked(outcome, verdict, None);
        let is_dead = struck.as_ref().is_some_and(|struck| struck.fault.kind == Kind::TokenExpired);
        let revoked = token.filter(|_| is_dead).map_or(Ok(()), |token| self.revoke(&token));
        let verdict = revoked.map_or_else(|not_kept| self.not_kept(not_kept), |()| verdict);
        let mut response = self.after(struck.as_ref(), verdict);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    async fn call(&self, body: Body) -> Response {
        let owner = match auth::authorize(self) {
            Ok(owner) => owner,
            Err(verdict) => {
                drain(body).await;
                return self.reject(verdict).into_response();
            }
        };
        let struck = match self.before(self.take_fault(&Caller::Known(owner))) {
            Before::Go(struck) => struck,
            Before::Answer(response) => return self.answer_early(response, body).await,
        };
        if let Ok(verdict) = self.respond(owner, body, struck.as_ref()).await {
            return self.after(struck.as_ref(), verdict);
        }
        self.give_back(struck.as_ref());
        cut()
    }

    pub(super) fn revoke(&self, token: &str) -> Result<(), NotKept> {
        let mut state = self.app.state();
        state.note(self.app.clock.now(), || Event::Revoked { token: token.into() })?;
        state.tokens.revoke(token);
        Ok(())
    }

    /// Sends what a fault made up; a cut comes at once.
    async fn answer_early(&self, response: Response, body: Body) -> Response {
        let status = response.status();
        let is_error = status.is_client_error() || status.is_server_error();
        if is_error {
            drain(body).await;
            if let Err(not_kept) = self.record_rejection(status) {
                return self.not_kept(not_kept).into_response();
            }
            self.trace.ended(RequestOutcome::Rejected);
        }
        response
    }

    async fn respond(&self, owner: Owner, body: Body, struck: Option<&Struck>) -> Result<Verdict, Gone> {
        let key = match self.key() {
            Ok(key) => key,
            Err(verdict) => {
                drain(body).await;
                self.trace.refused(Part::Key, &verdict);
                return Ok(self.reject(verdict));
            }
        };
        // A call whose body has not arrived has not begun: it must keep no other call from its key.
        let prepared = match self.prepare(body).await {
            Ok(prepared) => Ok(prepared),
            Err(Unread::Refused(verdict)) => Err(verdict),
            Err(Unread::Gone) => return Err(Gone),
        };
        if !self.operation.is_mutating() {
            self.hold(struck).await?;
            let refuse = |verdict| self.checked(RequestOutcome::Rejected, verdict, None);
            return Ok(prepared.map_or_else(refuse, |prepared| self.read(owner, &prepared)));
        }
        let change = self.change(owner, key, prepared);
        let body_digest = change.body_digest();
        // Holds the key until the call is decided.
        let _reservation = match self.reserve(change.key_id()).await {
            Ok(Reserved::New(reservation)) => reservation,
            Ok(Reserved::Kept(kept)) => return self.replay(&kept, body_digest),
            Err(verdict) => return Ok(self.reject(verdict)),
        };
        self.hold(struck).await?;
        self.decide(&change, body_digest)
    }

    fn change(&self, owner: Owner, key: Option<String>, prepared: Result<Prepared, Verdict>) -> Change {
        let path = self.parts.uri.path().to_owned();
        let (ids, body) = match prepared {
            Ok(Prepared { path, body, .. }) => (path, Ok(body)),
            Err(verdict) => (Vec::new(), Err(verdict)),
        };
        Change { operation: self.operation, owner, path, ids, key, body }
    }

    /// The key of the call; none for calls that change nothing.
    fn key(&self) -> Result<Option<String>, Verdict> {
        if !self.operation.is_mutating() {
            return Ok(None);
        }
        let Some(key) = keys::read(&self.parts.headers)? else {
            let is_required = self.app.settings().strict_idempotency && self.parts.method == Method::POST;
            return if is_required { Err(keys::missing()) } else { Ok(None) };
        };
        Ok(Some(key))
    }

    /// Holds the key of the call, waiting for another call that holds it.
    async fn reserve(&self, key: Option<KeyId>) -> Result<Reserved, Verdict> {
        let Some(id) = key else {
            return Ok(Reserved::New(None));
        };
        loop {
            match keys::begin(&self.app, &id) {
                Begun::New(reservation) => return Ok(Reserved::New(Some(reservation))),
                Begun::Kept(kept) => return Ok(Reserved::Kept(kept)),
                Begun::InFlight(_) if self.app.settings().strict_idempotency => return Err(keys::in_progress()),
                // An error says that the other call is over, which is what was waited for.
                Begun::InFlight(mut done) => drop(done.changed().await),
            }
        }
    }

    /// Gives the remembered verdict again; in strict mode only to the same body.
    fn replay(&self, kept: &Kept, body_digest: Option<String>) -> Result<Verdict, Gone> {
        let is_other = kept.entry.body_digest.is_some() && kept.entry.body_digest != body_digest;
        if is_other && self.app.settings().strict_idempotency {
            return Ok(self.reject(keys::reused()));
        }
        let entry = LedgerEntry { outcome: LedgerOutcome::Replayed, body_digest, ..kept.entry.clone() };
        let mut state = self.app.state();
        if self.generation != self.app.generation() {
            return Err(Gone);
        }
        let recorded = self.record(&mut state, entry);
        drop(state);
        Ok(match recorded {
            Ok(()) => self.checked(RequestOutcome::Replayed, kept.verdict.clone(), None),
            Err(not_kept) => self.not_kept(not_kept),
        })
    }

    async fn prepare(&self, body: Body) -> Result<Prepared, Unread> {
        let mut path = Vec::with_capacity(self.path.len());
        for (name, text) in &self.path {
            let Some(id) = parse_id(text) else {
                drain(body).await;
                return Err(self.refuse(Part::Path(name.clone()), Verdict::not_found()));
            };
            path.push((name.clone(), id));
        }
        let query = match Query::read(&self.parts.uri, self.operation, self.app.settings().page_size) {
            Ok(query) => query,
            Err(refusal) => {
                drain(body).await;
                return Err(self.refuse(Part::Query, refusal.into()));
            }
        };
        let limit = self.app.settings().max_body_bytes;
        let body = match body::read(self.operation, &self.parts.headers, body, limit).await {
            Ok(body) => body,
            Err(Unread::Refused(verdict)) => return Err(self.refuse(Part::Body, verdict)),
            Err(Unread::Gone) => return Err(Unread::Gone),
        };
        let is_file = matches!(self.operation.request, crate::spec::Request::Upload);
        self.trace.accepted(is_file.then(|| body.clone()));
        Ok(Prepared { path, query, body })
    }

    /// Why a request is refused for what it looks like.
    fn refuse(&self, part: Part, verdict: Verdict) -> Unread {
        self.trace.refused(part, &verdict);
        Unread::Refused(verdict)
    }

    fn reject(&self, verdict: Verdict) -> Verdict {
        match self.record_rejection(verdict.status) {
            Ok(()) => self.checked(RequestOutcome::Rejected, verdict, None),
            Err(not_kept) => self.not_kept(not_kept),
        }
    }

    fn record_rejection(&self, status: StatusCode) -> Result<(), NotKept> {
        if !self.operation.is_mutating() {
            return Ok(());
        }
        let entry = LedgerEntry {
            seq: 0,
            at: Timestamp::default(),
            operation_id: self.operation.id.clone(),
            method: self.parts.method.to_string(),
            path: self.parts.uri.path().to_owned(),
            idempotency_key: keys::text(&self.parts.headers),
            outcome: LedgerOutcome::Rejected,
            status: status.as_u16(),
            resource: None,
            created: Vec::new(),
            body_digest: None,
            effect: None,
        };
        self.record(&mut self.app.state(), entry)
    }

    /// Enters what was decided without the world, as of now.
    fn record(&self, state: &mut State, entry: LedgerEntry) -> Result<(), NotKept> {
        let at = self.app.clock.now();
        let entry = LedgerEntry { at, ..entry };
        state.note(at, || Event::Entry(Cow::Borrowed(&entry)))?;
        state.ledger.append(entry);
        Ok(())
    }
}

enum Reserved {
    New(Option<Reservation>),
    Kept(Arc<Kept>),
}
