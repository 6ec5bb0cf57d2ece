use bytes::Bytes;
use http::StatusCode;

use super::*;
use crate::error::{ApiError, DecodeError};

fn status(code: u16) -> Failure {
    answered(code, r#"{"detail":"No."}"#)
}

fn answered(code: u16, body: &'static str) -> Failure {
    Failure::Status(ApiError::new(StatusCode::from_u16(code).unwrap(), &Bytes::from_static(body.as_bytes())))
}

fn throttled(seconds: u64) -> Failure {
    let reply = ApiError::new(StatusCode::TOO_MANY_REQUESTS, &Bytes::new());
    Failure::Status(reply.with_retry_after(Some(Duration::from_secs(seconds))))
}

fn unreadable() -> Failure {
    Failure::Unreadable(DecodeError::new(Some(StatusCode::CREATED), None, "cut", b""))
}

#[test]
fn only_what_is_repeatable_is_repeated_after_it_may_have_arrived() {
    check(&Failure::TimedOut, true, true);
    check(&Failure::TimedOut, false, false);
    check(&unreadable(), true, true);
    check(&unreadable(), false, false);
    check(&status(500), true, true);
    check(&status(503), false, false);
    // Turned away at the door: nothing was applied.
    check(&status(429), false, true);
    check(&status(425), false, true);
    // A verdict stays a verdict.
    check(&status(400), true, false);
    check(&status(401), true, false);
    check(&status(403), true, false);
    check(&status(404), true, false);
    check(&status(409), true, false);
    check(&status(422), true, false);
    check(&status(302), true, false);
    check(&status(501), true, false);

    #[track_caller]
    fn check(failure: &Failure, repeatable: bool, repeated: bool) {
        let attempt = Attempt { number: 1, repeatable, may_have_applied: false };
        let decision = decide(attempt, failure, &RetryPolicy::default());
        assert_eq!(decision != Decision::Stop, repeated);
    }
}

#[test]
fn a_conflict_is_waited_out_only_after_an_uncertain_attempt() {
    let attempt = Attempt { number: 2, repeatable: true, may_have_applied: true };
    assert_ne!(decide(attempt, &status(409), &RetryPolicy::default()), Decision::Stop);
}

#[test]
fn the_last_attempt_is_the_last() {
    let policy = RetryPolicy::default().max_attempts(3);
    let attempt = |number| Attempt { number, repeatable: true, may_have_applied: true };
    assert_ne!(decide(attempt(2), &Failure::TimedOut, &policy), Decision::Stop);
    assert_eq!(decide(attempt(3), &Failure::TimedOut, &policy), Decision::Stop);
}

#[test]
fn delays_double_up_to_their_bound() {
    let policy = RetryPolicy::default().max_attempts(u32::MAX);
    let bound = |number| {
        let attempt = Attempt { number, repeatable: true, may_have_applied: false };
        match decide(attempt, &status(500), &policy) {
            Decision::Jittered(bound) => bound.as_millis(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!([1, 2, 3, 5, 6, 40, 4_000_000_000].map(bound), [200, 400, 800, 3200, 5000, 5000, 5000]);
}

#[test]
fn retry_after_is_honored_within_its_bound() {
    let policy = RetryPolicy::default().max_retry_after(Duration::from_secs(10));
    let attempt = Attempt { number: 1, repeatable: false, may_have_applied: false };
    assert_eq!(decide(attempt, &throttled(0), &policy), Decision::After(Duration::ZERO));
    assert_eq!(decide(attempt, &throttled(10), &policy), Decision::After(Duration::from_secs(10)));
    assert_eq!(decide(attempt, &throttled(11), &policy), Decision::Stop);
    assert_eq!(decide(attempt, &throttled(u64::MAX), &policy), Decision::Stop);
}

#[test]
fn the_outcome_belongs_to_the_intent_and_not_to_the_last_reply() {
    use Outcome::{NotSent, Rejected, Unknown};
    use Proof::{NotArrived, Nothing, TurnedAway, Verdict};

    check(&[], true, NotSent);
    check(&[NotArrived, NotArrived], true, NotSent);
    check(&[Verdict], true, Rejected);
    check(&[Verdict], false, Rejected);
    check(&[TurnedAway], true, Rejected);
    check(&[NotArrived, TurnedAway, NotArrived], true, Rejected);
    check(&[Nothing], true, Unknown);
    // Under one key a verdict is the verdict on the first attempt too.
    check(&[Nothing, Verdict], true, Rejected);
    check(&[Nothing, Verdict], false, Unknown);
    // Turned away or not arrived says nothing about the attempt before.
    check(&[Nothing, TurnedAway], true, Unknown);
    check(&[Nothing, NotArrived], true, Unknown);
    check(&[Verdict, Nothing], true, Unknown);

    #[track_caller]
    fn check(proofs: &[Proof], keyed: bool, expected: Outcome) {
        let mut history = History::default();
        for proof in proofs {
            history.record(*proof, keyed);
        }
        assert_eq!(history.outcome(), expected);
    }
}

#[test]
fn each_status_proves_what_it_can() {
    check(&[400, 402, 404, 405, 406, 410, 413, 415, 422], Proof::Verdict);
    check(&[301, 307, 308, 401, 403, 409, 421, 425, 428, 429, 431], Proof::TurnedAway);
    check(&[300, 302, 303, 304, 408, 499, 500, 501, 502, 503, 504, 520], Proof::Nothing);

    #[track_caller]
    fn check(codes: &[u16], expected: Proof) {
        for code in codes {
            assert_eq!(status(*code).proof(), expected, "{code}");
        }
    }
}

#[test]
fn a_page_of_a_gateway_is_no_verdict() {
    check("<html>Not found</html>");
    check("");
    check("404");
    check(r#"{"detail": "cut"#);
    check(r#"{"message":"no Route matched with those values"}"#);
    check("{}");

    #[track_caller]
    fn check(body: &'static str) {
        for code in [400, 404, 413] {
            assert_eq!(answered(code, body).proof(), Proof::TurnedAway, "{code}");
        }
    }
}

#[test]
fn the_budget_is_shared_used_up_and_earned_back() {
    let budget = RetryPolicy::default().budget(2).new_budget();
    assert!(budget.take() && budget.take());
    assert!(!budget.take());
    for _ in 0..4 {
        budget.earn();
        assert!(!budget.take());
    }
    budget.earn();
    assert!(budget.take());
    assert!(!budget.take());

    let full = RetryPolicy::default().budget(1).new_budget();
    (0..100).for_each(|_| full.earn());
    assert!(full.take());
    assert!(!full.take());
}
