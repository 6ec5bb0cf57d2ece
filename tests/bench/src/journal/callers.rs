//! Callers that want one intent after the other, as tasks or as threads, and what they saw.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use serde_json::{Value, json};

use super::{Contestant, naive::Naive};

/// Gives every intent a number of its own.
#[derive(Default)]
pub(super) struct Numbers(AtomicU64);

impl Numbers {
    pub(super) fn from(first: u64) -> Self {
        Self(AtomicU64::new(first))
    }

    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// When callers stop.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    /// After this time.
    Time(Duration),
    /// Before the intent of this number.
    Number(u64),
}

impl Limit {
    fn allows(self, number: u64, start: Instant) -> bool {
        match self {
            Self::Time(time) => start.elapsed() < time,
            Self::Number(end) => number < end,
        }
    }
}

/// How long each intent took, and all of them together.
pub(crate) struct Sample {
    nanos: Vec<u64>,
    total: u64,
}

impl Sample {
    fn of(callers: impl IntoIterator<Item = Vec<u64>>, start: Instant) -> Self {
        let total = nanos_since(start);
        let mut nanos: Vec<u64> = callers.into_iter().flatten().collect();
        nanos.sort_unstable();
        Self { nanos, total }
    }

    pub(crate) fn as_json(&self) -> Value {
        let count = self.nanos.len();
        json!({
            "intents": count,
            "total_ns": self.total,
            "p50_ns": self.nanos.get(count / 2),
            "p99_ns": self.nanos.get(count / 100 * 99 + count % 100 * 99 / 100),
            "max_ns": self.nanos.last(),
        })
    }
}

/// Callers that take turns on this thread, as tasks of an asynchronous program do.
pub(super) async fn tasks(
    contestant: &Arc<impl Contestant>,
    numbers: &Arc<Numbers>,
    callers: usize,
    limit: Limit,
) -> Result<Sample> {
    let start = now();
    let mut tasks = Vec::with_capacity(callers);
    for _ in 0..callers {
        let (contestant, numbers) = (Arc::clone(contestant), Arc::clone(numbers));
        tasks.push(tokio::spawn(async move {
            let mut nanos = Vec::new();
            loop {
                let number = numbers.next();
                if !limit.allows(number, start) {
                    return anyhow::Ok(nanos);
                }
                let begun = now();
                contestant.intend(number).await?;
                nanos.push(nanos_since(begun));
            }
        }));
    }
    let mut all = Vec::with_capacity(callers);
    for task in tasks {
        all.push(task.await??);
    }
    Ok(Sample::of(all, start))
}

/// Callers with a thread each, as a program has them whose database blocks.
pub(super) fn threads(naive: &Naive, numbers: &Numbers, callers: usize, limit: Limit) -> Result<Sample> {
    let start = now();
    let call = || {
        let mut nanos = Vec::new();
        loop {
            let number = numbers.next();
            if !limit.allows(number, start) {
                return anyhow::Ok(nanos);
            }
            let begun = now();
            naive.intend(number)?;
            nanos.push(nanos_since(begun));
        }
    };
    let all: Result<Vec<_>> = thread::scope(|scope| {
        let threads: Vec<_> = (0..callers).map(|_| scope.spawn(call)).collect();
        threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a caller panicked"))?).collect()
    });
    Ok(Sample::of(all?, start))
}

#[expect(clippy::disallowed_methods, reason = "time is what is measured")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

pub(crate) fn nanos_since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
