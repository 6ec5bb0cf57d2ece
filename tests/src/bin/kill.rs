//! Kills sandboxes that keep their data, and looks whether anything that was answered is lost.
//!
//! `cargo xtask crash --sandbox [N] [--seed S]`. As `kill serve FOLDER` it is a sandbox that is killed.

#![expect(clippy::print_stdout, reason = "this program prints what it found")]

use std::path::Path;

use cashlink_tests::kill::{self, Kills, Program, Result};

/// How many are killed unless it is said.
const KILLS: u64 = 200;

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new()?;
    if let [first, folder] = &arguments[..]
        && first == kill::CHILD
    {
        return runtime.block_on(kill::be_child(Path::new(folder)));
    }
    let kills = wanted(arguments.into_iter())?;
    println!("{} kills from seed {}, the seed of each folder being the next number", kills.count, kills.seed);
    let tally = runtime.block_on(kills.run(|tally| println!("{tally}")))?;
    println!("nothing that was answered is lost: {tally}");
    Ok(())
}

fn wanted(mut arguments: impl Iterator<Item = String>) -> Result<Kills> {
    let own = std::env::current_exe()?;
    let mut kills = Kills { program: Program::child(own), count: KILLS, seed: 1 };
    while let Some(argument) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("`{argument}` needs a value"))?;
        let number = || value.parse().map_err(|_| format!("`{argument}` needs a number"));
        match argument.as_str() {
            "--program" => kills.program = Program::command_line(&value),
            "--sandbox" => kills.count = number()?,
            "--seed" => kills.seed = number()?,
            other => return Err(format!("`{other}` is none of --sandbox, --seed and --program").into()),
        }
    }
    Ok(kills)
}
