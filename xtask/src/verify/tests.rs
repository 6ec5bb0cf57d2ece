mod planted;
mod tiny;

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
