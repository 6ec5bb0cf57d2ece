//! Scenarios over HTTP: which there are, how one is played, and what has a name.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::{Value, json};

use super::{done, shown};
use crate::engine::{Action, Done};
use crate::http::App;
use crate::http::body::{self, Unread};
use crate::http::faulty::cut;
use crate::http::verdict::Verdict;
use crate::scenario::{self, Scenario};
use crate::world::Refusal;

/// What files in YAML are called.
const YAML: [&str; 4] = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"];

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/_sandbox/seed", post(seed))
        .route("/_sandbox/scenarios", get(list))
        .route("/_sandbox/names", get(names))
}

async fn list() -> Response {
    let row = |scenario: Scenario| json!({ "name": scenario.name(), "description": scenario.description() });
    shown(&Scenario::shipped().map(row).collect::<Vec<_>>())
}

async fn names(State(app): State<Arc<App>>) -> Response {
    let names = app.state().names.clone();
    shown(&names)
}

async fn seed(State(app): State<Arc<App>>, request: Request) -> Response {
    let scenario = match wanted_or_none(request).await {
        Ok(Some(scenario)) => scenario,
        Ok(None) => return Verdict::from(Refusal::field("scenario", "This field is required.")).into_response(),
        Err(response) => return response,
    };
    match app.act(&Action::Seed(Box::new(scenario))) {
        Ok(Done::Named(named)) => shown(&named),
        other => done(other),
    }
}

/// The scenario that a call asks for, or the answer to one that cannot be; none if it says nothing.
pub(super) async fn wanted_or_none(request: Request) -> Result<Option<Scenario>, Response> {
    let (parts, body) = request.into_parts();
    match read(&parts.headers, body).await {
        Ok(scenario) => Ok(scenario),
        Err(Unread::Refused(verdict)) => Err(verdict.into_response()),
        Err(Unread::Gone) => Err(cut()),
    }
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Option<Scenario>, Unread> {
    let bytes = body::collect(headers, body).await?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if YAML.iter().any(|yaml| body::is_media_type(headers, yaml)) {
        return Ok(Some(of_yaml(&bytes).map_err(Verdict::from)?));
    }
    Ok(of_json(&body::parsed(headers, &bytes)?).map_err(Verdict::from)?)
}

fn of_yaml(bytes: &Bytes) -> Result<Scenario, Refusal> {
    let text = str::from_utf8(bytes).map_err(|_| Refusal::rule("This is not UTF-8."))?;
    scenario::from_yaml(text)
}

/// A scenario, or an object that names one or has one as its `scenario`.
fn of_json(value: &Value) -> Result<Option<Scenario>, Refusal> {
    let Some(fields) = value.as_object() else {
        return Err(Refusal::rule("Must be an object."));
    };
    let Some(wanted) = fields.get("scenario") else {
        return if fields.is_empty() { Ok(None) } else { scenario::from_value(value).map(Some) };
    };
    if let Some(other) = fields.keys().find(|name| *name != "scenario") {
        return Err(Refusal::field(other, "There is no such field beside scenario."));
    }
    match wanted {
        Value::Null => Ok(None),
        Value::String(name) => scenario::named(name).map(Some),
        document => scenario::from_value(document).map(Some),
    }
}
