//! `cargo xtask diff`: two descriptions of the API compared by meaning.

mod alternatives;
mod bodies;
mod counterparts;
mod decimal;
mod document;
mod finding;
mod form;
mod ledger;
mod limits;
mod operations;
mod parameters;
mod place;
mod prose;
mod reach;
mod renamed;
mod report;
mod rules;
mod schema;
mod security;
mod servers;
mod source;
mod touches;
mod values;

use std::{io::Write as _, process::ExitCode};

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;

pub(crate) use self::report::Told;
use self::{
    document::{Document, Documents},
    finding::Findings,
    ledger::{Ledger, Owner},
    report::Report,
    touches::Files,
};
use crate::workspace::Workspace;

/// What to compare.
#[derive(Debug, clap::Args)]
#[command(override_usage = "cargo xtask diff [OLD] [NEW] [--base REV] [--json] [--all] [--fail-on breaking]")]
pub(crate) struct Options {
    /// The older and the newer document: a file, or a folder with cashlink.yaml. The newer one is that in openapi/ if it
    /// is not named, the older one the committed one of HEAD
    #[arg(value_name = "DOCUMENT", num_args = 0..=2)]
    documents: Vec<String>,
    /// The older document is the one that was committed at this revision of git
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// List changed texts too, which are only counted otherwise
    #[arg(long)]
    all: bool,
    /// End with 1 if there is such a change
    #[arg(long, value_name = "VERDICT")]
    fail_on: Option<FailOn>,
}

/// What to fail on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    Breaking,
}

/// Whether a change can stop a client that was made from the older document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// It can.
    Breaking,
    /// It cannot.
    Compatible,
}

/// One change; `tests/diff/README.md` has the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// Name of the rule.
    pub(crate) rule: &'static str,
    /// Whether it breaks a client.
    pub(crate) verdict: Verdict,
    /// Whether a program may have to be edited after the client was generated anew.
    pub(crate) recompile: bool,
    /// JSON pointer in the newer document; in the older one if it is gone there.
    pub(crate) at: String,
    /// The operations that reach it, by id.
    pub(crate) operations: Vec<String>,
    /// What happened, for a person.
    pub(crate) text: String,
}

/// Runs the task.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let report = report(workspace, options)?;
    let text = if options.json { format!("{:#}\n", serde_json::to_value(&report)?) } else { report.text(options.all) };
    // Not by a macro, which would panic once nobody reads any more.
    std::io::stdout().write_all(text.as_bytes()).context("nobody reads what is printed")?;
    Ok(exit_code(&report, options))
}

fn exit_code(report: &Report, options: &Options) -> ExitCode {
    let has_failed = options.fail_on == Some(FailOn::Breaking) && report.counts.breaking > 0;
    if has_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The comparison that `options` ask for, with what each change touches in `workspace`.
fn report(workspace: &Workspace, options: &Options) -> Result<Report> {
    let [old, new] = source::read(workspace, options)?;
    let changes = tell(workspace, &old.document, &new.document, compare(&old.document, &new.document));
    Ok(Report::new([old.name, new.name], changes))
}

/// What can stop a client of `old` when the API is `new`, with what it touches in `workspace`.
pub(crate) fn breaking(workspace: &Workspace, old: &Value, new: &Value) -> Vec<Told> {
    let mut changes = compare(old, new);
    changes.retain(|change| change.verdict == Verdict::Breaking);
    tell(workspace, old, new, changes)
}

fn tell(workspace: &Workspace, old: &Value, new: &Value, changes: Vec<Change>) -> Vec<Told> {
    let files = Files::read(workspace);
    let tell = |change| {
        let touches = files.touched(&change, old, new);
        Told { change, touches }
    };
    changes.into_iter().map(tell).collect()
}

/// Every change from `old` to `new`, two whole documents: breaking ones first, then by place.
pub(crate) fn compare(old: &Value, new: &Value) -> Vec<Change> {
    let documents = Documents { old: Document::new(old), new: Document::new(new) };
    let mut ledger = Ledger::new(documents);
    operations::compare(&mut ledger, documents);
    let mut found = Findings::new(documents);
    servers::of_document(&mut found);
    prose::compare(&mut found);
    ledger.enter(Owner { id: None, pointer: "" }, &found);
    ledger.changes()
}

#[cfg(test)]
mod tests;
