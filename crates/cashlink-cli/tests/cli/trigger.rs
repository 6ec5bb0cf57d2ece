//! `cashlink webhooks trigger`.

use std::{fs, net::TcpListener, process::Command};

use serde_json::{Value, json};

use crate::{
    process::{Ended, Local, Served, cashlink, run},
    receiver::{Receiver, Reply},
};

const TOKEN: &str = "a-token-of-the-receiver";
const INVESTMENT: &str = "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11";

/// The program with a token, to send events to `url`.
fn to(url: &str, more: &[&str]) -> Command {
    let mut command = cashlink(&["webhooks", "trigger", "--to", url]);
    command.args(more).env("CASHLINK_WEBHOOK_TOKEN", TOKEN);
    command
}

#[test]
fn an_event_is_delivered_as_the_api_does_it() {
    let receiver = Receiver::start(&[]);
    let event = ["--status", "PAID", "--investment", INVESTMENT, "--changed-at", "2025-03-04T10:15:27.104512+01:00"];
    let ended = run(to(&receiver.url, &event).arg("--json"));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let came = receiver.next();
    assert_eq!(came.line, "POST /hooks");
    assert_eq!(came.headers["content-type"], "application/json");
    assert_eq!(came.headers["authorization"], format!("Bearer {TOKEN}"));
    let sent = json!({"investment_id": INVESTMENT, "status": "PAID", "changed_at": "2025-03-04T09:15:27.104512Z"});
    assert_eq!(came.body, sent);

    let said = ended.json();
    assert_eq!(said["event_id"], "499dd84c-dfd3-5be4-b86c-8df6ac40b0f0");
    assert_eq!((&said["delivery"], &said["reply_status"], &said["status"]), (&1.into(), &204.into(), &"PAID".into()));
    assert!(said["ms"].is_u64() && !ended.stdout.contains(TOKEN) && !ended.stderr.contains(TOKEN), "{ended:?}");
}

#[test]
fn an_event_without_more_is_of_a_new_investment_and_of_now_and_can_be_delivered_often() {
    let receiver = Receiver::start(&[]);
    let ended = run(&mut to(&receiver.url, &["--status", "MOVED", "--count", "3"]));
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 3), "{ended:?}");
    assert!(ended.stdout.lines().all(|line| line.contains("status 204") && line.ends_with(" ms")), "{}", ended.stdout);
    assert!(ended.stderr.contains("none that is known"), "{}", ended.stderr);
    let bodies: Vec<Value> = receiver.so_far().into_iter().map(|came| came.body).collect();
    assert_eq!(bodies.len(), 3);
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");

    let another = run(&mut to(&receiver.url, &["--status", "PAID"]));
    assert_eq!(another.code, Some(0), "{another:?}");
    assert_ne!(receiver.next().body["investment_id"], bodies[0]["investment_id"]);
}

#[test]
fn the_first_token_of_a_file_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens");
    fs::write(&file, "the-newest-of-the-tokens\nthe-one-of-before\n").unwrap();
    let receiver = Receiver::start(&[]);
    let ended = run(to(&receiver.url, &["--status", "PAID", "--token-file"]).arg(&file));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(receiver.next().headers["authorization"], "Bearer the-newest-of-the-tokens");
}

/// The program with client credentials, to send events to `url`.
fn as_client(url: &str, more: &[&str]) -> Command {
    let mut command = cashlink(&["webhooks", "trigger", "--to", url, "--status", "PAID", "--token-url", url]);
    command
        .args(["--client-id", "sender"])
        .args(more)
        .env("CASHLINK_WEBHOOK_CLIENT_SECRET", "the-secret-of-the-sender");
    command
}

#[test]
fn a_token_is_fetched_with_client_credentials_and_anew_when_it_has_run_out() {
    let replies =
        [Reply::Token("first"), Reply::Status(204), Reply::Status(401), Reply::Token("second"), Reply::Status(204)];
    let receiver = Receiver::start(&replies);
    let ended = run(&mut as_client(&receiver.url, &["--count", "2"]));
    assert_eq!((ended.code, ended.stdout.lines().count()), (Some(0), 2), "{ended:?}");
    let came = receiver.so_far();
    let form = "grant_type=client_credentials&client_id=sender&client_secret=the-secret-of-the-sender";
    assert_eq!((came[0].form.as_str(), came[3].form.as_str()), (form, form));
    let tokens = [1, 2, 4].map(|index| came[index].headers["authorization"].clone());
    assert_eq!(tokens, ["Bearer first", "Bearer first", "Bearer second"]);
}

#[test]
fn without_a_token_from_the_endpoint_nothing_is_delivered() {
    check(&[Reply::Status(401)], 4, "check the client id");
    check(&[Reply::Status(400)], 4, "check the client id");
    check(&[Reply::Status(204)], 5, "has to be that of a token endpoint");
    check(&[Reply::Token("")], 5, "has to be that of a token endpoint");
    check(&[Reply::Status(503)], 5, "whether the receiver runs");
    check(&[Reply::Cut], 5, "whether the receiver runs");
    // A token that is refused at once is no reason to fetch one after the other.
    check(&[Reply::Token("first"), Reply::Status(401)], 4, "check that the token");

    #[track_caller]
    fn check(replies: &[Reply], code: i32, hint: &str) {
        let receiver = Receiver::start(replies);
        let ended = run(&mut as_client(&receiver.url, &["--json"]));
        assert_eq!((ended.code, receiver.so_far().len()), (Some(code), replies.len()), "{replies:?}: {ended:?}");
        assert!(ended.json()["error"]["hint"].as_str().unwrap().contains(hint), "{replies:?}: {ended:?}");
        assert!(!ended.stdout.contains("the-secret") && !ended.stderr.contains("the-secret"), "{ended:?}");
    }
}

#[test]
fn what_the_receiver_answers_decides_the_exit_code_and_what_to_do_is_said() {
    check(Reply::Status(400), 3, "rejected", "look at the receiver's log");
    check(Reply::Status(401), 4, "rejected", "check that the token");
    check(Reply::Status(403), 4, "rejected", "check that the token");
    check(Reply::Status(307), 3, "rejected", "give the address that it points to");
    check(Reply::Status(503), 6, "unknown", "send it again by `--status PAID --investment ");
    check(Reply::Cut, 6, "unknown", "send it again by `--status PAID --investment ");
    check(Reply::Silence, 6, "unknown", "send it again by `--status PAID --investment ");

    #[track_caller]
    fn check(reply: Reply, code: i32, outcome: &str, hint: &str) {
        let receiver = Receiver::start(&[reply]);
        let ended = run(&mut to(&receiver.url, &["--status", "PAID", "--json", "--timeout", "300ms"]));
        assert_eq!(ended.code, Some(code), "{reply:?}: {ended:?}");
        let error = &ended.json()["error"];
        assert_eq!(error["outcome"], outcome, "{reply:?}: {ended:?}");
        assert!(error["hint"].as_str().unwrap().contains(hint), "{reply:?}: {ended:?}");
        assert_eq!(receiver.so_far().len(), 1, "{reply:?}");
    }
}

#[test]
fn the_advice_after_a_lost_reply_sends_the_same_event_again() {
    let receiver = Receiver::start(&[Reply::Cut]);
    let ended = run(&mut to(&receiver.url, &["--status", "PAID", "--json"]));
    let hint = ended.json()["error"]["hint"].as_str().unwrap().to_owned();
    let options = hint.split('`').nth(1).unwrap();
    let again = run(&mut to(&receiver.url, &options.split(' ').collect::<Vec<_>>()));
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(receiver.next().body, receiver.next().body);
}

#[test]
fn deliveries_end_with_the_first_that_fails_and_those_before_count() {
    let receiver = Receiver::start(&[Reply::Status(204), Reply::Status(400)]);
    let ended = run(&mut to(&receiver.url, &["--status", "PAID", "--count", "5", "--json"]));
    assert_eq!(ended.code, Some(7), "{ended:?}");
    let lines = ended.lines();
    assert_eq!((lines.len(), &lines[0]["reply_status"], &lines[1]["status"]), (2, &204.into(), &"partly_done".into()));
    assert_eq!(receiver.so_far().len(), 2);
}

#[test]
fn nobody_there_is_5() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ended = run(&mut to(&format!("http://{gone}/secret-path"), &["--status", "PAID", "--json"]));
    assert_eq!((ended.code, &ended.json()["error"]["outcome"]), (Some(5), &"not_sent".into()), "{ended:?}");
    assert!(!ended.stderr.contains("secret-path"), "{}", ended.stderr);
}

#[test]
fn what_is_wrong_is_named_by_its_option_before_anything_is_sent() {
    let receiver = Receiver::start(&[]);
    let mut command = cashlink(&["webhooks", "trigger", "--json", "--status", "PAID"]);
    let ended = run(command.args(["--to", "http://example.org/"]));
    assert_eq!((ended.code, ended.paths()), (Some(2), vec!["--to".to_owned(), "CASHLINK_WEBHOOK_TOKEN".to_owned()]));

    refused(to(&receiver.url, &["--status", "PAID"]).env("CASHLINK_WEBHOOK_TOKEN", "schlüssel-words"), "visible ASCII");
    refused(&mut to(&receiver.url, &["--status", "PAID", "--token-file", "/nonexistent"]), "--token-file");
    refused(&mut to(&receiver.url, &["--status", "two terms"]), "visible characters");
    refused(&mut to(&receiver.url, &["--status", "PAID", "--changed-at", "soon"]), "--changed-at");
    refused(&mut to(&receiver.url, &["--status", "PAID", "--event", "pay"]), "--event");
    refused(&mut to(&receiver.url, &["--status", "PAID", "--client-id", "a"]), "--token-url");
    refused(&mut to(&receiver.url, &["--status", "PAID", "--token-url", &receiver.url]), "--client-id");
    refused(as_client(&receiver.url, &[]).env("CASHLINK_WEBHOOK_CLIENT_SECRET", ""), "CASHLINK_WEBHOOK_CLIENT_SECRET");
    refused(&mut as_client(&receiver.url, &["--token", TOKEN]), "--token");
    refused(&mut to(&receiver.url, &[]), "--status");
    refused(&mut cashlink(&["webhooks", "trigger"]), "--to");
    refused(&mut cashlink(&["webhooks", "trigger", "--event", "pay"]), "--investment");
    refused(&mut cashlink(&["webhooks", "trigger", "--event", "pay", "--investment", INVESTMENT]), "CASHLINK_SANDBOX");
    refused(&mut cashlink(&["webhooks", "trigger", "--event", "paid", "--investment", INVESTMENT]), "payment_missing");
    assert!(receiver.so_far().is_empty());

    #[track_caller]
    fn refused(command: &mut Command, expected: &str) {
        let ended = run(command);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended:?}");
        assert!(ended.stderr.contains(expected) && !ended.stderr.contains("words"), "{}", ended.stderr);
    }
}

#[test]
fn something_happens_to_an_investment_of_a_sandbox() {
    let sandbox = Served::start(&["--scenario", "every-status"]);
    let accepted = sandbox.variables()["CASHLINK_ACCEPTED_ID"].clone();
    let happen = |event: &str| trigger(&sandbox, event, &accepted);
    let ended = happen("pay");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let expected = json!({"status": "done", "investment_id": accepted, "event": "pay"});
    assert_eq!(ended.json(), expected);
    let path = format!("/v2/investments/{accepted}/");
    assert_eq!(run(&mut sandbox.cashlink(&["api", "GET", &path, "--json"])).json()["status"], "PAID");

    let refused = happen("pay");
    assert_eq!((refused.code, &refused.json()["error"]["outcome"]), (Some(3), &"rejected".into()), "{refused:?}");
    assert!(refused.stderr.contains("the sandbox says: "), "{}", refused.stderr);
    let unknown = trigger(&sandbox, "pay", INVESTMENT);
    assert_eq!((unknown.code, &unknown.json()["error"]["status"]), (Some(3), &404.into()), "{unknown:?}");
}

#[test]
fn a_sandbox_that_asks_for_a_token_is_given_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, "the-word").unwrap();
    let file = file.to_str().unwrap();
    let sandbox = Served::start(&["--scenario", "every-status", "--control-token-file", file]);
    let accepted = sandbox.variables()["CASHLINK_ACCEPTED_ID"].clone();
    let happen = |more: &[&str]| {
        let arguments = ["webhooks", "trigger", "--event", "pay", "--investment", &accepted];
        run(sandbox.cashlink(&arguments).args(more))
    };
    let refused = happen(&[]);
    assert_eq!(refused.code, Some(4), "{refused:?}");
    assert!(refused.stderr.contains("--control-token-file"), "{}", refused.stderr);
    assert_eq!(happen(&["--control-token-file", file]).code, Some(0));
}

#[test]
fn a_sandbox_is_named_by_its_address_too() {
    let local = Local::start();
    let investment = INVESTMENT;
    let arguments = ["webhooks", "trigger", "--event", "pay", "--investment", investment, "--sandbox"];
    let ended = run(cashlink(&arguments).arg(local.sandbox.origin()));
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let ended = run(cashlink(&arguments).arg(local.sandbox.url()));
    assert_eq!(ended.code, Some(2), "{ended:?}");
}

fn trigger(sandbox: &Served, event: &str, investment: &str) -> Ended {
    run(&mut sandbox.cashlink(&["webhooks", "trigger", "--json", "--event", event, "--investment", investment]))
}
