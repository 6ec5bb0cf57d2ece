//! What a program waits for after a crash: the first intent whose outcome is not known, and the last one.

use std::{mem, path::Path};

use anyhow::{Context, Result};
use cashlink::{Cashlink, journal::Journal};
use cashlink_sqlite::SqliteStore;
use futures_util::StreamExt;
use serde_json::{Value, json};

use super::{
    callers::{nanos_since, now},
    store::FILE,
};

/// Opens the journal, makes a client of it, and asks for all pending intents.
pub(crate) async fn recover(folder: &Path) -> Result<Value> {
    let start = now();
    let store = SqliteStore::open(folder.join(FILE))?;
    let opened = nanos_since(start);
    let client = Cashlink::builder().base_url("http://127.0.0.1:9").credentials("benchmark", "benchmark");
    let client = client.journal(Journal::new(store)).build()?;
    let mut pending = client.pending();
    pending.next().await.context("nothing is pending")??;
    let first = nanos_since(start);
    let mut count = 1;
    while let Some(intent) = pending.next().await {
        intent?;
        count += 1;
    }
    let all = nanos_since(start);
    // Not closed, so that the next round finds what this one did.
    mem::forget((client, pending));
    Ok(json!({ "pending": count, "open_ns": opened, "first_ns": first, "all_ns": all }))
}
