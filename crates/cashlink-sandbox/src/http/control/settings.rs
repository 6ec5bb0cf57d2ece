//! Settings and rules over HTTP: everything that a sandbox can be told to do otherwise while it runs.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;

use super::{shown, value};
use crate::engine::Action;
use crate::http::App;
use crate::http::verdict::Verdict;

pub(super) fn router() -> Router<Arc<App>> {
    let show = get(async |State(app): State<Arc<App>>| settings(&app));
    let change = async |State(app): State<Arc<App>>, request: Request| change(&app, request).await;
    Router::new().route("/_sandbox/settings", show.patch(change))
}

fn settings(app: &App) -> Response {
    let configuration = app.configuration(&app.state());
    shown(&configuration.show())
}

async fn change(app: &App, request: Request) -> Response {
    let change = match value(request).await {
        Ok(change) => change,
        Err(response) => return response,
    };
    match app.act_on(|present| present.configuration.changed(&change).map(Action::Configure)) {
        Ok(_) => settings(app),
        Err(refusal) => Verdict::from(refusal).into_response(),
    }
}
