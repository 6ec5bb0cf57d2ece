//! The report: for people, or as JSON.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use serde::Serialize;

use super::entry::{Action, Entry};
use crate::diff::Change;

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
    pub(crate) names: BTreeMap<String, BTreeSet<String>>,
    /// Rules that the merged description breaks, and the one before did not.
    pub(crate) findings: Vec<String>,
    /// What of that which is taken can stop a client of the old description.
    pub(crate) breaking: Vec<Change>,
    /// The files that are changed, below `openapi/`.
    pub(crate) files: Vec<String>,
}

/// Operations by whose they are.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Counts {
    pub(crate) matched: usize,
    pub(crate) added: usize,
    pub(crate) removed: usize,
}

/// How many names a person is shown.
const SHOWN: usize = 12;

impl Report {
    /// The report for a person.
    pub(crate) fn text(&self, written: bool) -> String {
        let Counts { matched, added, removed } = self.operations;
        let mut text = format!("{}: operations: {matched} in both, {added} added, {removed} removed\n", self.source);
        let groups =
            [(Action::Decide, "needs a person"), (Action::Taken, "taken"), (Action::Kept, "kept as ours has it")];
        for (action, title) in groups {
            let entries = self.entries.iter().filter(|entry| entry.action == action);
            section(&mut text, title, entries.map(line).collect());
        }
        let conventions = self.conventions.iter().map(|(name, count)| format!("{name}: {count}"));
        section(&mut text, "differs by intent, with the number of places", conventions.collect());
        let mut names = self.names.iter().map(|(name, ours)| {
            let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
            format!("{name} is {}", ours.join(", "))
        });
        let shown: Vec<String> = names.by_ref().take(SHOWN).collect();
        let rest = names.count();
        let more = (rest > 0).then(|| format!("and {rest} more: see --json"));
        section(&mut text, "components of the document", shown.into_iter().chain(more).collect());
        let breaking = self.breaking.iter().map(|change| {
            format!("{}: {}: {} ({})", change.rule, change.at, change.text, change.operations.join(", "))
        });
        section(&mut text, "breaks clients of the description before", breaking.collect());
        section(&mut text, "breaks a rule of `cargo xtask generate`", self.findings.clone());
        section(&mut text, if written { "written" } else { "would be written" }, self.files.clone());
        text.push_str(self.next(written));
        text
    }

    fn next(&self, written: bool) -> &'static str {
        match (self.files.is_empty(), written) {
            (true, _) => "\nnothing to write\n",
            (false, false) => "\nnext: the same without --dry-run\n",
            (false, true) => {
                "\nnext: review with `git diff openapi/`, list new assumptions in openapi/ASSUMPTIONS.md, then \
                 `cargo xtask generate` and `cargo xtask verify`\n"
            }
        }
    }
}

/// Adds `lines` under `title`, with their number, if there are any.
fn section(text: &mut String, title: &str, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}: {}", lines.len());
    for line in lines {
        let _ = writeln!(text, "  {line}");
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
