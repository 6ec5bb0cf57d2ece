//! A client by a well-known library, which keeps its keys and asks again.

#![expect(clippy::unwrap_used, reason = "a test fails by a panic, its helpers too")]

use std::time::Duration;

use cashlink_sandbox::{Fault, LedgerOutcome, Sandbox};
use cashlink_tests::session;

use crate::python;

/// How often each guide runs in a row.
const TIMES: usize = 5;
/// A run, and so the keys of its calls.
const RUN: &str = "8f14e45f-ceea-467f-a8c1-2d5b6c1e0b7a";
/// What the faults are drawn from, and how likely each kind is to strike a call.
const SEED: u64 = 4711;
const LIKELY: f64 = 0.06;

async fn guides(arguments: &[&str], sandbox: &Sandbox) -> String {
    let output = python::run("client/guides.py", arguments, sandbox).await.unwrap();
    let printed = python::printed(&output);
    assert!(output.status.success(), "{printed}");
    printed
}

/// The digests of what took effect, sorted.
fn effects(sandbox: &Sandbox) -> Vec<String> {
    let applied = sandbox.ledger().into_iter().filter(|entry| entry.outcome == LedgerOutcome::Applied);
    let mut effects: Vec<_> = applied.map(|entry| format!("{} {:?}", entry.operation_id, entry.effect)).collect();
    effects.sort();
    effects
}

#[tokio::test]
async fn the_client_gets_through_every_guide_again_and_again_on_one_server() {
    if !python::has("httpx").await {
        return;
    }
    let sandbox = Sandbox::start().await.unwrap();
    let printed = guides(&["--times", &TIMES.to_string()], &sandbox).await;
    assert_eq!(printed.lines().count(), 4 * TIMES, "{printed}");
    let applied = session::applied(&sandbox);
    assert_eq!(applied["v2_redemptions_create"], TIMES);
    assert_eq!(applied["distributor_v2_investors_benefiting_persons_create"], TIMES);
    assert_eq!(applied["v2_invitations_partial_update"], 3 * TIMES);
    assert_eq!(applied["distributor_v2_investments_create"], TIMES);
    assert!(session::replayed(&sandbox).is_empty());
}

#[tokio::test]
async fn the_same_run_again_sends_the_same_keys_and_changes_nothing() {
    if !python::has("httpx").await {
        return;
    }
    let sandbox = Sandbox::start().await.unwrap();
    let first = guides(&["--run", RUN], &sandbox).await;
    let applied = effects(&sandbox);
    assert_eq!(guides(&["--run", RUN], &sandbox).await, first);
    // All but the change that takes no key, which sets again what is set.
    let unkeyed = session::applied(&sandbox)["v2_investments_partial_update"];
    assert_eq!((effects(&sandbox).len(), unkeyed), (applied.len() + 1, 2));
}

#[tokio::test]
async fn lost_replies_and_errors_on_the_way_double_nothing() {
    if !python::has("httpx").await {
        return;
    }
    let (calm, rough) = (Sandbox::start().await.unwrap(), Sandbox::start().await.unwrap());
    let faults = [
        Fault::reply_lost_after_commit(),
        Fault::reset_before_commit(),
        Fault::truncated_reply(),
        Fault::error_before_commit(503),
        Fault::error_after_commit(502),
        Fault::throttle(Duration::ZERO),
        Fault::token_expired(),
    ];
    for (number, fault) in (0..).zip(faults) {
        rough.arm(fault.probability(LIKELY).seed(SEED + number));
    }
    eprintln!("seed {SEED}");
    let arguments = ["--run", RUN, "registry", "distributor", "issuance"];
    guides(&arguments, &calm).await;
    guides(&arguments, &rough).await;
    assert_eq!(effects(&rough), effects(&calm));
    let struck: u64 = rough.faults().iter().map(|fault| fault.struck).sum();
    assert!(struck > 10, "the faults struck {struck} times only");
}
