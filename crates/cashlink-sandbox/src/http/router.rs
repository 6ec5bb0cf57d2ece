//! Which call goes where: the routes are the paths of the description.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::body::drain;
use super::faulty::cut;
use super::trace::Arrival;
use super::verdict::Verdict;
use super::{App, PREFIX, control, exchange, site};
use crate::spec::Operation;

pub(super) fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for operation in app.spec.operations.iter().filter(|operation| operation.is_served()) {
        if let Some(route) = route(app, operation) {
            router = router.route(&format!("{PREFIX}{}", operation.path), route);
        }
    }
    let [missing, other] = std::array::from_fn(|_| Arc::clone(app));
    router
        .merge(control::router(app))
        .merge(site::router(app))
        .fallback(async move |request: Request| not_found(&missing, request).await)
        .method_not_allowed_fallback(async move |request: Request| not_allowed(&other, request).await)
}

fn route(app: &Arc<App>, operation: &'static Operation) -> Option<MethodRouter> {
    let filter = MethodFilter::try_from(operation.method.clone()).ok()?;
    let app = Arc::clone(app);
    let handler = async move |path: Result<RawPathParams, RawPathParamsRejection>, request: Request| {
        // What is not text names nothing.
        let Ok(path) = path else {
            return not_found(&app, request).await;
        };
        let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        // A task of its own goes on when the client has gone away, as the real server does.
        let answer = tokio::spawn(exchange::answer(app, operation, path, request));
        answer.await.unwrap_or_else(|_| cut())
    };
    Some(on(filter, handler))
}

async fn not_found(app: &App, request: Request) -> Response {
    refuse(app, request, Verdict::not_found()).await
}

async fn not_allowed(app: &App, request: Request) -> Response {
    let detail = format!("Method \"{}\" not allowed.", request.method());
    refuse(app, request, Verdict::detail(StatusCode::METHOD_NOT_ALLOWED, &detail)).await
}

/// Refuses a call that no operation is there for.
async fn refuse(app: &App, request: Request, verdict: Verdict) -> Response {
    let (arrival, parts, body) = Arrival::of(app, request);
    drain(body).await;
    // Calls to the sandbox itself are none of the API.
    if parts.uri.path().starts_with("/_sandbox") {
        verdict.into_response()
    } else {
        arrival.misdirected(app, &parts, &verdict)
    }
}
