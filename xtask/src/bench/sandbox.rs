//! `bench sandbox`: checked calls a second of the sandbox, beside Prism, which makes up what it answers.

mod prism;
mod process;
mod rounds;
mod stage;
mod start;

use anyhow::Result;

use self::{
    rounds::{GET, PRISM, Rounds, SANDBOX, Setting, WORKS},
    stage::Stage,
    start::Starts,
};
use super::{
    Benchmark, Findings, Settings,
    aim::{Aim, Bound},
    peer::{self, Program},
    progress,
    spread::{self, Spread},
};
use crate::workspace::Workspace;

pub(super) const BENCHMARK: Benchmark = Benchmark { name: "sandbox", run };

const CROWD: usize = 64;
const IN_FLIGHT: [usize; 3] = [1, 16, CROWD];

fn run(workspace: &Workspace, settings: Settings<'_>) -> Result<Findings> {
    progress::show("building the sandbox…");
    let sandbox = peer::build(workspace, "cashlink-cli")?;
    let program = Program::build(workspace)?;
    let rounds = settings.rounds(5, 2);
    let milliseconds = if settings.quick { 200 } else { 600 };
    let mut notes = vec![
        format!(
            "{rounds} interleaved rounds of {milliseconds} ms for each kind of call and contestant, after a quarter of that for \
             nothing, as min / median / max"
        ),
        "servers are kept on one core and the client on the other, with 1 in flight on the same; `inside` shares one thread \
         with the client; `ceiling` answers fixed bytes, so it is what the client can do"
            .to_owned(),
    ];
    notes.extend(program.unpinned());
    let prism = match prism::start(workspace, &program) {
        Ok(prism) => {
            notes.push(prism.description.clone());
            Some(prism)
        }
        Err(error) => {
            notes.push(format!("Prism is not measured here: {error:#}"));
            None
        }
    };

    let stage = Stage::set(&program, &sandbox, prism)?;
    let mut found = Vec::new();
    for work in WORKS {
        for in_flight in IN_FLIGHT {
            found.push(rounds::measure(&stage, Setting { work, in_flight, milliseconds }, rounds)?);
        }
    }
    drop(stage);
    let starts = start::measure(&program, rounds)?;

    let mut tables: Vec<_> = found.iter().map(Rounds::table).collect();
    tables.push(starts.table());
    Ok(Findings { notes, tables, aims: aims(&found, &starts) })
}

fn aims(found: &[Rounds], starts: &Starts) -> Vec<Aim> {
    let crowd = found.iter().find(|rounds| rounds.setting.work == GET && rounds.setting.in_flight == CROWD);
    let ratio = |of: fn(&Rounds, usize) -> Vec<Option<f64>>| {
        crowd.and_then(|rounds| Spread::of_pairs(&of(rounds, SANDBOX), &of(rounds, PRISM), spread::ratio))
    };
    let rate = |of: fn(&Rounds, usize) -> Vec<Option<f64>>| crowd.and_then(|rounds| Spread::of(of(rounds, SANDBOX)));
    let at_least = |about, target, unit, measured| Aim { about, unit, bound: Bound::AtLeast, target, measured };
    let at_most = |about, target, unit, measured| Aim { about, unit, bound: Bound::AtMost, target, measured };
    vec![
        at_least("small GETs a second, of Prism's, 64 in flight", 10.0, "times", ratio(Rounds::rates)),
        at_least("the same by the servers' processor time", 10.0, "times", ratio(Rounds::rates_of_a_core)),
        at_least("small GETs, 64 in flight", 20_000.0, "a second", rate(Rounds::rates)),
        at_least("the same by the server's processor time", 20_000.0, "a second", rate(Rounds::rates_of_a_core)),
        at_most("from nothing to the second answer, first sandbox of a process", 50.0, "ms", starts.first()),
        at_most("the same, each later sandbox", 50.0, "ms", starts.later()),
    ]
}
