//! Starts the program and waits for it.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use cashlink_sandbox::{LedgerEntry, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

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

    /// Each line of stdout as a JSON document.
    #[track_caller]
    pub(crate) fn lines(&self) -> Vec<Value> {
        let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        self.stdout.lines().map(read).collect()
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

/// A sandbox in this process, whose faults and ledger are at hand, with a folder for a journal.
pub(crate) struct Local {
    pub(crate) sandbox: Sandbox,
    folder: TempDir,
    /// Serves the sandbox for as long as it lives.
    runtime: Runtime,
}

impl Local {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let sandbox = runtime.block_on(Sandbox::start()).unwrap();
        Self { sandbox, folder: tempfile::tempdir().unwrap(), runtime }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.folder().join("journal.db")
    }

    /// Waits until its webhooks are told all that is due.
    pub(crate) fn settled(&self) {
        self.runtime.block_on(self.sandbox.deliveries_settled());
    }

    /// The program with `arguments`, pointed at this sandbox and its journal.
    pub(crate) fn cashlink(&self, arguments: &[&str]) -> Command {
        let (mut command, sandbox) = (cashlink(arguments), &self.sandbox);
        command.env("CASHLINK_URL", sandbox.url()).env("CASHLINK_CLIENT_ID", sandbox.client_id());
        command.env("CASHLINK_CLIENT_SECRET", sandbox.client_secret());
        command.env("CASHLINK_CAMPAIGN_ID", sandbox.campaign_id().to_string());
        command.env("CASHLINK_PRODUCT_ID", sandbox.product_id().to_string());
        command.env("CASHLINK_INVESTOR_ID", sandbox.investor_id().to_string());
        command.env("CASHLINK_JOURNAL", self.journal());
        command
    }

    /// Runs the program with `arguments` to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        run(&mut self.cashlink(arguments))
    }

    /// The smallest invitation that the sandbox accepts.
    pub(crate) fn invitation(&self) -> String {
        let (investor, campaign) = (self.sandbox.investor_id(), self.sandbox.campaign_id());
        json!({"investor_id": investor, "campaign_id": campaign, "units": 10}).to_string()
    }

    /// How often `operation` had its effect.
    pub(crate) fn applied(&self, operation: &str) -> usize {
        let is_one = |entry: &&LedgerEntry| {
            entry.operation_id == operation && entry.outcome == cashlink_sandbox::LedgerOutcome::Applied
        };
        self.sandbox.ledger().iter().filter(is_one).count()
    }
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
        Self::of(cashlink(&["sandbox"]).args(arguments))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut lines = Vec::new();
        while lines.last().is_none_or(|line| line != "READY") {
            let mut line = String::new();
            assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "it ended after {lines:?}");
            lines.push(line.trim_end().to_owned());
        }
        Self { child, lines, stdout, folder: tempfile::tempdir().unwrap() }
    }

    /// The next line that it prints; waits for it.
    pub(crate) fn next(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    /// The variables that it printed.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        let pairs = self.lines.iter().filter_map(|line| line.split_once('='));
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// What it answers to a call without a body: the status, and the body if it is JSON.
    pub(crate) fn ask(&self, method: &str, path: &str, token: Option<&str>) -> (u16, Value) {
        let address = self.variables()["CASHLINK_SANDBOX"].replace("http://", "");
        let mut stream = TcpStream::connect(&address).unwrap();
        let token = token.map_or(String::new(), |token| format!("Authorization: Bearer {token}\r\n"));
        // In HTTP/1.0, so that the body ends with the connection.
        write!(stream, "{method} {path} HTTP/1.0\r\nHost: {address}\r\n{token}\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
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
