//! `cargo xtask import`: a newer document of the API's makers is brought into the curated description.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Result, bail};

use crate::workspace::Workspace;

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
pub(crate) fn run(_workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    bail!("not built yet: {options:?}")
}
