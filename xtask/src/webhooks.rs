//! `cargo xtask webhooks`: deliveries to a receiver that is killed, and whether each effect happens once all the same.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// Delivers, kills and compares. What was lost, doubled or out of order is a failure, and is printed with its event.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    // As the suite is built: what a run costs is processes and files, and another profile would be compiled for minutes.
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(["run", "--quiet", "--package", "cashlink-tests", "--bin", "webhooks", "--"]);
    let status = command.args(arguments).current_dir(workspace.root()).status().context("cargo cannot be run")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
