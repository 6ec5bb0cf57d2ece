//! The README says what is so.

use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
};

use crate::process::{Served, cashlink, run, send};

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
fn the_way_back_after_a_crash_is_as_the_readme_says() {
    let section = README.split_once("## Resume after a crash").unwrap().1.split_once("\n## ").unwrap().0;
    let commands: Vec<Vec<&str>> = section
        .lines()
        .filter_map(|line| line.strip_prefix("cashlink "))
        .map(|line| line.split('#').next().unwrap_or_default().split_whitespace().collect())
        .filter(|words: &Vec<_>| words[0] != "sandbox" && words[0] != "intents")
        .collect();
    let said = |command: &[&str]| command[..2].join(" ");
    let order: Vec<_> = commands.iter().map(|command| said(command)).collect();
    assert_eq!(order, ["guide registry", "runs list", "runs show", "runs resume", "runs list"]);

    let sandbox = Served::start(&["--latency", "60ms"]);
    let mut child = sandbox.cashlink(&commands[0]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut text = String::new();
    while !text.contains("upload_protocol") {
        assert_ne!(stderr.read_line(&mut text).unwrap(), 0, "{text}");
    }
    send("-INT", &child);
    stderr.read_to_string(&mut text).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(text.contains("cashlink runs resume "), "{text}");

    let expected = ["open", "registry[0]/upload_protocol#0", "registry: done in", "done"];
    for (command, expected) in commands[1..].iter().zip(expected) {
        let ended = run(&mut sandbox.cashlink(command));
        assert_eq!(ended.code, Some(0), "{command:?}: {ended:?}");
        assert!(ended.stdout.contains(expected), "{command:?}: {}", ended.stdout);
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
    let help = run(&mut cashlink(&["runs", "resume", "--help"])).stdout;
    let in_help = help.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_');
    let in_help: Vec<_> = in_help.filter(|word| word.starts_with("CASHLINK_")).map(str::to_owned).collect();
    assert!(in_help.len() >= 9, "{help}");
    for name in Served::start(&[]).variables().keys().chain(&in_help) {
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
