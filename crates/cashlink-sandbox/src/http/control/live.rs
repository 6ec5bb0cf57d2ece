//! Says that something changed, as server-sent events, for as long as somebody listens.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use futures_util::stream;
use tokio::sync::watch;

use crate::http::App;
use crate::http::accept::Stopped;

/// How long changes are gathered before the next event, so that a busy sandbox does not drown its readers.
const PAUSE: Duration = Duration::from_millis(100);

pub(super) fn router(app: &Arc<App>) -> Router {
    let app = Arc::clone(app);
    let answer = async move |Extension(stopped): Extension<Stopped>| {
        let listener = Listener { changed: app.changed(), app: Arc::clone(&app), stopped, is_first: true };
        let events = stream::unfold(listener, async |mut listener| Some((listener.next().await?, listener)));
        Sse::new(events).keep_alive(KeepAlive::default()).into_response()
    };
    Router::new().route("/_sandbox/live", get(answer))
}

struct Listener {
    app: Arc<App>,
    changed: watch::Receiver<u64>,
    stopped: Stopped,
    is_first: bool,
}

impl Listener {
    /// The present revision at once, later ones when they come; nothing once the sandbox stops.
    async fn next(&mut self) -> Option<Result<Event, Infallible>> {
        if !self.is_first {
            tokio::select! {
                changed = self.changed.changed() => changed.ok()?,
                () = self.stopped.wait() => return None,
            }
            self.app.clock.sleep(PAUSE).await;
        }
        self.is_first = false;
        let revision = *self.changed.borrow_and_update();
        Some(Ok(Event::default().data(format!(r#"{{"revision":{revision}}}"#))))
    }
}
