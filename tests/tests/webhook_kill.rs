//! A receiver of webhooks that is killed loses nothing and does nothing twice; `cargo xtask webhooks` does more of it.

#![cfg(test)]

use cashlink_tests::deliveries::{Plant, Run};

fn run(deliveries: usize, kills: usize) -> Run {
    let seed = 1;
    println!("seed {seed}");
    Run { program: env!("CARGO_BIN_EXE_webhooks").into(), deliveries, receivers: 1, kills, seed, plant: None }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_effect_happens_once_and_in_order_while_the_receiver_is_killed() {
    check(run(3_000, 15)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn so_it_does_where_several_receivers_share_a_database() {
    check(Run { receivers: 3, ..run(3_000, 15) }).await;
}

async fn check(run: Run) {
    let tally = run.play(|_| {}).await.unwrap();
    println!("{tally}");
    assert_eq!((tally.answered, tally.effects), (3_000, tally.applied));
    // Without them, nothing would be shown.
    assert!(tally.kills > 7 && tally.open > 50 && tally.unheard > 0, "{tally}");
    assert!(tally.applied > 300 && tally.late > 100 && tally.repeated > 50, "{tally}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_answers_before_it_commits_is_caught() {
    caught(Plant::AnswerFirst, "was answered with success and is lost").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_whose_effects_have_a_transaction_of_their_own_is_caught() {
    for (plant, expected) in
        [(Plant::EffectBefore, "had an effect that was not due"), (Plant::EffectAfter, "counts and has no effect")]
    {
        // While nobody kills it, nobody notices.
        Run { plant: Some(plant), ..run(200, 0) }.play(|_| {}).await.unwrap();
        caught(plant, expected).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_acts_on_what_is_late_or_comes_again_is_caught() {
    caught(Plant::ActOnLate, "had an effect that was not due").await;
    caught(Plant::ActOnDuplicate, "had an effect that was not due").await;
}

/// That the run notices a mistake, and how.
async fn caught(plant: Plant, expected: &str) {
    // Not every kill falls between two steps, but one of so many does. The first that does ends the run.
    let run = Run { plant: Some(plant), ..run(5_000, 200) };
    let error = run.play(|_| {}).await.expect_err("nobody noticed").to_string();
    println!("{}: {error}", plant.name());
    assert!(error.contains(expected), "{}: {error}", plant.name());
}
