//! Licences, banned crates and sources of dependencies, as `deny.toml` has them.

use super::{Check, Mend, Verdict, command::Cargo};

pub(super) const CHECK: Check = Check {
    name: "deny",
    about: "licences, bans and sources of dependencies (needs cargo-deny)",
    fix: "take another dependency, or a line in deny.toml with its reason; cargo deny check licenses bans sources",
    mend: Mend::ByHand("another dependency, or another rule, is a decision"),
    run,
};

fn run(cargo: &Cargo) -> Verdict {
    if !cargo.has("deny") {
        return Verdict::Skipped(
            "cargo-deny is not installed; to get it: cargo install cargo-deny --locked".to_owned(),
        );
    }
    cargo.check(&["deny", "--all-features", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"])
}
