//! `cargo xtask import`: a newer document of the API's makers is brought into the curated description.

mod compare;
mod decide;
mod entry;
mod files;
mod location;
mod matching;
mod merge;
mod plan;
mod report;
mod shape;
mod upstream;
mod write;
mod yaml;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

use self::{plan::Plan, report::Report};
use crate::{diff, spec::load::Source, workspace::Workspace};

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
    let report = import(workspace, options)?;
    let text = if options.json { serde_json::to_string_pretty(&report)? } else { report.text(!options.dry_run) };
    match writeln!(io::stdout(), "{}", text.trim_end()) {
        // The import is done all the same if nobody reads to the end.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("the report cannot be printed"),
        _ => Ok(ExitCode::SUCCESS),
    }
}

/// Imports the document that `options` name into the description of `workspace`.
fn import(workspace: &Workspace, options: &Options) -> Result<Report> {
    let upstream = upstream::read(&options.file)?;
    let folder = workspace.spec_folder();
    if !options.dry_run {
        write::recover(&folder)?;
    } else if write::is_cut_off(&folder) {
        bail!("an import was cut off: the next one without --dry-run undoes what it has written");
    }
    let source = Source::read(&folder, "cashlink.yaml")?;
    let Plan { mut report, files, before, after } = plan::plan(&source, &upstream)?;
    let changes = write::changes(&folder, &source, &files)?;
    report.files = changes.iter().map(|change| change.file.clone()).collect();
    report.breaking = diff::breaking(workspace, before.document(), after.document());
    if !options.dry_run {
        write::write(&folder, &changes)?;
    }
    // Lines are those of the files that the reader has.
    let bundle = if options.dry_run { before } else { after };
    location::locate(&mut report.entries, &folder, &bundle);
    Ok(report)
}

#[cfg(test)]
mod tests;
