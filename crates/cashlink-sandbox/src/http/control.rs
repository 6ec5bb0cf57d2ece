//! The sandbox's own addresses: whether it is up, what calls did, and what is to go wrong.
//!
//! No exchange stands behind them, so they ask for no token, are never slowed down, and no fault strikes them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::get;
use serde::Serialize;

use super::App;
use super::verdict::Verdict;
use crate::world::Refusal;

mod faults;
mod live;
mod requests;
mod state;

pub(super) fn router(app: &Arc<App>) -> Router {
    let ledger = Arc::clone(app);
    Router::new()
        .route("/_sandbox/health", get(async || json(r#"{"status":"ok"}"#)))
        .route("/_sandbox/ledger", get(async move |request: Request| entries(&ledger, request.uri())))
        .merge(faults::router(app))
        .merge(requests::router(app))
        .merge(state::router(app))
        .merge(live::router(app))
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

fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
