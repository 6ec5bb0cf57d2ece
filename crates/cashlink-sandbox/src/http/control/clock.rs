//! The sandbox's clock over HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, Unexpected};
use serde_json::json;

use super::{read, shown};
use crate::clock::Time;
use crate::duration;
use crate::engine::Action;
use crate::http::App;
use crate::http::verdict::Verdict;
use crate::world::Refusal;

/// What is to become of the clock. What is not named stays; what is named is done in this order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default, deserialize_with = "time")]
    set: Option<Timestamp>,
    advance: Option<Advance>,
    hold: Option<bool>,
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Advance(#[serde(with = "duration")] Duration);

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text: Option<String> = Option::deserialize(deserializer)?;
    let time = |text: String| {
        let expected = "a time with its distance from UTC, such as 2030-01-01T00:00:00Z";
        text.parse().map_err(|_| D::Error::invalid_value(Unexpected::Str(&text), &expected))
    };
    text.map(time).transpose()
}

pub(super) fn router() -> Router<Arc<App>> {
    let show = get(async |State(app): State<Arc<App>>| clock(&app));
    Router::new()
        .route("/_sandbox/clock", show.post(async |State(app): State<Arc<App>>, request| change(&app, request).await))
}

fn clock(app: &App) -> Response {
    let time = app.clock.time();
    let (is_held, ahead) = match time {
        Time::Held(_) => (true, None),
        Time::Runs(ahead) => (false, Some(ahead.to_string())),
    };
    shown(&json!({ "now": time.now(), "held": is_held, "ahead": ahead }))
}

async fn change(app: &App, request: Request) -> Response {
    let change: Change = match read(request).await {
        Ok(change) => change,
        Err(response) => return response,
    };
    match app.act_on(|present| changed(present.time, &change).map(Action::SetTime)) {
        Ok(_) => clock(app),
        Err(refusal) => Verdict::from(refusal).into_response(),
    }
}

fn changed(mut time: Time, change: &Change) -> Result<Time, Refusal> {
    let is_held = matches!(time, Time::Held(_));
    if let Some(set) = change.set {
        if set < time.now() {
            return Err(Refusal::field("set", "Must not be in the sandbox's past: its clock only goes forward."));
        }
        time = Time::Held(set).held(is_held);
    }
    if let Some(Advance(by)) = change.advance {
        time = time.advanced(by);
    }
    Ok(change.hold.map_or(time, |hold| time.held(hold)))
}
