//! How soon a sandbox answers, and what many of them in one process take.

use anyhow::Result;

use crate::bench::{
    peer::{Core, Program},
    progress,
    spread::{Spread, number, per},
    table::{Column, Table},
};

/// How many sandboxes are started in one process, one after the other and then side by side.
const SANDBOXES: &str = "100";

/// What the processes found, by round.
#[derive(Debug, Default)]
pub(super) struct Starts {
    first: Vec<Option<f64>>,
    first_processor: Vec<Option<f64>>,
    later: Vec<Option<f64>>,
    last: Vec<Option<f64>>,
    many: Vec<Option<f64>>,
    memory: Vec<Option<f64>>,
}

pub(super) fn measure(program: &Program, rounds: usize) -> Result<Starts> {
    let mut found = Starts::default();
    for round in 0..rounds {
        progress::show(&format!("sandbox, starts: round {} of {rounds}", round + 1));
        let result = program.measure(Core::Any, &["sandbox-start", SANDBOXES])?;
        let millis = |key| number(&result, key).and_then(|nanos| per(nanos, 1e6));
        found.first.push(millis("first_ns"));
        found.first_processor.push(millis("first_cpu_ns"));
        found.later.push(millis("p50_ns"));
        found.last.push(millis("max_later_ns"));
        let result = program.measure(Core::Any, &["sandbox-many", SANDBOXES])?;
        let sandboxes = number(&result, "sandboxes");
        let each = |key, divisor| {
            let all = number(&result, key).zip(sandboxes)?;
            per(all.0, all.1).and_then(|each| per(each, divisor))
        };
        found.many.push(each("total_ns", 1e6));
        found.memory.push(each("added_kib", 1.0));
    }
    progress::show("");
    Ok(found)
}

impl Starts {
    /// Milliseconds from nothing to two answers, for the first sandbox of a process.
    pub(super) fn first(&self) -> Option<Spread> {
        Spread::of(self.first.iter().copied())
    }

    /// The median of those that come after it.
    pub(super) fn later(&self) -> Option<Spread> {
        Spread::of(self.later.iter().copied())
    }

    pub(super) fn table(&self) -> Table {
        let of = |values: &[Option<f64>]| Spread::of(values.iter().copied());
        Table {
            title: "start".to_owned(),
            columns: vec![
                Column { title: "ms", key: "ms", digits: 2 },
                Column { title: "processor ms", key: "processor_ms", digits: 2 },
                Column { title: "KiB", key: "kib", digits: 0 },
            ],
            rows: vec![
                ("first of a process", vec![self.first(), of(&self.first_processor), None]),
                ("each later one", vec![self.later(), None, None]),
                ("slowest later one", vec![of(&self.last), None, None]),
                ("each of 100 side by side", vec![of(&self.many), None, of(&self.memory)]),
            ],
        }
    }
}
