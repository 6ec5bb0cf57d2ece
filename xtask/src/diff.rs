//! `cargo xtask diff`: two descriptions of the API compared by meaning.

use std::process::ExitCode;

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::Value;

use crate::workspace::Workspace;

/// What to compare.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The older document: a file, or a folder with cashlink.yaml
    old: Option<String>,
    /// The newer document; without it, the one in openapi/
    new: Option<String>,
    /// The older document is that of this revision of git
    #[arg(long, value_name = "REV", conflicts_with = "old")]
    base: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[expect(dead_code, reason = "not built yet")]
/// Whether a change can stop a client that was made from the older document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// It can.
    Breaking,
    /// It cannot.
    Compatible,
}

/// One change; `tests/diff/README.md` has the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Change {
    /// Name of the rule.
    pub(crate) rule: &'static str,
    /// Whether it breaks a client.
    pub(crate) verdict: Verdict,
    /// Whether a program may have to be edited after the client was generated anew.
    pub(crate) recompile: bool,
    /// JSON pointer in the newer document; in the older one if it is gone there.
    pub(crate) at: String,
    /// The operations that reach it, by id.
    pub(crate) operations: Vec<String>,
    /// What happened, for a person.
    pub(crate) text: String,
}

/// Runs the task.
pub(crate) fn run(_workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    bail!("not built yet: {options:?}")
}

/// Every change from `old` to `new`, two whole documents: breaking ones first, then by place.
#[expect(dead_code, reason = "not built yet")]
pub(crate) fn compare(_old: &Value, _new: &Value) -> Vec<Change> {
    Vec::new()
}
