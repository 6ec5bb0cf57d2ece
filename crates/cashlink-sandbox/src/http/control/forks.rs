//! Forks over HTTP: further sandboxes in the same process, each of which goes on from where this one was.

use std::collections::BTreeMap;
use std::sync::{Arc, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get};
use serde_json::{Value, json};

use super::{Name, done, shown};
use crate::engine::Done;
use crate::http::App;
use crate::http::verdict::Verdict;
use crate::server::Sandbox;
use crate::world::Refusal;

/// How many forks there may be at a time.
const MAX: usize = 100;

pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/_sandbox/forks", get(list).post(fork)).route("/_sandbox/forks/{id}", delete(end))
}

fn forks(app: &App) -> MutexGuard<'_, BTreeMap<u64, Sandbox>> {
    app.forks.lock().unwrap_or_else(PoisonError::into_inner)
}

fn view(id: u64, fork: &Sandbox) -> Value {
    json!({ "id": id, "origin": fork.origin(), "url": fork.url() })
}

async fn list(State(app): State<Arc<App>>) -> Response {
    let forks: Vec<Value> = forks(&app).iter().map(|(id, fork)| view(*id, fork)).collect();
    shown(&forks)
}

async fn fork(State(app): State<Arc<App>>) -> Response {
    let fork = match Sandbox::forked(&app).await {
        Ok(fork) => fork,
        Err(error) => {
            tracing::error!(%error, "the sandbox cannot be forked");
            let detail = "The sandbox cannot be forked: see its log.";
            return Verdict::detail(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response();
        }
    };
    let mut forks = forks(&app);
    if forks.len() >= MAX {
        let refusal = Refusal::rule(&format!("There are {MAX} forks already: end one first."));
        return Verdict::from(refusal).into_response();
    }
    let id = forks.last_key_value().map_or(1, |(newest, _)| newest + 1);
    let view = view(id, &fork);
    forks.insert(id, fork);
    Verdict::new(StatusCode::CREATED, &view).into_response()
}

/// Closes its connections at once.
async fn end(State(app): State<Arc<App>>, name: Name) -> Response {
    let id = name.ok().and_then(|Path(text)| text.parse().ok());
    let ended = id.and_then(|id: u64| forks(&app).remove(&id));
    done(ended.map(|_| Done::Nothing).ok_or(Refusal::NotFound))
}
