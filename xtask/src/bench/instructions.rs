//! Instructions and allocations of a call, counted and not timed: the same on a busy machine as on an idle one.
//!
//! Valgrind counts. Hardware counters would be quicker, but virtual machines and containers seldom have them.
#![expect(clippy::float_arithmetic, reason = "an average of counts")]

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result};

use super::peer::{Program, is_installed};

/// What one call takes, in the program and outside of the kernel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Counts {
    pub(super) instructions: f64,
    pub(super) allocations: f64,
}

/// Why nothing can be counted, if so.
pub(super) fn unavailable() -> Option<String> {
    let reason = "instructions and allocations are not counted here: valgrind is not installed";
    (!is_installed("valgrind")).then(|| reason.to_owned())
}

/// Counts a short run and a longer one; what the longer one has more belongs to its calls alone.
pub(super) fn count(program: &Program, folder: &Path, contestant: &str, url: &str) -> Result<Counts> {
    const SHORT: u32 = 200;
    const LONG: u32 = 600;
    let run = |calls: u32| -> Result<Counts> {
        let file = folder.join(format!("{contestant}.callgrind"));
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--compress-strings=no"]);
        valgrind.arg(format!("--callgrind-out-file={}", file.display()));
        program.observe(&mut valgrind, &["call", contestant, url, "1", "50", &calls.to_string()])?;
        let profile = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let _ = fs::remove_file(&file);
        read(&profile).context("valgrind wrote no totals")
    };
    let (short, long) = (run(SHORT)?, run(LONG)?);
    let each = |short: f64, long: f64| (long - short) / f64::from(LONG - SHORT);
    Ok(Counts {
        instructions: each(short.instructions, long.instructions),
        allocations: each(short.allocations, long.allocations),
    })
}

/// Reads callgrind's profile: the sum of instructions, and the calls of the functions that allocate.
fn read(profile: &str) -> Option<Counts> {
    let mut allocations = 0.0;
    let mut instructions = None;
    let mut called = "";
    for line in profile.lines() {
        if let Some(function) = line.strip_prefix("cfn=") {
            called = function;
        } else if let Some(calls) = line.strip_prefix("calls=") {
            if matches!(called, "malloc" | "calloc" | "realloc" | "posix_memalign" | "aligned_alloc") {
                allocations += calls.split(' ').next()?.parse::<f64>().ok()?;
            }
        } else if let Some(total) = line.strip_prefix("totals:").or_else(|| line.strip_prefix("summary:")) {
            instructions = total.trim().parse().ok();
        }
    }
    Some(Counts { instructions: instructions?, allocations })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_tells_instructions_and_allocations() {
        let profile = "events: Ir\nfn=main\ncfi=malloc.c\ncfn=malloc\ncalls=3 100 \n5 300\ncfn=free\ncalls=2 90\n5 40\n\
                       fn=other\ncfn=realloc\ncalls=4 1\n7 9\n\ntotals: 349\n";
        assert_eq!(read(profile), Some(Counts { instructions: 349.0, allocations: 7.0 }));
        assert_eq!(read("events: Ir\n"), None);
    }
}
