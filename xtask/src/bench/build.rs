//! `bench build`: what a program's build takes with the facade, beyond the HTTP client, runtime and serialization alone.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result};
use serde_json::Value;

use super::{
    Benchmark, Findings, Settings,
    aim::{Aim, Bound},
    peer, progress,
    spread::{Spread, difference, per},
    table::{Column, Table},
};
use crate::{spec::operations, workspace::Workspace};

pub(super) const BENCHMARK: Benchmark = Benchmark { name: "build", run };

const RELEASE: [&str; 2] = ["build", "--release"];
const CHECK: [&str; 1] = ["check"];

/// The same program twice: with the facade, and with what the facade itself needs at the least, with the same features.
const PROGRAMS: [(&str, &str, &str); 2] = [
    ("facade", r#"cashlink = { path = "CRATES/cashlink" }"#, include_str!("build/facade.rs.txt")),
    (
        "bare",
        r#"reqwest = { version = "0.13", default-features = false, features = ["form", "json", "query", "rustls", "stream"] }
serde = { version = "1", features = ["derive"] }"#,
        include_str!("build/bare.rs.txt"),
    ),
];
const FACADE: usize = 0;
const BARE: usize = 1;

/// What both of them have.
const MANIFEST: &str = r#"[package]
name = "NAME"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
DEPENDENCIES
serde_json = "1"
tokio = { version = "1", features = ["fs", "io-util", "macros", "rt", "sync", "time"] }

[profile.release]
strip = true

[workspace]
"#;

/// What the rounds gave, by program and round, and what is the same in every round.
#[derive(Debug, Default)]
struct Rounds {
    release: [Vec<Option<f64>>; 2],
    check: [Vec<Option<f64>>; 2],
    crates: [Option<f64>; 2],
    megabytes: [Option<f64>; 2],
}

fn run(workspace: &Workspace, settings: Settings<'_>) -> Result<Findings> {
    let rounds = settings.rounds(3, 1);
    let count = count_operations(workspace)?;
    let lines = generated_lines(workspace)?;
    let notes = vec![
        format!("{rounds} interleaved rounds of clean builds, dependencies included, as min / median / max"),
        format!("{count} operations, {lines} generated lines: {} for each", lines / count.max(1)),
    ];
    let found = measure(workspace, rounds)?;

    let operations = u32::try_from(count).map(f64::from)?;
    let each = |seconds: &[Vec<Option<f64>>; 2]| {
        let pairs = seconds[FACADE].iter().zip(&seconds[BARE]);
        Spread::of(pairs.map(|(facade, bare)| per(difference((*facade)?, (*bare)?), operations)))
    };
    let aims = vec![
        Aim {
            about: "release build for each operation, on top of the bare program",
            unit: "s",
            bound: Bound::AtMost,
            target: 0.1,
            measured: each(&found.release),
        },
        Aim {
            about: "stripped program with the facade",
            unit: "MB",
            bound: Bound::AtMost,
            target: 6.0,
            measured: Spread::of([found.megabytes[FACADE]]),
        },
    ];
    Ok(Findings { notes, tables: vec![table(&found), per_operation(each(&found.release), each(&found.check))], aims })
}

fn measure(workspace: &Workspace, rounds: usize) -> Result<Rounds> {
    let folder = workspace.root().join("target/bench-build");
    let mut found = Rounds::default();
    for round in 0..rounds {
        for turn in 0..PROGRAMS.len() {
            let index = (turn + round) % PROGRAMS.len();
            let package = Package::write(workspace, &folder, index)?;
            let step = |what: &str| {
                let name = PROGRAMS[index].0;
                progress::show(&format!("build: round {} of {rounds}: {what} of {name}", round + 1));
            };
            step("check");
            found.check[index].push(Some(package.timed(&CHECK)?));
            step("release build");
            found.release[index].push(Some(package.timed(&RELEASE)?));
            found.crates[index] = Some(package.crates()?);
            found.megabytes[index] = Some(package.megabytes()?);
        }
    }
    progress::show("");
    fs::remove_dir_all(&folder)?;
    Ok(found)
}

/// A program in a folder and a workspace of its own.
struct Package {
    name: &'static str,
    folder: PathBuf,
}

impl Package {
    fn write(workspace: &Workspace, folder: &Path, index: usize) -> Result<Self> {
        let (name, dependencies, main) = PROGRAMS[index];
        let folder = folder.join(name);
        fs::create_dir_all(folder.join("src"))?;
        let crates = workspace.root().join("crates");
        let dependencies = dependencies.replace("CRATES", crates.to_str().context("a path that is not UTF-8")?);
        let manifest = MANIFEST.replace("NAME", name).replace("DEPENDENCIES", &dependencies);
        fs::write(folder.join("Cargo.toml"), manifest)?;
        fs::write(folder.join("src/main.rs"), main)?;
        // The same versions in both, and nothing to look up.
        fs::copy(workspace.root().join("Cargo.lock"), folder.join("Cargo.lock"))?;
        Ok(Self { name, folder })
    }

    /// Seconds of one run of cargo from nothing.
    #[expect(clippy::disallowed_methods, reason = "time is what is measured")]
    fn timed(&self, arguments: &[&str]) -> Result<f64> {
        let target = self.target();
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        peer::run(&mut self.cargo(&["fetch"]))?;
        let start = Instant::now();
        peer::run(&mut self.cargo(arguments))?;
        Ok(start.elapsed().as_secs_f64())
    }

    /// The crates that are compiled beside the program itself.
    fn crates(&self) -> Result<f64> {
        let tree =
            peer::run(&mut self.cargo(&["tree", "--edges", "normal,build", "--prefix", "none", "--format", "{p}"]))?;
        let mut names: Vec<&str> = tree.lines().map(|line| line.trim_end_matches(" (*)")).collect();
        names.sort_unstable();
        names.dedup();
        Ok(u32::try_from(names.len().saturating_sub(1)).map(f64::from)?)
    }

    fn megabytes(&self) -> Result<f64> {
        let program = self.target().join("release").join(format!("{}{}", self.name, std::env::consts::EXE_SUFFIX));
        let bytes = u32::try_from(fs::metadata(program)?.len())?;
        per(f64::from(bytes), 1e6).context("no size")
    }

    fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.folder).env("CARGO_TARGET_DIR", self.target()).stdin(Stdio::null());
        command
    }
}

fn count_operations(workspace: &Workspace) -> Result<usize> {
    let bundle = fs::read_to_string(workspace.spec_folder().join("cashlink.json"))?;
    let document: Value = serde_json::from_str(&bundle)?;
    Ok(operations::all(&document).len())
}

fn generated_lines(workspace: &Workspace) -> Result<usize> {
    let mut lines = 0;
    for entry in fs::read_dir(workspace.root().join("crates/cashlink-api/src/generated"))? {
        lines += fs::read_to_string(entry?.path())?.lines().count();
    }
    Ok(lines)
}

fn table(found: &Rounds) -> Table {
    let row = |index: usize| {
        let of = |values: &[Vec<Option<f64>>; 2]| Spread::of(values[index].iter().copied());
        let once = [found.crates[index], found.megabytes[index]].map(|value| Spread::of([value]));
        (PROGRAMS[index].0, [vec![of(&found.release), of(&found.check)], once.to_vec()].concat())
    };
    Table {
        title: "program".to_owned(),
        columns: vec![
            Column { title: "release s", key: "release_seconds", digits: 1 },
            Column { title: "check s", key: "check_seconds", digits: 1 },
            Column { title: "crates", key: "crates", digits: 0 },
            Column { title: "stripped MB", key: "stripped_mb", digits: 2 },
        ],
        rows: vec![row(FACADE), row(BARE)],
    }
}

fn per_operation(release: Option<Spread>, check: Option<Spread>) -> Table {
    Table {
        title: "for each operation".to_owned(),
        columns: vec![
            Column { title: "release s", key: "release_seconds", digits: 3 },
            Column { title: "check s", key: "check_seconds", digits: 3 },
        ],
        rows: vec![("facade less bare", vec![release, check])],
    }
}
