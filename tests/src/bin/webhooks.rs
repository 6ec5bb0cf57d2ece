//! Kills a receiver of webhooks while events are delivered to it, and looks whether anything is lost or done twice.
//!
//! `cargo xtask webhooks [--deliveries N] [--receivers N] [--kills N] [--seed S]
//! [--plant MISTAKE]`. As `webhooks receive FOLDER` it is the
//! receiver that is killed.

#![expect(clippy::print_stdout, reason = "this program prints what it found")]

use std::path::Path;

use cashlink_tests::deliveries::{self, Plant, Result, Run};

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    if let [first, folder, plant @ ..] = &arguments[..]
        && first == deliveries::CHILD
    {
        let plant = plant.first().map(|name| name.parse()).transpose()?;
        return runtime.block_on(deliveries::be_child(Path::new(folder), plant));
    }
    let run = wanted(arguments.into_iter())?;
    let Run { deliveries, receivers, kills, seed, plant, .. } = &run;
    println!("{deliveries} deliveries from seed {seed} to up to {receivers} receivers at a time, killed {kills} times");
    if let Some(plant) = plant {
        println!("the receiver makes a mistake, {}: it has to be caught", plant.name());
    }
    let mut told = 0;
    let tally = runtime.block_on(run.play(|tally| {
        if tally.answered >= told {
            println!("{tally}");
            told = tally.answered + (run.deliveries / 20) as u64;
        }
    }))?;
    println!("each effect happened once, and in order: {tally}");
    Ok(())
}

fn wanted(mut arguments: impl Iterator<Item = String>) -> Result<Run> {
    let program = std::env::current_exe()?;
    let mut run = Run { program, deliveries: 100_000, receivers: 2, kills: 100, seed: 1, plant: None };
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{argument}` needs a value"))?;
        let number = || value.parse().map_err(|_| format!("`{argument}` needs a number"));
        match argument.as_str() {
            "--deliveries" => run.deliveries = number()?,
            "--receivers" => run.receivers = number()?,
            "--kills" => run.kills = number()?,
            "--seed" => run.seed = value.parse().map_err(|_| "`--seed` needs a number")?,
            "--plant" => run.plant = Some(value.parse::<Plant>()?),
            other => {
                return Err(
                    format!("`{other}` is none of --deliveries, --receivers, --kills, --seed and --plant").into()
                );
            }
        }
    }
    Ok(run)
}
