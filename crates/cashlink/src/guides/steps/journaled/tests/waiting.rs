//! Polls and pauses: what of a wait is recorded, and how long the next one lasts.

use super::*;

fn clocked(journal: &Journal, clock: &Sleeper) -> Journaled {
    journal.run(RUN).clock(Arc::new(clock.clone()))
}

/// Asks until the answer is `DELIVERED`, and gets `answers`, the last of them for ever.
async fn poll(steps: &Journaled, deadline: u64, answers: &[&str]) -> Result<Thing, StepError> {
    let waiting = Waiting::default().deadline(Duration::from_secs(deadline));
    let mut left = answers.iter();
    let mut last = "";
    let ask = |key: IdempotencyKey| {
        assert_eq!(key.as_str(), super::key("test[0]/look#0"));
        last = left.next().copied().unwrap_or(last);
        let answer = Thing(last.to_owned());
        async move { Ok(answer) }
    };
    steps.poll(LOOK, &waiting, ask, |Thing(status)| status == "DELIVERED").await
}

#[tokio::test]
async fn only_a_settled_answer_is_recorded_and_then_nobody_is_asked() {
    let (journal, clock) = (journal(), Sleeper::new());
    let steps = begin(clocked(&journal, &clock)).await;
    assert_eq!(poll(&steps, 60, &["PAID", "PAID", "DELIVERED"]).await.unwrap().0, "DELIVERED");
    assert_eq!(clock.slept(), [Duration::from_millis(500), Duration::from_millis(750)]);
    // One ordinal for the whole wait.
    assert_eq!(key_of(&steps, LOOK).await, key("test[0]/look#1"));
    drop(steps);
    let look = |ordinal| (format!("test[0]/look#{ordinal}"), 0, StepState::Done);
    assert_eq!(records(&journal).await, [look(0), look(1)]);

    let again = begin(clocked(&journal, &clock)).await;
    let never = |_| async { panic!("it was asked") };
    let last: Thing = again.poll(LOOK, &Waiting::default(), never, |_| false).await.unwrap();
    assert_eq!(last.0, "DELIVERED");
    assert!(clock.slept().is_empty());
}

#[tokio::test]
async fn a_wait_that_was_too_short_begins_anew_with_all_its_time() {
    let (journal, clock) = (journal(), Sleeper::new());
    for _ in 0..2 {
        let steps = begin(clocked(&journal, &clock)).await;
        assert_eq!(poll(&steps, 20, &["PAID"]).await.unwrap().0, "PAID");
        assert_eq!(clock.slept().iter().sum::<Duration>(), Duration::from_secs(20));
        assert!(records(&journal).await.is_empty());
    }
    let steps = begin(clocked(&journal, &clock)).await;
    assert_eq!(poll(&steps, 20, &["DELIVERED"]).await.unwrap().0, "DELIVERED");
}

#[tokio::test]
async fn a_refusal_of_a_question_is_final_until_the_run_is_resumed() {
    let (journal, clock) = (journal(), Sleeper::new());
    let steps = begin(clocked(&journal, &clock)).await;
    let refuse = |_| async { Err(rejection().into()) };
    assert!(steps.poll::<Thing, _, _>(LOOK, &Waiting::default(), refuse, |_| true).await.is_err());
    drop(steps);
    let steps = begin(clocked(&journal, &clock)).await;
    assert!(matches!(poll(&steps, 20, &[]).await, Err(StepError::Rejected(_))));
    drop(steps);
    let steps = begin(clocked(&journal, &clock).resume()).await;
    let answer = |_| async { Ok(Thing("DELIVERED".to_owned())) };
    assert!(steps.poll(LOOK, &Waiting::default(), answer, |_| true).await.is_ok());
}

/// The same clock, whose sleeps do not end.
#[derive(Debug)]
struct Endless(Sleeper);

impl Clock for Endless {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn wall(&self) -> Timestamp {
        self.0.wall()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        std::future::pending().boxed()
    }
}

const HOUR: Duration = Duration::from_secs(3600);

/// A journal in which a pause of an hour began at `seconds`, and was broken off.
async fn broken_off(clock: &Sleeper, seconds: i64) -> Journal {
    let journal = journal();
    clock.set(seconds);
    let steps = begin(journal.run(RUN).clock(Arc::new(Endless(clock.clone())))).await;
    assert!(steps.sleep("rest", HOUR).now_or_never().is_none());
    assert_eq!(records(&journal).await, [("test[0]/sleep[0]/rest#0".to_owned(), 0, StepState::Waiting)]);
    journal
}

#[tokio::test]
async fn a_pause_that_was_broken_off_lasts_for_what_is_left_of_it() {
    // A clock that was set back makes it no longer than it was.
    for (seconds, left) in [(1000, 3600), (2800, 1800), (4599, 1), (4600, 0), (9999, 0), (0, 3600)] {
        let clock = Sleeper::new();
        let journal = broken_off(&clock, 1000).await;
        clock.set(seconds);
        begin(clocked(&journal, &clock)).await.sleep("rest", HOUR).await.unwrap();
        assert_eq!(clock.slept(), [Duration::from_secs(left)]);

        // Over is over, whatever the clock says.
        clock.set(0);
        begin(clocked(&journal, &clock)).await.sleep("rest", HOUR).await.unwrap();
        assert!(clock.slept().is_empty());
    }
}
