//! What a caller fills in is what the API takes.

use super::{
    Check, Mend, Verdict,
    command::{ALL, Cargo},
};

pub(super) const CHECK: Check = Check {
    name: "conformance",
    about: "JSON Schemas of the guides' inputs and of money agree with those of openapi/",
    fix: "change the input named above, or its row in tests/tests/schemas/table.rs; cargo test -p cashlink-tests --test schemas",
    mend: Mend::ByHand("whether the input or its row is wrong, a person has to say"),
    run,
};

/// Without backtraces: what differs stands in the message.
fn run(cargo: &Cargo) -> Verdict {
    let arguments = ["test", ALL[0], ALL[1], "--quiet", "--test", "schemas"];
    cargo.check_with(&arguments, &[("RUST_BACKTRACE", "0")])
}
