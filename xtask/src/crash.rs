//! `cargo xtask crash`: what is killed, and whether everything is done once and nothing is lost all the same.
//!
//! Guides are killed at every boundary; `--sandbox` kills sandboxes that keep their data instead.

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::workspace::Workspace;

/// Kills and compares. A difference is a failure, and is printed with its boundary or the seed that draws it again.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    // As the suite is built: what a run costs is processes and files, and another profile would be compiled for minutes.
    let mut command = if arguments.contains(&"--sandbox") {
        let mut command = Command::new(built(workspace, "cashlink-tests", "kill")?);
        command.arg("--program").arg(built(workspace, "cashlink-cli", "cashlink")?);
        command
    } else {
        let mut command = cargo(workspace);
        command.args(["run", "--quiet", "--package", "cashlink-tests", "--bin", "crash", "--"]);
        command
    };
    let status = command.args(arguments).current_dir(workspace.root()).status().context("it cannot be run")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn cargo(workspace: &Workspace) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace.root());
    command
}

/// Builds a program, and says where it is.
fn built(workspace: &Workspace, package: &str, name: &str) -> Result<PathBuf> {
    let mut command = cargo(workspace);
    command.args([
        "build",
        "--quiet",
        "--package",
        package,
        "--bin",
        name,
        "--message-format",
        "json-render-diagnostics",
    ]);
    let output = command.stderr(std::process::Stdio::inherit()).output().context("cargo cannot be run")?;
    ensure!(output.status.success(), "{name} cannot be built");
    let messages = String::from_utf8(output.stdout)?;
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut of_it = messages.filter(|message| message["target"]["name"] == name);
    let path = of_it.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    path.with_context(|| format!("cargo does not say where {name} is"))
}
