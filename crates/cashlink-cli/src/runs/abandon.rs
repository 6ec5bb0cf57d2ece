//! `cashlink runs abandon`.

use cashlink::{
    journal::{Run, RunEnd, RunState},
    time::{Clock as _, SystemClock},
};
use serde::Serialize;
use uuid::Uuid;

use super::pending;
use crate::{
    args::{JournalOptions, Verbosity},
    failure::{self, Failure},
    intents::IntentRow,
    journal::{Opened, Settings},
    listing, output,
    problem::Problem,
    run_id::RunId,
    variables::Variables,
};

/// The JSON document of a run that was given up.
#[derive(Serialize)]
struct Document {
    run_id: Uuid,
    state: &'static str,
    pending: Vec<IntentRow>,
}

/// Gives a run up.
pub(super) async fn run(
    options: &JournalOptions,
    id: RunId,
    verbosity: &Verbosity,
    variables: &Variables,
) -> failure::Result<()> {
    let settings = Settings::new(options, variables).map_err(|problems| Failure::invalid(problems, None))?;
    let opened = settings.open_for_run().await?;
    let run = settings.find_run(&opened.journal, id).await?;
    match run.end.state {
        RunState::Done => {
            let problem = Problem::new("ID", "the run has come to its end: there is nothing to give up");
            return Err(Failure::invalid(vec![problem], None).into());
        }
        RunState::Open => give_up(&settings, &opened, run).await?,
        RunState::Abandoned => {}
    }
    let pending = pending(&settings, &opened.journal, id.uuid()).await?;
    let pending: Vec<_> = pending.iter().map(IntentRow::of).collect();
    opened.close().await;
    let document = Document { run_id: id.uuid(), state: RunState::Abandoned.as_str(), pending };
    if verbosity.json {
        let written = output::document(&document);
        return Ok(written.map_err(|error| Failure::internal("the run cannot be written", &error))?);
    }
    output::result(&format!("run {id} is abandoned; what it did is not undone"));
    if !document.pending.is_empty() {
        let what = "sent, and not known whether it happened (`cashlink intents reconcile` finds out):";
        output::result(&format!("{what}\n{}", listing::rendered(&document.pending)));
    }
    Ok(())
}

/// Takes hold of the run, so that nobody goes on with it meanwhile, and writes down that it is given up.
async fn give_up(settings: &Settings, opened: &Opened, run: Run) -> failure::Result<()> {
    let (id, runs) = (run.new.id, opened.journal.runs());
    runs.hold_run(run.new).await.map_err(|error| settings.failure(&error))?;
    let end = RunEnd { state: RunState::Abandoned, at: SystemClock.wall(), report: None, note: run.end.note };
    let ended = runs.end_run(id, end).await;
    runs.release_run(id);
    Ok(ended.map_err(|error| settings.failure(&error))?)
}
