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
    environment: Vec<(String, String)>,
}

impl Cargo {
    /// For `workspace`.
    pub(super) fn new(workspace: Workspace) -> Self {
        let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        Self { workspace, program, environment: Vec::new() }
    }

    /// The same with another program in the place of cargo.
    #[cfg(test)]
    pub(super) fn played_by(workspace: Workspace, program: &str) -> Self {
        Self { workspace, program: program.to_owned(), environment: Vec::new() }
    }

    /// The same with a variable for everything that it runs.
    #[cfg(test)]
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
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
        let mut command = self.command(&self.program, arguments);
        command.envs(environment.iter().copied());
        verdict(command, &format!("cargo {}", arguments.join(" ")))
    }

    /// Runs `program` with `arguments`; it must succeed.
    pub(super) fn check_program(&self, program: &str, arguments: &[&str]) -> Verdict {
        verdict(self.command(program, arguments), &format!("{program} {}", arguments.join(" ")))
    }

    /// Runs cargo with `arguments` to mend something.
    pub(super) fn mend(&self, arguments: &[&str]) -> Result<()> {
        self.text(arguments).map(|_| ()).map_err(|verdict| anyhow!("{}", verdict.text()))
    }

    /// What cargo with `arguments` prints, or why it failed.
    pub(super) fn text(&self, arguments: &[&str]) -> Result<String, Verdict> {
        match self.text_and_failure(arguments)? {
            (text, None) => Ok(text),
            (_, Some(failure)) => Err(failure),
        }
    }

    /// The same, with what it printed before it failed.
    pub(super) fn text_and_failure(&self, arguments: &[&str]) -> Result<(String, Option<Verdict>), Verdict> {
        let output = self.command(&self.program, arguments).output();
        let output = output.map_err(|error| Verdict::Failed(format!("{} cannot be run: {error}", self.program)))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let failure = || Verdict::Failed(format!("$ cargo {}\n{}", arguments.join(" "), text(&output.stderr)));
        Ok((text(&output.stdout), (!output.status.success()).then(failure)))
    }

    /// Whether the cargo command `name` is installed.
    pub(super) fn has(&self, name: &str) -> bool {
        succeeds(self.command(&self.program, &[name, "--version"]))
    }

    /// Whether `program` is installed.
    pub(super) fn has_program(&self, program: &str) -> bool {
        succeeds(self.command(program, &["--version"]))
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.workspace.root()).stdin(Stdio::null());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

fn verdict(mut command: Command, shown: &str) -> Verdict {
    match command.output() {
        Ok(output) if output.status.success() => Verdict::Passed,
        Ok(output) => {
            let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            Verdict::Failed(format!("$ {shown}\n{}", text.concat()))
        }
        Err(error) => Verdict::Failed(format!("{} cannot be run: {error}", command.get_program().display())),
    }
}

fn succeeds(mut command: Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
