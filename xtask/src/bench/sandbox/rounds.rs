//! All contestants in turn, for one kind of call and a number of callers.

use anyhow::Result;

use super::stage::{Measured, Stage};
use crate::bench::{
    progress,
    spread::{Spread, per},
    table::{Column, Table},
};

pub(super) const CONTESTANTS: [&str; 4] = ["sandbox", "inside", "prism", "ceiling"];
pub(super) const SANDBOX: usize = 0;
pub(super) const INSIDE: usize = 1;
pub(super) const PRISM: usize = 2;
pub(super) const CEILING: usize = 3;

/// A kind of call, as the contestants' program calls it and as people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Work {
    pub(super) name: &'static str,
    title: &'static str,
}

pub(super) const GET: Work = Work { name: "get", title: "an investment" };

pub(super) const WORKS: [Work; 4] = [
    GET,
    Work { name: "list", title: "100 investments" },
    Work { name: "create", title: "a new investor" },
    Work { name: "token", title: "a token" },
];

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting {
    pub(super) work: Work,
    pub(super) in_flight: usize,
    pub(super) milliseconds: u32,
}

/// What the rounds gave, by contestant and round.
#[derive(Debug)]
pub(super) struct Rounds {
    pub(super) setting: Setting,
    found: [Vec<Measured>; CONTESTANTS.len()],
}

/// Runs the contestants in rounds, each in another order.
pub(super) fn measure(stage: &Stage<'_>, setting: Setting, rounds: usize) -> Result<Rounds> {
    let Setting { work, in_flight, .. } = setting;
    let mut found = Rounds { setting, found: Default::default() };
    progress::show(&format!("sandbox: {}, {in_flight} in flight", work.title));
    for round in 0..rounds {
        for turn in 0..CONTESTANTS.len() {
            let index = (turn + round) % CONTESTANTS.len();
            found.found[index].push(stage.measure(index, setting)?);
        }
    }
    progress::show("");
    Ok(found)
}

impl Rounds {
    /// Calls a second, by round.
    pub(super) fn rates(&self, contestant: usize) -> Vec<Option<f64>> {
        self.found[contestant].iter().map(|measured| measured.rate).collect()
    }

    /// Calls in a second of the server's processor time, by round: what a machine of its own would do for it.
    pub(super) fn rates_of_a_core(&self, contestant: usize) -> Vec<Option<f64>> {
        self.found[contestant].iter().map(|measured| per(1e6, measured.server?)).collect()
    }

    pub(super) fn table(&self) -> Table {
        let row = |index: usize| {
            let of = |part: fn(&Measured) -> Option<f64>| Spread::of(self.found[index].iter().map(part));
            let values = vec![
                of(|measured| measured.rate),
                of(|measured| measured.median),
                of(|measured| measured.tail),
                of(|measured| measured.server),
            ];
            (CONTESTANTS[index], values)
        };
        Table {
            title: format!("{}, {} in flight", self.setting.work.title, self.setting.in_flight),
            columns: vec![
                Column { title: "calls/s", key: "calls_per_second", digits: 0 },
                Column { title: "p50 µs", key: "p50_us", digits: 0 },
                Column { title: "p99 µs", key: "p99_us", digits: 0 },
                Column { title: "server µs/call", key: "server_processor_us_per_call", digits: 1 },
            ],
            rows: (0..CONTESTANTS.len()).map(row).collect(),
        }
    }
}
