//! Every operation is everywhere it has to be.

use super::{Check, Mend, Verdict};
use crate::{coverage, generate, spec};

pub(super) const CHECK: Check = Check {
    name: "coverage",
    about: "every operation is in description, raw client, facade, sandbox and tests; docs/coverage.md is fresh",
    fix: "add what is named above, then: cargo xtask generate",
    mend: Mend::ByItself("cargo xtask generate writes the table; what is missing stays missing", |cargo| {
        generate::write(cargo.workspace()).map(|_| ())
    }),
    run: |cargo| {
        let workspace = cargo.workspace();
        Verdict::from(spec::read_checked(workspace).and_then(|bundle| coverage::check(workspace, &bundle)))
    },
};
