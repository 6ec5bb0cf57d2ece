//! The files in `docs/sandbox.md` and `docs/webhooks.md` do what the pages say, in their own languages and against the built
//! program.

use std::{
    env, fs,
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
};

use crate::process::{Ended, run};

const PAGE: &str = include_str!("../../../../docs/sandbox.md");
const WEBHOOKS: &str = include_str!("../../../../docs/webhooks.md");

/// A page's files of one language, by name.
fn files(page: &'static str, language: &str) -> Vec<(&'static str, &'static str)> {
    let blocks = page.split("\n```").skip(1).step_by(2);
    let of_language = blocks.filter_map(|block| block.strip_prefix(language)?.strip_prefix(' '));
    of_language.map(|block| block.split_once('\n').unwrap()).collect()
}

/// A program with the built `cashlink` on its path and no proxy between it and this machine.
fn beside_cashlink(program: &str, arguments: &[&str]) -> Command {
    let built = Path::new(env!("CARGO_BIN_EXE_cashlink")).parent().unwrap().to_owned();
    let paths = env::var_os("PATH").unwrap_or_default();
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).env("NO_PROXY", "*").env("no_proxy", "*");
    command.env("PATH", env::join_paths([built].into_iter().chain(env::split_paths(&paths))).unwrap());
    command
}

/// Runs a page's files of a language, unless what they need is not there.
fn check(page: &'static str, language: &str, needs: &[&str], runs: &[&str]) -> Option<Ended> {
    let there = beside_cashlink(needs[0], &needs[1..]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        // Not by `eprintln`, which is kept back of a test that passes.
        let line = format!(
            "\nSKIPPED: the files in {language} were not run, this does not succeed: {}; \
             with target/tools/external/bin first on the path, after tests/external/install.sh, it does\n",
            needs.join(" ")
        );
        io::stderr().write_all(line.as_bytes()).unwrap();
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files(page, language) {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let ended = run(beside_cashlink(runs[0], &runs[1..]).current_dir(folder.path()));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    Some(ended)
}

#[test]
fn the_files_in_python_are_tests_that_pass() {
    let needs = ["python3", "-c", "import httpx, pytest"];
    let runs = ["python3", "-B", "-m", "pytest", "-p", "no:cacheprovider"];
    let Some(ended) = check(PAGE, "python", &needs, &runs) else { return };
    let tests = PAGE.matches("\ndef test_").count();
    assert!(tests >= 3 && ended.stdout.contains(&format!("{tests} passed")), "{}", ended.stdout);
}

#[test]
fn the_files_in_typescript_are_tests_that_pass() {
    let needs = ["node", "--eval", "process.exit(process.features.typescript ? 0 : 1)"];
    let runs = ["node", "--test", "--test-reporter", "spec"];
    let Some(ended) = check(PAGE, "ts", &needs, &runs) else { return };
    let tests = PAGE.matches("\ntest(\"").count();
    assert!(tests >= 3 && ended.stdout.contains(&format!("pass {tests}\n")), "{}", ended.stdout);
}

#[test]
fn the_file_for_the_shell_gets_to_its_end() {
    let needs = ["sh", "-c", "command -v curl && command -v jq"];
    let Some(ended) = check(PAGE, "sh", &needs, &["sh", "investors.sh"]) else { return };
    assert!(ended.stdout.ends_with("all is as expected\n"), "{ended:?}");
}

#[test]
fn the_file_about_webhooks_gets_to_its_end() {
    let needs = ["sh", "-c", "command -v curl && command -v jq"];
    let Some(ended) = check(WEBHOOKS, "sh", &needs, &["sh", "webhooks.sh"]) else { return };
    assert!(ended.stdout.ends_with("all is as expected\n"), "{ended:?}");
}

#[test]
fn every_block_of_the_page_is_a_file_that_is_run() {
    let run = ["python", "ts", "sh"].map(|language| files(PAGE, language).len());
    assert_eq!((run, PAGE.matches("\n```").count()), ([2, 2, 1], 10));
}
