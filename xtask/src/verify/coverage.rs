//! Every operation is everywhere it has to be.

use super::{Check, Verdict};
use crate::{coverage, spec};

pub(super) const CHECK: Check = Check {
    name: "coverage",
    about: "every operation is in description, raw client, facade, sandbox and tests; docs/coverage.md is fresh",
    fix: "add what is named above, then: cargo xtask generate",
    run: |cargo| {
        let workspace = cargo.workspace();
        match spec::read_checked(workspace).and_then(|bundle| coverage::check(workspace, &bundle)) {
            Ok(()) => Verdict::Passed,
            Err(error) => Verdict::Failed(format!("{error:#}")),
        }
    },
};
