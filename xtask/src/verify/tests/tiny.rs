//! Defects that cargo, or another program, has to find: in a project of one file, which is built in no time.

use std::{fs, path::Path};

use super::{
    planted::{Defect, defect, try_all},
    *,
};

const MANIFEST: &str = r#"[package]
name = "lamp"
version = "0.1.0"
edition = "2024"
description = "A lamp"
license = "MIT"
repository = "https://example.com"
readme = "README.md"

[workspace]

[lints]
workspace = true

[workspace.lints.clippy]
needless_return = "warn"
"#;

const LIB: &str = "//! A lamp.

/// How bright it is.
///
/// ```
/// assert_eq!(lamp::bright(1), 2);
/// ```
pub fn bright(power: u8) -> u8 {
    power * 2
}
";

const TEST: &str = "#[test]
fn a_lamp_shines() {
    assert_eq!(lamp::bright(2), 4);
}
";

/// That inputs which differ are told apart is shown in tests/tests/schemas; here, that the check listens to it.
pub(super) const DEFECTS: &[Defect] = &[
    defect("fmt", "src/lib.rs", ["", "fn  dim( ) {}"], "src/lib.rs"),
    defect("lint", "src/lib.rs", ["power * 2", "return power * 2;"], "clippy::needless-return"),
    defect("lint", "Cargo.toml", ["[lints]\nworkspace = true", ""], "Cargo.toml: lamp is not linted: it has no"),
    defect("tests", "tests/shine.rs", ["4", "5"], "a_lamp_shines"),
    defect("conformance", "tests/schemas.rs", ["4", "5"], "a_lamp_shines"),
    defect("doctests", "src/lib.rs", ["(1), 2", "(1), 3"], "src/lib.rs - bright (line 5)"),
    defect("docs", "src/lib.rs", ["How bright", "[`Color`] and how bright"], "unresolved link to `Color`"),
    defect("deny", "Cargo.toml", ["\"MIT\"", "\"GPL-3.0-only\""], "GPL-3.0-only"),
    defect("package", "Cargo.toml", ["README.md", "ABOUT.md"], "ABOUT.md"),
    defect("package", "Cargo.toml", ["license", "# license"], "lamp: its Cargo.toml has no `license`"),
    defect(
        "package",
        "Cargo.toml",
        ["readme", "exclude = [\"src/bulb.rs\"]\nreadme"],
        "lamp: the package lacks src/bulb.rs",
    ),
    defect("typos", "README.md", ["lamp", "teh lamp"], "`teh` should be `the`"),
];

#[test]
fn a_defect_of_the_code_is_caught() {
    let (_folder, cargo) = project();
    try_all(DEFECTS, &cargo);
}

#[test]
fn the_form_of_the_code_is_mended() {
    let (folder, cargo) = project();
    let file = folder.path().join("src/lib.rs");
    fs::write(&file, LIB.replace("power * 2", "  power*2")).unwrap();
    let lines = Outcome::of(check_of("fmt"), &cargo).mend(&cargo).lines();
    assert!(lines.starts_with("fmt           ok ") && lines.ends_with(" mended: cargo fmt --all\n"), "{lines}");
    assert_eq!(fs::read_to_string(&file).unwrap(), LIB);
}

/// A project in which every check passes, with a target folder of its own.
fn project() -> (tempfile::TempDir, Cargo) {
    let folder = tempfile::tempdir().unwrap();
    let own = Workspace::find().unwrap();
    for file in ["LICENSE-MIT", "deny.toml", "typos.toml"] {
        fs::copy(own.root().join(file), folder.path().join(file)).unwrap();
    }
    write(folder.path(), "Cargo.toml", MANIFEST);
    write(folder.path(), "README.md", "A lamp.\n");
    write(folder.path(), "src/lib.rs", LIB);
    write(folder.path(), "src/bulb.rs", "//! A bulb.\n");
    write(folder.path(), "tests/shine.rs", TEST);
    write(folder.path(), "tests/schemas.rs", TEST);
    let target = folder.path().join("target").to_str().unwrap().to_owned();
    let cargo = Cargo::new(Workspace::at(folder.path()));
    (folder, cargo.with("CARGO_TARGET_DIR", &target).with("CARGO_NET_OFFLINE", "true"))
}

fn write(folder: &Path, file: &str, text: &str) {
    let file = folder.join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}
