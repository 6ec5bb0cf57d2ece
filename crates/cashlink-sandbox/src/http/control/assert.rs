//! Assertions over HTTP: whether calls and ledger are what a test expects.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use serde_json::json;

use crate::http::App;
use crate::http::body::{self, Unread};
use crate::http::faulty::cut;
use crate::http::verdict::Verdict;

mod criteria;
mod wanted;

pub(super) use criteria::filter;

pub(super) fn router(app: &Arc<App>) -> Router {
    let app = Arc::clone(app);
    Router::new().route("/_sandbox/assert", post(async move |request: Request| assert(&app, request).await))
}

async fn assert(app: &App, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let wanted = match body::json(&parts.headers, body).await {
        Ok(wanted) => wanted,
        Err(Unread::Refused(verdict)) => return verdict.into_response(),
        Err(Unread::Gone) => return cut(),
    };
    match wanted::expectation(&wanted, |id| app.serves(id)) {
        Ok(expectation) => {
            let findings = app.check(&expectation);
            let status = if findings.holds { StatusCode::OK } else { StatusCode::CONFLICT };
            Verdict::new(status, &json!(findings)).into_response()
        }
        Err(refusal) => Verdict::from(refusal).into_response(),
    }
}
