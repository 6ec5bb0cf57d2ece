//! Assertions over HTTP: whether calls and ledger are what a test expects.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::post;
use serde_json::json;

use super::value;
use crate::http::App;
use crate::http::verdict::Verdict;

mod criteria;
mod wanted;

pub(super) use criteria::filter;

pub(super) fn router(app: &Arc<App>) -> Router {
    let app = Arc::clone(app);
    Router::new().route("/_sandbox/assert", post(async move |request: Request| assert(&app, request).await))
}

async fn assert(app: &App, request: Request) -> Response {
    let wanted = match value(request).await {
        Ok(wanted) => wanted,
        Err(response) => return response,
    };
    match wanted::expectation(&wanted, |id| app.spec.operation(id).is_some()) {
        Ok(expectation) => {
            let findings = app.check(&expectation);
            let status = if findings.holds { StatusCode::OK } else { StatusCode::CONFLICT };
            Verdict::new(status, &json!(findings)).into_response()
        }
        Err(refusal) => Verdict::from(refusal).into_response(),
    }
}
