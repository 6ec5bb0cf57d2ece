//! `bench call`: one `POST` with a JSON body and a key, by the facade, by the raw client, and written by hand.

use anyhow::Result;

use super::{
    Benchmark, Findings, Settings,
    aim::{Aim, Bound},
    instructions::{self, Counts},
    peer::{Core, Program},
    progress,
    spread::{self, Spread, number, per},
    table::{Column, Table},
};
use crate::workspace::Workspace;

pub(super) const BENCHMARK: Benchmark = Benchmark { name: "call", run };

const CONTESTANTS: [&str; 3] = ["facade", "raw", "by-hand"];
const FACADE: usize = 0;
const BY_HAND: usize = 2;

const LATENCY: Column = Column { title: "p50 µs", key: "p50_us", digits: 1 };
const RATE: Column = Column { title: "calls/s", key: "calls_per_second", digits: 0 };
const PROCESSOR: Column = Column { title: "processor µs/call", key: "processor_us_per_call", digits: 1 };
const INSTRUCTIONS: Column = Column { title: "instructions/call", key: "instructions_per_call", digits: 0 };
const ALLOCATIONS: Column = Column { title: "allocations/call", key: "allocations_per_call", digits: 1 };

/// What the rounds of one setting gave, by contestant and round.
#[derive(Debug, Default)]
struct Rounds {
    latency: [Vec<Option<f64>>; 3],
    rate: [Vec<Option<f64>>; 3],
    processor: [Vec<Option<f64>>; 3],
}

fn run(workspace: &Workspace, settings: Settings<'_>) -> Result<Findings> {
    let program = Program::build(workspace)?;
    let rounds = settings.rounds(9, 3);
    let calls = if settings.quick { 5_000 } else { 20_000 };
    let mut notes = vec![format!(
        "{rounds} interleaved rounds of {calls} calls, each contestant in a process of its own, as min / median / max"
    )];
    notes.extend(program.unpinned());

    // Alone, a caller and the server take turns: on two cores each would have to be woken up for every turn.
    let alone = measure(&program, (1, Core::Number(0)), rounds, calls)?;
    let crowd = measure(&program, (64, Core::Number(1)), rounds, calls)?;
    let counts = match instructions::unavailable() {
        Some(reason) => {
            notes.push(reason);
            [None; 3]
        }
        None => count(&program, workspace)?,
    };

    let added = Spread::of_pairs(&alone.latency[FACADE], &alone.latency[BY_HAND], spread::difference);
    let share = Spread::of_pairs(&crowd.rate[FACADE], &crowd.rate[BY_HAND], spread::percent);
    let aims = vec![
        Aim {
            about: "p50 of the facade on top of reqwest by hand, 1 in flight",
            unit: "µs",
            bound: Bound::AtMost,
            target: 2.0,
            measured: added,
        },
        Aim {
            about: "calls per second of the facade, of those of reqwest by hand, 64 in flight",
            unit: "%",
            bound: Bound::AtLeast,
            target: 95.0,
            measured: share,
        },
    ];
    Ok(Findings { notes, tables: tables(&alone, &crowd, &counts), aims })
}

/// Makes calls in rounds, each in another order; the server stays on the first core.
fn measure(program: &Program, (in_flight, core): (usize, Core), rounds: usize, calls: usize) -> Result<Rounds> {
    let server = program.serve(Core::Number(0))?;
    let (in_flight, warm_up, calls) = (in_flight.to_string(), (calls / 10).to_string(), calls.to_string());
    let mut found = Rounds::default();
    for round in 0..rounds {
        progress::show(&format!("call, {in_flight} in flight: round {} of {rounds}", round + 1));
        for turn in 0..CONTESTANTS.len() {
            let index = (turn + round) % CONTESTANTS.len();
            let arguments = ["call", CONTESTANTS[index], server.url(), &in_flight, &warm_up, &calls];
            let result = program.measure(core, &arguments)?;
            let made = number(&result, "calls");
            found.latency[index].push(number(&result, "p50_ns").and_then(|nanos| per(nanos, 1e3)));
            let seconds = number(&result, "total_ns").and_then(|nanos| per(nanos, 1e9));
            found.rate[index].push(made.zip(seconds).and_then(|(made, seconds)| per(made, seconds)));
            let micros = number(&result, "cpu_ns").and_then(|nanos| per(nanos, 1e3));
            found.processor[index].push(micros.zip(made).and_then(|(micros, made)| per(micros, made)));
        }
    }
    progress::show("");
    Ok(found)
}

fn count(program: &Program, workspace: &Workspace) -> Result<[Option<Counts>; 3]> {
    let folder = workspace.root().join("target/bench");
    std::fs::create_dir_all(&folder)?;
    let server = program.serve(Core::Any)?;
    let mut counts = [None; 3];
    for (name, counts) in CONTESTANTS.iter().zip(&mut counts) {
        progress::show(&format!("call: counting the instructions of {name}"));
        *counts = Some(instructions::count(program, &folder, name, server.url())?);
    }
    progress::show("");
    Ok(counts)
}

fn tables(alone: &Rounds, crowd: &Rounds, counts: &[Option<Counts>; 3]) -> Vec<Table> {
    let of = |values: &[Vec<Option<f64>>; 3], index: usize| Spread::of(values[index].iter().copied());
    let row = |index: usize, rounds: &Rounds| {
        vec![of(&rounds.latency, index), of(&rounds.rate, index), of(&rounds.processor, index)]
    };
    let counted = |index: usize| {
        let counts = counts[index];
        [Spread::of([counts.map(|counts| counts.instructions)]), Spread::of([counts.map(|counts| counts.allocations)])]
    };
    let indices = 0..CONTESTANTS.len();
    let alone =
        indices.clone().map(|index| (CONTESTANTS[index], [row(index, alone), counted(index).to_vec()].concat()));
    let crowd = indices.map(|index| (CONTESTANTS[index], row(index, crowd)));
    vec![
        Table {
            title: "1 in flight".to_owned(),
            columns: vec![LATENCY, RATE, PROCESSOR, INSTRUCTIONS, ALLOCATIONS],
            rows: alone.collect(),
        },
        Table { title: "64 in flight".to_owned(), columns: vec![LATENCY, RATE, PROCESSOR], rows: crowd.collect() },
    ]
}
