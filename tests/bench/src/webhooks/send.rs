//! Senders with a connection each, which deliver the next event as soon as the last was answered.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    Request,
    header::{AUTHORIZATION, CONTENT_TYPE, HOST},
};
use serde_json::Value;

use super::{TOKEN, body};
use crate::{
    journal::{self, Load},
    sandbox::Connection,
};

/// Connections that nobody uses at the moment; there is one for each sender.
struct Senders {
    host: String,
    idle: Mutex<Vec<Connection>>,
}

/// Delivers events to the receiver at `url`, and tells how many, and how long each took.
pub(crate) async fn send(url: &str, load: Load) -> Result<Value> {
    let host = url.strip_prefix("http://").with_context(|| format!("`{url}` is no address"))?;
    let mut idle = Vec::with_capacity(load.callers);
    for _ in 0..load.callers {
        idle.push(Connection::open(host.parse()?).await?);
    }
    let senders = Senders { host: host.to_owned(), idle: Mutex::new(idle) };
    Ok(journal::by_tasks(&Arc::new(senders), load).await?.as_json())
}

impl Senders {
    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl journal::Contestant for Senders {
    async fn intend(&self, number: u64) -> Result<()> {
        let mut connection = self.idle().pop().context("there are more senders than connections")?;
        let request = Request::post("/webhooks")
            .header(HOST, &self.host)
            .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(body(number))))?;
        connection.make(request).await?;
        self.idle().push(connection);
        Ok(())
    }
}
