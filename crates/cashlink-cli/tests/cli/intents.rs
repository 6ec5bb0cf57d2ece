//! `cashlink intents`, and what `cashlink api` writes down for it.

use std::process::{Command, Stdio};

use cashlink_sandbox::Fault;
use serde_json::{Value, json};

use crate::process::{Ended, Local, run};

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const INVITE: [&str; 5] = ["api", "POST", "/v2/invitations/", "--json", "--data"];

/// The program with a key for its journal.
fn sealed(local: &Local, arguments: &[&str]) -> Ended {
    run(local.cashlink(arguments).env("CASHLINK_JOURNAL_KEY", KEY))
}

/// A change whose reply was lost for good, and that nobody asked for again.
fn lose(local: &Local, arguments: &[&str]) -> Ended {
    // Not the token endpoint's, too.
    for operation in ["v2_invitations_create", "v2_investors_create"] {
        local.sandbox.arm(Fault::reply_lost_after_commit().on(operation).times(100));
    }
    let ended = sealed(local, arguments);
    local.sandbox.clear_faults();
    ended
}

#[test]
fn a_change_whose_outcome_is_open_is_found_out_about() {
    let local = Local::start();
    let data = local.invitation();
    local.sandbox.arm(Fault::reply_lost_after_commit().on("v2_invitations_create").times(100));
    let ended = sealed(&local, &[&INVITE[..], &[&data, "--key", "order-4711"]].concat());
    assert_eq!(ended.code, Some(6), "{ended:?}");
    let reconcile = format!("`cashlink intents reconcile --journal {}`", local.journal().display());
    assert!(ended.stderr.contains(&reconcile) && ended.stderr.contains("--key order-4711"), "{}", ended.stderr);

    let open = local.run(&["intents", "list", "--json"]).lines();
    assert_eq!((open.len(), &open[0]["key"], &open[0]["state"]), (1, &json!("order-4711"), &json!("pending")));
    assert!(local.run(&["intents", "list"]).stdout.contains("v2_invitations_create"));

    local.sandbox.clear_faults();
    let settled = sealed(&local, &["intents", "reconcile", "--json"]);
    assert_eq!(settled.code, Some(0), "{settled:?}");
    let lines = settled.lines();
    assert_eq!((&lines[0]["key"], &lines[0]["resolution"]), (&json!("order-4711"), &json!("applied")));
    assert!(lines[0]["ids"][0].is_string());
    assert_eq!(lines[1], json!({"status": "done", "applied": 1, "rejected": 0, "left": 0}));
    assert_eq!(local.applied("v2_invitations_create"), 1);
    assert_eq!(local.run(&["intents", "list", "--json"]).stdout, "");
    let again = sealed(&local, &["intents", "reconcile"]);
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), "0 applied, 0 rejected, 0 left\n"), "{again:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_found_out_does_not_depend_on_whether_it_can_be_told() {
    let local = Local::start();
    let data = local.invitation();
    assert_eq!(lose(&local, &[&INVITE[..], &[&data, "--key", "order-4711"]].concat()).code, Some(6));
    let full = || Stdio::from(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    for open in 1..=2 {
        let mut command = local.cashlink(&["intents", "reconcile", "--json"]);
        let ended = command.env("CASHLINK_JOURNAL_KEY", KEY).stdout(full()).output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        assert_eq!(ended.status.code(), Some(0), "{open}: {said}");
        assert!(said.contains("the output is not complete"), "{open}: {said}");
    }
    assert_eq!(local.run(&["intents", "list", "--json"]).stdout, "");
}

#[test]
fn what_is_applied_is_answered_from_the_journal() {
    let local = Local::start();
    let data = local.invitation();
    let ask = || sealed(&local, &[&INVITE[..], &[&data, "--key", "order-4711"]].concat());
    let first = ask();
    assert_eq!(first.code, Some(0), "{first:?}");
    let calls = local.sandbox.ledger().len();
    assert_eq!((ask().json(), local.sandbox.ledger().len()), (first.json(), calls));
}

#[test]
fn a_key_stands_for_one_change() {
    let local = Local::start();
    let data = local.invitation();
    assert_eq!(sealed(&local, &[&INVITE[..], &[&data, "--key", "order-4711"]].concat()).code, Some(0));
    let calls = local.sandbox.ledger().len();
    let other = data.replace("10", "11");
    let ended = sealed(&local, &[&INVITE[..], &[&other, "--key", "order-4711"]].concat());
    assert_eq!((ended.code, &ended.json()["error"]["kind"]), (Some(2), &json!("key_taken")), "{ended:?}");
    assert!(ended.stderr.contains("cashlink intents show order-4711"), "{}", ended.stderr);

    let reformatted = data.replace(':', ": ");
    let ended = sealed(&local, &[&INVITE[..], &[&reformatted, "--key", "order-4711"]].concat());
    assert_eq!((ended.code, &ended.json()["error"]["kind"]), (Some(2), &json!("key_taken")), "{ended:?}");
    assert!(ended.stderr.contains("to the byte as they were"), "another key would do it twice: {}", ended.stderr);
    assert_eq!(local.sandbox.ledger().len(), calls);
}

#[test]
fn what_cannot_be_settled_is_left_with_the_reason_and_what_to_do() {
    let local = Local::start();
    let data = local.invitation();
    local.sandbox.arm(Fault::reply_lost_after_commit().on("v2_invitations_create").times(100));
    assert_eq!(local.run(&[&INVITE[..], &[&data, "--key", "open-1"]].concat()).code, Some(6));
    local.sandbox.clear_faults();
    assert_eq!(lose(&local, &[&INVITE[..], &[&data, "--key", "sealed-1"]].concat()).code, Some(6));

    check(&local, &[], "open-1", "needs_body", "`cashlink api` with --key open-1");
    check(&local, &["--key-window", "1ms"], "sealed-1", "too_old", "--key-window");
    check(
        &local,
        &["--url", &local.sandbox.url().replace("127.0.0.1", "localhost")],
        "sealed-1",
        "other_api",
        "127.0.0.1",
    );
    check(&local, &["--client-id", "somebody-else"], "sealed-1", "other_client", "client id");
    let left = local.run(&["intents", "reconcile", "--json"]).lines();
    let sealed_one = left.iter().find(|line| line["key"] == "sealed-1").unwrap();
    assert_eq!(sealed_one["reason"], "sealed", "{left:?}");
    assert!(sealed_one["hint"].as_str().unwrap().contains("CASHLINK_JOURNAL_KEY"), "{left:?}");
    assert_eq!(local.applied("v2_invitations_create"), 2);

    #[track_caller]
    fn check(local: &Local, more: &[&str], key: &str, reason: &str, hint: &str) {
        local.sandbox.arm(Fault::error_before_commit(503).on("v2_invitations_create").times(1000));
        let ended = sealed(local, &[&["intents", "reconcile", "--json"], more].concat());
        local.sandbox.clear_faults();
        assert_eq!(ended.code, Some(6), "{ended:?}");
        let lines = ended.lines();
        let line = lines.iter().find(|line| line["key"] == key).unwrap();
        assert_eq!((&line["resolution"], &line["reason"]), (&json!("left"), &json!(reason)), "{lines:?}");
        assert!(line["hint"].as_str().unwrap().contains(hint), "{line}");
        assert!(ended.stderr.contains(hint), "{}", ended.stderr);
        let last = lines.last().unwrap();
        assert_eq!((&last["status"], &last["left"]), (&json!("unknown"), &json!(2)));
    }
}

#[test]
fn what_a_run_left_open_is_made_again_by_the_run_unless_it_is_abandoned() {
    let local = Local::start();
    local.sandbox.arm(Fault::reply_lost_after_commit().on("v2_invitations_create").times(100));
    assert_eq!(local.run(&["guide", "platform", "--json", "--run-id", "import-1"]).code, Some(6));
    local.sandbox.clear_faults();
    let hint = || {
        let ended = local.run(&["intents", "reconcile", "--json"]);
        assert_eq!(ended.code, Some(6), "{ended:?}");
        ended.lines()[0]["hint"].as_str().unwrap().to_owned()
    };
    let (resume, place) = (hint(), format!(" --journal {}` makes it again", local.journal().display()));
    assert!(resume.starts_with("`cashlink runs resume ") && resume.ends_with(&place), "{resume}");
    assert_eq!(local.run(&["runs", "abandon", "import-1"]).code, Some(0));
    let abandoned = hint();
    assert!(abandoned.contains("look at the API") && !abandoned.contains("runs resume"), "{abandoned}");
}

#[test]
fn what_is_sealed_is_shown_to_who_asks_for_it_and_has_the_key() {
    let local = Local::start();
    let investor = r#"{"natural_person":{"surname":"Beispiel"},"email":"erika@example.org"}"#;
    let arguments = ["api", "POST", "/v2/investors/", "--data", investor, "--key", "customer-1"];
    assert_eq!(lose(&local, &arguments).code, Some(6));
    let names = sealed(&local, &["intents", "show", "customer-1"]);
    assert!(names.stdout.contains("natural_person.surname: …") && names.stdout.contains("--reveal"), "{names:?}");
    let as_json = sealed(&local, &["intents", "show", "customer-1", "--json"]);
    assert_eq!(as_json.json()["body"], json!({"fields": ["natural_person.surname", "email"]}));
    let without_key = local.run(&["intents", "show", "customer-1", "--reveal"]);
    assert!(without_key.stdout.contains("CASHLINK_JOURNAL_KEY"), "{without_key:?}");
    for ended in [&names, &as_json, &without_key] {
        assert!(ended.code == Some(0) && !ended.stdout.contains("Beispiel"), "{ended:?}");
    }
    let revealed = sealed(&local, &["intents", "show", "customer-1", "--reveal", "--json"]);
    assert_eq!(revealed.json()["body"]["value"], serde_json::from_str::<Value>(investor).unwrap());

    let missing = sealed(&local, &["intents", "show", "customer-2", "--json"]);
    assert_eq!((missing.code, missing.paths()), (Some(2), vec!["KEY".to_owned()]), "{missing:?}");
}

#[test]
fn a_guide_leaves_nothing_personal_in_what_is_listed_and_shown() {
    let local = Local::start();
    local.sandbox.arm(Fault::error_before_commit(400).on("v2_redemptions_create"));
    let ended = sealed(&local, &["guide", "registry", "--run-id", "import-1"]);
    assert_eq!(ended.code, Some(7), "{ended:?}");
    let mut shown = vec![sealed(&local, &["runs", "list", "--all"]), sealed(&local, &["runs", "show", "import-1"])];
    shown.push(sealed(&local, &["intents", "list", "--all"]));
    let rows = sealed(&local, &["intents", "list", "--all", "--json"]);
    assert!(rows.lines().len() >= 9, "{rows:?}");
    for row in rows.lines() {
        shown.push(sealed(&local, &["intents", "show", row["key"].as_str().unwrap()]));
    }
    shown.push(rows);
    for ended in shown {
        assert_eq!(ended.code, Some(0), "{ended:?}");
        for hidden in ["Beispiel", "Musterstadt", "DE89", "@example.org"] {
            assert!(!ended.stdout.contains(hidden), "{hidden}: {}", ended.stdout);
        }
    }
}

#[test]
fn a_read_opens_no_journal_and_a_change_need_not() {
    let local = Local::start();
    assert_eq!(local.run(&["api", "GET", "/v2/investors/"]).code, Some(0));
    let data = local.invitation();
    assert_eq!(local.run(&[&INVITE[..], &[&data, "--no-journal"]].concat()).code, Some(0));
    assert!(!local.journal().exists());
    assert_eq!(local.run(&[&INVITE[..], &[&data]].concat()).code, Some(0));
    assert!(local.journal().exists());
}

#[test]
fn a_reader_that_goes_away_ends_a_list_in_peace() {
    let local = Local::start();
    assert_eq!(local.run(&["guide", "registry"]).code, Some(0));
    let list = local.cashlink(&["intents", "list", "--all", "--json"]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "\"$PROGRAM\" intents list --all --json | head -n 1; "]).env_clear().stdin(Stdio::null());
    shell.env("PROGRAM", list.get_program()).env("PATH", "/usr/bin:/bin");
    let ended = run(shell.envs(list.get_envs().map(|(name, value)| (name, value.unwrap()))));
    assert_eq!((ended.code, ended.stderr.as_str(), ended.lines().len()), (Some(0), "", 1), "{ended:?}");
}
