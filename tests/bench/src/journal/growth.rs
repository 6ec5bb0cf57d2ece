//! A journal that grows: how its rate and its stalls change, and what a crash leaves of it for a recovery.

use std::{fs, mem, path::Path, sync::Arc};

use anyhow::Result;
use serde_json::{Value, json};

use super::{
    Contestant,
    callers::{self, Limit, Numbers, Sample},
    store::{self, Begin},
};

/// In how many parts the rows are timed, the first and the last of which are compared.
const PARTS: u64 = 10;

/// Begins `rows` intents, finishes them all, begins `pending` more, and leaves the journal as a crash would.
pub(crate) async fn grow(folder: &Path, callers: usize, rows: u64, pending: u64) -> Result<Value> {
    let begin = Arc::new(Begin::open(folder)?);
    let mut parts = Vec::new();
    for part in 0..PARTS {
        let (first, end) = (rows * part / PARTS, rows * (part + 1) / PARTS);
        parts.push(from_to(&begin, callers, first, end).await?.as_json());
    }
    let bytes = size(folder)?;
    let finish = Arc::new(Finish(Arc::clone(&begin)));
    let finished = from_to(&finish, callers, 0, rows).await?.as_json();
    from_to(&begin, callers, rows, rows + pending).await?;
    // Not closed: what is in the log stays there.
    mem::forget(begin);
    Ok(json!({ "parts": parts, "bytes": bytes, "finished": finished, "bytes_finished": size(folder)? }))
}

async fn from_to(contestant: &Arc<impl Contestant>, callers: usize, first: u64, end: u64) -> Result<Sample> {
    callers::tasks(contestant, &Arc::new(Numbers::from(first)), callers, Limit::Number(end)).await
}

/// Takes note of the end of intents that were begun before.
struct Finish(Arc<Begin>);

impl Contestant for Finish {
    async fn intend(&self, number: u64) -> Result<()> {
        store::finish(self.0.store(), number).await
    }
}

/// Bytes of all files of the journal.
fn size(folder: &Path) -> Result<u64> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.metadata()?.len())).sum()
}
