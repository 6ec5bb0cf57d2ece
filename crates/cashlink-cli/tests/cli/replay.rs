//! `cashlink webhooks replay`.

use std::process::Command;

use cashlink_sandbox::Webhook;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    listen::{Listening, TOKEN, came_years_ago, trigger},
    process::{Local, cashlink, run},
    receiver::{Receiver, Reply},
};

const ONE: &str = "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11";
const OTHER: &str = "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11";

/// A folder with an inbox that has five events of two investments, and when they came.
fn inbox() -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut listening = Listening::start(&folder.path().join("inbox.db"), &[]);
    let events =
        [(ONE, "ACCEPTED", 2), (OTHER, "PAID", 3), (ONE, "PAID", 4), (ONE, "KYC_PENDING", 1), (ONE, "PAID", 5)];
    let came = events.map(|(investment, status, second)| {
        assert_eq!(trigger(listening.url(), investment, status, second).code, Some(0));
        listening.next()["received_at"].as_str().unwrap().to_owned()
    });
    (folder, came.to_vec())
}

/// The program, to send what the inbox has to `url`.
fn replay(folder: &TempDir, url: &str, more: &[&str]) -> Command {
    let mut command = cashlink(&["webhooks", "replay", "--to", url]);
    command.args(more).env("CASHLINK_WEBHOOK_TOKEN", TOKEN);
    command.env("CASHLINK_WEBHOOK_INBOX", folder.path().join("inbox.db"));
    command
}

fn statuses(receiver: &Receiver) -> Vec<Value> {
    receiver.so_far().into_iter().map(|came| came.body["status"].clone()).collect()
}

#[test]
fn everything_that_came_is_sent_again_in_the_order_in_which_it_came() {
    let (folder, times) = inbox();
    let receiver = Receiver::start(&[]);
    let ended = run(&mut replay(&folder, &receiver.url, &["--json"]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let first = receiver.next();
    let body = json!({"investment_id": ONE, "status": "ACCEPTED", "changed_at": "2025-03-04T09:15:02Z"});
    assert_eq!((first.body, &*first.headers["authorization"]), (body, &*format!("Bearer {TOKEN}")));
    assert_eq!(statuses(&receiver), ["PAID", "PAID", "KYC_PENDING", "PAID"]);

    let lines = ended.lines();
    assert_eq!(lines[5], json!({"status": "done", "sent": 5}));
    let expected = json!({
        "what": "sent", "received_at": times[3], "event_id": lines[3]["event_id"], "investment_id": ONE,
        "status": "KYC_PENDING", "changed_at": "2025-03-04T09:15:01Z", "recorded": "late", "reply_status": 204,
        "ms": lines[3]["ms"],
    });
    assert_eq!(lines[3], expected);
}

#[test]
fn what_is_asked_for_is_sent_and_nothing_at_all_in_a_dry_run() {
    let (folder, times) = inbox();
    let check = |options: &[&str], expected: &[&str]| {
        let receiver = Receiver::start(&[]);
        let dry = run(replay(&folder, &receiver.url, options).arg("--dry-run").env_remove("CASHLINK_WEBHOOK_TOKEN"));
        assert_eq!(dry.code, Some(0), "{dry:?}");
        assert!(dry.stdout.ends_with(&format!("{} would be sent\n", expected.len())), "{}", dry.stdout);
        assert_eq!(statuses(&receiver), [""; 0], "{options:?}");

        let ended = run(&mut replay(&folder, &receiver.url, options));
        assert!(ended.stdout.ends_with(&format!("{} sent\n", expected.len())), "{ended:?}");
        assert_eq!(ended.stdout.lines().count(), dry.stdout.lines().count());
        assert_eq!(statuses(&receiver), expected, "{options:?}");
    };
    check(&["--investment", OTHER], &["PAID"]);
    check(&["--since", &times[3]], &["KYC_PENDING", "PAID"]);
    check(&["--until", &times[2]], &["ACCEPTED", "PAID"]);
    check(&["--since", &times[1], "--until", &times[3], "--investment", ONE], &["PAID"]);
    check(&["--until", "2020-01-01T00:00:00Z"], &[]);
}

#[test]
fn it_ends_with_the_first_that_fails_and_says_how_to_go_on() {
    let (folder, times) = inbox();
    check(&folder, &[Reply::Status(400)], 3, &times[0]);
    check(&folder, &[Reply::Status(204), Reply::Status(401)], 7, &times[1]);
    check(&folder, &[Reply::Status(204), Reply::Status(204), Reply::Cut], 6, &times[2]);

    #[track_caller]
    fn check(folder: &TempDir, replies: &[Reply], code: i32, since: &str) {
        let receiver = Receiver::start(replies);
        let ended = run(&mut replay(folder, &receiver.url, &["--json"]));
        let sent = statuses(&receiver).len();
        assert_eq!((ended.code, sent), (Some(code), replies.len()), "{ended:?}");
        let hint = ended.lines().last().unwrap()["error"]["hint"].as_str().unwrap().to_owned();
        assert_eq!(hint.matches(&format!("`--since {since}`")).count(), 1, "{hint}");
        let rest = run(&mut replay(folder, &receiver.url, &["--json", "--since", since]));
        assert_eq!((rest.code, statuses(&receiver).len()), (Some(0), 5 - sent + 1), "{rest:?}");
    }
}

#[test]
fn what_an_inbox_keeps_for_longer_than_the_program_would_is_sent_again_and_stays() {
    let (folder, _) = inbox();
    came_years_ago(&folder.path().join("inbox.db"));
    let receiver = Receiver::start(&[]);
    for _ in 0..2 {
        let ended = run(&mut replay(&folder, &receiver.url, &["--until", "2021-01-01T00:00:00Z"]));
        assert!(ended.stdout.ends_with("5 sent\n"), "{ended:?}");
    }
}

#[test]
fn a_listener_that_was_away_has_all_events_once_afterwards() {
    let (folder, _) = inbox();
    let other = tempfile::tempdir().unwrap();
    let mut listening = Listening::start(&other.path().join("inbox.db"), &[]);
    for expected in [["applied", "applied", "applied", "late", "repeated"], ["duplicate"; 5]] {
        assert_eq!(run(&mut replay(&folder, listening.url(), &[])).code, Some(0));
        assert_eq!(expected.map(|_| listening.next_that_was("received")["recorded"].clone()), expected);
    }
}

#[test]
fn a_sandbox_sends_deliveries_again() {
    let local = Local::start();
    let receiver = Receiver::start(&[Reply::Status(204), Reply::Status(503)]);
    local.sandbox.add_webhook(&Webhook::bearer(&receiver.url, TOKEN)).unwrap();
    assert_eq!(local.run(&["guide", "registry", "--quiet"]).code, Some(0));
    // The second one failed, and those behind it wait for it.
    let first_two = [receiver.next(), receiver.next()].map(|came| came.body["status"].clone());
    assert_eq!(first_two, ["WAITING_FOR_ACCEPTANCE", "ACCEPTED"]);
    let replay = |options: &[&str]| {
        let mut command = cashlink(&["webhooks", "replay", "--json", "--sandbox", local.sandbox.origin()]);
        run(command.args(options))
    };
    let ended = replay(&["--delivery", "1"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.lines(), [json!({"what": "resent", "delivery": 1}), json!({"status": "done", "sent": 1})]);

    let ended = replay(&["--delivery", "1", "--delivery", "99"]);
    let lines = ended.lines();
    assert_eq!((ended.code, &lines[1]["status"]), (Some(7), &"partly_done".into()), "{ended:?}");
    assert_eq!(lines[1]["error"]["status"], 404);
    assert_eq!(replay(&["--delivery", "99"]).code, Some(3));

    let ended = replay(&["--all"]);
    assert_eq!(ended.lines()[4], json!({"status": "done", "sent": 4}), "{ended:?}");
    assert_eq!(ended.lines()[3]["status"], "DELIVERED");
    local.settled();
    assert_eq!(replay(&["--pending"]).lines(), [json!({"status": "done", "sent": 0})]);
}

#[test]
fn what_is_wrong_is_named_by_its_option_before_anything_is_sent() {
    let (folder, _) = inbox();
    let missing = folder.path().join("missing.db");
    let receiver = Receiver::start(&[]);
    let mut command = replay(&folder, &receiver.url, &["--json", "--inbox"]);
    let ended = run(command.arg(&missing));
    assert_eq!((ended.code, ended.paths()), (Some(2), vec!["--inbox".to_owned()]), "{ended:?}");
    assert!(!missing.exists());
    let ended = run(replay(&folder, "http://example.org/", &["--json"]).env_remove("CASHLINK_WEBHOOK_TOKEN"));
    assert_eq!((ended.code, ended.paths()), (Some(2), vec!["--to".to_owned(), "CASHLINK_WEBHOOK_TOKEN".to_owned()]));
    for options in [&["--since", "soon"][..], &["--all"], &["--delivery", "1"], &["--sandbox", "http://127.0.0.1:1"]] {
        assert_eq!(run(&mut replay(&folder, &receiver.url, options)).code, Some(2), "{options:?}");
    }
    for options in [&[][..], &["--pending", "--all"], &["--all", "--dry-run"], &["--all", "--token", TOKEN]] {
        assert_eq!(run(cashlink(&["webhooks", "replay"]).args(options)).code, Some(2), "{options:?}");
    }
    assert!(receiver.so_far().is_empty());
}
