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

use std::{fmt, fs};

use anyhow::{Context, Result, anyhow};

use self::{
    compiled::Compiled,
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

/// How the lines begin that may name [`STANDARD`] crates: what a server asks of the service that it is to mount. The
/// check `signatures` has the reason.
const MEANT: [&str; 4] = [
    "impl http_body::Body for cashlink::webhook::ReplyBody",
    "impl<B> tower_service::Service<http::request::Request<B>> for cashlink::webhook::WebhookService ",
    "pub type cashlink::webhook::WebhookService::Future = ",
    "pub type cashlink::webhook::WebhookService::Response = ",
];

/// The crates that servers have agreed on.
const STANDARD: [&str; 3] = ["http", "http_body", "tower_service"];

/// Why the API cannot be read.
enum Obstacle {
    /// It cannot be compiled.
    Cargo(Verdict),
    /// What rustdoc has to say of it is not understood.
    Rustdoc(String),
}

fn run(cargo: &Cargo) -> Verdict {
    let stored = match stored(cargo) {
        Ok(stored) => stored,
        Err(error) => return Verdict::Failed(format!("{error:#}")),
    };
    let now = match now(cargo) {
        Ok(now) if now.format == stored.format => now,
        Ok(now) => return Verdict::Skipped(unlike(&stored, &format!("its JSON has format {}", now.format))),
        Err(Obstacle::Rustdoc(reason)) if is_other(&stored) => return Verdict::Skipped(unlike(&stored, &reason)),
        Err(obstacle) => return Verdict::Failed(obstacle.to_string()),
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
    let now = now(cargo).map_err(|obstacle| anyhow!("{obstacle}"))?;
    fs::write(cargo.workspace().root().join(PATH), now.to_string()).context(PATH)
}

fn stored(cargo: &Cargo) -> Result<Snapshot> {
    let text = fs::read_to_string(cargo.workspace().root().join(PATH)).context(PATH)?;
    Snapshot::parse(&text).with_context(|| format!("{PATH}: does not say which compiler wrote it"))
}

fn now(cargo: &Cargo) -> Result<Snapshot, Obstacle> {
    let compiled = Compiled::of(cargo, FACADE).map_err(Obstacle::Cargo)?;
    let read = rustdoc::document(cargo.workspace().root(), &compiled, FACADE).and_then(|documented| {
        let surface = Surface::of(cargo.workspace().root(), &documented);
        surface.map_err(|error| format!("{error:#}"))
    });
    let Surface { format, lines } = read.map_err(Obstacle::Rustdoc)?;
    Ok(Snapshot { rustc: rustdoc::version().unwrap_or_default(), format, lines })
}

/// Whether the compiler is not the one that wrote `stored`.
fn is_other(stored: &Snapshot) -> bool {
    rustdoc::version().is_some_and(|version| version != stored.rustc)
}

fn unlike(stored: &Snapshot, reason: &str) -> String {
    let Snapshot { rustc, format, .. } = stored;
    let own = rustdoc::version().unwrap_or_default();
    let reason = reason.lines().find(|line| line.starts_with("error")).or(reason.lines().next()).unwrap_or_default();
    format!(
        "{PATH} is of rustdoc {rustc}, JSON format {format}; rustdoc {own} cannot be compared with it ({reason}); \
         to do so: cargo +{rustc} xtask verify api"
    )
}

impl fmt::Display for Obstacle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Cargo(verdict) => verdict.text(),
            Self::Rustdoc(reason) => reason,
        })
    }
}

/// What is foreign in `line`.
fn foreign(line: &str) -> Option<String> {
    let is_meant = MEANT.iter().any(|start| line.starts_with(start));
    let is_foreign = |path: &&str| {
        let first = path.split("::").next().unwrap_or_default();
        if is_meant && STANDARD.contains(&first) {
            return false;
        }
        // Whatever of our own crates is exported has a path of the facade.
        FOREIGN.contains(&first) || (first.starts_with(FACADE) && first != FACADE)
    };
    let path = line::paths(line).find(is_foreign)?;
    Some(format!("foreign:  `{path}` in: {line}"))
}

#[cfg(test)]
mod tests;
