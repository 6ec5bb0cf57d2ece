//! `cargo xtask verify`: everything that keeps the workspace true, in one command.

mod command;
mod coverage;
mod deny;
mod dependencies;
mod docs;
mod doctests;
mod fmt;
mod generated;
mod lint;
mod package;
mod report;
mod signatures;
mod size;
mod spec;
mod suite;

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use self::{command::Cargo, report::Summary};
use crate::workspace::Workspace;

/// One thing that must hold.
#[derive(Clone, Copy, Debug)]
struct Check {
    name: &'static str,
    about: &'static str,
    /// What to run when it does not hold.
    fix: &'static str,
    run: fn(&Cargo) -> Verdict,
}

/// Whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    Passed,
    /// With what the check printed.
    Failed(String),
    /// With what is missing, and how to get it.
    Skipped(String),
}

/// In the order in which they run: what is quick and often wrong comes first.
const CHECKS: [Check; 13] = [
    fmt::CHECK,
    spec::CHECK,
    generated::CHECK,
    coverage::CHECK,
    size::CHECK,
    dependencies::CHECK,
    signatures::CHECK,
    lint::CHECK,
    suite::CHECK,
    doctests::CHECK,
    docs::CHECK,
    deny::CHECK,
    package::CHECK,
];

/// Which checks to run, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Checks to run; all of them if none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// Name the checks and run none
    #[arg(long)]
    list: bool,
}

fn list() {
    for check in CHECKS {
        println!("{:<14}{}", check.name, check.about);
    }
}

/// Runs the checks that `options` name, or all of them.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.list {
        list();
        return Ok(ExitCode::SUCCESS);
    }
    let names: Vec<&str> = options.names.iter().map(String::as_str).collect();
    let checks = select(&names)?;
    let cargo = Cargo::new(workspace.clone());
    let mut summary = Summary::default();
    for check in checks {
        progress(&format!("{:<14}running…", check.name));
        let (verdict, took) = timed(|| (check.run)(&cargo));
        progress("");
        print!("{}", report::line(check.name, &verdict, took));
        summary.add(check.name, check.fix, &verdict);
    }
    print!("{summary}");
    Ok(if summary.has_failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn select(names: &[&str]) -> Result<Vec<Check>> {
    let known = CHECKS.map(|check| check.name);
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        bail!("`{name}` is none of {}", known.join(", "));
    }
    Ok(CHECKS.into_iter().filter(|check| names.is_empty() || names.contains(&check.name)).collect())
}

#[expect(clippy::disallowed_methods, reason = "the seconds are for the person who waits")]
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = work();
    (value, start.elapsed())
}

/// Replaces the last line of a terminal by `text`; prints nothing elsewhere.
fn progress(text: &str) {
    let mut output = std::io::stdout();
    if output.is_terminal() {
        // A terminal that went away is noticed by the next line.
        let _ = write!(output, "\r\x1b[2K{text}").and_then(|()| output.flush());
    }
}

#[cfg(test)]
mod tests;
