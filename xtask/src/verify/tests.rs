use std::{fs, path::Path};

use super::*;

/// The workspace that these tests belong to.
fn own() -> Workspace {
    Workspace::find().unwrap()
}

/// The options that `arguments` stand for.
fn options(arguments: &[&str]) -> Options {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }
    <Line as clap::Parser>::parse_from([&["verify"], arguments].concat()).options
}

/// The check `name`.
fn check_of(name: &str) -> Check {
    select(&options(&[name])).unwrap()[0]
}

#[test]
fn a_selection_keeps_the_order_and_leaves_out_what_it_is_told_to() {
    check(&["spec", "fmt"], &["fmt", "spec"]);
    check(&["spec", "fmt", "--except", "fmt"], &["spec"]);
    let all = CHECKS.map(|check| check.name);
    check(&[], &all);
    check(&["--except", "fmt", "--except", "spec"], &all[2..]);

    #[track_caller]
    fn check(arguments: &[&str], expected: &[&str]) {
        let names: Vec<&str> = select(&options(arguments)).unwrap().iter().map(|check| check.name).collect();
        assert_eq!(names, expected);
    }
}

#[test]
fn unknown_names_and_a_run_of_nothing_are_refused() {
    check(&["fmt", "speed"], "`speed` is none of fmt, spec, ");
    check(&["fmt", "--except", "speed"], "`speed` is none of fmt, spec, ");
    check(&["fmt", "--except", "fmt"], "no check is left to run");

    #[track_caller]
    fn check(arguments: &[&str], expected: &str) {
        let error = select(&options(arguments)).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn the_list_says_of_each_check_what_mends_it_and_who() {
    assert_eq!(
        listed(&check_of("fmt")),
        "fmt           code is formatted\n              to fix: cargo fmt --all\n              --fix: cargo fmt --all\n"
    );
    assert!(
        listed(&check_of("lint")).ends_with("--fix: nothing; what clippy proposes may change what the code does\n")
    );
}

#[test]
fn checks_have_names_of_their_own() {
    let names: std::collections::BTreeSet<&str> = CHECKS.iter().map(|check| check.name).collect();
    assert_eq!(names.len(), CHECKS.len());
}

#[test]
fn no_check_passes_where_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let cargo = Cargo::played_by(Workspace::at(folder.path()), "no such program");
    for check in CHECKS {
        match (check.run)(&cargo) {
            Verdict::Failed(reason) => assert!(!reason.is_empty(), "{} says why", check.name),
            Verdict::Skipped(reason) => assert_eq!((check.name, reason.contains("cargo install")), ("deny", true)),
            Verdict::Passed | Verdict::Noted(_) => panic!("{} passed", check.name),
        }
    }
}

#[cfg(unix)]
#[test]
fn a_check_by_cargo_fails_where_cargo_does_and_names_the_command() {
    let cargo = Cargo::played_by(own(), "false");
    for name in ["fmt", "dependencies", "lint", "tests", "doctests", "docs", "package"] {
        let verdict = (check_of(name).run)(&cargo);
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
        let verdict = (check_of(name).run)(&cargo);
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
