use std::{fs, path::Path};

use super::*;

/// The workspace that these tests belong to.
fn own() -> Workspace {
    Workspace::find().unwrap()
}

#[test]
fn a_selection_keeps_the_order_and_refuses_unknown_names() {
    let names: Vec<&str> = select(&["spec", "fmt"]).unwrap().iter().map(|check| check.name).collect();
    assert_eq!(names, ["fmt", "spec"]);
    assert_eq!(select(&[]).unwrap().len(), CHECKS.len());
    let error = select(&["fmt", "speed"]).unwrap_err().to_string();
    assert!(error.starts_with("`speed` is none of fmt, spec, "), "{error}");
}

#[test]
fn no_check_passes_where_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let cargo = Cargo::played_by(Workspace::at(folder.path()), "no such program");
    for check in CHECKS {
        match (check.run)(&cargo) {
            Verdict::Failed(reason) => assert!(!reason.is_empty(), "{} says why", check.name),
            Verdict::Skipped(reason) => assert_eq!((check.name, reason.contains("cargo install")), ("deny", true)),
            Verdict::Passed => panic!("{} passed", check.name),
        }
    }
}

#[cfg(unix)]
#[test]
fn a_check_by_cargo_fails_where_cargo_does_and_names_the_command() {
    let cargo = Cargo::played_by(own(), "false");
    for check in select(&["fmt", "dependencies", "lint", "tests", "doctests", "docs", "package"]).unwrap() {
        let verdict = (check.run)(&cargo);
        assert!(matches!(&verdict, Verdict::Failed(reason) if reason.starts_with("$ cargo ")), "{verdict:?}");
    }
}

#[test]
fn a_planted_defect_fails_the_check_that_reads_files() {
    check("size", "crates/a/src/utils.rs", "", "crates/a/src/utils.rs: `utils` does not say");
    check("signatures", "crates/cashlink/src/lib.rs", "pub use reqwest::Url;", "lib.rs: use Url: `reqwest::Url`");
    check("signatures", "crates/cashlink/src/lib.rs", "pub fn", "crates/cashlink/src/lib.rs: is not Rust");
    check("spec", "openapi/cashlink.yaml", "paths: {/a/: {get: {}}}", "openapi/cashlink.yaml: /paths/~1a~1/get: ");
    check("generated", "openapi/cashlink.json", "{}", "stale: openapi/cashlink.json\n");
    check("coverage", "docs/coverage.md", "", "docs/coverage.md is stale");
    check(
        "coverage",
        "docs/coverage.md",
        "",
        "v2_investors_create: `v2_investors_create` is missing in tests/tests/every",
    );

    #[track_caller]
    fn check(name: &str, file: &str, text: &str, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        copy(own().root(), folder.path(), "openapi");
        copy(own().root(), folder.path(), "crates/cashlink-types/src");
        copy(own().root(), folder.path(), "crates/cashlink-api/src/generated");
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();

        let cargo = Cargo::played_by(Workspace::at(folder.path()), "no such program");
        let verdict = (select(&[name]).unwrap()[0].run)(&cargo);
        assert!(matches!(&verdict, Verdict::Failed(reason) if reason.contains(expected)), "{verdict:?}");
    }
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
