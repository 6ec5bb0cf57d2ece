//! The spec keeps our rules.

use super::{Check, Mend, Verdict};
use crate::spec;

pub(super) const CHECK: Check = Check {
    name: "spec",
    about: "openapi/ keeps our rules",
    fix: "edit openapi/ at the places named above, then: cargo xtask generate",
    mend: Mend::ByHand("what the API is like, a person has to say"),
    run: |cargo| Verdict::from(spec::read_checked(cargo.workspace()).map(|_| ())),
};
