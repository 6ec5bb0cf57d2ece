//! What webhooks are told over HTTP: shown as it went so far, and sent again.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{get, post};

use super::{Name, done, shown};
use crate::engine::Action;
use crate::http::App;
use crate::http::verdict::Verdict;
use crate::webhooks::{Delivery, DeliveryId, DeliveryState};
use crate::world::{Problems, Refusal, Step};

pub(super) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/_sandbox/webhooks/deliveries", get(list))
        .route("/_sandbox/webhooks/deliveries/{id}/resend", post(resend))
}

/// Which deliveries somebody wants to see.
#[derive(Default)]
struct Wanted {
    after: Option<u64>,
    limit: Option<u64>,
    state: Option<DeliveryState>,
}

impl Wanted {
    fn read(uri: &Uri) -> Result<Self, Refusal> {
        let mut wanted = Self::default();
        let mut problems = Problems::default();
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            let rule = match &*name {
                "after" => read(value.parse(), &mut wanted.after, "Must be the number of a delivery, or 0."),
                "limit" => read(value.parse(), &mut wanted.limit, "Must be a whole number."),
                "state" => read(state(&value).ok_or(()), &mut wanted.state, "Must be pending or delivered."),
                _ => Some("Is no parameter of this list."),
            };
            if let Some(rule) = rule {
                // Not by its path: a name may have dots.
                problems.at(&[Step::Key(name.into_owned())], rule);
            }
        }
        problems.into_result().map(|()| wanted)
    }

    /// Of a part that begins somewhere the oldest, otherwise the newest; oldest first.
    fn find(&self, all: impl DoubleEndedIterator<Item = Delivery>) -> Vec<Delivery> {
        let all = all.filter(|delivery| self.state.is_none_or(|state| delivery.state == state));
        let limit = self.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
        if self.after.is_some() {
            return all.take(limit).collect();
        }
        let mut newest: Vec<Delivery> = all.rev().take(limit).collect();
        newest.reverse();
        newest
    }
}

/// Puts what could be read into its place; otherwise which rule it breaks.
fn read<T, E>(read: Result<T, E>, place: &mut Option<T>, rule: &'static str) -> Option<&'static str> {
    *place = read.ok();
    place.is_none().then_some(rule)
}

fn state(name: &str) -> Option<DeliveryState> {
    match name {
        "pending" => Some(DeliveryState::Pending),
        "delivered" => Some(DeliveryState::Delivered),
        _ => None,
    }
}

async fn list(State(app): State<Arc<App>>, uri: Uri) -> Response {
    match Wanted::read(&uri) {
        Ok(wanted) => {
            let after = DeliveryId::from(wanted.after.unwrap_or_default());
            let found = wanted.find(app.settled().outbox.deliveries(after));
            shown(&found)
        }
        Err(refusal) => Verdict::from(refusal).into_response(),
    }
}

async fn resend(State(app): State<Arc<App>>, name: Name) -> Response {
    let id: Option<u64> = name.ok().and_then(|Path(text)| text.parse().ok());
    done(id.map(DeliveryId::from).ok_or(Refusal::NotFound).and_then(|id| app.act(&Action::Resend(id))))
}
