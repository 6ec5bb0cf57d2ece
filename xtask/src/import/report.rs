//! The report: for people, or as JSON.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use serde::Serialize;

use super::entry::{Action, Entry};
use crate::diff::Told;

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
    pub(crate) breaking: Vec<Told>,
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
const NAMES: usize = 12;

/// How many entries of one kind a person is shown.
const ENTRIES: usize = 40;

impl Report {
    /// The report for a person.
    pub(crate) fn text(&self, written: bool) -> String {
        let Counts { matched, added, removed } = self.operations;
        let mut text = format!("{}: operations: {matched} in both, {added} added, {removed} removed\n", self.source);
        let groups =
            [(Action::Decide, "needs a person"), (Action::Taken, "taken"), (Action::Kept, "kept as ours has it")];
        for (action, title) in groups {
            let entries: Vec<&Entry> = self.entries.iter().filter(|entry| entry.action == action).collect();
            section(&mut text, title, entries.len(), kinds(&entries));
        }
        if !self.breaking.is_empty() {
            let _ = writeln!(text, "\nbreaks clients of the description before: {}", self.breaking.len());
            self.breaking.iter().for_each(|change| change.write(&mut text));
        }
        section(&mut text, "breaks a rule of `cargo xtask generate`", self.findings.len(), self.findings.clone());
        let conventions = self.conventions.iter().map(|(name, count)| format!("{name}: {count}")).collect();
        section(&mut text, "differs by intent, with the number of places", self.conventions.len(), conventions);
        section(&mut text, "components of the document", self.names.len(), self.components());
        let title = if written { "written" } else { "would be written" };
        section(&mut text, title, self.files.len(), self.files.clone());
        text.push_str(self.next(written));
        text
    }

    fn components(&self) -> Vec<String> {
        let names = self.names.iter().map(|(name, ours)| {
            let ours: Vec<&str> = ours.iter().map(String::as_str).collect();
            format!("{name} is {}", ours.join(", "))
        });
        let mut names: Vec<String> = names.collect();
        shorten(&mut names, NAMES);
        names
    }

    fn next(&self, written: bool) -> &'static str {
        match (self.files.is_empty(), written) {
            (true, _) => "\nnothing to write\n",
            (false, false) => "\nnext: the same without --dry-run\n",
            (false, true) => {
                "\nnext: review with `git diff openapi/`, bring openapi/ASSUMPTIONS.md up to date, then \
                 `cargo xtask generate` and `cargo xtask verify`\n"
            }
        }
    }
}

/// Adds `lines` under `title` with `number`, if there are any.
fn section(text: &mut String, title: &str, number: usize, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}: {number}");
    for line in lines {
        let _ = writeln!(text, "  {line}");
    }
}

/// Lines for `entries`, which are sorted: those of one kind together. A reason that all of them have is said once.
fn kinds(entries: &[&Entry]) -> Vec<String> {
    let mut lines = Vec::new();
    for kind in entries.chunk_by(|one, next| (one.what, one.change) == (next.what, next.change)) {
        let Some(first) = kind.first() else {
            continue;
        };
        let word = |value: &dyn std::fmt::Debug| format!("{value:?}").to_lowercase();
        let is_one = kind.iter().all(|entry| entry.why == first.why);
        let why = if is_one { format!(": {}", first.why) } else { String::new() };
        lines.push(format!("{} {}: {}{why}", word(&first.what), word(&first.change), kind.len()));
        let mut members: Vec<String> = kind.iter().map(|entry| line(entry, is_one)).collect();
        shorten(&mut members, ENTRIES);
        lines.extend(members.into_iter().map(|member| format!("  {member}")));
    }
    lines
}

/// Counts what is beyond `most`.
fn shorten(lines: &mut Vec<String>, most: usize) {
    let rest = lines.len().saturating_sub(most);
    if rest > 0 {
        lines.truncate(most);
        lines.push(format!("and {rest} more: see --json"));
    }
}

fn line(entry: &Entry, is_explained: bool) -> String {
    let Entry { at, upstream, curated, why, location, .. } = entry;
    let sides = match (upstream.as_str(), curated.as_str()) {
        ("", "") => String::new(),
        (upstream, "") => format!(" ({upstream})"),
        ("", curated) => format!(" ({curated})"),
        (upstream, curated) => format!(" (ours {curated}, document {upstream})"),
    };
    let place = location.as_ref().map(|location| format!("{location}: ")).unwrap_or_default();
    let why = if is_explained { String::new() } else { format!(": {why}") };
    format!("{place}{at}{sides}{why}")
}
