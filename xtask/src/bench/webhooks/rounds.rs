//! All receivers in turn, with a number of senders.

use anyhow::{Context, Result};
use serde_json::Value;

use crate::bench::{
    folder::Folder,
    peer::{Core, Program},
    progress,
    spread::{self, Spread, number, per},
    table::{Column, Table},
};

const CONTESTANTS: [&str; 5] = ["ceiling", "bare", "naive", "inbox", "handler"];
const BARE: usize = 1;
const NAIVE: usize = 2;

/// What the rounds gave, by contestant and round.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    senders: usize,
    rate: [Vec<Option<f64>>; CONTESTANTS.len()],
    median: [Vec<Option<f64>>; CONTESTANTS.len()],
    tail: [Vec<Option<f64>>; CONTESTANTS.len()],
    /// Milliseconds of the bare loop's sync.
    syncs: Vec<Option<f64>>,
}

/// Lets the senders deliver to each receiver in rounds, each in another order, on the same disk.
pub(super) fn measure(
    program: &Program,
    folder: &Folder,
    senders: usize,
    (rounds, milliseconds): (usize, u32),
) -> Result<Rounds> {
    let mut found = Rounds { senders, ..Rounds::default() };
    for round in 0..rounds {
        progress::show(&format!("webhooks, {senders} at a time: round {} of {rounds}", round + 1));
        for turn in 0..CONTESTANTS.len() {
            let index = (turn + round) % CONTESTANTS.len();
            folder.clear()?;
            let result = one(program, folder, index, (senders, milliseconds)).with_context(|| CONTESTANTS[index])?;
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

fn one(program: &Program, folder: &Folder, index: usize, (senders, milliseconds): (usize, u32)) -> Result<Value> {
    let (in_flight, milliseconds) = (senders.to_string(), milliseconds.to_string());
    if index == BARE {
        return program.measure(Core::Any, &["journal", "bare", folder.as_text()?, &in_flight, &milliseconds]);
    }
    let server = program.serve_by(Core::Number(0), &["webhooks-serve", CONTESTANTS[index], folder.as_text()?])?;
    // Alone, sender and receiver take turns: on two cores each would have to be woken up for every turn.
    let core = Core::Number(usize::from(senders > 1));
    program.measure(core, &["webhooks", server.url(), &in_flight, &milliseconds])
}

impl Rounds {
    /// Milliseconds of a sync.
    pub(super) fn sync(&self) -> Option<Spread> {
        Spread::of(self.syncs.iter().copied())
    }

    pub(super) fn table(&self) -> Table {
        let row = |index: usize| {
            let of = |values: &[Vec<Option<f64>>; CONTESTANTS.len()]| Spread::of(values[index].iter().copied());
            let times = |peer: usize| {
                let pairs = Spread::of_pairs(&self.rate[index], &self.rate[peer], spread::ratio);
                pairs.filter(|_| index != peer)
            };
            (CONTESTANTS[index], vec![of(&self.rate), of(&self.median), of(&self.tail), times(BARE), times(NAIVE)])
        };
        let senders = self.senders;
        Table {
            title: if senders == 1 { "1 sender".to_owned() } else { format!("{senders} senders") },
            columns: vec![
                Column { title: "events/s", key: "events_per_second", digits: 0 },
                Column { title: "p50 ms", key: "p50_ms", digits: 2 },
                Column { title: "p99 ms", key: "p99_ms", digits: 2 },
                Column { title: "times bare", key: "times_bare", digits: 2 },
                Column { title: "times naive", key: "times_naive", digits: 2 },
            ],
            rows: (0..CONTESTANTS.len()).map(row).collect(),
        }
    }
}
