//! Verdicts on one core, beside a bare reading of the same JSON.

use anyhow::Result;

use crate::bench::{
    peer::{Core, Program},
    progress,
    spread::{Spread, number, per},
    table::{Column, Table},
};

const CONTESTANTS: [&str; 3] = ["examine", "refuse", "parse"];

/// Lets each give verdicts in rounds, each in another order.
pub(super) fn measure(program: &Program, rounds: usize, milliseconds: u32) -> Result<Table> {
    let (mut by_clock, mut by_processor) = ([const { Vec::new() }; 3], [const { Vec::new() }; 3]);
    let milliseconds = milliseconds.to_string();
    for round in 0..rounds {
        progress::show(&format!("verdicts: round {} of {rounds}", round + 1));
        for turn in 0..CONTESTANTS.len() {
            let index = (turn + round) % CONTESTANTS.len();
            let result = program.measure(Core::Number(0), &["verdict", CONTESTANTS[index], &milliseconds])?;
            let rate = |key| {
                let seconds = number(&result, key).and_then(|nanos| per(nanos, 1e9))?;
                per(number(&result, "verdicts")?, seconds)
            };
            by_clock[index].push(rate("total_ns"));
            by_processor[index].push(rate("cpu_ns"));
        }
    }
    progress::show("");
    let of = |values: &[Option<f64>]| Spread::of(values.iter().copied());
    let row = |index: usize| (CONTESTANTS[index], vec![of(&by_clock[index]), of(&by_processor[index])]);
    Ok(Table {
        title: "verdicts, one core".to_owned(),
        columns: vec![
            Column { title: "a second", key: "per_second", digits: 0 },
            Column { title: "a second of the processor", key: "per_processor_second", digits: 0 },
        ],
        rows: (0..CONTESTANTS.len()).map(row).collect(),
    })
}
