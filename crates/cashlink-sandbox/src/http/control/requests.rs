//! The request log over HTTP: shows calls, and forgets them.

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;

use super::assert::filter;
use super::{no_content, shown};
use crate::http::App;
use crate::http::verdict::Verdict;
use crate::requests::RequestEntry;
use crate::world::{Problems, Refusal, Step};

pub(super) fn router(app: &Arc<App>) -> Router {
    let [listed, cleared, one] = std::array::from_fn(|_| Arc::clone(app));
    let all = get(async move |request: Request| list(&listed, request.uri())).delete(async move || clear(&cleared));
    let one = get(async move |seq: Result<Path<String>, PathRejection>| find(&one, seq));
    Router::new().route("/_sandbox/requests", all).route("/_sandbox/requests/{seq}", one)
}

fn list(app: &App, uri: &Uri) -> Response {
    match selected(app, uri) {
        Ok(entries) => shown(&entries),
        Err(refusal) => Verdict::from(refusal).into_response(),
    }
}

/// The calls that the query asks for: of a part that begins somewhere the oldest, otherwise the newest.
fn selected(app: &App, uri: &Uri) -> Result<Vec<RequestEntry>, Refusal> {
    let mut problems = Problems::default();
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned();
    let (criteria, others) = filter(pairs, &mut problems, |id| app.spec.operation(id).is_some());
    let (mut after, mut limit) = (None, None);
    for (name, value) in others {
        let (place, rule) = match name.as_str() {
            "after" => (&mut after, "Must be the number of a call, or 0."),
            "limit" => (&mut limit, "Must be a whole number."),
            _ => {
                problems.at(&[Step::Key(name)], "Is no parameter of this list.");
                continue;
            }
        };
        match value.parse::<u64>() {
            Ok(number) => *place = Some(number),
            Err(_) => problems.field(&name, rule),
        }
    }
    problems.into_result()?;
    let mut records = app.requests.after(after.unwrap_or_default());
    records.retain(|record| criteria.fit(record));
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX).min(records.len());
    let from = if after.is_some() { 0 } else { records.len() - limit };
    Ok(records[from..from + limit].iter().map(|record| record.entry()).collect())
}

/// What is no number names nothing.
fn find(app: &App, seq: Result<Path<String>, PathRejection>) -> Response {
    let seq = seq.ok().and_then(|Path(seq)| seq.parse().ok());
    let record = seq.and_then(|seq| app.requests.get(seq));
    record.map_or_else(|| Verdict::not_found().into_response(), |record| shown(&record.entry()))
}

fn clear(app: &App) -> Response {
    app.requests.clear();
    app.touch();
    no_content()
}
