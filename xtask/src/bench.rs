//! `cargo xtask bench`: what the facade costs and what the sandbox gives, against their peers in the same run.

mod aim;
mod build;
mod call;
mod disk;
mod folder;
mod instructions;
mod journal;
mod machine;
mod peer;
mod progress;
mod sandbox;
mod spread;
mod table;
mod upload;
mod webhooks;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use self::{aim::Aim, machine::Machine, table::Table};
use crate::workspace::Workspace;

/// What a benchmark found.
#[derive(Debug)]
struct Findings {
    /// What was done, and what could not be done here.
    notes: Vec<String>,
    tables: Vec<Table>,
    aims: Vec<Aim>,
}

/// How a benchmark is to be run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Settings<'arguments> {
    /// Nothing: as many as the benchmark deems enough.
    rounds: Option<usize>,
    quick: bool,
    json: bool,
    /// Where files of a benchmark go for which the disk matters. Nothing: into the target folder.
    folder: Option<&'arguments str>,
}

impl Settings<'_> {
    fn rounds(self, usual: usize, quick: usize) -> usize {
        self.rounds.unwrap_or(if self.quick { quick } else { usual })
    }
}

/// A benchmark.
#[derive(Clone, Copy, Debug)]
struct Benchmark {
    name: &'static str,
    run: fn(&Workspace, Settings<'_>) -> Result<Findings>,
}

const BENCHMARKS: [Benchmark; 6] =
    [call::BENCHMARK, upload::BENCHMARK, sandbox::BENCHMARK, journal::BENCHMARK, webhooks::BENCHMARK, build::BENCHMARK];

/// Run where none is named; what takes minutes, or the whole disk, is run on demand.
const USUAL: [&str; 2] = [call::BENCHMARK.name, upload::BENCHMARK.name];

/// Runs the benchmarks and prints what they found. A missed aim is no failure: clocks depend on the machine.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode> {
    let (benchmarks, settings) = parse(arguments)?;
    let mut found = Vec::new();
    for benchmark in benchmarks {
        let before = Machine::now();
        let findings = (benchmark.run)(workspace, settings)?;
        let after = Machine::now();
        if settings.json {
            found.push(as_json(benchmark.name, &findings, &before, &after));
        } else {
            print!("{}", as_text(benchmark.name, &findings, &before, &after));
        }
    }
    if settings.json {
        println!("{:#}", Value::Array(found));
    }
    Ok(ExitCode::SUCCESS)
}

fn parse<'arguments>(arguments: &[&'arguments str]) -> Result<(Vec<Benchmark>, Settings<'arguments>)> {
    let mut settings = Settings::default();
    let mut names = Vec::new();
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match *argument {
            "--quick" => settings.quick = true,
            "--json" => settings.json = true,
            "--rounds" => {
                let rounds = arguments.next().and_then(|text| text.parse().ok()).filter(|rounds| *rounds > 0);
                settings.rounds = Some(rounds.context("`--rounds` needs a number from 1")?);
            }
            "--dir" => settings.folder = Some(arguments.next().context("`--dir` needs a folder")?),
            name => names.push(name),
        }
    }
    let names = if names.is_empty() { USUAL.to_vec() } else { names };
    let known = BENCHMARKS.map(|benchmark| benchmark.name);
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        bail!("`{name}` is none of {}", known.join(", "));
    }
    Ok((BENCHMARKS.into_iter().filter(|benchmark| names.contains(&benchmark.name)).collect(), settings))
}

fn as_text(name: &str, findings: &Findings, before: &Machine, after: &Machine) -> String {
    let mut text = format!("bench {name}\n  {before}\n");
    for note in &findings.notes {
        text.extend(["  ", note, "\n"]);
    }
    for table in &findings.tables {
        text.extend(["\n", &table.to_string()]);
    }
    text.push('\n');
    for aim in &findings.aims {
        text.extend(["  ", &aim.to_string(), "\n"]);
    }
    text.extend(["  load average afterwards: ", &after.load, "\n\n"]);
    text
}

fn as_json(name: &str, findings: &Findings, before: &Machine, after: &Machine) -> Value {
    json!({
        "benchmark": name,
        "machine": before.description(),
        "load_before": before.load,
        "load_after": after.load,
        "notes": findings.notes,
        "rows": findings.tables.iter().flat_map(Table::as_json).collect::<Vec<_>>(),
        "aims": findings.aims.iter().map(Aim::as_json).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_name_the_benchmarks_that_take_a_minute_are_run() {
        check(&[], &["call", "upload"], Settings::default());
        check(&["build"], &["build"], Settings::default());
        check(&["upload", "call", "--json"], &["call", "upload"], Settings { json: true, ..Settings::default() });
        check(
            &["call", "--rounds", "3", "--quick"],
            &["call"],
            Settings { rounds: Some(3), quick: true, ..Settings::default() },
        );
        check(&["journal", "--dir", "/data"], &["journal"], Settings { folder: Some("/data"), ..Settings::default() });

        #[track_caller]
        fn check(arguments: &[&str], names: &[&str], settings: Settings<'_>) {
            let (benchmarks, parsed) = parse(arguments).unwrap();
            assert_eq!(benchmarks.iter().map(|benchmark| benchmark.name).collect::<Vec<_>>(), names);
            assert_eq!(parsed, settings);
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        check(&["speed"], "`speed` is none of call, upload, sandbox, journal, webhooks, build");
        check(&["--rounds"], "`--rounds` needs a number from 1");
        check(&["--dir"], "`--dir` needs a folder");
        check(&["--rounds", "0"], "`--rounds` needs a number from 1");

        #[track_caller]
        fn check(arguments: &[&str], expected: &str) {
            assert_eq!(parse(arguments).unwrap_err().to_string(), expected);
        }
    }
}
