//! Which call goes where: the routes are the paths of the description.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, get, on};

use super::body::drain;
use super::faulty::cut;
use super::verdict::Verdict;
use super::{App, PREFIX, exchange};
use crate::spec::Operation;

pub(super) fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for operation in app.spec.operations.iter().filter(|operation| operation.is_served()) {
        if let Some(route) = route(app, operation) {
            router = router.route(&format!("{PREFIX}{}", operation.path), route);
        }
    }
    let ledger = Arc::clone(app);
    router
        .route("/_sandbox/ledger", get(async move || entries(&ledger)))
        .route("/_sandbox/health", get(async || json(r#"{"status":"ok"}"#)))
        .fallback(not_found)
        .method_not_allowed_fallback(not_allowed)
}

fn route(app: &Arc<App>, operation: &'static Operation) -> Option<MethodRouter> {
    let filter = MethodFilter::try_from(operation.method.clone()).ok()?;
    let app = Arc::clone(app);
    let handler = async move |path: Result<RawPathParams, RawPathParamsRejection>, request: Request| {
        // What is not text names nothing.
        let Ok(path) = path else {
            return not_found(request).await;
        };
        let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        // A task of its own goes on when the client has gone away, as the real server does.
        let answer = tokio::spawn(exchange::answer(app, operation, path, request));
        answer.await.unwrap_or_else(|_| cut())
    };
    Some(on(filter, handler))
}

fn entries(app: &App) -> Response {
    let entries = serde_json::to_vec(app.state().ledger.entries());
    entries.map_or_else(
        |_| Verdict::detail(StatusCode::INTERNAL_SERVER_ERROR, "The ledger cannot be shown.").into_response(),
        json,
    )
}

async fn not_found(request: Request) -> Response {
    drain(request.into_body()).await;
    Verdict::not_found().into_response()
}

async fn not_allowed(method: Method, request: Request) -> Response {
    drain(request.into_body()).await;
    let detail = format!("Method \"{method}\" not allowed.");
    Verdict::detail(StatusCode::METHOD_NOT_ALLOWED, &detail).into_response()
}

fn json(body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
