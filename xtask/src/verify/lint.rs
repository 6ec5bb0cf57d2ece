//! Clippy has nothing to say, and is asked the same everywhere.

use std::fs;

use serde_json::Value;

use super::{
    Check, Mend, Verdict,
    command::{ALL, Cargo},
};

pub(super) const CHECK: Check = Check {
    name: "lint",
    about: "clippy has no warnings, by the lints of the workspace in each crate",
    fix: "cargo clippy --workspace --all-features --all-targets",
    mend: Mend::ByHand("what clippy proposes may change what the code does"),
    run,
};

/// What a crate has in its manifest to be held to the lints of the workspace.
const INHERITED: &str = "[lints]\nworkspace = true\n";

/// The crate that is generated, and held to few lints of its own.
const GENERATED: &str = "cashlink-api";
const OWN: &str = "[lints.rust]\nunsafe_code = \"forbid\"\n";

fn run(cargo: &Cargo) -> Verdict {
    match cargo.check(&["clippy", ALL[0], ALL[1], "--all-targets", "--", "-D", "warnings"]) {
        Verdict::Passed => {}
        other => return other,
    }
    let text = match cargo.text(&["metadata", "--format-version", "1", "--no-deps"]) {
        Ok(text) => text,
        Err(verdict) => return verdict,
    };
    let metadata: Value = serde_json::from_str(&text).unwrap_or_default();
    let packages = metadata.get("packages").and_then(Value::as_array).into_iter().flatten();
    let text_of = |package: &Value, key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let problems: Vec<String> = packages
        .map(|package| (text_of(package, "name"), text_of(package, "manifest_path")))
        .filter_map(|(name, file)| {
            let manifest = fs::read_to_string(&file).unwrap_or_default().replace("\r\n", "\n");
            let wanted = if name == GENERATED { OWN } else { INHERITED };
            (!manifest.contains(wanted)).then(|| format!("{file}: {name} is not linted: it has no\n{wanted}"))
        })
        .collect();
    Verdict::of(&problems)
}
