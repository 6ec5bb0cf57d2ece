//! Takes connections and hands their requests to the receiver until it is told to stop.

use std::{sync::Arc, time::Duration};

use cashlink::{
    time::{Clock as _, SystemClock},
    webhook::WebhookService,
};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
};

use super::line::{Line, Lines};

/// How long a connection may take to send the head of a request. Longer than clients keep idle connections.
const HEAD_TIMEOUT: Duration = Duration::from_secs(120);

/// How many connections there may be at a time; more wait.
const MOST_CONNECTIONS: usize = 1_024;

/// How long deliveries under way may go on after the end was asked for.
const GRACE: Duration = Duration::from_secs(10);

/// How long to wait before accepting again when the system has no more connections to give.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves `service` on `listener` until `stopped` changes, and then until deliveries under way are answered.
pub(super) async fn serve(
    listener: TcpListener,
    service: WebhookService,
    lines: Lines,
    mut stopped: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = accept(&listener, &room) => if let Some((stream, place)) = accepted {
                let connection = connection(stream, service.clone(), lines.clone(), graceful.watcher());
                connections.spawn(async move {
                    connection.await;
                    drop(place);
                });
            },
            Some(_) = connections.join_next() => {}
            // An error says that nobody can stop it any more, so it stops as well.
            _ = stopped.changed() => break,
        }
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = SystemClock.sleep(GRACE) => tracing::warn!("connections were closed with deliveries under way"),
    }
}

/// The next connection, once there is room for it.
async fn accept(listener: &TcpListener, room: &Arc<Semaphore>) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    // It is never closed.
    let place = Arc::clone(room).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            tracing::warn!(%error, "no connection could be accepted");
            SystemClock.sleep(PAUSE).await;
            None
        }
    }
}

async fn connection(stream: TcpStream, service: WebhookService, lines: Lines, watcher: Watcher) {
    // Without it answers of several packets wait for acknowledgements; they arrive all the same.
    let _ = stream.set_nodelay(true);
    let inner = TowerToHyperService::new(service);
    let service = service_fn(move |request: Request<Incoming>| {
        let (answer, lines) = (hyper::service::Service::call(&inner, request), lines.clone());
        async move {
            let answer = answer.await?;
            let status = answer.status();
            if !status.is_success() {
                lines.tell_if_room(refused(status.as_u16()));
            }
            Ok::<_, std::convert::Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// For whoever listens, and not for the sender, who is told the status only.
fn refused(reply_status: u16) -> Line {
    let reason = match reply_status {
        400 => "it was cut off, or is no JSON",
        401 => "no credentials that are good now",
        405 => "it is no POST",
        408 => "its body took too long",
        413 => "it is too long",
        415 => "it is not plain JSON",
        422 => "it is no event, or one from too far in the future (see --ahead)",
        429 => "too many tokens were asked for",
        503 => "the inbox cannot be written; it comes again",
        _ => "it is not taken",
    };
    Line::Refused { at: SystemClock.wall(), reply_status, reason }
}
