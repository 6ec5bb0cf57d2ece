mod faulty;
mod holding;
mod waiting;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use futures_util::{FutureExt, future::BoxFuture, join};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::*;
use crate::{
    Outcome,
    guides::{Rejection, StepOutcome},
    journal::{MemoryStore, RunState, RunStore, SealingKey, SealingKeys, StepRecord, StepState},
};
use faulty::Faulty;

const RUN: Uuid = Uuid::from_u128(7);
const ACCOUNT: &str = "client api";
const MAKE: Step = Step::keyed("make", "v2_things_create");
const SET: Step = Step::absolute("set", "v2_things_partial_update");
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

/// A clock that moves only by sleeping, and by being set.
#[derive(Clone, Debug)]
struct Sleeper {
    begin: Instant,
    wall: Arc<Mutex<Timestamp>>,
    slept: Arc<Mutex<Vec<Duration>>>,
}

impl Sleeper {
    fn new() -> Self {
        #[expect(clippy::disallowed_methods, reason = "some instant has to be the first")]
        Self { begin: Instant::now(), wall: Arc::new(Mutex::new(Timestamp::UNIX_EPOCH)), slept: Arc::default() }
    }

    fn set(&self, seconds: i64) {
        *self.wall.lock().unwrap() = Timestamp::from_second(seconds).unwrap();
    }

    fn slept(&self) -> Vec<Duration> {
        std::mem::take(&mut self.slept.lock().unwrap())
    }
}

impl Clock for Sleeper {
    fn now(&self) -> Instant {
        self.begin
    }

    fn wall(&self) -> Timestamp {
        *self.wall.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let this = self.clone();
        async move {
            *this.wall.lock().unwrap() += duration;
            this.slept.lock().unwrap().push(duration);
        }
        .boxed()
    }
}

fn journal() -> Journal {
    Journal::new(MemoryStore::new())
}

fn sealed(journal: &Journal) -> Journal {
    journal.clone().sealed_by(SealingKeys::new(SealingKey::from_bytes([1; 32])))
}

async fn begin(run: Journaled) -> Journaled {
    run.begin("test", ACCOUNT, &"input").await.unwrap()
}

/// Takes `step`, which must be called and then says under which key.
async fn key_of(steps: &Journaled, step: Step) -> String {
    steps.step(step, |key| async move { Ok(Thing(key.to_string())) }).await.unwrap().0
}

/// Takes `step`, which must not be called.
async fn recorded(steps: &Journaled, step: Step) -> Result<Thing, StepError> {
    steps.step(step, |_| async { panic!("it was called") }).await
}

async fn refused(steps: &Journaled, step: Step, rejection: &Rejection) -> StepError {
    let rejection = rejection.clone();
    steps.step::<Thing, _, _>(step, |_| async move { Err(rejection.into()) }).await.unwrap_err()
}

async fn interrupted(steps: &Journaled, step: Step) -> StepError {
    let lost = || Error::invalid_field("connection", "was lost");
    steps.step::<Thing, _, _>(step, |_| async move { Err(lost().into()) }).await.unwrap_err()
}

fn rejection() -> Rejection {
    let fields = serde_json::json!([{ "path": "zip", "message": "12345 is odd" }]);
    let json = serde_json::json!({ "status": 400, "message": "Erika is not known", "fields": fields });
    serde_json::from_value(json).unwrap()
}

fn key(id: &str) -> String {
    IdempotencyKey::derive(RUN, id).to_string()
}

async fn records(journal: &Journal) -> Vec<(String, u32, StepState)> {
    let records = journal.runs().steps(RUN).await.unwrap();
    records.into_iter().map(|record| (record.step, record.take, record.state)).collect()
}

#[tokio::test]
async fn what_is_recorded_is_given_again_and_nothing_is_called() {
    let journal = journal();
    let first = begin(journal.run(RUN)).await;
    for step in [MAKE, MAKE, SET, LOOK] {
        key_of(&first, step).await;
    }
    drop(first);
    let told = Arc::new(Mutex::new(Vec::new()));
    let observer = Arc::clone(&told);
    let run = journal.run(RUN).observe(move |progress| {
        if let Progress::Finished(step) = progress {
            observer.lock().unwrap().push((step.id.clone(), step.outcome, step.is_recorded));
        }
    });
    let again = begin(run).await;
    for (step, id) in [(MAKE, "test[0]/make#0"), (MAKE, "test[0]/make#1"), (SET, "test[0]/set#0")] {
        assert_eq!(recorded(&again, step).await.unwrap(), Thing(key(id)));
    }
    assert_eq!(recorded(&again, LOOK).await.unwrap(), Thing(key("test[0]/look#0")));
    assert_eq!(key_of(&again, MAKE).await, key("test[0]/make#2"));
    let told = told.lock().unwrap();
    assert_eq!(told[0], ("test[0]/make#0".to_owned(), StepOutcome::Applied, true));
    assert_eq!(told[4], ("test[0]/make#2".to_owned(), StepOutcome::Applied, false));
}

#[tokio::test]
async fn the_keys_are_those_of_a_run_that_records_nothing() {
    let steps = begin(journal().run(RUN)).await;
    let direct = crate::guides::Direct::new(RUN).begin("test", ACCOUNT, &"input").await.unwrap();
    let of_direct = direct.step(MAKE, |key| async move { Ok(Thing(key.to_string())) }).await.unwrap();
    steps.sleep("make", Duration::ZERO).await.unwrap();
    assert_eq!(key_of(&steps, MAKE).await, of_direct.0);
}

#[tokio::test]
async fn an_interrupted_step_is_asked_for_again_under_its_key() {
    let journal = journal();
    let first = begin(journal.run(RUN)).await;
    assert!(matches!(interrupted(&first, MAKE).await, StepError::Interrupted(_)));
    drop(first);
    assert!(records(&journal).await.is_empty());
    assert_eq!(key_of(&begin(journal.run(RUN)).await, MAKE).await, key("test[0]/make#0"));
}

#[tokio::test]
async fn a_refusal_is_given_again_until_the_run_is_resumed() {
    let journal = journal();
    refused(&begin(journal.run(RUN)).await, MAKE, &rejection()).await;
    let StepError::Rejected(again) = recorded(&begin(journal.run(RUN)).await, MAKE).await.unwrap_err() else {
        panic!("no refusal")
    };
    assert_eq!(again.to_string(), rejection().to_string());

    // The next take is not the next ordinal, which is that of another step.
    let resumed = begin(journal.run(RUN).resume()).await;
    assert_eq!(key_of(&resumed, MAKE).await, key("test[0]/make#0.1"));
    assert_eq!(key_of(&resumed, MAKE).await, key("test[0]/make#1"));
    drop(resumed);
    for run in [journal.run(RUN), journal.run(RUN).resume()] {
        let later = begin(run).await;
        assert_eq!(recorded(&later, MAKE).await.unwrap(), Thing(key("test[0]/make#0.1")));
        assert_eq!(recorded(&later, MAKE).await.unwrap(), Thing(key("test[0]/make#1")));
    }
    let make = |take, state| ("test[0]/make#0".to_owned(), take, state);
    assert_eq!(records(&journal).await[..2], [make(0, StepState::Rejected), make(1, StepState::Done)]);
}

#[tokio::test]
async fn a_take_is_recorded_before_it_is_called_and_is_the_one_that_goes_on() {
    let journal = journal();
    refused(&begin(journal.run(RUN)).await, MAKE, &rejection()).await;
    let resumed = begin(journal.run(RUN).resume()).await;
    let seen = resumed.step::<Thing, _, _>(MAKE, |_| async {
        assert_eq!(records(&journal).await[1], ("test[0]/make#0".to_owned(), 1, StepState::Open));
        Err(Error::invalid_field("connection", "was lost").into())
    });
    assert!(seen.await.is_err());
    drop(resumed);
    // Not resumed any more, and yet it is this take whose outcome is open.
    assert_eq!(key_of(&begin(journal.run(RUN)).await, MAKE).await, key("test[0]/make#0.1"));
}

#[tokio::test]
async fn every_resumption_after_a_refusal_is_one_take() {
    let journal = journal();
    refused(&begin(journal.run(RUN)).await, MAKE, &rejection()).await;
    refused(&begin(journal.run(RUN).resume()).await, MAKE, &rejection()).await;
    assert!(recorded(&begin(journal.run(RUN)).await, MAKE).await.is_err());
    let resumed = begin(journal.run(RUN).resume()).await;
    assert_eq!(key_of(&resumed, MAKE).await, key("test[0]/make#0.2"));
}

#[tokio::test]
async fn the_messages_of_a_refusal_are_kept_only_if_they_can_be_sealed() {
    let open = journal();
    let sealed = sealed(&journal());
    for (journal, expected) in [(&open, rejection().without_messages()), (&sealed, rejection())] {
        refused(&begin(journal.run(RUN)).await, MAKE, &rejection()).await;
        let StepError::Rejected(again) = recorded(&begin(journal.run(RUN)).await, MAKE).await.unwrap_err() else {
            panic!("no refusal")
        };
        assert_eq!(again, expected);
        let record = journal.runs().steps(RUN).await.unwrap().remove(0);
        let kept = format!("{}{}", record.value, String::from_utf8_lossy(&record.sealed.unwrap_or_default()));
        assert!(!kept.contains("Erika") && !kept.contains("12345"), "{kept}");
    }
}

#[tokio::test]
async fn whoever_lacks_the_key_learns_status_and_fields_of_a_refusal() {
    let store = MemoryStore::new();
    refused(&begin(sealed(&Journal::new(store.clone())).run(RUN)).await, MAKE, &rejection()).await;
    let StepError::Rejected(again) = recorded(&begin(Journal::new(store).run(RUN)).await, MAKE).await.unwrap_err()
    else {
        panic!("no refusal")
    };
    assert_eq!(again, rejection().without_messages());
}

#[tokio::test]
async fn what_stands_in_the_way_is_looked_at_again() {
    let journal = journal();
    let first = begin(journal.run(RUN)).await;
    let closed = first.step::<Thing, _, _>(LOOK, |_| async { Err(StepError::Obstacle("a closed door".to_owned())) });
    let error = closed.await.unwrap_err();
    assert_eq!((error.to_string().as_str(), error.outcome()), ("found a closed door", Outcome::Rejected));
    drop(first);
    assert!(records(&journal).await.is_empty());
    key_of(&begin(journal.run(RUN)).await, LOOK).await;
    assert!(recorded(&begin(journal.run(RUN)).await, LOOK).await.is_ok());
}

#[tokio::test]
async fn an_effect_that_cannot_be_recorded_may_have_happened_and_is_asked_for_again() {
    let store = Faulty::default();
    let journal = Journal::new(store.clone());
    let first = begin(journal.run(RUN)).await;
    store.fail_after(0);
    let lost = first.step(MAKE, |_| async { Ok(Thing("made".to_owned())) }).await.unwrap_err();
    assert_eq!(lost.outcome(), Outcome::Unknown);
    let StepError::Interrupted(error) = lost else { panic!("{lost}") };
    assert_eq!(error.key().map(IdempotencyKey::as_str), Some(key("test[0]/make#0").as_str()));
    let unread = first.step(LOOK, |_| async { Ok(Thing("read".to_owned())) }).await.unwrap_err();
    assert_eq!(unread.outcome(), Outcome::NotSent);
    drop(first);
    store.mend();
    let again = begin(journal.run(RUN)).await;
    assert_eq!(key_of(&again, MAKE).await, key("test[0]/make#0"));
}

#[tokio::test]
async fn a_refusal_that_cannot_be_recorded_is_a_refusal_all_the_same() {
    let store = Faulty::default();
    let journal = Journal::new(store.clone());
    let first = begin(journal.run(RUN)).await;
    store.fail_after(0);
    assert!(matches!(refused(&first, MAKE, &rejection()).await, StepError::Rejected(_)));
    drop(first);
    store.mend();
    assert_eq!(key_of(&begin(journal.run(RUN).resume()).await, MAKE).await, key("test[0]/make#0"));
}

#[tokio::test]
async fn a_take_that_cannot_be_recorded_is_not_called() {
    let store = Faulty::default();
    let journal = Journal::new(store.clone());
    refused(&begin(journal.run(RUN)).await, MAKE, &rejection()).await;
    let resumed = begin(journal.run(RUN).resume()).await;
    store.fail_after(0);
    let error = recorded(&resumed, MAKE).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::NotSent);
    assert!(matches!(error, StepError::Interrupted(_)), "{error}");
}

#[tokio::test]
async fn branches_that_run_at_the_same_time_are_recorded_apart() {
    async fn part(steps: Journaled, delay: usize) -> [String; 2] {
        let mut made = [String::new(), String::new()];
        for key in &mut made {
            for _ in 0..delay {
                tokio::task::yield_now().await;
            }
            *key = key_of(&steps, MAKE).await;
        }
        made
    }

    let journal = journal();
    let steps = begin(journal.run(RUN)).await;
    let (quick, slow) = join!(part(steps.branch("part", 0), 0), part(steps.branch("part", 1), 5));
    drop(steps);
    let again = begin(journal.run(RUN)).await;
    for (index, made) in [(1, slow), (0, quick)] {
        let branch = again.branch("part", index);
        for (ordinal, made) in made.into_iter().enumerate() {
            assert_eq!(made, key(&format!("test[0]/part[{index}]/make#{ordinal}")));
            assert_eq!(recorded(&branch, MAKE).await.unwrap(), Thing(made));
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_back_is_an_error_and_not_a_second_effect() {
    let store = MemoryStore::new();
    let journal = Journal::new(store.clone());
    key_of(&begin(journal.run(RUN)).await, MAKE).await;
    let mut record = store.steps(RUN).await.unwrap().remove(0);
    record.value = "{".to_owned();
    store.record_step(record).await.unwrap();
    let error = recorded(&begin(journal.run(RUN)).await, MAKE).await.unwrap_err();
    assert!(error.to_string().contains("test[0]/make#0"), "{error}");
}
