//! Receivers: the facade's over an inbox, one as it is written first, and one that keeps nothing.

use std::{convert::Infallible, error::Error as StdError, io::Read, path::Path};

use anyhow::{Result, bail};
use bytes::Bytes;
use cashlink::webhook::{Inbox, Receiver, WebhookService};
use cashlink_sqlite::SqliteInbox;
use http_body_util::{BodyExt, Empty};
use hyper::{
    Request, Response, StatusCode,
    body::{Body, Incoming},
    server::conn::http1,
    service::{HttpService, service_fn},
};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use rusqlite::Connection;
use tokio::net::TcpListener;

use super::{TOKEN, naive::Naive};

const FILE: &str = "application.sqlite3";

/// Prints the address of a receiver that has its file in `folder`, and serves until standard input ends.
pub(crate) async fn serve(contestant: &str, folder: &Path) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    let path = folder.join(FILE);
    match contestant {
        "ceiling" => accept(listener, service_fn(async |request| reply(request).await)).await,
        "naive" => {
            let naive = Naive::open(&path)?;
            accept(listener, service_fn(move |request| naive.clone().receive(request))).await
        }
        "inbox" => accept(listener, service(SqliteInbox::open(&path)?)?).await,
        "handler" => accept(listener, service(handled(&path)?)?).await,
        other => bail!("`{other}` is no contestant"),
    }
}

fn service(inbox: impl Inbox) -> Result<TowerToHyperService<WebhookService>> {
    let receiver = Receiver::builder(inbox).bearer(TOKEN).build()?;
    Ok(TowerToHyperService::new(WebhookService::new(receiver)))
}

/// An inbox whose handler writes a row.
fn handled(path: &Path) -> Result<SqliteInbox> {
    Connection::open(path)?
        .execute_batch("CREATE TABLE effects (investment_id TEXT NOT NULL, status TEXT NOT NULL)")?;
    let inbox = SqliteInbox::options().handled_by(|transaction, change| {
        let (id, status) = (change.event.investment_id().to_string(), change.event.status().as_str());
        transaction.prepare_cached("INSERT INTO effects VALUES (?1, ?2)")?.execute((id, status))?;
        Ok(())
    });
    Ok(inbox.open(path)?)
}

/// Reads the delivery and keeps nothing: what client and server can do without a disk.
async fn reply(request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    Ok(no_content())
}

pub(super) fn no_content() -> Response<Empty<Bytes>> {
    let mut response = Response::new(Empty::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

async fn accept<S, B>(listener: TcpListener, service: S) -> Result<()>
where
    S: HttpService<Incoming, ResBody = B> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let serve = async {
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
            // A sender that hangs up has the result that it wanted, or fails by itself.
            tokio::spawn(async { connection.await.is_ok() });
        }
    };
    let stop = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        failed = serve => failed,
        _ = stop => Ok(()),
    }
}
