//! The public API of the facade is what is stored, and knows no type of the HTTP library.
//!
//! The check `signatures` reads the sources and names the line; this one sees what the compiler sees, so what macros
//! write and what other crates export is in it too.

pub(super) mod line;
pub(super) mod snapshot;

mod compiled;
mod index;
mod rustdoc;
mod surface;

use std::fs;

use anyhow::{Context, Result, anyhow};

use self::{
    snapshot::{PATH, Snapshot},
    surface::Surface,
};
use super::{
    check::{Check, Mend, Verdict},
    command::Cargo,
    signatures::FOREIGN,
};

pub(super) const CHECK: Check = Check {
    name: "api",
    about: "the public API of the facade is that of docs/public-api.txt, without foreign types",
    fix: "if it is meant: cargo xtask verify api --fix, and commit the file",
    mend: Mend::ByItself("writes docs/public-api.txt anew, to be looked at", mend),
    run,
};

/// The package whose API it is.
const FACADE: &str = "cashlink";

fn run(cargo: &Cargo) -> Verdict {
    let stored = match stored(cargo) {
        Ok(stored) => stored,
        Err(error) => return Verdict::Failed(format!("{error:#}")),
    };
    let now = match now(cargo) {
        Err(Verdict::Failed(reason)) if is_other(&stored) => return Verdict::Skipped(unlike(&stored, &reason)),
        Err(verdict) => return verdict,
        Ok(now) if now.format != stored.format => {
            return Verdict::Skipped(unlike(&stored, &format!("rustdoc writes JSON of format {}", now.format)));
        }
        Ok(now) => now,
    };
    let differences = snapshot::differences(&stored.lines, &now.lines);
    let mut problems: Vec<String> = now.lines.iter().filter_map(|line| foreign(line)).collect();
    problems.extend(differences.iter().map(ToString::to_string));
    if !differences.is_empty() && now.rustc != stored.rustc {
        problems.push(format!("the stored one is of rustc {}, this is {}", stored.rustc, now.rustc));
    }
    Verdict::of(&problems)
}

fn mend(cargo: &Cargo) -> Result<()> {
    let now = now(cargo).map_err(|verdict| anyhow!("{}", verdict.text()))?;
    fs::write(cargo.workspace().root().join(PATH), now.to_string()).context(PATH)
}

fn stored(cargo: &Cargo) -> Result<Snapshot> {
    let text = fs::read_to_string(cargo.workspace().root().join(PATH)).context(PATH)?;
    Snapshot::parse(&text).with_context(|| format!("{PATH}: does not say which compiler wrote it"))
}

fn now(cargo: &Cargo) -> Result<Snapshot, Verdict> {
    let documented = rustdoc::document(cargo, FACADE)?;
    let surface = Surface::of(cargo.workspace().root(), &documented);
    let Surface { format, lines } = surface.map_err(|error| Verdict::Failed(format!("{error:#}")))?;
    Ok(Snapshot { rustc: rustdoc::version().unwrap_or_default(), format, lines })
}

/// Whether the compiler is not the one that wrote `stored`.
fn is_other(stored: &Snapshot) -> bool {
    rustdoc::version().is_some_and(|version| version != stored.rustc)
}

fn unlike(stored: &Snapshot, reason: &str) -> String {
    let Snapshot { rustc, format, .. } = stored;
    let reason = reason.lines().last().unwrap_or_default();
    format!("{PATH} is of format {format} ({reason}); to compare: cargo +{rustc} xtask verify api")
}

/// What is foreign in `line`.
fn foreign(line: &str) -> Option<String> {
    let is_foreign = |path: &&str| {
        let first = path.split("::").next().unwrap_or_default();
        // Whatever of our own crates is exported has a path of the facade.
        FOREIGN.contains(&first) || (first.starts_with(FACADE) && first != FACADE)
    };
    let path = line::paths(line).find(is_foreign)?;
    Some(format!("foreign:  `{path}` in: {line}"))
}

#[cfg(test)]
mod tests;
