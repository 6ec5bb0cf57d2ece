//! Generated files are what `openapi/` says now.

use super::{Check, Mend, Verdict};
use crate::generate;

pub(super) const CHECK: Check = Check {
    name: "generated",
    about: "generated files are fresh",
    fix: "cargo xtask generate",
    mend: Mend::ByItself("cargo xtask generate", |cargo| generate::write(cargo.workspace()).map(|_| ())),
    run: |cargo| Verdict::from(generate::check(cargo.workspace()).map(|_| ())),
};
