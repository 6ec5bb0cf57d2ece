//! The README says what is so.

use crate::process::{Served, cashlink, run};

const README: &str = include_str!("../../README.md");

#[test]
fn every_command_of_the_readme_is_one() {
    let commands = README.lines().filter_map(|line| line.trim().strip_prefix("cashlink "));
    let commands: Vec<_> = commands.map(|line| line.split('#').next().unwrap_or_default()).collect();
    assert!(commands.len() >= 8, "{commands:?}");
    for command in commands {
        let arguments = command.split(['>', '|', '&']).next().unwrap_or_default();
        let arguments: Vec<_> = arguments.split_whitespace().chain(["--help"]).collect();
        let ended = run(&mut cashlink(&arguments));
        assert_eq!(ended.code, Some(0), "{command}: {}", ended.stderr);
    }
}

#[test]
fn the_readme_explains_every_exit_code_in_the_words_of_the_help() {
    let help = run(&mut cashlink(&["--help"])).stdout;
    let codes = help.split_once("Exit codes:\n").unwrap().1;
    assert_eq!(codes.lines().count(), 9);
    for line in codes.lines() {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        assert!(README.contains(&format!("| {code} |")) && README.contains(meaning), "{line}");
    }
}

#[test]
fn the_readme_names_every_variable_and_every_status() {
    for name in Served::start(&[]).variables().keys() {
        assert!(README.contains(&format!("`{name}`")), "{name}");
    }
    let words = [
        "done",
        "failed",
        "invalid",
        "rejected",
        "unauthenticated",
        "not_sent",
        "unknown",
        "partly_done",
        "interrupted",
    ];
    for word in words {
        assert!(README.contains(&format!("`{word}`")), "{word}");
    }
}
