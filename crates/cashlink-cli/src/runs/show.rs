//! `cashlink runs show`.

use cashlink::Json;
use serde::Serialize;

use super::{
    pending,
    row::{RunRow, StepRow},
};
use crate::{
    args::{JournalOptions, Verbosity},
    failure::{self, Failure},
    intents::IntentRow,
    journal::Settings,
    listing, output,
    run_id::RunId,
    variables::Variables,
};

/// A run with all that belongs to it.
#[derive(Serialize)]
struct Document {
    #[serde(flatten)]
    run: RunRow,
    steps: Vec<StepRow>,
    pending: Vec<IntentRow>,
    /// What the guide came to, if it is done: ids and statuses.
    result: Option<Json>,
}

/// Shows a run with its steps and its pending intents.
pub(super) async fn run(
    options: &JournalOptions,
    id: RunId,
    verbosity: &Verbosity,
    variables: &Variables,
) -> failure::Result<()> {
    let settings = Settings::new(options, variables).map_err(|problems| Failure::invalid(problems, None))?;
    let opened = settings.look().await?.ok_or_else(|| settings.no_run())?;
    let run = settings.find_run(&opened.journal, id).await?;
    let steps = opened.journal.runs().steps(id.uuid()).await.map_err(|error| settings.failure(&error))?;
    let pending = pending(&settings, &opened.journal, id.uuid()).await?;
    let document = Document {
        run: RunRow::of(&run, &steps),
        steps: steps.iter().map(|step| StepRow::of(step, &opened.journal)).collect(),
        pending: pending.iter().map(IntentRow::of).collect(),
        result: run.end.report.as_deref().and_then(|report| report.parse().ok()),
    };
    if verbosity.json {
        let written = output::document(&document);
        return Ok(written.map_err(|error| Failure::internal("the run cannot be written", &error))?);
    }
    document.lines().iter().for_each(|line| output::result(line));
    Ok(())
}

impl Document {
    fn lines(&self) -> Vec<String> {
        let RunRow { run_id, guide, state, begun_at, at, note, .. } = &self.run;
        let field = |name: &str, value: &str| format!("{name:<8} {value}");
        let mut lines = vec![field("run id", &run_id.to_string()), field("guide", guide), field("begun", begun_at)];
        lines.push(field("state", &format!("{state} since {at}")));
        lines.extend(note.iter().map(|note| field("note", note)));
        if !self.steps.is_empty() {
            lines.push(format!("\n{}", listing::rendered(&self.steps)));
            lines.extend(self.steps.iter().flat_map(StepRow::said));
        }
        if !self.pending.is_empty() {
            let what = "\nsent, and not known whether it happened (`cashlink intents reconcile` finds out):";
            lines.push(format!("{what}\n{}", listing::rendered(&self.pending)));
        }
        lines
    }
}
