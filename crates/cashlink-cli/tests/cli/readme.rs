//! The README says what is so.

use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
};

use crate::process::{Served, cashlink, run, send};

const README: &str = include_str!("../../README.md");
const OF_THE_WORKSPACE: &str = include_str!("../../../../README.md");

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
fn a_first_look_at_webhooks_is_as_the_readme_of_the_workspace_says() {
    let section = OF_THE_WORKSPACE.split_once("## When a status changes").unwrap().1.split_once("\n## ").unwrap().0;
    let commands: Vec<_> = section.lines().filter_map(|line| line.split_once("cargo run -- ")).collect();
    let [listen, sandbox, guide] =
        [0, 1, 2].map(|index| commands[index].1.split([')', '>', '&']).next().unwrap().trim());
    assert_eq!((commands.len(), guide), (3, "guide registry"));
    // Any port is as good, and this one may be in use.
    let folder = tempfile::tempdir().unwrap();
    let words = listen.replace(":8090", ":0");
    let mut command = cashlink(&words.split(' ').collect::<Vec<_>>());
    command.env("CASHLINK_WEBHOOK_TOKEN", "a-token-of-32-hexadecimal-digits");
    let mut listener = Served::of(command.env("CASHLINK_WEBHOOK_INBOX", folder.path().join("inbox.db")));
    let words = sandbox.replace("http://127.0.0.1:8090", &listener.variables()["CASHLINK_WEBHOOK_URL"]);
    let mut command = cashlink(&words.split(' ').collect::<Vec<_>>());
    let sandbox = Served::of(command.env("CASHLINK_WEBHOOK_TOKEN", "a-token-of-32-hexadecimal-digits"));

    let ended = run(&mut sandbox.cashlink(&guide.split(' ').collect::<Vec<_>>()));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let mut told = Vec::new();
    while told.last().is_none_or(|line: &String| !line.contains("DELIVERED")) {
        told.push(listener.next());
    }
    assert!(told.len() == 4 && told.iter().all(|line| line.ends_with("  applied")), "{told:?}");
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
