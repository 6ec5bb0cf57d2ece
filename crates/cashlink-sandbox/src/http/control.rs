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
use serde_json::Value;
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
mod deliveries;
mod description;
mod faults;
mod forks;
mod guard;
mod live;
mod requests;
mod seed;
mod settings;
mod snapshots;
mod state;
mod webhooks;

pub(crate) use forks::Forks;

pub(super) fn router(app: &Arc<App>) -> Router {
    Router::new()
        .route("/_sandbox/health", get(async || json(r#"{"status":"ok"}"#)))
        .route("/_sandbox/ledger", get(async |State(app): State<Arc<App>>, uri: Uri| entries(&app, &uri)))
        .merge(description::router())
        .merge(clients::router())
        .merge(clock::router())
        .merge(settings::router())
        .merge(decisions::router())
        .merge(snapshots::router())
        .merge(forks::router())
        .merge(seed::router())
        .merge(webhooks::router())
        .merge(deliveries::router())
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
    match after(uri) {
        Ok(after) => shown(app.state().ledger.after(after)),
        Err(refusal) => Verdict::from(refusal).into_response(),
    }
}

/// The number behind which a list is to begin.
fn after(uri: &Uri) -> Result<u64, Refusal> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let after = pairs.into_iter().find(|(name, _)| name == "after").map(|(_, value)| value.parse());
    let after = after.transpose().map_err(|_| Refusal::field("after", "Must be the number of an entry, or 0."));
    after.map(Option::unwrap_or_default)
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

/// The JSON of a call, whatever it says.
async fn value(request: Request) -> Result<Value, Response> {
    let (parts, body) = request.into_parts();
    body::json(&parts.headers, body).await.map_err(|unread| match unread {
        Unread::Refused(verdict) => verdict.into_response(),
        Unread::Gone => cut(),
    })
}

/// The JSON of a call as a `T`, or the answer to one that is not: all that its schema finds wrong is told at once.
async fn read<T: DeserializeOwned>(request: Request) -> Result<T, Response> {
    let schema = description::body(&request);
    let value = value(request).await?;
    let checked = schema.map_or(Ok(()), |schema| schema.check(&value));
    let read = checked.and_then(|()| {
        serde_path_to_error::deserialize(&value)
            .map_err(|error| misread(&error.path().to_string(), &error.inner().to_string()))
    });
    read.map_err(|refusal| Verdict::from(refusal).into_response())
}

/// Says in plain words what is wrong with a value that only its type can tell, such as a duration.
fn misread(path: &str, message: &str) -> Refusal {
    let path = if path == "." { NON_FIELD } else { path };
    // What was sent stands before it, and may say anything.
    let expected = message.rsplit_once(", expected ").map(|(_, expected)| format!("Must be {expected}."));
    Refusal::field(path, expected.as_deref().unwrap_or("Invalid value."))
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
