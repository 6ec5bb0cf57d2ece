//! One run of a guide, from the first call to the report.

use std::sync::Arc;

use cashlink::{
    Cashlink,
    guides::{Direct, StepOutcome},
    time::{Clock, SystemClock},
};

use super::{Guide, Report};
use crate::{
    exit::{Effects, Exit},
    failure::Failure,
    progress::Screen,
    run_id::RunId,
    signals::Signals,
    steps::{self, Recorder, Row},
};

/// Runs `G` with `input` under the keys of `run_id`, and shows its steps on `screen`. A signal ends it.
pub(crate) async fn run<G: Guide>(
    client: &Cashlink,
    run_id: RunId,
    input: &G::Input,
    screen: &Arc<Screen>,
    signals: &mut Signals,
) -> (Report, Option<G::Report>) {
    let (recorder, clock) = (Recorder::default(), SystemClock);
    let steps = {
        let (recorder, screen) = (recorder.clone(), Arc::clone(screen));
        Direct::new(run_id.uuid()).observe(move |progress| {
            recorder.observe(progress);
            screen.observe(progress);
        })
    };
    let begin = clock.now();
    let ended = tokio::select! {
        biased;
        result = G::run(client, &steps, input) => Some(result),
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
            Err(Failure::of_guide(&error, effects, G::NAME, &run_id.to_string()).with_key(key))
        }
        None => Err(interrupted::<G>(&rows, run_id)),
    };
    let (result, value, error) = match outcome {
        Ok((value, result)) => (Some(result), Some(value), None),
        Err(failure) => (None, None, Some(failure)),
    };
    let status = error.as_ref().map_or(Exit::Done, |failure| failure.exit).word();
    let run_id = Some(run_id.to_string());
    (Report { guide: Some(G::NAME), run_id, status, ms, steps: rows, result: value, error }, result)
}

fn interrupted<G: Guide>(rows: &[Row], run_id: RunId) -> Failure {
    let changes = |outcome: StepOutcome| {
        let of_outcome = rows.iter().filter(|row| row.outcome == outcome);
        let names = of_outcome.filter(|row| steps::effects(std::slice::from_ref(row), G::STEPS) != Effects::default());
        names.map(|row| row.name).collect::<Vec<_>>()
    };
    let listed = |names: Vec<&str>| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    let done = listed(changes(StepOutcome::Applied));
    let open = listed(changes(StepOutcome::Unknown));
    let message = format!("interrupted; done: {done}; may have happened: {open}");
    let hint = format!(
        "run it again with the same input and --run-id {run_id}: the same keys are sent, so nothing happens twice \
         for as long as the API remembers them"
    );
    Failure::interrupted(message, Some(hint))
}
