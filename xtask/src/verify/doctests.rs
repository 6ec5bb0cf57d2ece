//! Examples in the documentation run.

use super::{Check, Mend, command::ALL};

pub(super) const CHECK: Check = Check {
    name: "doctests",
    about: "examples in the documentation run",
    fix: "cargo test --workspace --all-features --doc",
    mend: Mend::ByHand("whether the code or the example is wrong, a person has to say"),
    run: |cargo| cargo.check(&["test", ALL[0], ALL[1], "--doc", "--no-fail-fast"]),
};
