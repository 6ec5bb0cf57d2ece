//! The receiver that one writes first: a connection behind a mutex, and one commit for each event.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::{Request, Response, body::Incoming, header::AUTHORIZATION};
use rusqlite::{Connection, params};
use serde_json::Value;

use super::{TOKEN, receive::no_content};

#[derive(Clone)]
pub(super) struct Naive(Arc<Mutex<Connection>>);

impl Naive {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             CREATE TABLE events (
                 investment_id TEXT NOT NULL, status TEXT NOT NULL, changed_at TEXT NOT NULL,
                 UNIQUE (investment_id, status, changed_at)
             );
             CREATE TABLE standings (investment_id TEXT PRIMARY KEY, status TEXT NOT NULL, changed_at TEXT NOT NULL);
             CREATE TABLE effects (investment_id TEXT NOT NULL, status TEXT NOT NULL);",
        )?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    pub(super) async fn receive(self, request: Request<Incoming>) -> Result<Response<Empty<Bytes>>> {
        let is_known = request.headers().get(AUTHORIZATION).is_some_and(|given| *given == *format!("Bearer {TOKEN}"));
        ensure!(is_known, "a stranger");
        let body = request.into_body().collect().await?.to_bytes();
        tokio::task::spawn_blocking(move || self.record(&body)).await??;
        Ok(no_content())
    }

    fn record(&self, body: &[u8]) -> Result<()> {
        let event: Value = serde_json::from_slice(body)?;
        let text = |name: &str| event[name].as_str().with_context(|| format!("no {name}"));
        let (id, status, changed_at) = (text("investment_id")?, text("status")?, text("changed_at")?);
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.unchecked_transaction()?;
        let insert = |sql: &str| anyhow::Ok(transaction.prepare_cached(sql)?.execute(params![id, status, changed_at])?);
        let is_new = insert("INSERT OR IGNORE INTO events VALUES (?1, ?2, ?3)")? > 0;
        let standing = "INSERT INTO standings VALUES (?1, ?2, ?3) ON CONFLICT (investment_id) DO UPDATE SET \
                        status = excluded.status, changed_at = excluded.changed_at WHERE excluded.changed_at > changed_at";
        if is_new && insert(standing)? > 0 {
            transaction.prepare_cached("INSERT INTO effects VALUES (?1, ?2)")?.execute([id, status])?;
        }
        Ok(transaction.commit()?)
    }
}
