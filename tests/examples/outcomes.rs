//! Plays random schedules of faults over every change, and compares what each call says with the ledger.
//!
//! `cargo xtask outcomes [--calls N] [--seed S]`

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "this program prints a table")]

use std::{error::Error, process::ExitCode};

use cashlink::time::{Clock as _, SystemClock};
use cashlink_tests::outcomes::{Misjudged, Pace, Tally, play};
use futures_util::{StreamExt as _, stream};

/// How many batches are played at a time.
const AT_ONCE: usize = 4;

/// After how many calls a line is printed.
const LINE: u64 = 5_000;

struct Wanted {
    calls: u64,
    seed: u64,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let wanted = wanted(std::env::args().skip(1))?;
    let start = SystemClock.now();
    let seconds = || SystemClock.now().duration_since(start).as_secs_f64();
    println!(
        "{} calls over all changes, from seed {}, the seed of a batch being the next number",
        wanted.calls, wanted.seed
    );

    let mut tally = Tally::default();
    let mut misjudged: Vec<Misjudged> = Vec::new();
    let (mut batches, mut next_line) = (0_u64, LINE);
    // On tasks of their own, so that all cores are used.
    let played = stream::iter(wanted.seed..).map(|seed| tokio::spawn(play(seed, Pace::Real)));
    let mut played = played.buffered(AT_ONCE);
    while let Some(batch) = played.next().await {
        batches += 1;
        match batch? {
            Ok(batch) => tally.add(&batch),
            Err(wrong) => {
                eprintln!("{wrong}  again: cargo xtask outcomes --calls 1 --seed {}", wrong.seed);
                misjudged.push(wrong);
            }
        }
        if tally.calls() >= wanted.calls || misjudged.len() >= 10 {
            break;
        }
        if tally.calls() >= next_line {
            next_line += LINE;
            println!("{:>9} calls in {batches} batches, {:.0} s", tally.calls(), seconds());
        }
    }
    println!("\n{}\n{tally}", Tally::title());
    println!("{} calls in {batches} batches, {:.0} s; misclassified: {}", tally.calls(), seconds(), misjudged.len());
    Ok(if misjudged.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn wanted(mut arguments: impl Iterator<Item = String>) -> Result<Wanted, String> {
    let mut wanted = Wanted { calls: 100_000, seed: 1 };
    while let Some(argument) = arguments.next() {
        let number = arguments.next().and_then(|text| text.parse().ok());
        let number = number.ok_or_else(|| format!("`{argument}` needs a number"))?;
        match argument.as_str() {
            "--calls" => wanted.calls = number,
            "--seed" => wanted.seed = number,
            other => return Err(format!("`{other}` is neither --calls nor --seed")),
        }
    }
    Ok(wanted)
}
