//! What a failed call says about its effect is never wrong, whatever goes wrong with whichever operation.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stdout, reason = "what was tried is part of the result")]

mod dropped;
mod schedules;

use std::{collections::BTreeSet, net::TcpListener, time::Duration};

use cashlink::{Error, IdempotencyKey, Outcome, RetryPolicy};
use cashlink_sandbox::{Fault, LedgerEntry, LedgerOutcome, Sandbox};
use cashlink_tests::{
    clock::JumpingClock,
    operations::{OPERATIONS, Target, UNKEYED, send},
    session, spec,
};

/// What a call must say, and how often it then has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Applied,
    Rejected,
    /// It may have happened, and it has if this says so.
    Unknown(bool),
}

use Expected::{Applied, Rejected, Unknown};

#[test]
fn the_table_has_every_operation_that_changes_something() {
    let in_spec = spec::operations().filter(|(_, method, _)| *method != "get");
    let in_spec = in_spec.filter(|(_, _, operation)| operation["operationId"] != "oauth_token_create");
    let (unkeyed, keyed): (Vec<_>, Vec<_>) =
        in_spec.partition(|(_, _, operation)| operation["x-idempotency"] == "none");
    let ids = |operations: Vec<(_, _, &'static serde_json::Value)>| -> BTreeSet<_> {
        operations.into_iter().filter_map(|(_, _, operation)| operation["operationId"].as_str()).collect()
    };
    let (unkeyed, keyed) = (ids(unkeyed), ids(keyed));
    assert_eq!(BTreeSet::from(UNKEYED), unkeyed);
    assert_eq!(BTreeSet::from(OPERATIONS), &unkeyed | &keyed);
}

#[tokio::test]
async fn a_call_that_is_sent_once_says_what_became_of_it() {
    for (faults, expected) in [
        (vec![Fault::reply_lost_after_commit()], Unknown(true)),
        (vec![Fault::truncated_reply()], Unknown(true)),
        (vec![Fault::reset_before_commit()], Unknown(false)),
        (vec![Fault::error_before_commit(500)], Unknown(false)),
        (vec![Fault::error_before_commit(501)], Unknown(false)),
        (vec![Fault::error_before_commit(408)], Unknown(false)),
        (vec![Fault::error_after_commit(500)], Unknown(true)),
        (vec![Fault::error_after_commit(504)], Unknown(true)),
        (vec![Fault::html_reply(502)], Unknown(false)),
        (vec![Fault::html_reply(200)], Unknown(false)),
        (vec![Fault::reply(201, "application/json", "\"nonsense\"")], Unknown(false)),
        (vec![Fault::reply(302, "text/html", "")], Unknown(false)),
        (vec![Fault::throttle(Duration::from_secs(1))], Rejected),
        (vec![Fault::error_before_commit(400)], Rejected),
        (vec![Fault::error_before_commit(403)], Rejected),
        (vec![Fault::error_before_commit(404)], Rejected),
        (vec![Fault::error_before_commit(409)], Rejected),
        (vec![Fault::error_before_commit(422)], Rejected),
        (vec![Fault::token_expired()], Applied),
        (vec![Fault::token_expired().times(9)], Rejected),
    ] {
        check(RetryPolicy::never(), &faults, expected).await;
    }
}

#[tokio::test]
async fn a_call_that_is_repeated_overcomes_what_passes() {
    for fault in [
        Fault::reply_lost_after_commit(),
        Fault::truncated_reply(),
        Fault::reset_before_commit(),
        Fault::error_before_commit(500),
        Fault::error_before_commit(408),
        Fault::error_after_commit(504),
        Fault::html_reply(502),
        Fault::reply(201, "application/json", "\"nonsense\""),
        Fault::throttle(Duration::from_secs(1)),
    ] {
        check(RetryPolicy::default(), std::slice::from_ref(&fault), Applied).await;
        check(RetryPolicy::default(), &[fault.clone(), fault.clone(), fault], Applied).await;
    }
}

#[tokio::test]
async fn once_a_call_may_have_happened_only_a_verdict_says_more() {
    for (faults, expected) in [
        (vec![Fault::reply_lost_after_commit().times(99)], Unknown(true)),
        (vec![Fault::error_after_commit(503).times(99)], Unknown(true)),
        (vec![Fault::reset_before_commit().times(99)], Unknown(false)),
        (vec![Fault::reply_lost_after_commit(), Fault::error_before_commit(403).times(99)], Unknown(true)),
        (vec![Fault::reply_lost_after_commit(), Fault::error_before_commit(409).times(99)], Unknown(true)),
        (vec![Fault::reply_lost_after_commit(), Fault::throttle(Duration::from_secs(1)).times(99)], Unknown(true)),
        (vec![Fault::reply_lost_after_commit(), Fault::html_reply(502).times(99)], Unknown(true)),
        (vec![Fault::reply_lost_after_commit(), Fault::html_reply(404).times(99)], Unknown(true)),
        (vec![Fault::reply_lost_after_commit(), Fault::token_expired().times(99)], Unknown(true)),
        (vec![Fault::reset_before_commit(), Fault::error_before_commit(403).times(99)], Unknown(false)),
        (vec![Fault::throttle(Duration::from_secs(1)).times(99)], Rejected),
    ] {
        check(RetryPolicy::default(), &faults, expected).await;
    }
}

#[tokio::test]
async fn without_a_key_a_later_no_does_not_take_back_an_earlier_effect() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let target = Target::prepare(&sandbox, &client).await;
    for operation in UNKEYED {
        sandbox.arm(Fault::reply_lost_after_commit().on(operation));
        sandbox.arm(Fault::error_before_commit(400).on(operation));
        let error = send(&client, &target, operation, &IdempotencyKey::random()).await.unwrap_err();
        assert_eq!((error.status(), error.outcome()), (Some(400), Outcome::Unknown), "{operation}");
    }
}

#[tokio::test]
async fn a_call_that_reached_nobody_was_not_sent() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api/external", free.local_addr().unwrap());
    drop(free);
    let sandbox = Sandbox::start().await.unwrap();
    let client = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let target = Target::prepare(&sandbox, &client).await;
    let lost = session::builder(&sandbox).base_url(url).clock(JumpingClock::new()).build().unwrap();
    for operation in OPERATIONS {
        let error = send(&lost, &target, operation, &IdempotencyKey::random()).await.unwrap_err();
        assert_eq!(error.outcome(), Outcome::NotSent, "{operation}: {error:?}");
    }
}

/// Meets every operation with `faults` and compares what the call says with the ledger.
async fn check(policy: RetryPolicy, faults: &[Fault], expected: Expected) {
    let sandbox = Sandbox::start().await.unwrap();
    let prepare = session::builder(&sandbox).clock(JumpingClock::new()).build().unwrap();
    let target = Target::prepare(&sandbox, &prepare).await;
    // No operation is to find the budget of repetitions used up by those before it.
    let builder = session::builder(&sandbox).retry(policy.budget(1_000)).clock(JumpingClock::new());
    let client = builder.build().unwrap();
    for operation in OPERATIONS {
        let key = IdempotencyKey::random();
        for fault in faults {
            sandbox.arm(fault.clone().on(operation));
        }
        let case = format!("{operation} meets {faults:?}");
        let before = sandbox.ledger().len();
        let result = send(&client, &target, operation, &key).await;
        sandbox.clear_faults();
        let entries = sandbox.ledger().split_off(before);
        let applied = entries.iter().filter(|entry| entry.outcome == LedgerOutcome::Applied).count();
        assert_eq!(verdict(&result, applied), expected, "{case}: {result:?}");
        keys_fit(&entries, operation, &key);
        let most = if UNKEYED.contains(&operation) { usize::MAX } else { 1 };
        assert!(applied <= most, "{case}: applied {applied} times");

        if let Err(error) = result
            && error.may_have_applied()
        {
            let again = send(&client, &target, operation, &key).await;
            assert!(again.is_ok(), "{case}, asked again under the same key: {again:?}");
            let entries = sandbox.ledger().split_off(before);
            let applied = entries.iter().filter(|entry| entry.outcome == LedgerOutcome::Applied).count();
            assert!((1..=most).contains(&applied), "{case}, asked again: applied {applied} times");
        }
    }
}

/// What the call said; the ledger's word is added where the call may not know.
fn verdict(result: &Result<(), Error>, applied: usize) -> Expected {
    match result.as_ref().map_err(Error::outcome) {
        Ok(()) if applied > 0 => Applied,
        Err(Outcome::Rejected) if applied == 0 => Rejected,
        Err(Outcome::Unknown) => Unknown(applied > 0),
        other => panic!("the call says {other:?}, the ledger has {applied} effects"),
    }
}

#[track_caller]
fn keys_fit(entries: &[LedgerEntry], operation: &str, key: &IdempotencyKey) {
    let expected = (!UNKEYED.contains(&operation)).then(|| key.as_str());
    for entry in entries {
        assert_eq!((entry.operation_id.as_str(), entry.idempotency_key.as_deref()), (operation, expected));
    }
}
