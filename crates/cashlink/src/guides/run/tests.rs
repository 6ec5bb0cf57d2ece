use futures_util::FutureExt;

use super::*;
use crate::guides::{
    Rejection, Step,
    object::{Object, Objects},
};

const MAKE: Step = Step::keyed("make", "v2_things_create");

fn unsettled() -> Failure {
    Failure::new(MAKE, Cause::Unsettled("PAID".to_owned()))
}

fn ended() -> Failure {
    Failure::new(MAKE, Cause::Ended("REJECTION".to_owned()))
}

#[test]
fn of_two_failures_the_unknown_one_counts_and_else_the_first() {
    check(both::<(), ()>(Err(ended()), Err(unsettled())), Outcome::Unknown);
    check(both::<(), ()>(Err(unsettled()), Err(ended())), Outcome::Unknown);
    check(both::<(), ()>(Err(ended()), Err(Failure::invalid(Problems::one("a", "b")))), Outcome::Rejected);
    check(both::<(), ()>(Err(ended()), Ok(())), Outcome::Rejected);
    check(both::<(), ()>(Ok(()), Err(unsettled())), Outcome::Unknown);

    #[track_caller]
    fn check(result: Stepped<((), ())>, expected: Outcome) {
        assert_eq!(result.unwrap_err().outcome(), expected);
    }
}

#[tokio::test]
async fn every_step_ends_before_the_first_failure_is_returned() {
    let ended_steps = AtomicUsize::new(0);
    let step = |result: Stepped<()>, delay: usize| {
        let ended_steps = &ended_steps;
        async move {
            for _ in 0..delay {
                tokio::task::yield_now().await;
            }
            ended_steps.fetch_add(1, Ordering::Relaxed);
            result
        }
        .boxed()
    };
    let result = every(vec![step(Ok(()), 1), step(Err(ended()), 0), step(Ok(()), 9), step(Err(unsettled()), 4)]).await;
    assert_eq!(result.unwrap_err().outcome(), Outcome::Unknown);
    assert_eq!(ended_steps.load(Ordering::Relaxed), 4);
}

#[tokio::test]
async fn only_steps_with_an_effect_and_a_result_count_as_applied() {
    let run = Run::begin(&crate::guides::Direct::new(uuid::Uuid::nil()), "test", "client api", &()).await.unwrap();
    let object = || Object::new(crate::WalletId::new(uuid::Uuid::nil()), None);
    run.step(MAKE, |_| async move { Ok(object()) }).await.unwrap();
    run.step(Step::absolute("set", "v2_things_partial_update"), |_| async move { Ok(object()) }).await.unwrap();
    run.step(Step::read("look", "v2_things_retrieve"), |_| async move { Ok(object()) }).await.unwrap();
    let refused = run.step::<Object<crate::WalletId>, _, _>(MAKE, |_| async move {
        Err(crate::Error::invalid_field("a", "b").into())
    });
    let error = run.end::<()>(Err(refused.await.unwrap_err())).await.unwrap_err();
    assert_eq!(error.applied(), 2);
    assert!(error.is_partly_done() && error.is_validation() && error.is_resumable());
    assert_eq!(error.step(), Some(MAKE));
    assert_eq!(error.to_string(), "the step make failed; 2 steps had been applied before");
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn two_guides_under_one_run_id_share_no_key() {
    let steps = crate::guides::Direct::new(uuid::Uuid::nil());
    let key_in = async |guide: &'static str| {
        let run = Run::begin(&steps, guide, "client api", &()).await.unwrap();
        let step = run.step(MAKE, |key| async move { Ok(Objects { ids: vec![], status: Some(key.to_string()) }) });
        let made: Objects<crate::WalletId> = step.await.unwrap();
        made.status
    };
    assert_ne!(key_in("registry").await, key_in("platform").await);
    assert_eq!(key_in("registry").await, key_in("registry").await);
}

#[test]
fn only_what_was_left_open_can_go_on_under_the_same_run_id() {
    let rejection: Rejection = serde_json::from_value(serde_json::json!({ "status": 400 })).unwrap();
    check(Cause::Step(rejection.into()), false, Outcome::Rejected);
    check(Cause::Ended("REJECTION".to_owned()), false, Outcome::Rejected);
    check(Cause::Ended("unknown".to_owned()), false, Outcome::Unknown);
    check(Cause::Unsettled("PAID".to_owned()), true, Outcome::Unknown);
    check(Cause::Step(StepError::Obstacle("no wallet".to_owned())), true, Outcome::Rejected);
    check(Cause::Step(crate::Error::invalid_field("a", "b").into()), true, Outcome::NotSent);

    #[track_caller]
    fn check(cause: Cause, resumable: bool, outcome: Outcome) {
        let error = Error::new(Failure::new(MAKE, cause), 0);
        assert_eq!((error.is_resumable(), error.outcome()), (resumable, outcome));
    }
}
