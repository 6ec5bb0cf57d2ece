//! The spec is OpenAPI 3.0 and keeps our rules.

use super::{Check, Mend, Verdict};
use crate::spec;

pub(super) const CHECK: Check = Check {
    name: "spec",
    about: "openapi/ is OpenAPI 3.0 and keeps our rules: keys, scopes, tags, evidence and more (xtask/src/spec/lint.rs)",
    fix: "edit openapi/ at the places named above, then: cargo xtask generate",
    mend: Mend::ByHand("what the API is like, a person has to say"),
    run: |cargo| Verdict::from(spec::examine(cargo.workspace()).and_then(|examined| examined.of_rest())),
};
