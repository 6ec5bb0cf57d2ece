//! Who may begin a run, with what, and what it is known as afterwards.

use std::future::pending;

use super::*;
use crate::journal::{RunEnd, StoreErrorKind};

#[derive(Serialize)]
struct Investment {
    investor: &'static str,
    units: u32,
}

const INPUT: Investment = Investment { investor: "Erika", units: 3 };

async fn refusal<I: Serialize + Sync>(run: Journaled, guide: &'static str, input: &I) -> Error {
    run.begin(guide, ACCOUNT, input).await.unwrap_err()
}

async fn end_of(journal: &Journal) -> RunEnd {
    journal.runs().find_run(RUN).await.unwrap().unwrap().end
}

#[tokio::test]
async fn another_input_is_refused_by_the_field_that_differs_and_another_guide_by_its_name() {
    let open = journal();
    for journal in [open.clone(), sealed(&open), sealed(&self::journal())] {
        drop(journal.run(RUN).begin("test", ACCOUNT, &INPUT).await.unwrap());
        let other = Investment { investor: "Maxima", ..INPUT };
        let error = refusal(journal.run(RUN), "test", &other).await;
        assert_eq!(error.to_string(), "invalid input: investor: differs from what the run was begun with");
        assert_eq!(error.outcome(), Outcome::NotSent);
        let error = refusal(journal.run(RUN), "other", &INPUT).await;
        assert_eq!(error.to_string(), "invalid input: run_id: is that of a run of the guide test: use a new one");
        // What was refused holds nothing.
        drop(journal.run(RUN).begin("test", ACCOUNT, &INPUT).await.unwrap());
    }
}

#[tokio::test]
async fn a_guide_tells_that_a_run_was_refused_and_whether_it_can_go_on() {
    let journal = journal();
    let held = journal.run(RUN).begin("test", ACCOUNT, &INPUT).await.unwrap();
    let refuse = async |input: Investment| {
        let error = refusal(journal.run(RUN), "test", &input).await;
        crate::guides::Error::refused(error)
    };
    let busy = refuse(INPUT).await;
    assert_eq!((busy.is_resumable(), busy.outcome(), busy.step()), (true, Outcome::NotSent, None));
    assert_eq!(busy.call().and_then(Error::journal_failure).unwrap().kind(), StoreErrorKind::InUse);
    assert_eq!(busy.to_string(), "the run cannot begin");
    drop(held);
    let other = refuse(Investment { units: 4, ..INPUT }).await;
    assert_eq!((other.is_resumable(), other.outcome(), other.is_validation()), (false, Outcome::NotSent, true));
    assert_eq!(other.to_string(), "invalid input:\nunits: differs from what the run was begun with");
    assert_eq!(other.problems().unwrap().len(), 1);
}

#[tokio::test]
async fn an_abandoned_run_does_not_begin_again() {
    let journal = journal();
    drop(begin(journal.run(RUN)).await);
    let end = RunEnd { state: RunState::Abandoned, at: Timestamp::UNIX_EPOCH, report: None, note: None };
    journal.runs().end_run(RUN, end).await.unwrap();
    let error = refusal(journal.run(RUN), "test", &"input").await;
    assert_eq!(error.to_string(), "invalid input: run_id: is that of a run that was abandoned: use a new one");
}

#[tokio::test]
async fn a_run_is_held_until_the_last_clone_or_the_future_of_a_step_is_dropped() {
    let journal = journal();
    let run = journal.run(RUN);
    let steps = begin(run.clone()).await;
    let branch = steps.branch("part", 0);
    assert!(refusal(run.clone(), "test", &"input").await.journal_failure().is_some());
    drop(steps);
    assert!(refusal(run.clone(), "test", &"input").await.journal_failure().is_some());
    let mut under_way = branch.step::<Thing, _, _>(MAKE, |_| pending());
    drop(branch);
    assert!(under_way.as_mut().now_or_never().is_none());
    assert!(refusal(run.clone(), "test", &"input").await.journal_failure().is_some());
    drop(under_way);
    // The first object begins the run again as well as a new one would.
    let again = begin(run).await;
    assert_eq!(key_of(&again.branch("part", 0), MAKE).await, key("test[0]/part[0]/make#0"));
}

#[tokio::test]
async fn a_step_before_the_run_has_begun_is_not_called() {
    let error = recorded(&journal().run(RUN), MAKE).await.unwrap_err();
    assert_eq!(error.to_string(), "invalid input: run: must begin before its first step");
    assert_eq!(error.outcome(), Outcome::NotSent);
}

#[tokio::test]
async fn a_run_is_done_with_its_report_or_open_with_a_note() {
    let journal = journal();
    let steps = begin(journal.run(RUN)).await;
    let failed = || crate::guides::Error::refused(Error::invalid_field("zip", "is odd"));
    steps.end(&Err::<Thing, _>(failed())).await.unwrap();
    let end = end_of(&journal).await;
    assert_eq!((end.state, end.report), (RunState::Open, None));
    assert_eq!(end.note.as_deref(), Some("invalid input:\nzip: is odd"));
    steps.end(&Ok(Thing("PAID".to_owned()))).await.unwrap();
    drop(steps);
    let done = end_of(&journal).await;
    assert_eq!((done.state, done.report.as_deref(), done.note.as_deref()), (RunState::Done, Some("\"PAID\""), None));

    // Run again, it comes to the same end, and stays as it was.
    let clock = Sleeper::new();
    clock.set(99);
    let again = begin(journal.run(RUN).clock(Arc::new(clock))).await;
    again.end(&Ok(Thing("PAID".to_owned()))).await.unwrap();
    assert_eq!(end_of(&journal).await, done);
}

#[tokio::test]
async fn a_guide_within_a_guide_neither_begins_nor_ends_the_run() {
    let journal = journal();
    let outer = begin(journal.run(RUN)).await;
    let inner = outer.begin("inner", ACCOUNT, &INPUT).await.unwrap();
    assert_eq!(key_of(&inner, MAKE).await, key("test[0]/inner[0]/make#0"));
    inner.end(&Ok(Thing("DONE".to_owned()))).await.unwrap();
    assert_eq!(end_of(&journal).await.state, RunState::Open);
}

#[test]
fn debug_shows_where_it_is_and_nothing_that_it_was_given() {
    let printed = format!("{:?}", sealed(&journal()).run(RUN).resume());
    assert!(printed.contains(&RUN.to_string()) && printed.contains("is_sealed: true"), "{printed}");
    assert!(!printed.contains("input"), "{printed}");
}
