//! Clippy has nothing to say.

use super::{Check, command::ALL};

pub(super) const CHECK: Check = Check {
    name: "lint",
    about: "clippy has no warnings",
    fix: "cargo clippy --workspace --all-features --all-targets",
    run: |cargo| cargo.check(&["clippy", ALL[0], ALL[1], "--all-targets", "--", "-D", "warnings"]),
};
