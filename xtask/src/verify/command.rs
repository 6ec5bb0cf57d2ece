//! Runs cargo for a check and keeps what it prints.

use std::process::{Command, Stdio};

use anyhow::{Result, anyhow};

use super::Verdict;
use crate::workspace::Workspace;

/// What every cargo that compiles is given: the same everywhere, so that nothing is built twice.
pub(super) const ALL: [&str; 2] = ["--workspace", "--all-features"];

/// The cargo that runs this program, in the folder of the workspace.
#[derive(Clone, Debug)]
pub(super) struct Cargo {
    workspace: Workspace,
    program: String,
}

impl Cargo {
    /// For `workspace`.
    pub(super) fn new(workspace: Workspace) -> Self {
        let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        Self { workspace, program }
    }

    /// The same with another program in the place of cargo.
    #[cfg(test)]
    pub(super) fn played_by(workspace: Workspace, program: &str) -> Self {
        Self { workspace, program: program.to_owned() }
    }

    /// The workspace.
    pub(super) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Runs cargo with `arguments`; it must succeed.
    pub(super) fn check(&self, arguments: &[&str]) -> Verdict {
        self.check_with(arguments, &[])
    }

    /// The same with environment variables.
    pub(super) fn check_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Verdict {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied());
        match command.output() {
            Ok(output) if output.status.success() => Verdict::Passed,
            Ok(output) => {
                let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                Verdict::Failed(format!("$ cargo {}\n{}", arguments.join(" "), text.concat()))
            }
            Err(error) => Verdict::Failed(format!("{} cannot be run: {error}", self.program)),
        }
    }

    /// Runs cargo with `arguments` to mend something.
    pub(super) fn mend(&self, arguments: &[&str]) -> Result<()> {
        self.text(arguments).map(|_| ()).map_err(|verdict| anyhow!("{}", verdict.text()))
    }

    /// What cargo with `arguments` prints, or why it failed.
    pub(super) fn text(&self, arguments: &[&str]) -> Result<String, Verdict> {
        let output = self.command(arguments).output();
        let output = output.map_err(|error| Verdict::Failed(format!("{} cannot be run: {error}", self.program)))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let text = String::from_utf8_lossy(&output.stderr);
        Err(Verdict::Failed(format!("$ cargo {}\n{text}", arguments.join(" "))))
    }

    /// Whether the cargo command `name` is installed.
    pub(super) fn has(&self, name: &str) -> bool {
        let mut command = self.command(&[name, "--version"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.workspace.root()).stdin(Stdio::null());
        command
    }
}
