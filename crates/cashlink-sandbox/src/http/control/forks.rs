//! Forks over HTTP: further sandboxes in the same process, each of which goes on from where this one was.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get};
use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Name, done, shown};
use crate::engine::Done;
use crate::http::App;
use crate::http::verdict::Verdict;
use crate::server::Sandbox;
use crate::world::Refusal;

/// How many forks there may be at a time, those of forks included.
const MAX: usize = 100;

/// The forks of a sandbox by their numbers.
pub(crate) struct Forks {
    kept: Mutex<BTreeMap<u64, Kept>>,
    given: AtomicU64,
    /// Shared with all forks, so that theirs count, too.
    room: Arc<Semaphore>,
}

struct Kept {
    fork: Sandbox,
    _place: OwnedSemaphorePermit,
}

impl Default for Forks {
    fn default() -> Self {
        Self { kept: Mutex::default(), given: AtomicU64::new(0), room: Arc::new(Semaphore::new(MAX)) }
    }
}

impl Forks {
    /// What a fork begins with: none of its own.
    pub(crate) fn of_fork(&self) -> Self {
        Self { room: Arc::clone(&self.room), ..Self::default() }
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<u64, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new().route("/_sandbox/forks", get(list).post(fork)).route("/_sandbox/forks/{id}", delete(end))
}

fn view(id: u64, fork: &Sandbox) -> Value {
    json!({ "id": id, "origin": fork.origin(), "url": fork.url() })
}

async fn list(State(app): State<Arc<App>>) -> Response {
    let forks: Vec<Value> = app.forks.kept().iter().map(|(id, kept)| view(*id, &kept.fork)).collect();
    shown(&forks)
}

async fn fork(State(app): State<Arc<App>>) -> Response {
    let Ok(place) = Arc::clone(&app.forks.room).try_acquire_owned() else {
        let refusal = Refusal::rule(&format!("There are {MAX} forks already: end one first."));
        return Verdict::from(refusal).into_response();
    };
    let fork = match Sandbox::forked(&app).await {
        Ok(fork) => fork,
        Err(error) => {
            tracing::error!(%error, "the sandbox cannot be forked");
            let detail = "The sandbox cannot be forked: see its log.";
            return Verdict::detail(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response();
        }
    };
    let id = app.forks.given.fetch_add(1, Ordering::Relaxed) + 1;
    let view = view(id, &fork);
    app.forks.kept().insert(id, Kept { fork, _place: place });
    Verdict::new(StatusCode::CREATED, &view).into_response()
}

/// Closes its connections at once.
async fn end(State(app): State<Arc<App>>, name: Name) -> Response {
    let id = name.ok().and_then(|Path(text)| text.parse().ok());
    let ended = id.and_then(|id: u64| app.forks.kept().remove(&id));
    done(ended.map(|_| Done::Nothing).ok_or(Refusal::NotFound))
}
