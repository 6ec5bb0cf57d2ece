//! For each check a defect that it exists for: without the defect it passes, with it it fails and says where.
//!
//! Defects of the description and of how the workspace is built are planted in a copy of it, those that cargo or another
//! program finds in a tiny project.

use std::{collections::BTreeSet, fs, path::Path};

use super::*;

/// An edit that makes a check fail.
pub(super) struct Defect {
    /// The check.
    pub(super) check: &'static str,
    /// The file to edit.
    pub(super) file: &'static str,
    /// What stands in it; empty: the defect is added at the end, or as a new file.
    pub(super) correct: &'static str,
    /// What is put in its place.
    pub(super) wrong: &'static str,
    /// What the check says then.
    pub(super) says: &'static str,
}

pub(super) const fn defect(
    check: &'static str,
    file: &'static str,
    [correct, wrong]: [&'static str; 2],
    says: &'static str,
) -> Defect {
    Defect { check, file, correct, wrong, says }
}

/// Checks whose planted defects stand beside them.
const ELSEWHERE: [&str; 2] = ["api", "breaking"];

const LISTINGS: &str = "openapi/issuer/listings.yaml";

/// In the description, in a copy of this workspace.
const OF_DESCRIPTION: &[Defect] = &[
    defect("spec", LISTINGS, ["  summary: List a", "  sumary: List a"], "post: openapi: Additional properties are not"),
    defect("spec", LISTINGS, ["x-idempotency: evidenced", "x-idempotency: none"], "post: idempotency-marked: a POST"),
    defect("spec", LISTINGS, ["/IdempotencyKey}", "/ListingId}"], "post: idempotency-key: the header parameter"),
    defect(
        "spec",
        LISTINGS,
        ["[\"products:write\"]", "[\"products:sell\"]"],
        "post: operation-scope: `security` must be",
    ),
    defect(
        "spec",
        LISTINGS,
        ["\nschemas:\n", "\nschema: {}\nschemas:\n"],
        "/schema: component-used: nothing reads `sch",
    ),
    defect("spec", LISTINGS, ["- Issuer Listings", "- Listings"], "get: operation-tag: exactly one tag"),
    defect("spec", LISTINGS, ["      x-evidence: {level: S,", "      x-evidence: {level: Z,"], "evidence: level `Z`"),
    defect("examples", LISTINGS, ["count: 1", "count: one"], "/example/count: example-valid: \"one\" is not of type"),
    defect(
        "examples",
        LISTINGS,
        ["example:\n              product_id", "x-example:\n              product_id"],
        "operation-examples",
    ),
    defect(
        "examples",
        "openapi/cashlink.yaml",
        ["changed_at: \"2025", "changed_at: \"5202-99"],
        "/x-webhooks/investment_status/",
    ),
    defect(
        "examples",
        "openapi/components/parameters.yaml",
        ["example: 1\n", "example: one\n"],
        "example-valid: \"one\"",
    ),
];

/// In a copy of this workspace, elsewhere.
const OF_CODE: &[Defect] = &[
    defect("generated", "openapi/cashlink.json", ["Listing", "Listng"], "stale: openapi/cashlink.json\n"),
    defect(
        "generated",
        "crates/cashlink-api/src/generated/types.rs",
        ["", "// mine"],
        "stale: crates/cashlink-api/src/gen",
    ),
    defect("generated", "crates/cashlink-api/src/generated/more.rs", ["", "// mine"], "no longer generated: crates/"),
    defect("coverage", "docs/coverage.md", ["", "more"], "docs/coverage.md is stale"),
    defect(
        "coverage",
        "crates/cashlink/src/issuer/listings.rs",
        ["issuer_v2_listings_create", "issuer_v2_listings_list"],
        "issuer_v2_listings_create: `issuer_v2_listings_create` is missing in crates/cashlink/src/",
    ),
    defect(
        "size",
        "crates/cashlink/src/utils.rs",
        ["", "fn a() {}"],
        "crates/cashlink/src/utils.rs: `utils` does not say",
    ),
    defect("size", "crates/cashlink-sandbox/src/generated/utils.rs", ["", "fn a() {}"], "`utils` does not say"),
    defect("size", "crates/cashlink-types/src/money.rs", ["", "fn a(_: f64) {}"], "a binary float in exact arithmetic"),
    defect(
        "dependencies",
        "crates/cashlink-sandbox/Cargo.toml",
        ["[dependencies]", "[dependencies]\ncashlink-types.workspace = true"],
        "cashlink-sandbox must not depend on cashlink-types",
    ),
    defect(
        "dependencies",
        "crates/cashlink/Cargo.toml",
        ["[dependencies]", "[dependencies]\nclap.workspace = true"],
        "Cargo.lock is not what the Cargo.toml files ask for",
    ),
    defect(
        "dependencies",
        "crates/cashlink/Cargo.toml",
        ["[dependencies]", "[target.'cfg(windows)'.dependencies]\nclap.workspace = true\n[dependencies]"],
        "cashlink names clap, which users",
    ),
    defect(
        "signatures",
        "crates/cashlink/src/lib.rs",
        ["", "pub use reqwest::Url;"],
        "lib.rs: use Url: `reqwest::Url`",
    ),
    defect("signatures", "crates/cashlink/src/lib.rs", ["", "pub fn"], "crates/cashlink/src/lib.rs: is not Rust"),
];

#[test]
fn each_check_has_a_planted_defect() {
    let planted =
        [OF_DESCRIPTION, OF_CODE, tiny::DEFECTS].into_iter().flatten().map(|defect| defect.check).chain(ELSEWHERE);
    assert_eq!(planted.collect::<BTreeSet<_>>(), CHECKS.iter().map(|check| check.name).collect());
}

#[test]
fn a_defect_of_the_description_is_caught() {
    let folder = copied();
    try_all(OF_DESCRIPTION, &Cargo::new(Workspace::at(folder.path())));
}

#[test]
fn a_defect_of_the_workspace_is_caught() {
    let folder = copied();
    try_all(OF_CODE, &Cargo::new(Workspace::at(folder.path())).with("CARGO_NET_OFFLINE", "true"));
}

#[test]
fn generated_files_are_mended_and_holes_are_not() {
    let folder = copied();
    let cargo = Cargo::new(Workspace::at(folder.path()));
    fs::write(folder.path().join("openapi/cashlink.json"), "{}").unwrap();
    fs::write(folder.path().join("docs/coverage.md"), "").unwrap();
    check("generated", &cargo, "generated     ok");
    check("coverage", &cargo, "coverage      ok");
    let facade = folder.path().join("crates/cashlink/src/issuer/listings.rs");
    fs::write(&facade, "").unwrap();
    check("coverage", &cargo, "coverage      FAILED");

    #[track_caller]
    fn check(name: &str, cargo: &Cargo, expected: &str) {
        let lines = Outcome::of(check_of(name), cargo).mend(cargo).lines();
        assert!(lines.starts_with(expected), "{lines}");
    }
}

/// Plants each of `defects` in the workspace of `cargo`, one after the other, and takes it out again.
#[track_caller]
pub(super) fn try_all(defects: &[Defect], cargo: &Cargo) {
    let names: BTreeSet<&str> = defects.iter().map(|defect| defect.check).collect();
    let mut skipped = BTreeSet::new();
    for name in names {
        match (check_of(name).run)(cargo) {
            Verdict::Failed(output) => panic!("{name} fails before anything is planted:\n{output}"),
            Verdict::Skipped(reason) => {
                println!("not tried: {name}: {reason}");
                skipped.insert(name);
            }
            Verdict::Passed | Verdict::Noted(_) => {}
        }
    }
    for defect in defects.iter().filter(|defect| !skipped.contains(defect.check)) {
        let file = cargo.workspace().root().join(defect.file);
        let before = fs::read_to_string(&file).ok();
        fs::write(&file, defect.planted(before.as_deref().unwrap_or_default())).unwrap();
        let verdict = (check_of(defect.check).run)(cargo);
        let Defect { check, file: name, wrong, says, .. } = defect;
        assert!(verdict.text().contains(says), "{check} with `{wrong}` in {name}: {verdict:?}");
        assert_eq!(verdict.word(), "failed", "{check} with `{wrong}` in {name}");
        match before {
            Some(text) => fs::write(&file, text).unwrap(),
            None => fs::remove_file(&file).unwrap(),
        }
    }
}

impl Defect {
    #[track_caller]
    fn planted(&self, text: &str) -> String {
        if self.correct.is_empty() {
            return format!("{text}{}\n", self.wrong);
        }
        assert!(text.contains(self.correct), "{}: `{}` is not there", self.file, self.correct);
        text.replacen(self.correct, self.wrong, 1)
    }
}

/// This workspace in another folder, as far as checks read it.
fn copied() -> tempfile::TempDir {
    let (root, folder) = (Workspace::find().unwrap(), tempfile::tempdir().unwrap());
    for file in ["Cargo.toml", "Cargo.lock"] {
        fs::copy(root.root().join(file), folder.path().join(file)).unwrap();
    }
    for part in ["crates", "docs", "openapi", "tests", "xtask"] {
        copy(root.root(), folder.path(), part);
    }
    folder
}

/// Copies the folder `below` of `from` to `to`.
fn copy(from: &Path, to: &Path, below: &str) {
    fs::create_dir_all(to.join(below)).unwrap();
    for entry in fs::read_dir(from.join(below)).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{below}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            copy(from, to, &path);
        } else {
            fs::copy(entry.path(), to.join(path)).unwrap();
        }
    }
}
