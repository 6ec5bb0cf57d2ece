//! Tasks of this workspace, run as `cargo xtask <task>`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this program talks to a person")]

mod bench;
mod coverage;
mod crash;
mod generate;
mod outcomes;
mod spec;
mod verify;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use self::workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask <task>

  generate [--check]    write openapi/cashlink.json, the raw client and docs/coverage.md, or only say what is stale
  verify [NAME]...      run the checks of those names, or all of them
  verify --list         show the names
  bench [NAME]...       measure: call and upload, or those of call, upload and build that are named
        [--quick] [--rounds N] [--json]
  outcomes              compare what 100,000 calls that meet faults say of their outcome with the sandbox's ledger
        [--calls N] [--seed S]
  crash                 kill each guide at every boundary, then by 300 schedules together with faults, and compare what
        [--schedules N] [--seed S]   comes of it with an undisturbed run; with --schedules only so many of those
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match arguments {
        ["generate"] => generate::write(&workspace)?,
        ["generate", "--check"] => println!("{} generated files are fresh", generate::check(&workspace)?),
        ["verify", "--list"] => verify::list(),
        ["verify", names @ ..] => return verify::run(&workspace, names),
        ["bench", arguments @ ..] => return bench::run(&workspace, arguments),
        ["outcomes", arguments @ ..] => return outcomes::run(&workspace, arguments),
        ["crash", arguments @ ..] => return crash::run(&workspace, arguments),
        [] | ["help" | "--help" | "-h"] => print!("{USAGE}"),
        other => bail!("`{}` is not a task\n\n{USAGE}", other.join(" ")),
    }
    Ok(ExitCode::SUCCESS)
}
