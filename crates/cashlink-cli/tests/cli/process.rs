//! Starts the program and waits for it.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    path::PathBuf,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// Where no journal can be: a test that writes one down says where.
const NOWHERE: &str = "/dev/null/home";

/// The program with `arguments`, and no environment of its own.
pub(crate) fn cashlink(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cashlink"));
    command.args(arguments).env_clear().stdin(Stdio::null());
    command.env("HOME", NOWHERE).env("XDG_DATA_HOME", NOWHERE);
    command
}

/// What a program that has ended left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ended {
    /// Stdout as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The paths of what is wrong, from the JSON document.
    #[track_caller]
    pub(crate) fn paths(&self) -> Vec<String> {
        let document = self.json();
        let fields = document["error"]["fields"].as_array().cloned().unwrap_or_default();
        fields.iter().map(|field| field["path"].as_str().unwrap().to_owned()).collect()
    }
}

/// Runs the program to its end.
pub(crate) fn run(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let ended = Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
    assert!(!ended.stderr.contains("panicked"), "{ended:?}");
    ended
}

/// Asks `child` to end.
pub(crate) fn send(signal: &str, child: &Child) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

/// A `cashlink sandbox` that is ready.
pub(crate) struct Served {
    pub(crate) child: Child,
    pub(crate) lines: Vec<String>,
    stdout: BufReader<ChildStdout>,
    folder: TempDir,
}

impl Served {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let mut command = cashlink(&["sandbox"]);
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line| line != "READY") {
            let mut line = String::new();
            assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "it ended after {lines:?}");
            lines.push(line.trim_end().to_owned());
        }
        Self { child, lines, stdout, folder: tempfile::tempdir().unwrap() }
    }

    /// The variables that it printed.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        let pairs = self.lines.iter().filter_map(|line| line.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The journal of this sandbox.
    pub(crate) fn journal(&self) -> PathBuf {
        self.folder.path().join("journal.db")
    }

    /// The program with `arguments`, pointed at this sandbox and its journal.
    pub(crate) fn cashlink(&self, arguments: &[&str]) -> Command {
        let mut command = cashlink(arguments);
        command.envs(self.variables()).env("CASHLINK_JOURNAL", self.journal());
        command
    }

    /// Asks it to end, and returns how it ended and what it printed after READY.
    pub(crate) fn stop(mut self, signal: &str) -> (ExitStatus, String) {
        send(signal, &self.child);
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It has ended already if the test stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
