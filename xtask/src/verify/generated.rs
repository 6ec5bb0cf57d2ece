//! Generated files are what `openapi/` says now.

use super::{Check, Verdict};
use crate::generate;

pub(super) const CHECK: Check = Check {
    name: "generated",
    about: "generated files are fresh",
    fix: "cargo xtask generate",
    run: |cargo| match generate::check(cargo.workspace()) {
        Ok(_) => Verdict::Passed,
        Err(error) => Verdict::Failed(format!("{error:#}")),
    },
};
