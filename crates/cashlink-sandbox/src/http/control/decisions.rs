//! What people in the issuer's user interface and the ledger decide, over HTTP.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{get, post, put};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Name, done, id, read, shown};
use crate::engine::Action;
use crate::http::App;
use crate::http::page::parse_id;
use crate::http::verdict::Verdict;
use crate::world::{IdentificationResult, InvestmentEvent, OpenTask, Refusal, TaskEnd};

/// A decision about one thing, as it is sent.
trait Decision: DeserializeOwned + Send {
    fn about(self, id: Uuid) -> Action;
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Happening {
    event: InvestmentEvent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Validated {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Paused {
    paused: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Frozen {
    frozen: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Identified {
    result: IdentificationResult,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    end: TaskEnd,
}

impl Decision for Happening {
    fn about(self, investment: Uuid) -> Action {
        Action::Trigger { investment, event: self.event }
    }
}

impl Decision for Validated {
    fn about(self, product: Uuid) -> Action {
        Action::ValidateProduct { product }
    }
}

impl Decision for Paused {
    fn about(self, product: Uuid) -> Action {
        Action::PauseTransfers { product, is_paused: self.paused }
    }
}

impl Decision for Frozen {
    fn about(self, wallet: Uuid) -> Action {
        Action::FreezeWallet { wallet, is_frozen: self.frozen }
    }
}

impl Decision for Ended {
    fn about(self, task: Uuid) -> Action {
        Action::FinishTask { task, end: self.end }
    }
}

impl Decision for Identified {
    fn about(self, investor: Uuid) -> Action {
        Action::DecideKyc { investor, result: self.result }
    }
}

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/_sandbox/investments/{id}/events", post(decide::<Happening>))
        .route("/_sandbox/products/{id}/validation", post(decide::<Validated>))
        .route("/_sandbox/products/{id}/transfers", put(decide::<Paused>))
        .route("/_sandbox/wallets/{id}/freeze", put(decide::<Frozen>))
        .route("/_sandbox/investors/{id}/identifications/{identification_id}", post(identified))
        .route("/_sandbox/investors/{id}/kyc", post(decide::<Identified>))
        .route("/_sandbox/tasks", get(tasks))
        .route("/_sandbox/tasks/next", post(next_task_ends))
        .route("/_sandbox/tasks/{id}", post(decide::<Ended>))
}

async fn decide<D: Decision>(State(app): State<Arc<App>>, name: Name, request: Request) -> Response {
    let decision: D = match read(request).await {
        Ok(decision) => decision,
        Err(response) => return response,
    };
    done(id(name).and_then(|id| app.act(&decision.about(id))))
}

async fn identified(
    State(app): State<Arc<App>>,
    names: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Response {
    let Identified { result } = match read(request).await {
        Ok(decision) => decision,
        Err(response) => return response,
    };
    let ids = names
        .ok()
        .and_then(|Path((investor, identification))| Some((parse_id(&investor)?, parse_id(&identification)?)));
    let Some((investor, identification)) = ids else {
        return Verdict::from(Refusal::NotFound).into_response();
    };
    done(app.act(&Action::DecideIdentification { investor, identification, result }))
}

async fn tasks(State(app): State<Arc<App>>) -> Response {
    let tasks: Vec<OpenTask> = {
        let mut state = app.state();
        state.settle(app.clock.now());
        state.world.tasks().collect()
    };
    shown(&tasks)
}

async fn next_task_ends(State(app): State<Arc<App>>, request: Request) -> Response {
    match read(request).await {
        Ok(Ended { end }) => done(app.act(&Action::NextTaskEnds(end))),
        Err(response) => response,
    }
}
