//! One run of a guide, from the first call to the report.

use std::sync::Arc;

use cashlink::{
    Cashlink,
    guides::{self, Direct, Progress, StepOutcome},
    journal::{Journal, RunEnd, RunState},
    time::{Clock, SystemClock},
};

use super::{Guide, Report};
use crate::{
    exit::{Effects, Exit},
    failure::{Failure, Origin},
    progress::Screen,
    run_id::RunId,
    signals::Signals,
    steps::{self, Recorder, Row},
};

/// What a run needs.
pub(crate) struct Start<'a, I> {
    pub(crate) client: &'a Cashlink,
    pub(crate) run_id: RunId,
    pub(crate) input: &'a I,
    /// None: nothing is written down.
    pub(crate) record: Option<Record<'a>>,
}

/// How a run is written down, so that it can go on.
pub(crate) struct Record<'a> {
    pub(crate) journal: &'a Journal,
    /// The command that lets it go on.
    pub(crate) again: &'a str,
    /// What to do if the run was begun with something else.
    pub(crate) mismatch: &'a str,
    /// Whether steps that the API rejected are taken again.
    pub(crate) takes_rejected_again: bool,
}

/// Runs `G` under the keys of its run id, and shows its steps on `screen`. A signal ends it.
pub(crate) async fn run<G: Guide>(
    start: Start<'_, G::Input>,
    screen: &Arc<Screen>,
    signals: &mut Signals,
) -> (Report, Option<G::Report>) {
    let (recorder, clock) = (Recorder::default(), SystemClock);
    let observer = {
        let (recorder, screen) = (recorder.clone(), Arc::clone(screen));
        move |progress: &Progress| {
            recorder.observe(progress);
            screen.observe(progress);
        }
    };
    let begin = clock.now();
    let ended = tokio::select! {
        biased;
        result = drive::<G>(&start, observer) => Some(result),
        () = signals.received() => None,
    };
    screen.clear();
    let ms = u64::try_from(clock.now().duration_since(begin).as_millis()).unwrap_or(u64::MAX);
    let rows = recorder.rows();
    let outcome = match ended {
        Some(Ok(report)) => match serde_json::to_value(&report) {
            Ok(value) => Ok((value, report)),
            Err(error) => Err(Failure::internal("the result cannot be written", &error)),
        },
        Some(Err(error)) => {
            let effects = steps::effects(&rows, G::STEPS);
            let failed = |row: &&Row| {
                row.outcome != StepOutcome::Applied && error.step().is_some_and(|step| step.name == row.name)
            };
            let key = rows.iter().find(failed).and_then(|row| row.key.clone());
            Err(Failure::of_guide(&error, effects, &start.origin::<G>()).with_key(key))
        }
        None => {
            start.note_interruption(&clock).await;
            Err(interrupted::<G>(&rows, &start))
        }
    };
    let (result, value, error) = match outcome {
        Ok((value, result)) => (Some(result), Some(value), None),
        Err(failure) => (None, None, Some(failure)),
    };
    let status = error.as_ref().map_or(Exit::Done, |failure| failure.exit).word();
    let run_id = Some(start.run_id.to_string());
    (Report { guide: Some(G::NAME), run_id, status, ms, steps: rows, result: value, error }, result)
}

/// Runs `G` with its steps written down, or without.
async fn drive<G: Guide>(
    start: &Start<'_, G::Input>,
    observer: impl Fn(&Progress) + Send + Sync + 'static,
) -> Result<G::Report, guides::Error> {
    let (client, input, run_id) = (start.client, start.input, start.run_id.uuid());
    match &start.record {
        None => G::run(client, &Direct::new(run_id).observe(observer), input).await,
        Some(record) => {
            let steps = record.journal.run(run_id).observe(observer);
            let steps = if record.takes_rejected_again { steps.resume() } else { steps };
            G::run(client, &steps, input).await
        }
    }
}

impl<I> Start<'_, I> {
    fn origin<G: Guide>(&self) -> Origin<'_> {
        let (again, mismatch) = self.record.as_ref().map(|record| (record.again, record.mismatch)).unzip();
        Origin { guide: G::NAME, run_id: self.run_id.to_string(), again, mismatch }
    }

    /// Writes down why the run is open still.
    async fn note_interruption(&self, clock: &SystemClock) {
        let Some(record) = &self.record else { return };
        let (runs, id) = (record.journal.runs(), self.run_id.uuid());
        // A run that came to its end before stays so.
        if let Ok(Some(run)) = runs.find_run(id).await
            && run.end.state == RunState::Open
        {
            let note = Some("interrupted".to_owned());
            let end = RunEnd { state: RunState::Open, at: clock.wall(), report: None, note };
            if let Err(error) = runs.end_run(id, end).await {
                tracing::warn!(%error, "that the run was interrupted is not recorded");
            }
        }
    }
}

fn interrupted<G: Guide>(rows: &[Row], start: &Start<'_, G::Input>) -> Failure {
    let changes = |outcome: StepOutcome| {
        let of_outcome = rows.iter().filter(|row| row.outcome == outcome);
        let names = of_outcome.filter(|row| steps::effects(std::slice::from_ref(row), G::STEPS) != Effects::default());
        names.map(|row| row.name).collect::<Vec<_>>()
    };
    let listed = |names: Vec<&str>| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    let done = listed(changes(StepOutcome::Applied));
    let open = listed(changes(StepOutcome::Unknown));
    let message = format!("interrupted; done: {done}; may have happened: {open}");
    let hint = match &start.record {
        Some(record) => format!("`{}` goes on from there: what was done is not repeated", record.again),
        None => format!(
            "run it again with the same input and --run-id {}: the same keys are sent, so nothing happens twice for as \
             long as the API remembers them",
            start.run_id
        ),
    };
    Failure::interrupted(message, Some(hint))
}
