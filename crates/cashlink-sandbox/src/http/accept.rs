//! Takes connections and serves them until told to stop.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::{Extension, Router};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::App;
use super::faulty::unless_cut;
use super::patience::Patience;
use super::router::router;

/// How long a connection may take to send the head of a call. Longer than clients keep idle connections.
const HEAD_TIMEOUT: Duration = Duration::from_secs(120);

/// How long calls under way may go on after the sandbox was told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long to wait before accepting again when the system has no more connections to give.
const PAUSE: Duration = Duration::from_millis(50);

/// Says when the sandbox stops to those whose answers would go on forever.
#[derive(Clone)]
pub(super) struct Stopped(watch::Receiver<bool>);

impl Stopped {
    pub(super) async fn wait(&mut self) {
        // An error says that nobody can stop it any more, which ends it as well.
        let _ = self.0.changed().await;
    }
}

/// Serves `app` on `listener` until `stopped` changes.
pub(crate) async fn accept(listener: TcpListener, app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let router = router(&app).layer(Extension(Stopped(stopped.clone())));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, router.clone(), Arc::clone(&app), graceful.watcher()));
                }
                Err(error) => {
                    tracing::warn!(%error, "no connection could be accepted");
                    app.clock.sleep(PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
            // An error says that nobody can stop it any more, so it stops as well.
            _ = stopped.changed() => break,
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = app.clock.sleep(GRACE) => tracing::warn!("connections were closed with calls under way"),
    }
}

async fn serve(stream: TcpStream, router: Router, app: Arc<App>, watcher: Watcher) {
    // Without it answers of several packets wait for acknowledgements; they arrive all the same.
    let _ = stream.set_nodelay(true);
    let inner = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let answer = inner.call(request.map(|body| Body::new(Patience::new(body, &app))));
        async move { unless_cut(answer.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}
