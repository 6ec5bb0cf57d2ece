//! `bench journal`: durable intents beside a bare loop of writes and syncs, and beside one commit for each intent.

mod growth;
mod rounds;

use std::ops::RangeInclusive;

use anyhow::Result;

use self::{
    growth::Growth,
    rounds::{BARE, BEGIN, NAIVE, Rounds},
};
use super::{
    Benchmark, Findings, Settings,
    aim::{Aim, Bound},
    disk,
    folder::Folder,
    peer::Program,
    spread::{self, Spread},
};
use crate::workspace::Workspace;

pub(super) const BENCHMARK: Benchmark = Benchmark { name: "journal", run };

/// Milliseconds of a sync that are about 0.1 ms. What takes less is no disk.
const ABOUT_A_TENTH: RangeInclusive<f64> = 0.05..=0.15;

/// How many times as many rounds a lone caller has, each of them as much shorter. Its wait is little more than a sync, and
/// where others use the disk, a sync takes many times as long from one second to the next.
const SLICES: u8 = 4;

/// What the aims are about: how it is with one, 64 and 256 callers, and of a journal that grows.
struct Found {
    alone: Rounds,
    crowd: Rounds,
    throng: Rounds,
    growth: Growth,
}

fn run(workspace: &Workspace, settings: Settings<'_>) -> Result<Findings> {
    let program = Program::build(workspace)?;
    let rounds = settings.rounds(5, 2);
    let (milliseconds, rows) = if settings.quick { (200, 100_000) } else { (500, 1_000_000) };
    let folder = Folder::new(workspace, settings, BENCHMARK.name)?;
    let mut notes = vec![
        format!("on {}, in {}", disk::description(folder.path()), folder.path().display()),
        format!(
            "{rounds} interleaved rounds of {milliseconds} ms, {SLICES} times as many and as much shorter with 1 caller, each \
             contestant in a process and a file of its own, as min / median / max"
        ),
    ];

    let measure = |callers, slices: u8| {
        let (rounds, milliseconds) = (rounds * usize::from(slices), milliseconds / u32::from(slices));
        rounds::measure(&program, &folder, callers, (rounds, milliseconds))
    };
    let (alone, few, crowd, throng) = (measure(1, SLICES)?, measure(16, 1)?, measure(64, 1)?, measure(256, 1)?);
    let mut tables = vec![alone.table(), few.table(), crowd.table(), throng.table()];
    let growth = growth::measure(&program, &folder, rows, rounds)?;
    tables.extend(growth.tables());
    notes.extend(growth.notes());
    let found = Found { alone, crowd, throng, growth };
    notes.extend(found.sync_note());
    Ok(Findings { notes, tables, aims: found.aims(settings) })
}

impl Found {
    /// Milliseconds of a sync when one caller has the disk for itself.
    fn sync(&self) -> Option<Spread> {
        Spread::of(self.alone.syncs.iter().copied())
    }

    fn sync_note(&self) -> Option<String> {
        let Spread { min, median, max } = self.sync()?;
        Some(format!("a sync of the bare loop took {min:.2} / {median:.2} / {max:.2} ms with one caller"))
    }

    fn aims(&self, settings: Settings<'_>) -> Vec<Aim> {
        let ratio =
            |rounds: &Rounds, peer: usize| Spread::of_pairs(&rounds.rate[BEGIN], &rounds.rate[peer], spread::ratio);
        let is_a_tenth = self.sync().is_some_and(|sync| ABOUT_A_TENTH.contains(&sync.median));
        let rate = Spread::of(self.crowd.rate[BEGIN].iter().copied()).filter(|_| is_a_tenth);
        let wait = Spread::of_pairs(&self.alone.median[BEGIN], &self.alone.median[NAIVE], spread::ratio);
        let at_least = |about, target, unit, measured| Aim { about, unit, bound: Bound::AtLeast, target, measured };
        let at_most = |about, target, unit, measured| Aim { about, unit, bound: Bound::AtMost, target, measured };
        vec![
            at_least("intents/s, of the bare loop's, 64 callers", 0.3, "times", ratio(&self.crowd, BARE)),
            at_least("intents/s, of the bare loop's, 256 callers", 0.1, "times", ratio(&self.throng, BARE)),
            at_least("intents/s, of those with a commit for each, 64 callers", 5.0, "times", ratio(&self.crowd, NAIVE)),
            at_least("intents, 64 callers, where a sync takes about 0.1 ms", 30_000.0, "a second", rate),
            at_most("p50 of one caller, of that with a commit for each", 1.5, "times", wait),
            // What a shorter run leaves is too small to say anything of it.
            at_most(
                "first pending intent after a crash, file not in the system's cache",
                1.0,
                "s",
                self.growth.first_pending().filter(|_| !settings.quick),
            ),
        ]
    }
}
