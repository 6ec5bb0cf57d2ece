//! Calls one after the other, or many at a time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use anyhow::Result;
use serde_json::{Value, json};

use crate::{contestant::Contestant, process};

/// How much is asked of a contestant.
#[derive(Clone, Copy)]
pub(crate) struct Load {
    pub(crate) in_flight: usize,
    /// Calls before those that count.
    pub(crate) warm_up: usize,
    pub(crate) calls: usize,
}

/// Makes the calls and tells how long they took: each (the median), and all together.
pub(crate) async fn measure(contestant: impl Contestant, load: Load) -> Result<Value> {
    let contestant = Arc::new(contestant);
    // The first call alone, so that the token is there before many want it.
    make(&contestant, 1, 1).await?;
    make(&contestant, load.in_flight, load.warm_up).await?;
    let cpu_before = process::cpu_nanos();
    let start = now();
    let mut nanos = make(&contestant, load.in_flight, load.calls).await?;
    let total = nanos_since(start);
    let cpu = process::cpu_nanos().zip(cpu_before).map(|(after, before)| after.saturating_sub(before));
    nanos.sort_unstable();
    Ok(json!({
        "calls": load.calls,
        "total_ns": total,
        "p50_ns": nanos.get(nanos.len() / 2),
        "cpu_ns": cpu,
    }))
}

/// Makes `calls` calls, `in_flight` at a time, and returns how long each took.
async fn make(contestant: &Arc<impl Contestant>, in_flight: usize, calls: usize) -> Result<Vec<u64>> {
    let started = Arc::new(AtomicUsize::new(0));
    let mut callers = Vec::with_capacity(in_flight);
    for _ in 0..in_flight {
        let (contestant, started) = (Arc::clone(contestant), Arc::clone(&started));
        callers.push(tokio::spawn(async move {
            let mut nanos = Vec::with_capacity(calls);
            loop {
                let number = started.fetch_add(1, Ordering::Relaxed);
                if number >= calls {
                    return anyhow::Ok(nanos);
                }
                let start = now();
                contestant.call(format!("benchmark-{number}")).await?;
                nanos.push(nanos_since(start));
            }
        }));
    }
    let mut all = Vec::with_capacity(calls);
    for caller in callers {
        all.append(&mut caller.await??);
    }
    Ok(all)
}

#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
fn now() -> Instant {
    Instant::now()
}

fn nanos_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
