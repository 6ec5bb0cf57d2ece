//! Every publishable crate can be packaged.

use super::{Check, Mend};

pub(super) const CHECK: Check = Check {
    name: "package",
    about: "every publishable crate can be packaged",
    fix: "cargo package --workspace --exclude xtask --exclude cashlink-tests --no-verify --allow-dirty",
    mend: Mend::ByHand("what is missing in a manifest, a person has to say"),
    run: |cargo| {
        let exclude = ["--exclude", "xtask", "--exclude", "cashlink-tests"];
        let arguments = [&["package", "--workspace"], &exclude[..], &["--no-verify", "--allow-dirty", "--offline"]];
        cargo.check(&arguments.concat())
    },
};
