//! Clippy has nothing to say.

use super::{Check, Mend, command::ALL};

pub(super) const CHECK: Check = Check {
    name: "lint",
    about: "clippy has no warnings",
    fix: "cargo clippy --workspace --all-features --all-targets",
    mend: Mend::ByHand("what clippy proposes may change what the code does"),
    run: |cargo| cargo.check(&["clippy", ALL[0], ALL[1], "--all-targets", "--", "-D", "warnings"]),
};
