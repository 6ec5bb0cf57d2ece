//! Random schedules of faults; `cargo xtask outcomes` plays as many as wanted.

use cashlink_tests::outcomes::{Pace, Tally, play};

/// The first seed.
const SEED: u64 = 1;

/// How many calls are made at least.
const CALLS: u64 = 2_000;

#[tokio::test]
async fn whatever_meets_a_call_its_word_agrees_with_the_ledger() {
    let mut tally = Tally::default();
    for seed in SEED.. {
        match play(seed, Pace::Instant).await {
            Ok(batch) => tally.add(&batch),
            Err(misjudged) => panic!("cargo xtask outcomes --calls 1 --seed {seed}\n{misjudged}"),
        }
        if tally.calls() >= CALLS {
            println!("seeds {SEED}..={seed}\n{}\n{tally}", Tally::title());
            break;
        }
    }
    assert_eq!(tally.operations(), 38);
    // Every outcome was met, or the schedules would prove nothing.
    assert!(tally.outcomes().iter().all(|count| *count > CALLS / 50), "{tally}");
}
