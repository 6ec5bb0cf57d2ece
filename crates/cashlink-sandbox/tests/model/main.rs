//! The sandbox as a state machine: random sequences of calls and decisions, and beside it a book that says what must
//! come of them.
//!
//! Seeds are fixed. `SANDBOX_MODEL_RUNS` says how many sequences there are, `SANDBOX_MODEL_SEED` which is the first.

#![cfg(test)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fastrand::Rng;

use crate::image::Depth;
use crate::run::{Plan, run};

mod ask;
mod book;
mod compare;
mod draw;
mod image;
mod laws;
mod run;
mod seen;
mod setting;
mod shrink;
mod wire;

/// As many as a suite has time for.
const RUNS: u64 = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sequence_of_calls_and_decisions_comes_to_what_the_book_says() {
    let (runs, first) = (number("SANDBOX_MODEL_RUNS", RUNS), number("SANDBOX_MODEL_SEED", 1));
    let next = Arc::new(AtomicU64::new(first));
    let workers = [(); 2].map(|()| {
        let next = Arc::clone(&next);
        tokio::spawn(async move {
            let mut sum = Sum::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= first + runs {
                    return sum;
                }
                sum = sum.plus(sequence(seed).await);
            }
        })
    });
    let mut sum = Sum::default();
    for worker in workers {
        sum = sum.plus(worker.await.unwrap());
    }
    println!("{runs} sequences, {sum:?}");
    // A book that refuses everything would agree with any sandbox.
    assert!(sum.accepted * 2 > sum.steps, "{sum:?}");
}

/// What was done altogether.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    steps: usize,
    accepted: usize,
    refused: usize,
}

impl Sum {
    fn plus(self, other: Self) -> Self {
        Self {
            steps: self.steps + other.steps,
            accepted: self.accepted + other.accepted,
            refused: self.refused + other.refused,
        }
    }
}

/// Draws a sequence and carries it out; if it fails, tells the shortest that was found to fail.
async fn sequence(seed: u64) -> Sum {
    let mut rng = Rng::with_seed(seed);
    let depth = if rng.u8(..4) == 0 { Depth::Everything } else { Depth::Lists };
    let plan = Plan { is_kept: rng.bool(), depth, steps: draw::steps(&mut rng) };
    let steps = plan.steps.len();
    match run(&plan).await {
        Ok((accepted, refused)) => {
            println!("seed {seed}: {steps} steps, {accepted} accepted, {refused} refused");
            Sum { steps, accepted, refused }
        }
        Err(failure) => {
            println!("seed {seed} fails: {}", failure.message);
            let (plan, failure) = shrink::shrink(plan, failure).await;
            let story = failure.story.join("\n  ");
            panic!("seed {seed}, {} steps of {steps}:\n  {story}\n{}", plan.steps.len(), failure.message);
        }
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
