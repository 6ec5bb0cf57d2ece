//! The sandbox as a process.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    task::yield_now,
};

use super::{CHILD, Result};

/// The program that serves a sandbox.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<String>,
}

impl Program {
    /// The command line.
    pub fn command_line(path: impl Into<PathBuf>) -> Self {
        let arguments = ["sandbox", "--settlement", "24h", "--data"];
        Self { path: path.into(), arguments: arguments.map(str::to_owned).to_vec() }
    }

    /// A program that serves a sandbox when it is told so by [`CHILD`].
    pub fn child(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), arguments: vec![CHILD.to_owned()] }
    }

    fn spawn(&self, folder: &Path) -> Result<Child> {
        let mut command = Command::new(&self.path);
        command.args(&self.arguments).arg(folder).env_clear().env("RUST_LOG", "off");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        Ok(command.spawn()?)
    }

    /// Starts it on `folder` and waits until it is ready.
    pub(super) async fn start(&self, folder: &Path) -> Result<Server> {
        let mut process = self.spawn(folder)?;
        let output = process.stdout.take().ok_or("it has no output")?;
        let mut lines = BufReader::new(output).lines();
        let mut variables = BTreeMap::new();
        loop {
            match lines.next_line().await? {
                Some(line) if line == "READY" => return Ok(Server { process, variables, _lines: lines }),
                Some(line) => variables.extend(line.split_once('=').map(|(name, value)| (name.into(), value.into()))),
                None => return Err(last_words(process).await.into()),
            }
        }
    }

    /// Starts it and kills it, perhaps before it is ready.
    pub(super) async fn start_and_kill(&self, folder: &Path, patience: u32) -> Result<()> {
        let mut process = self.spawn(folder)?;
        for _ in 0..patience {
            yield_now().await;
        }
        Ok(process.kill().await?)
    }
}

async fn last_words(mut process: Child) -> String {
    let mut text = String::new();
    if let Some(mut stderr) = process.stderr.take() {
        // What cannot be read is not shown.
        let _ = stderr.read_to_string(&mut text).await;
    }
    format!("the sandbox did not start: {text}")
}

/// A sandbox that is ready.
pub(super) struct Server {
    process: Child,
    variables: BTreeMap<String, String>,
    /// Its output stays open, so that it can be written to.
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Server {
    /// What it printed under `name`.
    pub(super) fn variable(&self, name: &str) -> Result<String> {
        Ok(self.variables.get(name).ok_or_else(|| format!("it did not print {name}"))?.clone())
    }

    /// Kills it by SIGKILL: no destructor runs, and nothing is flushed.
    pub(super) async fn kill(mut self) -> Result<()> {
        Ok(self.process.kill().await?)
    }
}
