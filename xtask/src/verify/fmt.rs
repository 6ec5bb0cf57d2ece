//! Code is formatted.

use super::{Check, Mend};

pub(super) const CHECK: Check = Check {
    name: "fmt",
    about: "code is formatted",
    fix: "cargo fmt --all",
    mend: Mend::ByItself("cargo fmt --all", |cargo| cargo.mend(&["fmt", "--all"])),
    run: |cargo| cargo.check(&["fmt", "--all", "--check", "--", "-l"]),
};
