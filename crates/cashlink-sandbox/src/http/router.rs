//! Which call goes where: the routes are the paths of the description.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};

use super::body::drain;
use super::faulty::cut;
use super::verdict::Verdict;
use super::{App, PREFIX, control, exchange};
use crate::spec::Operation;

pub(super) fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new();
    for operation in app.spec.operations.iter().filter(|operation| operation.is_served()) {
        if let Some(route) = route(app, operation) {
            router = router.route(&format!("{PREFIX}{}", operation.path), route);
        }
    }
    router.merge(control::router(app)).fallback(not_found).method_not_allowed_fallback(not_allowed)
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

async fn not_found(request: Request) -> Response {
    drain(request.into_body()).await;
    Verdict::not_found().into_response()
}

async fn not_allowed(method: Method, request: Request) -> Response {
    drain(request.into_body()).await;
    let detail = format!("Method \"{method}\" not allowed.");
    Verdict::detail(StatusCode::METHOD_NOT_ALLOWED, &detail).into_response()
}
