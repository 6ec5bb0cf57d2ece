//! Runs and their steps, for a person and for a script.

use cashlink::{
    Operation,
    journal::{Run, StepRecord, StepState},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{listing::Line, mask};

/// A run.
#[derive(Serialize)]
pub(super) struct RunRow {
    pub(super) run_id: Uuid,
    pub(super) guide: String,
    pub(super) state: &'static str,
    pub(super) begun_at: String,
    /// When it was last said how it stands.
    pub(super) at: String,
    pub(super) steps_done: usize,
    pub(super) note: Option<String>,
}

impl RunRow {
    pub(super) fn of(run: &Run, steps: &[StepRecord]) -> Self {
        Self {
            run_id: run.new.id,
            guide: mask::plain(&run.new.guide),
            state: run.end.state.as_str(),
            begun_at: run.new.begun_at.to_string(),
            at: run.end.at.to_string(),
            steps_done: steps.iter().filter(|step| is_done(step)).count(),
            note: run.end.note.as_deref().map(mask::plain),
        }
    }
}

impl Line for RunRow {
    const HEADER: &'static [&'static str] = &["run id", "guide", "state", "begun", "steps done", "note"];
    const WHOLE: &'static [usize] = &[0];

    fn cells(&self) -> Vec<String> {
        vec![
            self.run_id.to_string(),
            self.guide.clone(),
            self.state.to_owned(),
            self.begun_at.clone(),
            self.steps_done.to_string(),
            self.note.clone().unwrap_or_default(),
        ]
    }
}

/// Pauses are recorded like steps, and count for none.
fn is_done(step: &StepRecord) -> bool {
    step.state == StepState::Done && step.operation_id.is_some()
}

/// A step of a run.
#[derive(Serialize)]
pub(super) struct StepRow {
    step: String,
    /// How often it had been rejected before.
    take: u32,
    operation_id: Option<String>,
    state: &'static str,
    ids: Vec<Uuid>,
    /// The status of the object, or that of HTTP if it was rejected.
    status: Option<String>,
    /// None for a step that sends none.
    key: Option<String>,
    at: String,
}

impl StepRow {
    pub(super) fn of(step: &StepRecord) -> Self {
        let operation = Operation::all().find(|operation| Some(operation.id()) == step.operation_id.as_deref());
        let value: Value = serde_json::from_str(&step.value).unwrap_or_default();
        Self {
            step: mask::plain(&step.step),
            take: step.take,
            operation_id: step.operation_id.as_deref().map(mask::plain),
            state: step.state.as_str(),
            ids: ids(&value),
            status: status(&value),
            key: operation.filter(Operation::takes_key).map(|_| step.key.to_string()),
            at: step.at.to_string(),
        }
    }
}

impl Line for StepRow {
    const HEADER: &'static [&'static str] = &["step", "take", "state", "ids", "status", "key"];
    const WHOLE: &'static [usize] = &[3, 5];

    fn cells(&self) -> Vec<String> {
        vec![
            self.step.clone(),
            self.take.to_string(),
            self.state.to_owned(),
            in_lines(&self.ids),
            self.status.clone().unwrap_or_default(),
            self.key.clone().unwrap_or_default(),
        ]
    }
}

/// Ids below each other.
pub(crate) fn in_lines(ids: &[Uuid]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn ids(value: &Value) -> Vec<Uuid> {
    let one = value.get("id").into_iter();
    let several = value.get("ids").and_then(Value::as_array).into_iter().flatten();
    one.chain(several).filter_map(|id| id.as_str()?.parse().ok()).collect()
}

fn status(value: &Value) -> Option<String> {
    match value.get("status")? {
        Value::String(status) => Some(mask::plain(status)),
        Value::Number(status) => Some(status.to_string()),
        _ => None,
    }
}
