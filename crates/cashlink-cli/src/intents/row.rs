//! Intents for a person and for a script.

use cashlink::journal::{Content, Facts, Intent};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    listing::{Line, to_the_second},
    mask,
    runs::row::in_lines,
};

/// A change that was written down before it was sent.
#[derive(Serialize)]
pub(crate) struct IntentRow {
    pub(super) key: String,
    pub(super) operation_id: String,
    /// Where it is sent to, with its ids and without a query.
    pub(super) address: String,
    pub(super) state: &'static str,
    pub(super) begun_at: String,
    /// When it was last said how it stands.
    pub(super) at: Option<String>,
    pub(super) run_id: Option<Uuid>,
    pub(super) step: Option<String>,
    /// The objects that the answer named.
    pub(super) ids: Vec<Uuid>,
    /// The status of the object.
    pub(super) status: Option<String>,
    pub(super) http_status: Option<u16>,
    /// What is kept of what was sent: `none`, `sealed`, `withheld` or `document`.
    pub(super) content: &'static str,
    pub(super) note: Option<String>,
}

impl IntentRow {
    pub(crate) fn of(intent: &Intent) -> Self {
        let (new, ending) = (&intent.new, intent.ending.as_ref());
        let facts = ending.map(|ending| ending.facts.clone()).unwrap_or_default();
        let (run_id, step) = new.step.as_ref().map(|(run, step)| (*run, mask::plain(step))).unzip();
        Self {
            key: new.key.to_string(),
            operation_id: mask::plain(&new.operation_id),
            address: mask::plain(&new.address),
            state: intent.state.as_str(),
            begun_at: new.begun_at.to_string(),
            at: ending.map(|ending| ending.at.to_string()),
            run_id,
            step,
            ids: facts.ids,
            status: facts.status.as_deref().map(mask::plain),
            http_status: ending.and_then(|ending| ending.status),
            content: match new.content {
                Content::None => "none",
                Content::Sealed(_) => "sealed",
                Content::Withheld => "withheld",
                Content::Document => "document",
            },
            note: ending.and_then(|ending| ending.note.as_deref()).map(mask::plain),
        }
    }
}

impl Line for IntentRow {
    const HEADER: &'static [&'static str] =
        &["key", "operation", "state", "begun", "run and step", "ids and status", "note"];
    const WHOLE: &'static [usize] = &[0, 5];

    fn cells(&self) -> Vec<String> {
        let lines = |first: Option<String>, second: Option<&String>| {
            let both = first.iter().chain(second).filter(|line| !line.is_empty());
            both.cloned().collect::<Vec<_>>().join("\n")
        };
        vec![
            self.key.clone(),
            self.operation_id.clone(),
            self.state.to_owned(),
            to_the_second(&self.begun_at),
            lines(self.run_id.map(|id| id.to_string()), self.step.as_ref()),
            lines(Some(in_lines(&self.ids)), self.status.as_ref()),
            self.note.clone().unwrap_or_default(),
        ]
    }
}

/// What an answer named, on one line.
pub(super) fn facts_in_words(facts: &Facts) -> String {
    let ids = facts.ids.iter().map(ToString::to_string);
    let words = ids.chain(facts.status.as_deref().map(mask::plain));
    words.collect::<Vec<_>>().join(" ")
}
