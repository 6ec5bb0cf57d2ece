//! Where the journal is, who has it, and what is wrong with it.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::Stdio,
};

use serde_json::json;

use crate::process::{Local, Served, cashlink, run, send};

#[test]
fn the_default_place_is_below_the_data_directory_for_the_user_alone() {
    let local = Local::start();
    let data = local.folder().join("data");
    let at_default = |arguments: &[&str]| {
        let mut command = local.cashlink(arguments);
        run(command.env_remove("CASHLINK_JOURNAL").env("XDG_DATA_HOME", &data))
    };
    for list in ["runs", "intents"] {
        let ended = at_default(&[list, "list", "--json"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{ended:?}");
        assert!(ended.stderr.contains("there is no journal yet"), "{}", ended.stderr);
    }
    for command in ["show", "resume", "abandon"] {
        let ended = at_default(&["runs", command, "import-1"]);
        assert!(ended.code == Some(2) && ended.stderr.contains("has no such run"), "{ended:?}");
    }
    assert_eq!(at_default(&["intents", "reconcile"]).code, Some(0));
    assert!(!data.exists(), "looking makes nothing");

    let ended = at_default(&["guide", "platform", "--json", "--run-id", "import-1"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let journal = data.join("cashlink").join("journal.db");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&journal), mode(journal.parent().unwrap())), (0o600, 0o700));
    assert_eq!(at_default(&["runs", "list", "--all", "--json"]).lines().len(), 1);
}

#[test]
fn a_demo_writes_nothing_down() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(run(cashlink(&["demo", "--quiet"]).env("XDG_DATA_HOME", &data)).code, Some(0));
    assert!(!data.exists());
}

#[test]
fn lists_can_be_read_while_another_process_has_the_journal_and_others_wait_for_it() {
    let sandbox = Served::start(&["--latency", "30s"]);
    let start = |arguments: &[&str]| {
        let mut command = sandbox.cashlink(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        stderr.read_line(&mut line).unwrap();
        (child, stderr, line)
    };
    let (mut first, _stderr, line) = start(&["guide", "registry", "--run-id", "import-1"]);
    assert!(line.starts_with("guide registry, run id "), "{line}");
    // The line is printed before the run is written down.
    let is_written = |_| run(&mut sandbox.cashlink(&["runs", "show", "import-1"])).code == Some(0);
    assert!((0..1_000).any(is_written), "the run is not written down");

    for arguments in [&["runs", "list"][..], &["runs", "show", "import-1"], &["intents", "list"]] {
        let mut command = sandbox.cashlink(arguments);
        let ended = run(&mut command);
        assert_eq!(ended.code, Some(0), "{arguments:?}: {ended:?}");
    }
    for arguments in [&["guide", "platform"][..], &["runs", "abandon", "import-1"], &["intents", "reconcile"]] {
        let mut command = sandbox.cashlink(arguments);
        let ended = run(command.arg("--json").env("CASHLINK_JOURNAL_WAIT", "0s"));
        assert_eq!(ended.code, Some(5), "{arguments:?}: {ended:?}");
        assert!(ended.stderr.contains(&format!("the process {} has it open", first.id())), "{}", ended.stderr);
        let hint = ended.json()["error"]["hint"].clone();
        assert!(hint.as_str().unwrap().contains("nothing was sent: run it again"), "{hint}");
    }

    let (mut second, mut stderr, line) = start(&["runs", "abandon", "import-1"]);
    assert!(line.contains("waiting for up to 10s"), "{line}");
    send("-KILL", &first);
    first.wait().unwrap();
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(second.wait().unwrap().code(), Some(0), "{rest}");
}

#[test]
fn what_is_wrong_with_a_journal_is_told_with_its_setting_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("readable.db"), "").unwrap();
    fs::set_permissions(path("readable.db"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::write(path("other.db"), "no journal".repeat(100)).unwrap();
    fs::set_permissions(path("other.db"), fs::Permissions::from_mode(0o600)).unwrap();
    std::os::unix::fs::symlink(path("target.db"), path("link.db")).unwrap();
    let check = |name: &str, expected: &str| {
        let file = path(name);
        for arguments in [&["runs", "list"][..], &["guide", "distributor", "--url", "http://127.0.0.1:1"]] {
            let mut command = cashlink(arguments);
            command.env("CASHLINK_CLIENT_ID", "id").env("CASHLINK_CLIENT_SECRET", "secret");
            let ended = run(command.args(["--json", "--journal", file.to_str().unwrap()]));
            assert_eq!(ended.code, Some(2), "{name} {arguments:?}: {ended:?}");
            assert!(ended.stderr.contains(expected), "{name} {arguments:?}: {}", ended.stderr);
            let document = ended.json();
            assert_eq!(document["error"]["fields"][0]["path"], "--journal", "{document}");
            assert_eq!(document["error"]["outcome"], "not_sent");
        }
    };
    check("", "");
    check("readable.db", "chmod 600");
    check("other.db", "no SQLite file");
    check("link.db", "symbolic link");

    let local = Local::start();
    let commands =
        [&["runs", "list"][..], &["runs", "resume", "a"], &["runs", "abandon", "a"], &["intents", "reconcile"]];
    for arguments in commands {
        let missing = run(local.cashlink(arguments).arg("--json").env("CASHLINK_JOURNAL", path("missing.db")));
        assert_eq!((missing.code, missing.paths()), (Some(2), vec!["CASHLINK_JOURNAL".to_owned()]), "{missing:?}");
    }
    assert!(!path("missing.db").exists() && !path("missing.db.lock").exists());
    let below_a_file = run(cashlink(&["runs", "list"]).env("CASHLINK_JOURNAL", path("other.db").join("journal.db")));
    assert!(below_a_file.stderr.contains("cannot be looked at"), "{below_a_file:?}");
}

#[test]
fn a_journal_that_has_lost_entries_is_taken_as_it_is_by_the_command_that_is_printed() {
    let local = Local::start();
    let go = || local.run(&["guide", "platform", "--json", "--run-id", "import-1"]);
    let first = go();
    assert_eq!(first.code, Some(0), "{first:?}");
    fs::remove_file(local.journal()).unwrap();
    let refused = go();
    assert_eq!((refused.code, refused.paths()), (Some(2), vec!["CASHLINK_JOURNAL".to_owned()]), "{refused:?}");
    let hint = refused.json()["error"]["hint"].as_str().unwrap().to_owned();
    let advised = format!("cashlink intents reconcile --accept-loss --journal {}", local.journal().display());
    assert!(hint.contains(&format!("`{advised}`")), "{hint}");

    let arguments: Vec<_> = advised.split(' ').skip(1).collect();
    let accepted = local.run(&arguments);
    assert_eq!((accepted.code, accepted.stdout.as_str()), (Some(0), "0 applied, 0 rejected, 0 left\n"), "{accepted:?}");
    let calls = local.applied("v2_investments_create");
    let again = go();
    assert_eq!((again.code, &again.json()["result"]), (Some(0), &first.json()["result"]), "{again:?}");
    assert_eq!(local.applied("v2_investments_create"), calls, "the keys are the same");
}

#[test]
fn the_file_of_another_program_is_not_taken_for_a_journal_that_has_lost_entries() {
    let local = Local::start();
    let text = "no journal".repeat(100);
    fs::write(local.journal(), &text).unwrap();
    fs::set_permissions(local.journal(), fs::Permissions::from_mode(0o600)).unwrap();
    let ended = local.run(&["intents", "reconcile", "--accept-loss"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(!ended.stderr.contains("hint"), "what did not help is not advised again: {ended:?}");
    assert_eq!(fs::read_to_string(local.journal()).unwrap(), text);
}

#[test]
fn what_is_wrong_with_keys_is_told_without_them() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    fs::write(&file, "secret-words").unwrap();
    let list = || {
        let mut command = cashlink(&["intents", "list", "--json"]);
        command.env("CASHLINK_JOURNAL", folder.path().join("journal.db"));
        command
    };
    let wrong = run(list().env("CASHLINK_JOURNAL_KEY", "secret-words").env("CASHLINK_JOURNAL_WAIT", "soon"));
    assert_eq!(
        (wrong.code, wrong.paths()),
        (Some(2), vec!["CASHLINK_JOURNAL_KEY".into(), "CASHLINK_JOURNAL_WAIT".into()])
    );
    let in_file = run(list().args(["--journal-key-file", file.to_str().unwrap()]));
    assert_eq!((in_file.code, in_file.paths()), (Some(2), vec!["--journal-key-file".to_owned()]));
    assert!(in_file.stderr.contains("64 hexadecimal digits"), "{}", in_file.stderr);
    let gone = run(list().args(["--journal-key-file", "/nonexistent/key"]));
    assert!(gone.code == Some(2) && gone.stderr.contains("cannot be read"), "{gone:?}");
    for ended in [wrong, in_file] {
        assert!(!ended.stderr.contains("secret-words") && !ended.stdout.contains("secret-words"), "{ended:?}");
    }
}

#[test]
fn without_a_home_the_place_of_the_journal_has_to_be_named() {
    let local = Local::start();
    let mut command = local.cashlink(&["api", "POST", "/v2/investors/", "--json", "--data", "{}"]);
    let ended = run(command.env_remove("CASHLINK_JOURNAL"));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!(ended.json()["error"]["outcome"], json!("not_sent"));
    assert!(ended.stderr.contains("--journal or CASHLINK_JOURNAL"), "{}", ended.stderr);
}
