//! Code is formatted.

use super::Check;

pub(super) const CHECK: Check = Check {
    name: "fmt",
    about: "code is formatted",
    fix: "cargo fmt --all",
    run: |cargo| cargo.check(&["fmt", "--all", "--check", "--", "-l"]),
};
