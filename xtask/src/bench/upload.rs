//! `bench upload`: one large document from a file, streamed by the facade, by curl, and by reqwest's own form.

use std::{
    fs::{self, File},
    path::Path,
};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{
    Benchmark, Findings, Settings,
    aim::{Aim, Bound},
    peer::{self, Core, Program},
    progress,
    spread::{self, Spread, difference, number, per},
    table::{Column, Table},
};
use crate::workspace::Workspace;

pub(super) const BENCHMARK: Benchmark = Benchmark { name: "upload", run };

const CONTESTANTS: [&str; 3] = ["facade", "curl", "by-hand"];
const FACADE: usize = 0;
const CURL: usize = 1;
const BY_HAND: usize = 2;

const MEBIBYTE: u64 = 1024 * 1024;

/// What the rounds gave, by contestant and round.
#[derive(Debug, Default)]
struct Rounds {
    throughput: [Vec<Option<f64>>; 3],
    memory: [Vec<Option<f64>>; 3],
}

fn run(workspace: &Workspace, settings: Settings<'_>) -> Result<Findings> {
    let program = Program::build(workspace)?;
    let rounds = settings.rounds(7, 3);
    let mebibytes = if settings.quick { 256 } else { 1024 };
    let has_curl = peer::is_installed("curl");
    let mut notes = vec![format!(
        "{rounds} interleaved rounds of {mebibytes} MiB, each upload in a process of its own, as min / median / max"
    )];
    notes.extend(program.unpinned());
    if !has_curl {
        notes.push("curl is not installed: the facade is compared with reqwest's own form".to_owned());
    }

    let folder = workspace.root().join("target/bench");
    fs::create_dir_all(&folder)?;
    let path = folder.join("document.pdf");
    // A file of holes takes no space on the disk, and reading it does not depend on the disk.
    File::create(&path)?.set_len(mebibytes * MEBIBYTE)?;
    let found = measure(&program, &path, rounds, has_curl);
    fs::remove_file(&path)?;
    let found = found?;

    let peer = if has_curl { CURL } else { BY_HAND };
    let share = Spread::of_pairs(&found.throughput[FACADE], &found.throughput[peer], spread::percent);
    let memory = Spread::of(found.memory[FACADE].iter().copied());
    let about =
        if has_curl { "throughput of the facade, of curl's" } else { "throughput of the facade, of reqwest's form" };
    let aims = vec![
        Aim { about, unit: "%", bound: Bound::AtLeast, target: 90.0, measured: share },
        Aim {
            about: "memory of the facade at its peak, above idle",
            unit: "MiB",
            bound: Bound::AtMost,
            target: 32.0,
            measured: memory,
        },
    ];
    Ok(Findings { notes, tables: vec![table(&found, mebibytes)], aims })
}

fn measure(program: &Program, file: &Path, rounds: usize, has_curl: bool) -> Result<Rounds> {
    let server = program.serve(Core::Number(0))?;
    let name = file.to_str().context("the path of the workspace is not UTF-8")?;
    let mebibytes = fs::metadata(file)?.len() / MEBIBYTE;
    let upload = |index: usize| match CONTESTANTS[index] {
        "curl" => curl(program, server.url(), name),
        contestant => program.measure(Core::Number(1), &["upload", contestant, server.url(), name]),
    };
    // Once for nothing: from now on the file is in the system's cache.
    upload(BY_HAND)?;
    let mut found = Rounds::default();
    for round in 0..rounds {
        progress::show(&format!("upload: round {} of {rounds}", round + 1));
        for turn in 0..CONTESTANTS.len() {
            let index = (turn + round) % CONTESTANTS.len();
            let result = if index == CURL && !has_curl { Value::Null } else { upload(index)? };
            let seconds = number(&result, "total_ns").and_then(|nanos| per(nanos, 1e9));
            let size = u32::try_from(mebibytes).map(f64::from)?;
            found.throughput[index].push(seconds.and_then(|seconds| per(size, seconds)));
            let kibibytes = number(&result, "peak_kib").zip(number(&result, "idle_kib"));
            found.memory[index].push(kibibytes.and_then(|(peak, idle)| per(difference(peak, idle), 1024.0)));
        }
    }
    progress::show("");
    Ok(found)
}

/// Uploads by curl, which times itself: from its first step to the end of the reply, as the others do.
fn curl(program: &Program, url: &str, file: &str) -> Result<Value> {
    let (form, url) = (format!("file=@{file};type=application/pdf"), format!("{url}/v2/documents/"));
    let mut command = program.on(Core::Number(1), "curl");
    command.args(["--silent", "--show-error", "--fail", "--noproxy", "*", "--output", "/dev/null"]);
    command.args(["--write-out", "%{time_total}", "--header", "Authorization: Bearer benchmark"]);
    let seconds = peer::run(command.args(["--header", "X-Idempotency-Key: benchmark", "--form", &form, &url]))?;
    let seconds: f64 = seconds.trim().parse().with_context(|| format!("curl took `{seconds}`"))?;
    Ok(json!({ "total_ns": per(seconds, 1e-9) }))
}

fn table(found: &Rounds, mebibytes: u64) -> Table {
    let row = |index: usize| {
        let of = |values: &[Vec<Option<f64>>; 3]| Spread::of(values[index].iter().copied());
        (CONTESTANTS[index], vec![of(&found.throughput), of(&found.memory)])
    };
    Table {
        title: format!("{mebibytes} MiB"),
        columns: vec![
            Column { title: "MiB/s", key: "mib_per_second", digits: 0 },
            Column { title: "MiB above idle", key: "mib_above_idle", digits: 1 },
        ],
        rows: vec![row(FACADE), row(CURL), row(BY_HAND)],
    }
}
