//! Faults over HTTP: arms, lists and disarms them.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get};
use serde_json::json;

use super::{done, shown, value};
use crate::engine::{Action, Done};
use crate::fault::{self, FaultId};
use crate::http::App;
use crate::http::verdict::Verdict;
use crate::world::Refusal;

pub(super) fn router(app: &Arc<App>) -> Router {
    let [list, armed, cleared, disarmed] = std::array::from_fn(|_| Arc::clone(app));
    let all = get(async move || shown(&list.settled().faults.list()))
        .post(async move |request: Request| arm(&armed, request).await)
        .delete(async move || clear(&cleared));
    let one = delete(async move |id: Result<Path<String>, PathRejection>| disarm(&disarmed, id));
    let kinds = get(async || shown(&fault::kinds()));
    Router::new()
        .route("/_sandbox/faults", all)
        .route("/_sandbox/faults/kinds", kinds)
        .route("/_sandbox/faults/{id}", one)
}

async fn arm(app: &App, request: Request) -> Response {
    let wanted = match value(request).await {
        Ok(wanted) => wanted,
        Err(response) => return response,
    };
    let fault = fault::wanted(&wanted, Some(app.spec));
    match fault.and_then(|fault| room(app).and_then(|()| app.act(&Action::Arm(fault)))) {
        Ok(Done::Fault(id)) => Verdict::new(StatusCode::CREATED, &json!({ "id": id })).into_response(),
        other => done(other),
    }
}

/// Whether there is room for another fault. Programs that link the sandbox bound themselves.
fn room(app: &App) -> Result<(), Refusal> {
    app.state().faults.room()
}

fn clear(app: &App) -> Response {
    done(app.act(&Action::ClearFaults))
}

/// What is no number names nothing.
fn disarm(app: &App, id: Result<Path<String>, PathRejection>) -> Response {
    let id = id.ok().and_then(|Path(id)| FaultId::parse(&id));
    done(id.ok_or(Refusal::NotFound).and_then(|id| app.act(&Action::Disarm(id))))
}
