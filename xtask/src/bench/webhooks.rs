//! `bench webhooks`: durable deliveries beside a bare loop of writes and syncs and beside one commit for each, and verdicts.

mod rounds;
mod verdict;

use anyhow::Result;

use self::rounds::Rounds;
use super::{Benchmark, Findings, Settings, disk, folder::Folder, peer::Program, spread::Spread};
use crate::workspace::Workspace;

pub(super) const BENCHMARK: Benchmark = Benchmark { name: "webhooks", run };

const SENDERS: [usize; 3] = [1, 16, 64];

fn run(workspace: &Workspace, settings: Settings<'_>) -> Result<Findings> {
    let program = Program::build(workspace)?;
    let rounds = settings.rounds(7, 2);
    let milliseconds = if settings.quick { 200 } else { 1_000 };
    let folder = Folder::new(workspace, settings, BENCHMARK.name)?;
    let mut notes = vec![
        format!("on {}, in {}", disk::description(folder.path()), folder.path().display()),
        format!(
            "{rounds} interleaved rounds of {milliseconds} ms, after a fifth of that for nothing, each receiver in a process and a \
             file of its own, as min / median / max"
        ),
        "receivers are kept on one core and senders on the other, with 1 sender on the same; `bare` has no HTTP"
            .to_owned(),
    ];
    notes.extend(program.unpinned());
    let found: Result<Vec<_>> =
        SENDERS.iter().map(|senders| rounds::measure(&program, &folder, *senders, (rounds, milliseconds))).collect();
    let found = found?;
    if let Some(Spread { min, median, max }) = found.first().and_then(Rounds::sync) {
        notes.push(format!("a sync of the bare loop took {min:.2} / {median:.2} / {max:.2} ms with one caller"));
    }
    let mut tables: Vec<_> = found.iter().map(Rounds::table).collect();
    tables.push(verdict::measure(&program, rounds, milliseconds)?);
    Ok(Findings { notes, tables, aims: Vec::new() })
}
