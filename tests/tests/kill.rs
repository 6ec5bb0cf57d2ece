//! A sandbox that is killed keeps what it answered; `cargo xtask crash --sandbox` kills the command line's, and more often.

#![cfg(test)]

use cashlink_tests::kill::{Kills, Program};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_sandbox_answered_is_there_after_it_was_killed_under_load() {
    let program = Program::child(env!("CARGO_BIN_EXE_kill"));
    let tally = Kills { program, count: 12, seed: 1 }.run(|_| {}).await.unwrap();
    println!("{tally}");
    // Without them, nothing would be shown.
    assert!(tally.kills == 12 && tally.confirmed > 100 && tally.actions > 20 && tally.open > 5, "{tally}");
}
