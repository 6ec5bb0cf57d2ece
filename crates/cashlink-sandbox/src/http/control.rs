//! The sandbox's own addresses: whether it is up, what calls did, and what is to go wrong.
//!
//! No exchange stands behind them, so they ask for no token, are never slowed down, and no fault strikes them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware;
use axum::response::Response;
use axum::routing::get;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::App;
use super::body::{self, Unread};
use super::faulty::cut;
use super::page::parse_id;
use super::verdict::Verdict;
use crate::engine::Done;
use crate::world::{NON_FIELD, Refusal};

mod assert;
mod clients;
mod clock;
mod decisions;
mod faults;
mod forks;
mod guard;
mod live;
mod requests;
mod settings;
mod snapshots;
mod state;

pub(super) fn router(app: &Arc<App>) -> Router {
    Router::new()
        .route("/_sandbox/health", get(async || json(r#"{"status":"ok"}"#)))
        .route("/_sandbox/ledger", get(async |State(app): State<Arc<App>>, uri: Uri| entries(&app, &uri)))
        .merge(clients::router())
        .merge(clock::router())
        .merge(settings::router())
        .merge(decisions::router())
        .merge(snapshots::router())
        .merge(forks::router())
        .with_state(Arc::clone(app))
        .merge(faults::router(app))
        .merge(requests::router(app))
        .merge(state::router(app))
        .merge(live::router(app))
        .merge(assert::router(app))
        .layer(middleware::from_fn_with_state(Arc::clone(app), guard::check))
}

/// The ledger, or what came after the entry that the query names.
fn entries(app: &App, uri: &Uri) -> Response {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let after = pairs.into_iter().find(|(name, _)| name == "after").map(|(_, value)| value.parse());
    match after.transpose() {
        Ok(after) => shown(app.state().ledger.after(after.unwrap_or_default())),
        Err(_) => Verdict::from(Refusal::field("after", "Must be the number of an entry, or 0.")).into_response(),
    }
}

fn shown<T: Serialize + ?Sized>(value: &T) -> Response {
    let failed = |_| Verdict::detail(StatusCode::INTERNAL_SERVER_ERROR, "This cannot be shown.").into_response();
    serde_json::to_vec(value).map_or_else(failed, json)
}

fn json(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// What a path names, or that there is no such thing.
type Name = Result<Path<String>, PathRejection>;

/// The id that a path names.
fn id(name: Name) -> Result<Uuid, Refusal> {
    name.ok().and_then(|Path(text)| parse_id(&text)).ok_or(Refusal::NotFound)
}

/// The JSON of a call as a `T`, or the answer to one that is not.
async fn read<T: DeserializeOwned>(request: Request) -> Result<T, Response> {
    let (parts, body) = request.into_parts();
    let value = match body::json(&parts.headers, body).await {
        Ok(value) => value,
        Err(Unread::Refused(verdict)) => return Err(verdict.into_response()),
        Err(Unread::Gone) => return Err(cut()),
    };
    serde_path_to_error::deserialize(&value).map_err(|error| {
        let (path, message) = (error.path().to_string(), error.inner().to_string());
        Verdict::from(misread(&path, &message)).into_response()
    })
}

/// Says which property breaks which rule, where serde says it in a sentence.
fn misread(path: &str, message: &str) -> Refusal {
    let quoted = |start: &str| message.strip_prefix(start).and_then(|rest| rest.split('`').next());
    if let Some(name) = quoted("missing field `") {
        return Refusal::field(name, "This field is required.");
    }
    if let Some(name) = quoted("unknown field `") {
        return Refusal::field(name, "There is no such field.");
    }
    let path = if path == "." { NON_FIELD } else { path };
    Refusal::field(path, &format!("Must be otherwise: {message}."))
}

/// 204, or why it was not done.
fn done(result: Result<Done, Refusal>) -> Response {
    result.map_or_else(|refusal| Verdict::from(refusal).into_response(), |_| no_content())
}

fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
