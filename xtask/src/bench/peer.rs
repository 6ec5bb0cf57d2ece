//! Builds the program of package `cashlink-bench` and runs it: the server, and one contestant at a time.

use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::progress;
use crate::workspace::Workspace;

/// Where a process may run, so that the scheduler's choice of a core is not part of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Core {
    Any,
    Number(usize),
}

/// The built program.
#[derive(Debug)]
pub(super) struct Program {
    path: PathBuf,
    can_pin: bool,
}

impl Program {
    /// Builds it with the release profile.
    pub(super) fn build(workspace: &Workspace) -> Result<Self> {
        progress::show("building the contestants…");
        let path = build(workspace, "cashlink-bench")?;
        progress::show("");
        Ok(Self { path, can_pin: has_cores() && is_installed("taskset") })
    }

    /// Why processes are not kept on their cores, if they are not.
    pub(super) fn unpinned(&self) -> Option<String> {
        let reason = "processes are not kept on their cores here: that needs two cores and taskset (util-linux)";
        (!self.can_pin).then(|| reason.to_owned())
    }

    /// Starts the server, on a port of the system's choice.
    pub(super) fn serve(&self, core: Core) -> Result<Server> {
        self.serve_by(core, &["serve"])
    }

    /// Starts a server, on a port of the system's choice.
    pub(super) fn serve_by(&self, core: Core, arguments: &[&str]) -> Result<Server> {
        let mut command = self.on(core, &self.path);
        let mut process = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let output = process.stdout.take().context("the server has no output")?;
        let mut server = Server { process, url: String::new() };
        BufReader::new(output).read_line(&mut server.url)?;
        server.url.truncate(server.url.trim_end().len());
        ensure!(server.url.starts_with("http://"), "the server did not start");
        Ok(server)
    }

    /// Runs one contestant to its end.
    pub(super) fn measure(&self, core: Core, arguments: &[&str]) -> Result<Value> {
        let line = run(self.on(core, &self.path).args(arguments))?;
        serde_json::from_str(&line).with_context(|| format!("not a measurement: {line}"))
    }

    /// Runs one contestant below another program, which writes down what it sees.
    pub(super) fn observe(&self, observer: &mut Command, arguments: &[&str]) -> Result<()> {
        run(observer.arg(&self.path).args(arguments).stdin(Stdio::null()))?;
        Ok(())
    }

    /// A command that runs on `core`.
    pub(super) fn on(&self, core: Core, program: impl AsRef<OsStr>) -> Command {
        let mut command = match core {
            Core::Number(core) if self.can_pin => {
                let mut command = Command::new("taskset");
                command.args(["--cpu-list", &core.to_string()]).arg(program);
                command
            }
            Core::Number(_) | Core::Any => Command::new(program),
        };
        command.stdin(Stdio::null());
        command
    }
}

/// The server of a run; it ends when it is dropped.
#[derive(Debug)]
pub(super) struct Server {
    process: Child,
    url: String,
}

impl Server {
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// What the system calls its process.
    pub(super) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It serves until its input ends; one that ended before has no more to say.
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Builds the program of `package` with the release profile and tells where it is.
pub(super) fn build(workspace: &Workspace, package: &str) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--package", package, "--message-format", "json-render-diagnostics"]);
    let output = command.current_dir(workspace.root()).stderr(Stdio::inherit()).output().context("cargo")?;
    ensure!(output.status.success(), "{package} cannot be built");
    let messages = String::from_utf8_lossy(&output.stdout).into_owned();
    let executable = |line: &str| {
        let message: Value = serde_json::from_str(line).ok()?;
        Some(PathBuf::from(message.get("executable")?.as_str()?))
    };
    messages.lines().filter_map(executable).next_back().context("cargo names no executable")
}

/// Whether a program can be started.
pub(super) fn is_installed(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn has_cores() -> bool {
    std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
}

/// What a command that must succeed prints to standard output.
pub(super) fn run(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
