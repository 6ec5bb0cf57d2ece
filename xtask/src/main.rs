//! Tasks of this workspace, run as `cargo xtask <task>`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this program talks to a person")]

mod bench;
mod coverage;
mod crash;
mod diff;
mod generate;
mod import;
mod outcomes;
mod spec;
mod verify;
mod webhooks;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use self::workspace::Workspace;

/// Tasks of this workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Write openapi/cashlink.json, the raw client and docs/coverage.md
    Generate {
        /// Write nothing, only say what is stale
        #[arg(long)]
        check: bool,
    },
    /// Run the checks that keep the workspace true
    Verify(verify::Options),
    /// Compare two descriptions of the API and name what breaks a client
    Diff(diff::Options),
    /// Bring a newer document of the API's makers into the curated description
    Import(import::Options),
    /// Measure: call and upload, or those of call, upload, sandbox, journal, webhooks and build that are named
    #[command(override_usage = "cargo xtask bench [NAME]... [--quick] [--rounds N] [--folder DIR] [--json]")]
    Bench(Passed),
    /// Compare what 100,000 calls that meet faults say of their outcome with the sandbox's ledger
    #[command(override_usage = "cargo xtask outcomes [--calls N] [--seed S]")]
    Outcomes(Passed),
    /// Kill each guide at every boundary, then by schedules together with faults, and compare with an undisturbed run; or
    /// kill sandboxes that keep their data under load, and compare with what they answered
    #[command(
        override_usage = "cargo xtask crash [--schedules N] [--seed S]\n       cargo xtask crash --sandbox N [--seed S]"
    )]
    Crash(Passed),
    /// Deliver 100,000 events of webhooks to receivers that are killed again and again, and compare what they did with what
    /// was sent; `--plant` has them make a mistake, which has to be caught
    #[command(
        override_usage = "cargo xtask webhooks [--deliveries N] [--receivers N] [--kills N] [--seed S] [--plant MISTAKE]"
    )]
    Webhooks(Passed),
}

/// Arguments that another program reads.
#[derive(Debug, clap::Args)]
struct Passed {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    arguments: Vec<String>,
}

impl Passed {
    fn list(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments.task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            // As clap does: 1 is what a task says of a document or of the workspace.
            ExitCode::from(2)
        }
    }
}

fn run(task: &Task) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match task {
        Task::Generate { check: false } => generate::write(&workspace)?.iter().for_each(|line| println!("{line}")),
        Task::Generate { check: true } => println!("{} generated files are fresh", generate::check(&workspace)?),
        Task::Verify(options) => return verify::run(&workspace, options),
        Task::Diff(options) => return diff::run(&workspace, options),
        Task::Import(options) => return import::run(&workspace, options),
        Task::Bench(passed) => return bench::run(&workspace, &passed.list()),
        Task::Outcomes(passed) => return outcomes::run(&workspace, &passed.list()),
        Task::Crash(passed) => return crash::run(&workspace, &passed.list()),
        Task::Webhooks(passed) => return webhooks::run(&workspace, &passed.list()),
    }
    Ok(ExitCode::SUCCESS)
}
