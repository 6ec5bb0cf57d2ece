//! Documentation builds without a warning.

use super::{Check, Mend, command::ALL};

pub(super) const CHECK: Check = Check {
    name: "docs",
    about: "documentation builds without a warning",
    fix: "RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --all-features --no-deps",
    mend: Mend::ByHand("what was meant by a broken link, a person has to say"),
    run: |cargo| cargo.check_with(&["doc", ALL[0], ALL[1], "--no-deps"], &[("RUSTDOCFLAGS", "-Dwarnings")]),
};
