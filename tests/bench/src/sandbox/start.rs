//! How long it takes from nothing to the first answer, and what many sandboxes in one process take.

use anyhow::{Context, Result};
use cashlink_sandbox::Sandbox;
use serde_json::{Value, json};

use super::{
    connection::Connection,
    load::{nanos_since, now},
    target::Target,
    work::Work,
};
use crate::process;

/// Starts one sandbox after the other, each gone before the next.
pub(crate) async fn start(sandboxes: usize) -> Result<Value> {
    let mut nanos = Vec::with_capacity(sandboxes);
    let mut first_cpu = None;
    for _ in 0..sandboxes {
        let (cpu_before, begun) = (process::cpu_nanos(), now());
        let sandbox = answering().await?;
        nanos.push(nanos_since(begun));
        let spent = || Some(process::cpu_nanos()?.saturating_sub(cpu_before?));
        first_cpu = first_cpu.or_else(spent);
        sandbox.stop().await;
    }
    // The first reads the description, which the others find read.
    let (first, later) = nanos.split_first_mut().context("no sandbox was started")?;
    later.sort_unstable();
    Ok(json!({
        "first_ns": first,
        "first_cpu_ns": first_cpu,
        "p50_ns": later.get(later.len() / 2),
        "max_later_ns": later.last(),
    }))
}

/// Starts sandboxes that stay, and tells the memory that each took on top of the first.
pub(crate) async fn start_many(sandboxes: usize) -> Result<Value> {
    let first = answering().await?;
    let (before, begun) = (process::memory_kib("VmRSS"), now());
    let mut others = Vec::with_capacity(sandboxes);
    for _ in 0..sandboxes {
        others.push(answering().await?);
    }
    let (after, total) = (process::memory_kib("VmRSS"), nanos_since(begun));
    drop((first, others));
    let added = after.zip(before).map(|(after, before)| after.saturating_sub(before));
    Ok(json!({ "sandboxes": sandboxes, "total_ns": total, "added_kib": added, "idle_kib": before }))
}

/// A sandbox that has given a token and with it answered a call.
async fn answering() -> Result<Sandbox> {
    let sandbox = Sandbox::start().await?;
    let stranger = Target::new(sandbox.url(), "", "")?;
    let mut connection = Connection::open(stranger.address).await?;
    let reply = connection.read(Work::Token.prepare(&stranger)?.request(0)?).await?;
    let token = reply["access_token"].as_str().unwrap_or_default();
    let client = Target::new(sandbox.url(), token, "")?;
    connection.make(Work::List.prepare(&client)?.request(0)?).await?;
    Ok(sandbox)
}
