use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, join_all},
    join,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Direct, Progress, Recorded, Rejection, Step, StepError, StepOutcome, StepScope, Steps};
use crate::{
    Error, IdempotencyKey, Outcome, Waiting,
    error::{ApiError, AuthFailure, Intent},
    failure::Failure,
    time::Clock,
};

const RUN: Uuid = Uuid::from_u128(7);
const MAKE: Step = Step::keyed("make", "v2_things_create");
const LOOK: Step = Step::read("look", "v2_things_retrieve");

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Thing(String);

impl Recorded for Thing {
    fn id(&self) -> Option<Uuid> {
        Some(Uuid::from_u128(9))
    }

    fn status(&self) -> Option<&str> {
        Some(&self.0)
    }
}

/// A clock that moves only by sleeping.
#[derive(Debug)]
struct Sleeper {
    begin: Instant,
    slept: Arc<Mutex<Duration>>,
}

impl Sleeper {
    fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "some instant has to be the first")]
        Self { begin: Instant::now(), slept: Arc::default() }
    }
}

impl Clock for Sleeper {
    fn now(&self) -> Instant {
        self.begin + *self.slept.lock().unwrap()
    }

    fn wall(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let slept = Arc::clone(&self.slept);
        async move { *slept.lock().unwrap() += duration }.boxed()
    }
}

async fn key_of(steps: &impl Steps, step: Step) -> Result<String, StepError> {
    let Thing(key) = steps.step(step, |key| async move { Ok(Thing(key.to_string())) }).await?;
    Ok(key)
}

fn key(id: &str) -> String {
    IdempotencyKey::derive(RUN, id).to_string()
}

#[tokio::test]
async fn keys_depend_on_run_branch_name_and_ordinal_only() {
    let steps = Direct::new(RUN);
    assert_eq!(key_of(&steps, MAKE).await.unwrap(), key("make#0"));
    assert_eq!(key_of(&steps, MAKE).await.unwrap(), key("make#1"));
    assert_eq!(key_of(&steps, LOOK).await.unwrap(), key("look#0"));
    assert_eq!(key_of(&steps.branch("part", 1), MAKE).await.unwrap(), key("part[1]/make#0"));
    let deeper = steps.branch("part", 1).branch("side", 0);
    assert_eq!(key_of(&deeper, MAKE).await.unwrap(), key("part[1]/side[0]/make#0"));
    assert_eq!(key_of(&Direct::new(RUN), MAKE).await.unwrap(), key("make#0"));
}

#[tokio::test]
async fn ordinals_follow_the_order_of_the_calls_not_of_the_first_polls() {
    let steps = Direct::new(RUN);
    let first = key_of(&steps, MAKE);
    let called = steps.step(MAKE, |key| async move { Ok(Thing(key.to_string())) });
    // `first` is an async function that has not run yet, so the step that was called comes before it.
    assert_eq!(first.await.unwrap(), key("make#1"));
    assert_eq!(called.await.unwrap(), Thing(key("make#0")));
}

#[tokio::test]
async fn steps_of_one_name_may_run_at_the_same_time_when_they_are_called_together() {
    let steps = Direct::new(RUN);
    let keys = join_all((0..3).map(|_| steps.step(MAKE, |key| async move { Ok(Thing(key.to_string())) }))).await;
    let keys: Vec<_> = keys.into_iter().map(|key| key.unwrap().0).collect();
    assert_eq!(keys, [key("make#0"), key("make#1"), key("make#2")]);
    assert_eq!(key_of(&steps, MAKE).await.unwrap(), key("make#3"));
}

#[tokio::test]
async fn an_ordinal_that_would_depend_on_timing_is_refused() {
    let scope = StepScope::root(RUN);
    let open = scope.next("make").unwrap();
    drop(scope.next("make").unwrap());
    let error = scope.next("make").unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(error.to_string().contains("need a branch each"), "{error}");
    assert_eq!(scope.child("part", 0).next("make").unwrap().id(), "part[0]/make#0");
    drop(open);
    assert_eq!(scope.next("make").unwrap().id(), "make#2");
}

#[tokio::test]
async fn parts_that_share_a_scope_are_stopped_and_parts_with_branches_are_not() {
    async fn part(steps: Direct, delay: usize) -> Result<(), StepError> {
        for _ in 0..3 {
            steps
                .step(MAKE, |key| async move {
                    for _ in 0..delay {
                        tokio::task::yield_now().await;
                    }
                    Ok(Thing(key.to_string()))
                })
                .await?;
        }
        Ok(())
    }

    let steps = Direct::new(RUN);
    let (quick, slow) = join!(part(steps.branch("part", 0), 1), part(steps.branch("part", 1), 5));
    assert!(quick.is_ok() && slow.is_ok());
    let (quick, slow) = join!(part(steps.clone(), 1), part(steps.clone(), 5));
    assert!(quick.is_err() || slow.is_err());
}

#[test]
fn a_step_is_named_by_lower_case_words() {
    let scope = StepScope::root(RUN);
    for name in ["", "Make", "make#0", "part[0]/make", "make it"] {
        assert!(scope.next(name).is_err(), "{name}");
    }
}

#[tokio::test]
async fn polling_asks_at_once_and_then_after_growing_pauses() {
    let (clock, asked) = (Arc::new(Sleeper::new()), Arc::new(Mutex::new(Vec::new())));
    let steps = Direct::new(RUN).clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let ask = |_| {
        let at = clock.slept.lock().unwrap().as_millis();
        asked.lock().unwrap().push(at);
        async move { Ok(Thing(if at < 2000 { "PAID" } else { "DELIVERED" }.to_owned())) }
    };
    let last = steps.poll(LOOK, &Waiting::default(), ask, |Thing(status)| status == "DELIVERED").await.unwrap();
    assert_eq!(last.0, "DELIVERED");
    assert_eq!(*asked.lock().unwrap(), [0, 500, 1250, 2375]);
}

#[tokio::test]
async fn polling_gives_its_last_answer_when_the_time_is_up() {
    let clock = Arc::new(Sleeper::new());
    let steps = Direct::new(RUN).clock(Arc::clone(&clock) as Arc<dyn Clock>);
    let waiting = Waiting::default().deadline(Duration::from_secs(60));
    let last = steps.poll(LOOK, &waiting, |_| async { Ok(Thing("PAID".to_owned())) }, |_| false).await.unwrap();
    assert_eq!(last.0, "PAID");
    assert_eq!(*clock.slept.lock().unwrap(), Duration::from_secs(60));
}

#[tokio::test]
async fn an_observer_is_told_of_the_begin_and_the_end_of_every_step() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let observer = Arc::clone(&told);
    let clock = Arc::new(Sleeper::new());
    let steps = Direct::new(RUN)
        .clock(Arc::clone(&clock) as Arc<dyn Clock>)
        .observe(move |progress| observer.lock().unwrap().push(progress.clone()));

    let made = steps.step(MAKE, |_| async move {
        clock.sleep(Duration::from_millis(20)).await;
        Ok(Thing("PAID".to_owned()))
    });
    made.await.unwrap();
    let refused = steps.step::<Thing, _, _>(LOOK, |_| async { Err(Error::invalid_field("id", "is odd").into()) });
    assert!(refused.await.is_err());

    let told = told.lock().unwrap();
    let [Progress::Started(begin), Progress::Finished(end), Progress::Started(_), Progress::Finished(failed)] =
        &told[..]
    else {
        panic!("{told:?}");
    };
    assert_eq!((begin.id.as_str(), begin.name, begin.operation_id), ("make#0", "make", "v2_things_create"));
    assert_eq!(begin.key.as_ref().map(IdempotencyKey::as_str), Some(key("make#0").as_str()));
    assert_eq!((end.elapsed, end.object_id), (Duration::from_millis(20), Some(Uuid::from_u128(9))));
    assert_eq!((end.status.as_deref(), end.outcome), (Some("PAID"), StepOutcome::Applied));
    assert_eq!((failed.key.as_ref(), failed.outcome), (None, StepOutcome::NotSent));
}

#[test]
fn only_the_verdict_of_the_api_on_the_call_is_a_rejection() {
    check(called(404, r#"{"detail": "Not found."}"#, Outcome::Rejected), true);
    check(called(404, "<html>Not found</html>", Outcome::Rejected), false);
    check(called(404, r#"{"detail": "Not found."}"#, Outcome::Unknown), false);
    check(called(403, r#"{"detail": "Not allowed."}"#, Outcome::Rejected), false);
    // The API turned a stale token away, and the token endpoint then refused to give a new one.
    let refused = AuthFailure::Refused { reply: reply(400, r#"{"error": "invalid_scope"}"#), code: None };
    check(Error::from_auth(refused, intent(Outcome::Rejected)), false);

    #[track_caller]
    fn check(error: Error, rejected: bool) {
        assert_eq!(matches!(StepError::from(error), StepError::Rejected(_)), rejected);
    }

    fn called(status: u16, body: &'static str, outcome: Outcome) -> Error {
        Error::from_failure(Failure::Status(reply(status, body)), intent(outcome))
    }

    fn reply(status: u16, body: &'static str) -> ApiError {
        ApiError::new(http::StatusCode::from_u16(status).unwrap(), &bytes::Bytes::from_static(body.as_bytes()))
    }

    fn intent(outcome: Outcome) -> Intent {
        Intent { operation_id: "v2_things_create", key: None, attempts: 1, outcome }
    }
}

#[test]
fn a_rejection_is_stored_whole_and_printed_without_messages() {
    let json = serde_json::json!({
        "status": 400,
        "message": "Erika is not known",
        "fields": [{ "path": "natural_person.zip", "message": "12345 is odd" }],
    });
    let rejection: Rejection = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&rejection).unwrap(), json);
    assert_eq!(rejection.to_string(), "the API refused with status 400, fields: natural_person.zip");
    assert_eq!(rejection.fields().collect::<Vec<_>>(), [("natural_person.zip", "12345 is odd")]);
    let printed =
        format!("{rejection:?} {:?} {}", StepError::from(rejection.clone()), StepError::from(rejection.clone()));
    assert!(!printed.contains("Erika") && !printed.contains("12345"), "{printed}");
}
