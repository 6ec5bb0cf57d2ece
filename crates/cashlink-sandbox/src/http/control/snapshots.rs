//! Going back, over HTTP: to the beginning, or to a snapshot.

use std::slice;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get, post};
use serde_json::json;

use super::{Name, done, no_content, seed, shown};
use crate::engine::{Action, Done, SnapshotId};
use crate::error::Kind;
use crate::http::App;
use crate::http::verdict::Verdict;
use crate::world::Refusal;

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/snapshots", get(list).post(take))
        .route("/_sandbox/snapshots/{id}", delete(drop))
        .route("/_sandbox/snapshots/{id}/restore", post(restore))
}

/// To the beginning, and on to the scenario that the call has, if it has one.
async fn reset(State(app): State<Arc<App>>, request: Request) -> Response {
    let scenario = match seed::wanted_or_none(request).await {
        Ok(scenario) => scenario,
        Err(response) => return response,
    };
    match app.reset(scenario.as_ref().map(slice::from_ref)) {
        Ok(_) if scenario.is_none() => no_content(),
        Ok(named) => shown(&named),
        Err(Kind::Scenario(refusal)) => Verdict::from(refusal).into_response(),
        Err(error) => {
            tracing::error!(%error, "the sandbox cannot be reset");
            Verdict::detail(StatusCode::INTERNAL_SERVER_ERROR, "The sandbox cannot be reset: see its log.")
                .into_response()
        }
    }
}

async fn list(State(app): State<Arc<App>>) -> Response {
    let snapshots = app.state().snapshots.list();
    shown(&snapshots)
}

async fn take(State(app): State<Arc<App>>) -> Response {
    match app.act(&Action::Snapshot) {
        Ok(Done::Snapshot(id)) => Verdict::new(StatusCode::CREATED, &json!({ "id": id })).into_response(),
        other => done(other),
    }
}

async fn restore(State(app): State<Arc<App>>, name: Name) -> Response {
    done(snapshot(name).and_then(|id| app.act(&Action::Restore(id))))
}

async fn drop(State(app): State<Arc<App>>, name: Name) -> Response {
    done(snapshot(name).and_then(|id| app.act(&Action::DropSnapshot(id))))
}

/// What is no number names nothing.
fn snapshot(name: Name) -> Result<SnapshotId, Refusal> {
    name.ok().and_then(|Path(text)| SnapshotId::parse(&text)).ok_or(Refusal::NotFound)
}
