//! The sandbox as a state machine: random sequences of calls and decisions, and beside it a book that says what must
//! come of them.
//!
//! Seeds are fixed. `SANDBOX_MODEL_RUNS` says how many sequences there are, `SANDBOX_MODEL_SEED` which is the first. The
//! first that fails is made shorter and told as a list; `SANDBOX_MODEL_SHRINK` says how many steps are spent on that.

#![cfg(test)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use fastrand::Rng;

use crate::draw::WEIGHTS;
use crate::image::Depth;
use crate::run::{Plan, Tally, run};

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
    let (next, is_told) = (Arc::new(AtomicU64::new(first)), Arc::new(AtomicBool::new(false)));
    let workers = [(); 2].map(|()| {
        let (next, is_told) = (Arc::clone(&next), Arc::clone(&is_told));
        tokio::spawn(async move {
            let mut tally = Tally::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= first + runs {
                    return Ok(tally);
                }
                match sequence(seed, &is_told).await {
                    Ok(found) => tally.add(&found),
                    Err(story) => {
                        // One failure is enough to look at.
                        next.store(first + runs, Ordering::Relaxed);
                        return Err(story);
                    }
                }
            }
        })
    });
    let mut tally = Tally::default();
    for worker in workers {
        match worker.await.unwrap() {
            Ok(found) => tally.add(&found),
            Err(Some(story)) => panic!("{story}"),
            Err(None) => {}
        }
    }
    let (accepted, refused) = tally.0.values().fold((0, 0), |sum, found| (sum.0 + found.0, sum.1 + found.1));
    println!("{runs} sequences, {accepted} steps accepted and {refused} refused: {:?}", tally.0);
    // Where nothing is ever accepted, nothing is held against anything.
    for (kind, _) in WEIGHTS {
        assert!(
            runs < RUNS || tally.0.get(&kind).is_some_and(|(accepted, _)| *accepted > 0),
            "{kind:?} was never done"
        );
    }
}

/// Draws a sequence and carries it out; if it fails, tells the shortest that was found to fail, unless another was told.
async fn sequence(seed: u64, is_told: &AtomicBool) -> Result<Tally, Option<String>> {
    let mut rng = Rng::with_seed(seed);
    let depth = if rng.u8(..4) == 0 { Depth::Everything } else { Depth::Lists };
    let plan = Plan { is_kept: rng.u8(..3) > 0, depth, steps: draw::steps(&mut rng) };
    let steps = plan.steps.len();
    match run(&plan).await {
        Ok(tally) => {
            println!("seed {seed}: {steps} steps");
            Ok(tally)
        }
        Err(failure) => {
            println!("seed {seed} fails after {} steps: {}", failure.steps, failure.message);
            if is_told.swap(true, Ordering::Relaxed) {
                return Err(None);
            }
            let budget = number("SANDBOX_MODEL_SHRINK", 1_500);
            let (plan, failure) = shrink::shrink(plan, failure, usize::try_from(budget).unwrap()).await;
            let story = failure.story.join("\n  ");
            let (count, message) = (plan.steps.len(), failure.message);
            Err(Some(brief(&format!("seed {seed}, {count} steps of {steps}:\n  {story}\n{message}"))))
        }
    }
}

/// Ids by their first few digits: no two of a sequence have the same.
fn brief(story: &str) -> String {
    let is_id = |word: &str| word.len() == 36 && word.parse::<uuid::Uuid>().is_ok();
    let is_of_word = |letter: char| letter.is_ascii_hexdigit() || letter == '-';
    let words = story.split_inclusive(|letter| !is_of_word(letter)).map(|piece| {
        let word = piece.trim_end_matches(|letter| !is_of_word(letter));
        if is_id(word) { format!("{}{}", &word[..6], &piece[36..]) } else { piece.to_owned() }
    });
    words.collect()
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}
