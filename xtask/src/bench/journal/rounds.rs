//! All contestants in turn, with a number of callers.

use anyhow::Result;

use super::{Folder, Program};
use crate::bench::{
    peer::Core,
    progress,
    spread::{Spread, number, per},
    table::{Column, Table},
};

const CONTESTANTS: [&str; 5] = ["bare", "naive", "begin", "sealed", "begin-finish"];
pub(super) const BARE: usize = 0;
pub(super) const NAIVE: usize = 1;
pub(super) const BEGIN: usize = 2;

pub(super) const RATE: Column = Column { title: "intents/s", key: "intents_per_second", digits: 0 };
pub(super) const MEDIAN: Column = Column { title: "p50 ms", key: "p50_ms", digits: 2 };
pub(super) const TAIL: Column = Column { title: "p99 ms", key: "p99_ms", digits: 2 };

/// What the rounds gave, by contestant and round.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    callers: usize,
    pub(super) rate: [Vec<Option<f64>>; 5],
    pub(super) median: [Vec<Option<f64>>; 5],
    tail: [Vec<Option<f64>>; 5],
    /// Milliseconds of the bare loop's sync.
    pub(super) syncs: Vec<Option<f64>>,
}

/// Runs the contestants in rounds, each in another order, on the same disk.
pub(super) fn measure(
    program: &Program,
    folder: &Folder,
    callers: usize,
    (rounds, milliseconds): (usize, u32),
) -> Result<Rounds> {
    let mut found = Rounds { callers, ..Rounds::default() };
    let (in_flight, milliseconds) = (callers.to_string(), milliseconds.to_string());
    for round in 0..rounds {
        progress::show(&format!("journal, {callers} at a time: round {} of {rounds}", round + 1));
        for turn in 0..CONTESTANTS.len() {
            let index = (turn + round) % CONTESTANTS.len();
            folder.clear()?;
            let arguments = ["journal", CONTESTANTS[index], folder.as_text()?, &in_flight, &milliseconds];
            let result = program.measure(Core::Any, &arguments)?;
            let of = |key, divisor| number(&result, key).and_then(|nanos| per(nanos, divisor));
            let made = number(&result, "intents").zip(of("total_ns", 1e9));
            found.rate[index].push(made.and_then(|(made, seconds)| per(made, seconds)));
            found.median[index].push(of("p50_ns", 1e6));
            found.tail[index].push(of("p99_ns", 1e6));
            if index == BARE {
                found.syncs.push(of("sync_p50_ns", 1e6));
            }
        }
    }
    progress::show("");
    Ok(found)
}

impl Rounds {
    pub(super) fn table(&self) -> Table {
        let row = |index: usize| {
            let of = |values: &[Vec<Option<f64>>; 5]| Spread::of(values[index].iter().copied());
            (CONTESTANTS[index], vec![of(&self.rate), of(&self.median), of(&self.tail)])
        };
        let callers = self.callers;
        Table {
            title: if callers == 1 { "1 caller".to_owned() } else { format!("{callers} callers") },
            columns: vec![RATE, MEDIAN, TAIL],
            rows: (0..CONTESTANTS.len()).map(row).collect(),
        }
    }
}
