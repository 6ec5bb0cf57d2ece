//! The spec keeps our rules.

use super::{Check, Verdict};
use crate::spec;

pub(super) const CHECK: Check = Check {
    name: "spec",
    about: "openapi/ keeps our rules",
    fix: "edit openapi/ at the places named above, then: cargo xtask generate",
    run: |cargo| match spec::read_checked(cargo.workspace()) {
        Ok(_) => Verdict::Passed,
        Err(error) => Verdict::Failed(format!("{error:#}")),
    },
};
