//! The description of these addresses: shown as it is true of this sandbox, and what bodies are checked by.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::shown;
use crate::http::App;
use crate::http::page::host;
use crate::spec::{self, Schema, Spec};

const DESCRIPTION: &str = include_str!("../../../control.json");

static SPEC: LazyLock<Result<Spec, String>> = LazyLock::new(|| Spec::read(DESCRIPTION));

pub(super) fn router() -> Router<Arc<App>> {
    let answer = async |State(app): State<Arc<App>>, headers: HeaderMap| answer(&app, &headers);
    Router::new().route("/_sandbox/openapi.json", get(answer))
}

/// The description with this sandbox as its only server.
fn answer(app: &App, headers: &HeaderMap) -> Response {
    let host = host(headers).unwrap_or_else(|| app.address.to_string());
    let mut description: Value = serde_json::from_str(DESCRIPTION).unwrap_or_default();
    description["servers"] = json!([{ "url": format!("http://{host}"), "description": "This sandbox" }]);
    shown(&description)
}

/// What the body of `request` has to be like; none if that is not described.
pub(super) fn body(request: &Request) -> Option<&'static Schema> {
    let spec = SPEC.as_ref().ok()?;
    body_of(spec, request.method(), request.uri().path())
}

fn body_of<'a>(spec: &'a Spec, method: &Method, path: &str) -> Option<&'a Schema> {
    let fitting = spec.operations.iter().filter(|operation| operation.method == method && fits(&operation.path, path));
    // A name that is given stands before one that may be any.
    let operation = fitting.min_by_key(|operation| operation.path.matches('{').count())?;
    match &operation.request {
        spec::Request::Json { schema, .. } => Some(schema),
        _ => None,
    }
}

/// Whether `path` is one of those that a described path stands for.
fn fits(described: &str, path: &str) -> bool {
    let (mut described, mut path) = (described.split('/'), path.split('/'));
    loop {
        match (described.next(), path.next()) {
            (None, None) => return true,
            (Some(described), Some(part)) if described == part || described.starts_with('{') => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_that_is_described_can_be_checked() {
        let spec = SPEC.as_ref().unwrap();
        let schemas = spec.operations.iter().filter_map(|operation| body_of(spec, &operation.method, &operation.path));
        let schemas: Vec<_> = schemas.map(Schema::compile).collect();
        assert!(schemas.len() > 10);
        assert!(schemas.iter().all(Result::is_ok), "{schemas:?}");
    }

    #[test]
    fn a_path_with_a_name_is_not_taken_for_one_with_an_id() {
        let spec = SPEC.as_ref().unwrap();
        let refused = |path: &str| body_of(spec, &Method::POST, path).map(|schema| schema.check(&json!({"end": 1})));
        assert!(refused("/_sandbox/tasks/next").is_some_and(|result| result.is_err()));
        assert!(refused("/_sandbox/tasks/7").is_some_and(|result| result.is_err()));
        assert!(refused("/_sandbox/tasks").is_none() && refused("/_sandbox/tasks/7/").is_none());
        assert!(refused("/_sandbox/snapshots").is_none());
    }
}
