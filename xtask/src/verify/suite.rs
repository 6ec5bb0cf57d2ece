//! Tests pass.

use super::{
    Check, Mend, Verdict,
    command::{ALL, Cargo},
};

pub(super) const CHECK: Check = Check {
    name: "tests",
    about: "tests pass, by nextest if it is installed",
    fix: "cargo test --workspace --all-features",
    mend: Mend::ByHand("whether the code or the test is wrong, a person has to say"),
    run,
};

fn run(cargo: &Cargo) -> Verdict {
    if cargo.has("nextest") {
        return cargo.check(&["nextest", "run", ALL[0], ALL[1], "--no-fail-fast", "--status-level", "fail"]);
    }
    cargo.check(&["test", ALL[0], ALL[1], "--lib", "--bins", "--tests", "--no-fail-fast"])
}
