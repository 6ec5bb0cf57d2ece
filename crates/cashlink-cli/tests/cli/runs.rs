//! `cashlink runs`, and what `cashlink guide` writes down for it.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
};

use cashlink_sandbox::Fault;
use serde_json::Value;

use crate::process::{Ended, Local, Served, run, send};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const OTHER_KEY: &str = "f00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// Armed for longer than any call is repeated.
fn lost(operation: &str) -> Fault {
    Fault::reply_lost_after_commit().on(operation).times(100)
}

/// The command between back quotes in the hint of a failure.
#[track_caller]
fn advised(document: &Value) -> String {
    document["error"]["hint"].as_str().unwrap().split('`').nth(1).unwrap().to_owned()
}

/// Runs `command`, a line for a shell, as the program of these tests.
fn in_shell(local: &Local, command: &str) -> Ended {
    let given = local.cashlink(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", &command.replacen("cashlink", "\"$PROGRAM\"", 1)]).env_clear().stdin(Stdio::null());
    shell.env("PROGRAM", given.get_program());
    for (name, value) in given.get_envs() {
        shell.env(name, value.unwrap());
    }
    run(&mut shell)
}

#[test]
fn a_run_whose_outcome_is_open_goes_on_by_the_command_that_is_printed() {
    let local = Local::start();
    local.sandbox.arm(lost("v2_investments_create"));
    let ended = local.run(&["guide", "registry", "--json", "--run-id", "import-1"]);
    assert_eq!(ended.code, Some(6), "{ended:?}");
    let open = local.run(&["runs", "list", "--json"]).lines();
    assert_eq!((open.len(), &open[0]["state"], &open[0]["steps_done"]), (1, &"open".into(), &6.into()));

    let shown = local.run(&["runs", "show", "import-1", "--json"]).json();
    assert_eq!((shown["steps"].as_array().unwrap().len(), shown["pending"].as_array().unwrap().len()), (6, 1));
    assert_eq!(shown["pending"][0]["operation_id"], "v2_investments_create");
    let table = local.run(&["runs", "show", "import-1"]).stdout;
    assert!(table.contains("registry[0]/create_investor#0") && table.contains("cashlink intents reconcile"), "{table}");

    local.sandbox.clear_faults();
    let resumed = in_shell(&local, &format!("{} --json", advised(&ended.json())));
    assert_eq!(resumed.code, Some(0), "{resumed:?}");
    let steps = resumed.json()["steps"].clone();
    let recorded: Vec<_> = steps.as_array().unwrap().iter().map(|step| step["recorded"] == true).collect();
    assert_eq!(recorded, [[true; 6].as_slice(), &[false; 4]].concat(), "{steps}");
    assert_eq!(local.applied("v2_investments_create"), 1);
    assert_eq!(local.applied("v2_investors_create"), 1);

    assert_eq!(local.run(&["runs", "list", "--json"]).stdout, "");
    assert_eq!(local.run(&["runs", "list", "--all", "--json"]).lines()[0]["state"], "done");
}

#[test]
fn a_run_that_is_done_gives_its_report_again_and_sends_nothing() {
    let local = Local::start();
    let go = || local.run(&["guide", "platform", "--json", "--run-id", "import-1"]);
    let first = go();
    assert_eq!(first.code, Some(0), "{first:?}");
    let calls = local.sandbox.ledger().len();
    let again = go();
    assert_eq!((&again.json()["result"], local.sandbox.ledger().len()), (&first.json()["result"], calls));
    assert!(again.json()["steps"].as_array().unwrap().iter().all(|step| step["recorded"] == true), "{again:?}");
    assert!(again.stderr.contains("recorded"), "{}", again.stderr);
}

#[test]
fn a_run_that_was_ended_by_a_signal_goes_on_and_does_nothing_twice() {
    for signal in ["-INT", "-TERM", "-KILL"] {
        let sandbox = Served::start(&["--latency", "60ms"]);
        let mut command = sandbox.cashlink(&["guide", "registry", "--json", "--run-id", "import-1"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("create_investor") {
            assert_ne!(stderr.read_line(&mut said).unwrap(), 0, "{said}");
        }
        send(signal, &child);
        let mut stdout = String::new();
        child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        assert_eq!(child.wait().unwrap().code(), (signal != "-KILL").then_some(130));
        if signal != "-KILL" {
            let document: Value = serde_json::from_str(&stdout).unwrap();
            assert!(advised(&document).starts_with("cashlink runs resume "), "{document}");
            let open = run(&mut sandbox.cashlink(&["runs", "list", "--json"])).lines();
            assert_eq!(open[0]["note"], "interrupted");
        }
        let resumed = run(&mut sandbox.cashlink(&["runs", "resume", "import-1", "--json"]));
        assert_eq!(resumed.code, Some(0), "{signal}: {resumed:?}");
        let investors = run(&mut sandbox.cashlink(&["api", "GET", "/v2/investments/", "--json"])).json();
        assert_eq!(investors["results"].as_array().unwrap().len(), 1, "{signal}");
    }
}

#[test]
fn a_rejected_step_is_taken_again_only_when_the_run_is_resumed() {
    let local = Local::start();
    local.sandbox.arm(Fault::error_before_commit(400).on("v2_investments_create"));
    let go = || local.run(&["guide", "platform", "--json", "--run-id", "import-1"]);
    let ended = go();
    assert_eq!(ended.code, Some(7), "{ended:?}");
    let calls = local.sandbox.ledger().len();
    let again = go();
    assert_eq!((again.code, local.sandbox.ledger().len()), (Some(7), calls), "the answer is recorded: {again:?}");
    assert!(again.json()["error"]["hint"].as_str().unwrap().contains("takes the step once more"), "{again:?}");

    let resumed = local.run(&["runs", "resume", "import-1", "--json"]);
    assert_eq!(resumed.code, Some(0), "{resumed:?}");
    let steps = local.run(&["runs", "show", "import-1", "--json"]).json()["steps"].clone();
    let takes: Vec<_> =
        steps.as_array().unwrap().iter().filter(|step| step["operation_id"] == "v2_investments_create").collect();
    assert_eq!(takes.len(), 2, "{steps}");
    assert_eq!((&takes[0]["state"], &takes[0]["status"]), (&"rejected".into(), &"400".into()));
    assert_eq!((&takes[1]["state"], &takes[1]["take"]), (&"done".into(), &1.into()));
    assert_ne!(takes[0]["key"], takes[1]["key"]);
}

#[test]
fn a_run_goes_on_with_nothing_else_than_what_it_was_begun_with() {
    let local = Local::start();
    assert_eq!(local.run(&["guide", "registry", "--run-id", "import-1"]).code, Some(0));
    let calls = local.sandbox.ledger().len();
    let refused = |arguments: &[&str], path: &str, advice: &str| {
        let ended = local.run(arguments);
        assert_eq!((ended.code, ended.paths()), (Some(2), vec![path.to_owned()]), "{ended:?}");
        assert!(ended.stderr.contains(advice), "{}", ended.stderr);
    };
    let input = "hint: a run goes on with the guide and the input";
    refused(&["guide", "distributor", "--json", "--run-id", "import-1"], "--run-id", "use a new one");
    refused(&["guide", "registry", "--json", "--run-id", "import-1", "--no-redeem"], "redemption.product_id", input);
    let api = "give that address and client id";
    refused(&["runs", "resume", "import-1", "--json", "--client-id", "somebody"], "--url or --client-id", api);
    assert_eq!(local.sandbox.ledger().len(), calls);

    let ended =
        local.run(&["runs", "resume", "import-1", "--json", "--investor-id", &local.sandbox.investor_id().to_string()]);
    assert_eq!((ended.code, ended.paths()), (Some(2), vec!["--investor-id".to_owned()]), "{ended:?}");
}

/// A run with an input file of its own that stopped in the middle, with the key `key` if there is one.
fn stopped(local: &Local, key: Option<&str>) -> Ended {
    let template = local.run(&["guide", "registry", "--template"]).stdout;
    for document in ["identification.pdf", "subscription.pdf", "risk-notice.pdf"] {
        assert!(template.contains(document));
        fs::write(local.folder().join(document), "%PDF-1.7\n").unwrap();
    }
    fs::write(local.folder().join("input.yaml"), template).unwrap();
    local.sandbox.arm(lost("v2_investors_create"));
    let mut command = local.cashlink(&["guide", "registry", "--json", "--run-id", "import-1", "--file", "input.yaml"]);
    command.current_dir(local.folder()).env("CASHLINK_JOURNAL_KEY", key.unwrap_or_default());
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(6), "{ended:?}");
    local.sandbox.clear_faults();
    ended
}

#[test]
fn without_a_key_a_run_needs_its_input_file_to_go_on() {
    let local = Local::start();
    let ended = stopped(&local, None);
    assert!(advised(&ended.json()).contains(" --file input.yaml "), "{ended:?}");
    let resumed = local.run(&["runs", "resume", "import-1", "--json"]);
    assert_eq!(resumed.code, Some(2), "{resumed:?}");
    assert!(resumed.stderr.contains("the input was not kept") && resumed.stderr.contains("--file"), "{resumed:?}");
    let file = local.folder().join("input.yaml");
    let resumed = local.run(&["runs", "resume", "import-1", "--json", "--file", file.to_str().unwrap()]);
    assert_eq!(resumed.code, Some(0), "{resumed:?}");
}

#[test]
fn with_a_key_the_journal_has_the_input_and_finds_its_documents_from_any_folder() {
    let local = Local::start();
    let ended = stopped(&local, Some(KEY));
    assert!(!advised(&ended.json()).contains("--file"), "{ended:?}");
    let resume = |key: &str, older: &str| {
        let mut command = local.cashlink(&["runs", "resume", "import-1", "--json"]);
        run(command.env("CASHLINK_JOURNAL_KEY", key).env("CASHLINK_JOURNAL_OLD_KEYS", older))
    };
    let refused = resume(OTHER_KEY, "");
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.stderr.contains("sealed with the key 630dcd2966c43366, which was not given"), "{}", refused.stderr);
    assert!(refused.stderr.contains("CASHLINK_JOURNAL_OLD_KEYS") && refused.stderr.contains("--file"));
    let resumed = resume(OTHER_KEY, KEY);
    assert_eq!(resumed.code, Some(0), "{resumed:?}");
    assert_eq!(local.applied("v2_investors_create"), 1);
}

#[test]
fn a_run_that_is_given_up_stays_so() {
    let local = Local::start();
    local.sandbox.arm(lost("v2_investors_create"));
    assert_eq!(local.run(&["guide", "registry", "--run-id", "import-1"]).code, Some(6));
    let abandoned = local.run(&["runs", "abandon", "import-1"]);
    assert_eq!(abandoned.code, Some(0), "{abandoned:?}");
    assert!(
        abandoned.stdout.contains("not undone") && abandoned.stdout.contains("v2_investors_create"),
        "{abandoned:?}"
    );
    let again = local.run(&["runs", "abandon", "import-1", "--json"]).json();
    assert_eq!((&again["state"], again["pending"].as_array().unwrap().len()), (&"abandoned".into(), 1));

    local.sandbox.clear_faults();
    for command in [&["runs", "resume"][..], &["guide", "registry", "--run-id"]] {
        let ended = local.run(&[command, &["import-1", "--json"]].concat());
        assert_eq!(ended.code, Some(2), "{ended:?}");
        assert!(ended.stderr.contains("abandoned"), "{}", ended.stderr);
    }
    assert_eq!(local.run(&["runs", "list", "--json"]).stdout, "");
    assert_eq!(local.run(&["guide", "platform", "--run-id", "import-2"]).code, Some(0));
    let done = local.run(&["runs", "abandon", "import-2", "--json"]);
    assert_eq!((done.code, done.paths()), (Some(2), vec!["ID".to_owned()]), "{done:?}");
}

#[test]
fn a_run_that_is_unknown_is_told_with_the_journal_that_was_looked_into() {
    let local = Local::start();
    assert_eq!(local.run(&["guide", "platform", "--run-id", "import-1"]).code, Some(0));
    for command in ["show", "resume", "abandon"] {
        let ended = local.run(&["runs", command, "import-2", "--json"]);
        assert_eq!((ended.code, ended.paths()), (Some(2), vec!["ID".to_owned()]), "{ended:?}");
        assert!(ended.stderr.contains(local.journal().to_str().unwrap()) && ended.stderr.contains("runs list --all"));
    }
    assert_eq!(local.run(&["runs", "show", "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b1g"]).code, Some(2));
}
