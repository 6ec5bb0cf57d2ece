//! What one writes first: a table, a mutex, and one commit for each intent.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use anyhow::Result;
use rusqlite::{Connection, params};

use super::{body, key};

pub(super) struct Naive(Mutex<Connection>);

impl Naive {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             CREATE TABLE intents (sequence INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, body BLOB NOT NULL) STRICT;",
        )?;
        Ok(Self(Mutex::new(connection)))
    }

    /// Returns when the intent of this number is durable.
    pub(super) fn intend(&self, number: u64) -> Result<()> {
        let (key, body) = (key(number), body());
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut insert = connection.prepare_cached("INSERT INTO intents (key, body) VALUES (?1, ?2)")?;
        insert.execute(params![key.as_str(), body])?;
        Ok(())
    }
}
