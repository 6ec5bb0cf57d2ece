//! `cargo xtask verify`: everything that keeps the workspace true, in one command.

mod api;
mod breaking;
mod check;
mod command;
mod conformance;
mod coverage;
mod deny;
mod dependencies;
mod docs;
mod doctests;
mod examples;
mod fmt;
mod generated;
mod lint;
mod outcome;
mod package;
mod report;
mod signatures;
mod size;
mod spec;
mod suite;
mod typos;

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};

use self::{
    check::{Check, Mend, Verdict},
    command::Cargo,
    outcome::Outcome,
    report::Report,
};
use crate::workspace::Workspace;

/// In the order in which they run: what is quick and often wrong comes first.
const CHECKS: [Check; 18] = [
    fmt::CHECK,
    spec::CHECK,
    examples::CHECK,
    generated::CHECK,
    coverage::CHECK,
    size::CHECK,
    dependencies::CHECK,
    signatures::CHECK,
    api::CHECK,
    breaking::CHECK,
    typos::CHECK,
    lint::CHECK,
    conformance::CHECK,
    suite::CHECK,
    doctests::CHECK,
    docs::CHECK,
    deny::CHECK,
    package::CHECK,
];

/// Which checks to run, and how.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Checks to run; all of them if none is named
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// A check to leave out
    #[arg(long, value_name = "NAME")]
    except: Vec<String>,
    /// Mend what fails and can be mended without a person, and check it again
    #[arg(long)]
    fix: bool,
    /// Fail if a check is skipped
    #[arg(long)]
    no_skips: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Name the checks, what mends each and what --fix does, and run none
    #[arg(long, conflicts_with_all = ["fix", "no_skips", "json"])]
    list: bool,
}

/// Runs the checks that `options` name, or all of them.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    let checks = select(options)?;
    let mut output = std::io::stdout();
    if options.list {
        for check in checks {
            say(&mut output, &listed(&check))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let is_well = perform_all(&checks, &Cargo::new(workspace.clone()), options, &mut output)?;
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Performs `checks` and says so. Returns whether all is well.
fn perform_all(checks: &[Check], cargo: &Cargo, options: &Options, output: &mut dyn Write) -> Result<bool> {
    let mut report = Report::default();
    for check in checks {
        let outcome = perform(*check, cargo, options);
        if !options.json {
            say(output, &outcome.lines())?;
        }
        report.add(outcome);
    }
    say(output, &if options.json { format!("{:#}\n", report.json()) } else { report.to_string() })?;
    let lacks = options.no_skips && report.has_skipped();
    if lacks {
        eprintln!("error: a check was skipped, and --no-skips was given");
    }
    Ok(!lacks && !report.has_failed())
}

fn perform(check: Check, cargo: &Cargo, options: &Options) -> Outcome {
    if !options.json {
        progress(&format!("{:<14}running…", check.name));
    }
    let outcome = Outcome::of(check, cargo);
    let outcome = if options.fix { outcome.mend(cargo) } else { outcome };
    if !options.json {
        progress("");
    }
    outcome
}

/// What `--list` says of a check.
fn listed(check: &Check) -> String {
    let mend = match check.mend {
        Mend::ByItself(what, _) => what,
        Mend::ByHand(reason) => &format!("nothing; {reason}"),
    };
    format!("{:<14}{}\n{:<14}to fix: {}\n{:<14}--fix: {mend}\n", check.name, check.about, "", check.fix, "")
}

fn select(options: &Options) -> Result<Vec<Check>> {
    let known = CHECKS.map(|check| check.name);
    let mut given = options.names.iter().chain(&options.except);
    if let Some(name) = given.find(|name| !known.contains(&name.as_str())) {
        bail!("`{name}` is none of {}", known.join(", "));
    }
    let has = |names: &[String], check: &Check| names.iter().any(|name| name == check.name);
    let chosen =
        |check: &Check| (options.names.is_empty() || has(&options.names, check)) && !has(&options.except, check);
    let checks: Vec<Check> = CHECKS.into_iter().filter(chosen).collect();
    if checks.is_empty() {
        bail!("no check is left to run");
    }
    Ok(checks)
}

/// Prints `text`. Not by a macro, which would panic once nobody reads any more.
fn say(output: &mut dyn Write, text: &str) -> Result<()> {
    output.write_all(text.as_bytes()).context("nobody reads what is printed")
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
