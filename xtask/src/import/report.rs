//! The report: for people, or as JSON.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;

use super::entry::{Action, Entry};

/// Everything that the import has to say.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The name of the document as a source.
    pub(crate) source: String,
    /// How many operations both have, the document only, the curated description only.
    pub(crate) operations: Counts,
    /// The differences: what a person has to look at first, then what was taken, then what was kept.
    pub(crate) entries: Vec<Entry>,
    /// What differs by intent, with the number of places.
    pub(crate) conventions: BTreeMap<&'static str, usize>,
    /// Components of the document with the names that we have for them.
    pub(crate) names: BTreeMap<String, Vec<String>>,
}

/// Operations by whose they are.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Counts {
    pub(crate) matched: usize,
    pub(crate) added: usize,
    pub(crate) removed: usize,
}

impl Report {
    /// The report for a person.
    pub(crate) fn text(&self) -> String {
        let Counts { matched, added, removed } = self.operations;
        let mut text = format!("{}: operations: {matched} in both, {added} added, {removed} removed\n", self.source);
        for (action, title) in
            [(Action::Decide, "to decide, by a person"), (Action::Taken, "taken"), (Action::Kept, "kept as ours is")]
        {
            let entries: Vec<&Entry> = self.entries.iter().filter(|entry| entry.action == action).collect();
            if !entries.is_empty() {
                let _ = writeln!(text, "\n{title}: {}", entries.len());
            }
            for entry in entries {
                let _ = writeln!(text, "  {}", line(entry));
            }
        }
        if !self.conventions.is_empty() {
            text.push_str("\ndiffers by intent, in so many places:\n");
        }
        for (name, count) in &self.conventions {
            let _ = writeln!(text, "  {name}: {count}");
        }
        text
    }
}

fn line(entry: &Entry) -> String {
    let Entry { what, change, at, upstream, curated, why, .. } = entry;
    let word = |value: &dyn std::fmt::Debug| format!("{value:?}").to_lowercase();
    let sides = match (upstream.as_str(), curated.as_str()) {
        ("", "") => String::new(),
        (upstream, "") => format!(" ({upstream})"),
        ("", curated) => format!(" ({curated})"),
        (upstream, curated) => format!(" (ours {curated}, document {upstream})"),
    };
    format!("{} {}: {at}{sides}: {why}", word(what), word(change))
}
