//! Kills every guide at every boundary, and then at random ones while faults are armed.
//!
//! `cargo xtask crash [--schedules N] [--seed S]`. As `crash child` it is the process that is killed.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this program prints what it found")]

use std::{cell::RefCell, error::Error, fmt, process::ExitCode};

use cashlink_tests::crash::{self, Finding, Matrix, Setup};

/// How many schedules are played after the enumeration.
const SCHEDULES: u64 = 300;

/// After how many runs a line is printed.
const LINE: usize = 100;

/// How many differences are printed whole.
const MOST_SHOWN: usize = 10;

struct Wanted {
    /// Only so many schedules and no enumeration, if this is given.
    schedules: Option<u64>,
    seed: u64,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|argument| argument == crash::CHILD) {
        return crash::be_child().map(|()| ExitCode::SUCCESS);
    }
    let wanted = wanted(arguments.into_iter())?;
    tokio::runtime::Runtime::new()?.block_on(play(&wanted))
}

async fn play(wanted: &Wanted) -> Result<ExitCode, Box<dyn Error>> {
    let matrix = Matrix::new(std::env::current_exe()?);
    let enumerated = RefCell::new(Tally::default());
    if wanted.schedules.is_none() {
        for setup in Setup::all() {
            let counts = matrix.enumerate(setup, |finding| enumerated.borrow_mut().add(finding)).await?;
            println!("{setup}: {counts}");
        }
        println!("every boundary: {}", enumerated.borrow());
    }
    let schedules = wanted.schedules.unwrap_or(SCHEDULES);
    println!("{schedules} schedules from seed {}, the seed of each being the next number", wanted.seed);
    let seeds = wanted.seed..wanted.seed.saturating_add(schedules);
    let drawn = RefCell::new(Tally::default());
    let take = |finding: &Finding| {
        let mut drawn = drawn.borrow_mut();
        drawn.add(finding);
        if drawn.runs.is_multiple_of(LINE) {
            println!("{drawn}");
        }
    };
    matrix.draw(seeds, take).await?;
    println!("schedules: {}", drawn.borrow());
    let is_right = enumerated.borrow().differences + drawn.borrow().differences == 0;
    Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What was found so far.
#[derive(Default)]
struct Tally {
    runs: usize,
    processes: usize,
    kills: usize,
    struck: u64,
    differences: usize,
}

impl Tally {
    fn add(&mut self, finding: &Finding) {
        self.runs += 1;
        self.processes += finding.lives.count();
        self.kills += finding.lives.kills();
        self.struck += finding.struck;
        if let Some(difference) = &finding.difference {
            self.differences += 1;
            if self.differences <= MOST_SHOWN {
                eprintln!("{difference}");
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, processes, kills, struck, differences } = self;
        write!(
            formatter,
            "{runs} runs, {processes} processes, {kills} of them killed, {struck} calls met faults; \
             runs that differ from an undisturbed one: {differences}"
        )
    }
}

fn wanted(mut arguments: impl Iterator<Item = String>) -> Result<Wanted, String> {
    let mut wanted = Wanted { schedules: None, seed: 1 };
    while let Some(argument) = arguments.next() {
        let number = arguments.next().and_then(|text| text.parse().ok());
        let number = number.ok_or_else(|| format!("`{argument}` needs a number"))?;
        match argument.as_str() {
            "--schedules" => wanted.schedules = Some(number),
            "--seed" => wanted.seed = number,
            other => return Err(format!("`{other}` is neither --schedules nor --seed")),
        }
    }
    Ok(wanted)
}
