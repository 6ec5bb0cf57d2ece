//! Tests pass.

use super::{
    Check, Verdict,
    command::{ALL, Cargo},
};

pub(super) const CHECK: Check = Check {
    name: "tests",
    about: "tests pass, by nextest if it is installed",
    fix: "cargo test --workspace --all-features",
    run,
};

fn run(cargo: &Cargo) -> Verdict {
    if cargo.has("nextest") {
        return cargo.check(&["nextest", "run", ALL[0], ALL[1], "--no-fail-fast", "--status-level", "fail"]);
    }
    cargo.check(&["test", ALL[0], ALL[1], "--lib", "--bins", "--tests", "--no-fail-fast"])
}
