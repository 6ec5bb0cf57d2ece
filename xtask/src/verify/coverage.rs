//! Every operation is everywhere it has to be.

use super::{Check, Mend, Verdict};
use crate::{coverage, spec};

pub(super) const CHECK: Check = Check {
    name: "coverage",
    about: "every operation is in description, raw client, facade, sandbox and tests; docs/coverage.md is fresh",
    fix: "add what is named above, then: cargo xtask generate",
    // The table alone: what else is stale is for the check that says so.
    mend: Mend::ByItself("writes docs/coverage.md anew; what is missing stays missing", |cargo| {
        let workspace = cargo.workspace();
        spec::read_checked(workspace).and_then(|bundle| coverage::write(workspace, &bundle)).map(|_| ())
    }),
    run: |cargo| {
        let workspace = cargo.workspace();
        Verdict::from(spec::read_checked(workspace).and_then(|bundle| coverage::check(workspace, &bundle)))
    },
};
