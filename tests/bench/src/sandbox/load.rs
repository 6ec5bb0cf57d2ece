//! Callers with a connection each, which make the next call as soon as they have the reply to the last.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Result;
use serde_json::{Value, json};

use super::{
    connection::Connection,
    target::Target,
    work::{Template, Work},
};
use crate::process;

/// What is not counted, of the time that is.
const WARM_UP: u32 = 4;

/// How much is asked.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) work: Work,
    pub(crate) in_flight: usize,
    pub(crate) time: Duration,
}

/// Makes calls for a while and tells how many, how long each took, and what the client spent on them.
pub(crate) async fn measure(target: &Target, load: Load) -> Result<Value> {
    let template = Arc::new(load.work.prepare(target)?);
    let mut connections = Vec::with_capacity(load.in_flight);
    for _ in 0..load.in_flight {
        connections.push(Connection::open(target.address).await?);
    }
    let numbers = Arc::new(AtomicU64::new(0));
    let (connections, _) = make(connections, &template, &numbers, load.time / WARM_UP).await?;
    let (cpu_before, start) = (process::cpu_nanos(), now());
    let (_, mut nanos) = make(connections, &template, &numbers, load.time).await?;
    let total = nanos_since(start);
    let cpu = process::cpu_nanos().zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
    nanos.sort_unstable();
    let count = nanos.len();
    Ok(json!({
        "calls": count,
        "calls_with_warm_up": numbers.load(Ordering::Relaxed),
        "total_ns": total,
        "p50_ns": nanos.get(count / 2),
        "p99_ns": nanos.get(count * 99 / 100),
        "cpu_ns": cpu,
    }))
}

/// Makes calls on every connection until `time` is over; returns the connections and how long each call took.
async fn make(
    connections: Vec<Connection>,
    template: &Arc<Template>,
    numbers: &Arc<AtomicU64>,
    time: Duration,
) -> Result<(Vec<Connection>, Vec<u64>)> {
    let start = now();
    let mut callers = Vec::with_capacity(connections.len());
    for mut connection in connections {
        let (template, numbers) = (Arc::clone(template), Arc::clone(numbers));
        callers.push(tokio::spawn(async move {
            let mut nanos = Vec::new();
            loop {
                let begun = now();
                if begun.duration_since(start) >= time {
                    return anyhow::Ok((connection, nanos));
                }
                connection.make(template.request(numbers.fetch_add(1, Ordering::Relaxed))?).await?;
                nanos.push(nanos_since(begun));
            }
        }));
    }
    let (mut connections, mut all) = (Vec::with_capacity(callers.len()), Vec::new());
    for caller in callers {
        let (connection, mut nanos) = caller.await??;
        connections.push(connection);
        all.append(&mut nanos);
    }
    Ok((connections, all))
}

#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
pub(super) fn now() -> Instant {
    Instant::now()
}

pub(super) fn nanos_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
