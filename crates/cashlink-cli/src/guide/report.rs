//! The report of a run: the JSON document of `--json`, and its lines for a person.

use serde::Serialize;
use serde_json::Value;

use super::fields;
use crate::{exit::Exit, failure::Failure, run_id::RunId, steps::Row};

/// What a run did and how it ended.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) guide: Option<&'static str>,
    pub(crate) run_id: Option<String>,
    pub(crate) status: &'static str,
    /// The time from the first call to the end.
    pub(crate) ms: u64,
    pub(crate) steps: Vec<Row>,
    pub(crate) result: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Failure>,
}

impl Report {
    /// A run that did not begin.
    pub(super) fn refused(guide: Option<&'static str>, run_id: Option<RunId>, failure: &Failure) -> Self {
        Self {
            guide,
            run_id: run_id.map(|id| id.to_string()),
            status: failure.exit.word(),
            ms: 0,
            steps: Vec::new(),
            result: None,
            error: Some(failure.clone()),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        self.error.as_ref().map_or(Exit::Done, |failure| failure.exit)
    }

    /// How long it took, beside what the calls took one after the other.
    pub(crate) fn summary(&self) -> String {
        let in_calls: u64 = self.steps.iter().filter_map(|step| step.ms).sum();
        let guide = self.guide.unwrap_or_default();
        let (status, ms, count) = (self.status, self.ms, self.steps.len());
        let recorded = match self.steps.iter().filter(|step| step.recorded).count() {
            0 => String::new(),
            recorded => format!("; {recorded} of them had been recorded before"),
        };
        format!("{guide}: {status} in {ms} ms; {count} steps of {in_calls} ms in all{recorded}")
    }

    /// The report for a person.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.summary()];
        lines.extend(self.run_id.iter().map(|id| format!("{:<22} {id}", "run_id")));
        lines.extend(self.result.iter().flat_map(fields));
        lines
    }
}
