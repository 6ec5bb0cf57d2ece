//! `cargo xtask crash`: guides that are killed at every boundary, and whether they do everything once all the same.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// Kills and compares. A difference is a failure, and is printed with its boundary or the seed that draws it again.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    // As the suite is built: what a run costs is processes and files, and another profile would be compiled for minutes.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--quiet", "--package", "cashlink-tests", "--bin", "crash", "--"]);
    let status = command.args(arguments).current_dir(workspace.root()).status().context("cargo cannot be run")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
