//! Words are spelled right, as far as `typos` knows them.

use super::{Check, Mend, Verdict, command::Cargo};

pub(super) const CHECK: Check = Check {
    name: "typos",
    about: "words are spelled right in code and texts, by typos.toml (needs typos)",
    fix: "write the word as proposed; a name that is right as it is goes into typos.toml",
    mend: Mend::ByHand("what it proposes is a guess, and a name has several places"),
    run,
};

fn run(cargo: &Cargo) -> Verdict {
    if !cargo.workspace().root().join("typos.toml").exists() {
        return Verdict::Failed("typos.toml is missing".to_owned());
    }
    if !cargo.has_program("typos") {
        return Verdict::Skipped(
            "typos is not installed; to get it: pip install typos, or cargo install typos-cli --locked".to_owned(),
        );
    }
    cargo.check_program("typos", &["--config", "typos.toml", "--format", "brief"])
}
