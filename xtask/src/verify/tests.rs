mod planted;
mod tiny;

use std::fs;

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
fn a_program_gets_one_object_and_a_person_lines_that_end_with_the_counts() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("xtask")).unwrap();
    fs::write(folder.path().join("xtask/utils.rs"), "").unwrap();
    let cargo = Cargo::played_by(Workspace::at(folder.path()), "no such program").with("PATH", "");
    let printed = |arguments: &[&str]| {
        let (options, mut output) = (options(arguments), Vec::new());
        let is_well = perform_all(&select(&options).unwrap(), &cargo, &options, &mut output).unwrap();
        (is_well, String::from_utf8(output).unwrap())
    };

    let (is_well, json) = printed(&["size", "deny", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(!is_well);
    assert_eq!(json["checks"][0]["verdict"], "failed");
    assert_eq!([&json["passed"], &json["failed"], &json["skipped"]], [0, 1, 1]);

    let (is_well, lines) = printed(&["size"]);
    assert!(!is_well && lines.ends_with("\n0 passed, 1 failed, 0 skipped\n"), "{lines}");
    // What is skipped is no failure, unless somebody says that it is.
    assert!(printed(&["deny"]).0);
    assert!(!printed(&["deny", "--no-skips"]).0);
}

#[test]
fn a_check_without_its_program_is_skipped_and_says_how_to_get_it() {
    let cargo = Cargo::played_by(own(), "no such program").with("PATH", "");
    check("deny", &cargo, "cargo-deny is not installed; to get it: cargo install cargo-deny --locked");
    check("typos", &cargo, "typos is not installed; to get it: pip install typos, or cargo install typos-cli --locked");

    #[track_caller]
    fn check(name: &str, cargo: &Cargo, reason: &str) {
        assert_eq!((check_of(name).run)(cargo), Verdict::Skipped(reason.to_owned()));
    }
}

#[test]
fn no_check_passes_where_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let cargo = Cargo::played_by(Workspace::at(folder.path()), "no such program");
    for check in CHECKS {
        match (check.run)(&cargo) {
            Verdict::Failed(reason) => assert!(!reason.is_empty(), "{} says why", check.name),
            Verdict::Skipped(reason) => {
                assert!(check.name == "deny" && reason.contains("cargo install"), "{}: {reason}", check.name);
            }
            Verdict::Passed | Verdict::Noted(_) => panic!("{} passed", check.name),
        }
    }
}

#[cfg(unix)]
#[test]
fn a_check_by_cargo_fails_where_cargo_does_and_names_the_command() {
    let cargo = Cargo::played_by(own(), "false");
    for name in ["fmt", "dependencies", "lint", "conformance", "tests", "doctests", "docs", "package"] {
        let verdict = (check_of(name).run)(&cargo);
        assert!(matches!(&verdict, Verdict::Failed(reason) if reason.starts_with("$ cargo ")), "{verdict:?}");
    }
}
