//! What exists, at a glance.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use serde_json::json;

use super::shown;
use crate::http::App;

pub(super) fn router(app: &Arc<App>) -> Router {
    let app = Arc::clone(app);
    Router::new().route("/_sandbox/state", get(async move || answer(&app)))
}

fn answer(app: &App) -> axum::response::Response {
    let (mut overview, now) = {
        let mut state = app.state();
        let now = app.clock.now();
        state.settle(now);
        let mut overview = state.world.overview();
        overview["webhooks"] = state.outbox.counts();
        (overview, now)
    };
    overview["now"] = json!(now);
    shown(&overview)
}
