//! Runs and their steps, for a person and for a script.

use cashlink::{
    Operation,
    guides::Rejection,
    journal::{Journal, Run, StepRecord, StepState},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    failure,
    listing::{Line, to_the_second},
    mask,
    problem::Problem,
};

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
            to_the_second(&self.begun_at),
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
    /// What the API says of a rejection: without the key of the journal, the fields that it is about.
    fields: Vec<Problem>,
}

impl StepRow {
    pub(super) fn of(step: &StepRecord, journal: &Journal) -> Self {
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
            fields: said(step, journal),
        }
    }

    /// What the API says of a rejection, for a person.
    pub(super) fn said(&self) -> impl Iterator<Item = String> {
        let Self { step, take, .. } = self;
        self.fields.iter().map(move |problem| format!("  {step}, take {take}, the API says: {problem}"))
    }
}

/// What the API says of a rejection, without the values that it quotes.
fn said(step: &StepRecord, journal: &Journal) -> Vec<Problem> {
    let whole = journal.rejection(step).ok().flatten();
    let rejection: Option<Rejection> = match whole {
        Some(rejection) => Some(rejection),
        None if step.state == StepState::Rejected => serde_json::from_str(&step.value).ok(),
        None => None,
    };
    rejection.map(|rejection| failure::said(rejection.message(), rejection.fields())).unwrap_or_default()
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
