//! Every operation has examples, and their schemas accept them.

use super::{Check, Mend, Verdict};
use crate::spec;

pub(super) const CHECK: Check = Check {
    name: "examples",
    about: "operations and events have examples, and every example in openapi/ is what its schema describes",
    fix: "edit openapi/ at the places named above, then: cargo xtask generate",
    mend: Mend::ByHand("whether the example or the schema is wrong, a person has to say"),
    run: |cargo| Verdict::from(spec::examine(cargo.workspace()).and_then(|examined| examined.of_examples())),
};
