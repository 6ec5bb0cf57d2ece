//! `cargo xtask outcomes`: calls that meet all sorts of faults, and whether what they say of their outcome is true.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// Plays schedules of faults until enough calls were made. A wrong outcome is a failure, and is printed with its seed.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    // As the suite is built, so that nothing is compiled once more for it.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--quiet", "--package", "cashlink-tests", "--example", "outcomes", "--"]);
    let status = command.args(arguments).current_dir(workspace.root()).status().context("cargo cannot be run")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
