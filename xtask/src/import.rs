//! `cargo xtask import`: a newer document of the API's makers is brought into the curated description.

#[expect(dead_code, reason = "what is taken is not written yet")]
mod compare;
#[expect(dead_code, reason = "what is taken is not written yet")]
mod decide;
mod entry;
mod matching;
mod report;
mod shape;
mod upstream;

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};
use serde_json::Value;

use self::{
    entry::Entry,
    report::{Counts, Report},
};
use crate::{
    spec::{bundle, load::Source},
    workspace::Workspace,
};

/// What to import.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The document: OpenAPI 3, YAML or JSON, in one file
    file: PathBuf,
    /// Change no file, only report
    #[arg(long)]
    dry_run: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the task.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let upstream = upstream::read(&options.file)?;
    if !options.dry_run {
        bail!("writing is not built yet: give --dry-run");
    }
    let report = report(workspace, &upstream)?;
    println!("{}", if options.json { serde_json::to_string_pretty(&report)? } else { report.text() });
    Ok(ExitCode::SUCCESS)
}

/// Compares `upstream` with the description of `workspace`.
fn report(workspace: &Workspace, upstream: &Value) -> Result<Report> {
    let source = Source::read(&workspace.spec_folder(), "cashlink.yaml")?;
    let (bundle, findings) = bundle::bundle(&source);
    if let Some(finding) = findings.first() {
        bail!("{finding}\nthe files of openapi/ cannot be joined: mend them before an import");
    }
    let matching = matching::matching(upstream, bundle.document());
    let seen = compare::compare(upstream, bundle.document(), &matching.pairs);
    let name = upstream::source_name(upstream);
    let decisions = decide::decide(upstream, bundle.document(), &name, &matching, &seen);
    let mut entries: Vec<Entry> = decisions.into_iter().map(|decision| decision.entry).collect();
    entries.sort_by_key(|entry| (entry.action, entry.clone()));
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((upstream, _), ours) in seen.names {
        let known = names.entry(upstream).or_default();
        known.extend(ours);
        known.sort();
        known.dedup();
    }
    let operations =
        Counts { matched: matching.pairs.len(), added: matching.added.len(), removed: matching.removed.len() };
    Ok(Report { source: name, operations, entries, conventions: seen.conventions.counts(), names })
}
