//! What is noted of a call on its way, and how it comes into the request log.

use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::response::Response;
use http_body::Body as _;
use jiff::Timestamp;
use serde_json::Value;

use super::App;
use super::body::is_multipart;
use super::exchange::Exchange;
use super::faulty::is_cut;
use super::tap::Tap;
use super::verdict::Verdict;
use crate::clock::Stopwatch;
use crate::requests::{
    Answered, Called, Checked, Delivery, Ear, Fields, KEPT, Part, Problem, Record, Refused, RequestOutcome, StruckFault,
};

/// What the steps of a call found out.
#[derive(Default)]
pub(super) struct Trace(Mutex<Noted>);

struct Noted {
    client_id: Option<String>,
    fault: Option<StruckFault>,
    file: Option<Value>,
    request: Option<Checked<Refused>>,
    outcome: RequestOutcome,
    verdict: Option<Verdict>,
    reply: Option<Checked<Problem>>,
}

impl Default for Noted {
    fn default() -> Self {
        Self {
            client_id: None,
            fault: None,
            file: None,
            request: None,
            outcome: RequestOutcome::None,
            verdict: None,
            reply: None,
        }
    }
}

impl Trace {
    /// The call is this client's.
    pub(super) fn client(&self, id: &str) {
        self.with(|noted| noted.client_id = Some(id.to_owned()));
    }

    pub(super) fn struck(&self, fault: StruckFault) {
        self.with(|noted| noted.fault = Some(fault));
    }

    /// The request is what the description asks for.
    pub(super) fn accepted(&self, file: Option<Value>) {
        self.with(|noted| {
            noted.request = Some(Checked::Passed);
            noted.file = file;
        });
    }

    /// The request is not what the description asks for.
    pub(super) fn refused(&self, part: Part, verdict: &Verdict) {
        let refused = Refused::new(part, verdict.status, &verdict.body);
        self.with(|noted| noted.request = Some(Checked::Failed(refused)));
    }

    /// What became of a call of which nothing was decided.
    pub(super) fn ended(&self, outcome: RequestOutcome) {
        self.with(|noted| noted.outcome = outcome);
    }

    /// What the call is answered, unless a fault has its way; `reply` says whether that is as described.
    pub(super) fn decided(&self, outcome: RequestOutcome, verdict: &Verdict, reply: Option<Checked<Problem>>) {
        self.with(|noted| {
            noted.outcome = outcome;
            noted.verdict = Some(verdict.clone());
            noted.reply = reply;
        });
    }

    fn with(&self, note: impl FnOnce(&mut Noted)) {
        note(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn into_noted(self) -> Noted {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that has arrived, and what is heard of its body.
pub(super) struct Arrival {
    at: Timestamp,
    stopwatch: Stopwatch,
    /// None if there is no body or no log.
    ear: Option<Ear>,
}

impl Arrival {
    pub(super) fn of(app: &App, request: Request) -> (Self, Parts, Body) {
        let (parts, body) = request.into_parts();
        let is_heard = app.requests.is_on() && !body.is_end_stream();
        // What a form of several parts holds are documents.
        let limit = if is_multipart(&parts.headers) { 0 } else { KEPT };
        let ear = is_heard.then(|| Ear::new(limit));
        let body = if let Some(ear) = ear.clone() { Tap::on(body, ear) } else { body };
        (Self { at: app.clock.now(), stopwatch: Stopwatch::start(), ear }, parts, body)
    }

    pub(super) fn stopwatch(&self) -> &Stopwatch {
        &self.stopwatch
    }

    /// Enters a call to an address that does not exist, which `verdict` says.
    pub(super) fn misdirected(&self, app: &App, parts: &Parts, verdict: &Verdict) -> Response {
        let response = verdict.clone().into_response();
        if app.requests.is_on() {
            let noted = Noted { outcome: RequestOutcome::Rejected, ..Noted::default() };
            let decided = Answered::of(verdict.status, response.headers(), &verdict.body);
            app.log(self.record(parts, noted, Some(decided), Delivery::AsDecided));
        }
        response
    }

    fn record(&self, parts: &Parts, noted: Noted, decided: Option<Answered>, sent: Delivery) -> Record {
        let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
        Record {
            seq: 0,
            called: Called {
                at: self.at,
                method: parts.method.clone(),
                target: target.into(),
                fields: Fields::of(&parts.headers),
                body: self.ear.as_ref().map(Ear::take).unwrap_or_default(),
            },
            duration: self.stopwatch.elapsed(),
            client_id: noted.client_id,
            operation_id: None,
            fault: noted.fault,
            outcome: noted.outcome,
            file: noted.file,
            request: noted.request,
            decided,
            reply: noted.reply,
            sent,
        }
    }
}

impl Exchange {
    /// Enters the call into the request log; `response` is on its way to the client.
    pub(super) fn log(self, arrival: &Arrival, response: Response) -> Response {
        let is_gone = self.generation != self.app.generation();
        if is_gone || !self.app.requests.is_on() {
            return response;
        }
        let mut noted = self.trace.into_noted();
        let has_struck = noted.fault.is_some();
        let verdict = noted.verdict.take();
        let (sent, response) = match () {
            () if is_cut(&response) => (Delivery::Nothing, response),
            () if has_struck => watched(response),
            () => (Delivery::AsDecided, response),
        };
        let decided = verdict.map(|verdict| match sent {
            Delivery::AsDecided => Answered::of(verdict.status, response.headers(), &verdict.body),
            _ => Answered::of(verdict.status, verdict.clone().into_response().headers(), &verdict.body),
        });
        let record = arrival.record(&self.parts, noted, decided, sent);
        self.app.log(Record { operation_id: Some(&self.operation.id), ..record });
        response
    }
}

/// A response that a fault may have changed or will break off: what is sent of it will be seen.
fn watched(response: Response) -> (Delivery, Response) {
    let (head, body) = response.into_parts();
    let ear = Ear::new(KEPT);
    let sent = Delivery::Watched { status: head.status, fields: Fields::of(&head.headers), ear: ear.clone() };
    (sent, Response::from_parts(head, Tap::on(body, ear)))
}
