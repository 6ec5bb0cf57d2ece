//! `cashlink api`: single calls against a sandbox in another process.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    process::{Command, Stdio},
};

use cashlink_sandbox::Fault;
use serde_json::{Value, json};

use crate::process::{Ended, Local, Served, cashlink, run, send};

const UNKNOWN: &str = "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11";

/// The smallest invitation that the sandbox accepts.
fn invitation(sandbox: &Served) -> String {
    let variables = sandbox.variables();
    let (investor, campaign) = (&variables["CASHLINK_INVESTOR_ID"], &variables["CASHLINK_CAMPAIGN_ID"]);
    json!({"investor_id": investor, "campaign_id": campaign, "units": 10}).to_string()
}

#[test]
fn a_read_prints_the_reply_for_a_person_and_on_one_line_for_a_script() {
    let sandbox = Served::start(&[]);
    let path = format!("/v2/investors/{}/", sandbox.variables()["CASHLINK_INVESTOR_ID"]);
    let person = run(&mut sandbox.cashlink(&["api", "GET", &path]));
    assert_eq!((person.code, person.stderr.as_str()), (Some(0), "v2_investors_retrieve: status 200\n"));
    assert!(person.stdout.starts_with("{\n  \"id\": \""), "{}", person.stdout);
    let script = run(&mut sandbox.cashlink(&["api", "get", &format!("/api/external{path}"), "--json", "--quiet"]));
    assert_eq!((script.code, script.stderr.as_str(), script.stdout.lines().count()), (Some(0), "", 1));
    assert_eq!(script.json(), person.json());
}

#[test]
fn a_change_prints_its_key_before_it_is_sent_and_is_made_once_under_it() {
    let sandbox = Served::start(&[]);
    let data = invitation(&sandbox);
    let ask = |more: &[&str]| {
        let ended = run(sandbox.cashlink(&["api", "POST", "/v2/invitations/", "--data", &data]).args(more));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        ended
    };
    let (first, again) = (ask(&["--key", "order-4711"]), ask(&["--key", "order-4711", "--json", "--quiet"]));
    assert_eq!(first.stderr, "key: order-4711\nv2_invitations_create: status 201, applied\n");
    assert_eq!(again.stderr, "key: order-4711\n", "a quiet call tells its key, too");
    assert_eq!(first.json(), again.json());
    let (third, fourth) = (ask(&[]), ask(&[]));
    assert_ne!(third.stderr, fourth.stderr, "a key is random unless given");
    assert_ne!(third.json()["id"], fourth.json()["id"]);
}

#[test]
fn a_body_comes_from_a_file_in_json_or_yaml_or_from_stdin() {
    let sandbox = Served::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let data: Value = serde_json::from_str(&invitation(&sandbox)).unwrap();
    let (investor, campaign) = (&data["investor_id"], &data["campaign_id"]);
    let yaml = format!("# an invitation\ninvestor_id: {investor}\ncampaign_id: {campaign}\nunits: 10\n");
    for (name, text) in [("a.json", data.to_string()), ("a.txt", format!("\u{feff}{data}\n")), ("a.YAML", yaml)] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let data = format!("@{}", path.display());
        let ended = run(&mut sandbox.cashlink(&["api", "POST", "/v2/invitations/", "--data", &data, "--key", "k-1"]));
        assert_eq!(ended.code, Some(0), "{name}: {ended:?}");
    }
    let mut command = sandbox.cashlink(&["api", "POST", "/v2/invitations/", "--data", "-", "--key", "k-1"]);
    let ended = with_stdin(&mut command, &data.to_string());
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

fn with_stdin(command: &mut Command, text: &str) -> Ended {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

#[test]
fn a_document_is_uploaded_under_its_content_type() {
    let sandbox = Served::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("protocol.pdf");
    fs::write(&file, "%PDF-1.7\n").unwrap();
    let upload = || sandbox.cashlink(&["api", "POST", "/v2/documents/", "--json", "--file", file.to_str().unwrap()]);
    let ended = run(&mut upload());
    assert!(ended.json()["id"].is_string(), "{ended:?}");
    assert_eq!(run(upload().args(["--content-type", "image/png"])).code, Some(0));
    let ended = run(upload().args(["--content-type", "nonsense"]));
    assert_eq!((ended.code, ended.paths()), (Some(2), vec!["--file".to_owned()]), "{ended:?}");

    fs::remove_file(&file).unwrap();
    let ended = run(&mut upload());
    assert_eq!((ended.code, ended.paths()), (Some(2), vec!["--file".to_owned()]), "{ended:?}");
}

#[test]
fn a_list_is_followed_and_its_items_are_printed_one_to_a_line() {
    let sandbox = Served::start(&[]);
    let data = invitation(&sandbox);
    for _ in 0..5 {
        assert_eq!(run(&mut sandbox.cashlink(&["api", "POST", "/v2/invitations/", "--data", &data])).code, Some(0));
    }
    let list = |more: &[&str]| run(sandbox.cashlink(&["api", "GET", "/v2/invitations/?page_size=2"]).args(more));
    let page = list(&["--json"]).json();
    assert_eq!((page["results"].as_array().unwrap().len(), &page["count"]), (2, &json!(5)));
    let second = list(&["--json", "--query", "page=2"]).json();
    assert_ne!(page["results"], second["results"]);

    let all = list(&["--all", "--json"]);
    assert_eq!((all.code, all.stderr.as_str()), (Some(0), "v2_invitations_list: 5 items\n"));
    let items: Vec<Value> = all.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((items.len(), &items[0]), (5, &page["results"][0]));
    let pretty = list(&["--all"]).stdout;
    assert_eq!(pretty.lines().filter(|line| *line == "{").count(), 5);
}

#[test]
fn every_operation_is_listed_without_any_setting() {
    let listed = run(&mut cashlink(&["api", "--list"]));
    assert_eq!((listed.code, listed.stderr.as_str()), (Some(0), ""));
    let line =
        listed.stdout.lines().find(|line| line.contains(" /v2/investors/ ") && line.starts_with("POST")).unwrap();
    let words: Vec<_> = line.split_whitespace().collect();
    assert_eq!(words, ["POST", "/v2/investors/", "investors:write", "key", "Create", "an", "investor"]);

    let rows = run(&mut cashlink(&["api", "--list", "--json"])).json();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), listed.stdout.lines().count());
    let upload = rows.iter().find(|row| row["path"] == "/v2/documents/").unwrap();
    assert_eq!((&upload["body"], &upload["key"], &upload["list"]), (&json!("document"), &json!(true), &json!(false)));
    assert!(rows.iter().all(|row| row["scope"].is_string() && row["summary"].is_string()));
}

#[test]
fn what_cannot_be_sent_is_refused_with_its_place_before_anything_is_sent() {
    check("GET /v2/investor/", "PATH: is no path of the API; the nearest is GET /v2/investors/");
    check("GET /v2/investors", "PATH: needs a slash at its end: GET /v2/investors/");
    check("GET /v2/investors/4711/", "PATH: needs a UUID for investor_id: GET /v2/investors/{investor_id}/");
    check("GET /v2/documents/", "PATH: /v2/documents/ allows POST, not GET");
    check("GET http://example.org/v2/investors/", "PATH: must be a path such as /v2/investors/, not an address");
    check("GET /v2/../v2/investors/", "PATH: must not lead up");
    check("GET /v2/investors/ --data {}", "--data: GET /v2/investors/ takes no body");
    check("GET /v2/investors/ --key order-4711", "--key: GET /v2/investors/ takes no key");
    check("GET /v2/investors/ --file a.pdf", "--file: GET /v2/investors/ uploads no document");
    check("POST /v2/investors/", "--data: POST /v2/investors/ needs a body, which is missing");
    check("POST /v2/documents/", "--file: POST /v2/documents/ uploads a document, which is missing");
    check("POST /v2/documents/ --data {}", "--data: POST /v2/documents/ uploads a document: give it by --file");
    check("POST /v2/documents/ --file /nonexistent/a.pdf", "--file: cannot be read: entity not found");
    check("POST /v2/investors/ --data {\"a\":1,}", "line 1, column 8: --data: is not valid JSON: key must be a string");
    check("POST /v2/investors/ --data @/nonexistent/a.json", "--data: cannot read /nonexistent/a.json");
    check(&format!("GET /v2/investors/{UNKNOWN}/ --all"), "does not answer with a list");

    #[track_caller]
    fn check(call: &str, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let mut command = cashlink(&["api"]);
        command.args(call.split(' ')).env("CASHLINK_URL", "http://127.0.0.1:1/api/external");
        command.env("CASHLINK_JOURNAL", folder.path().join("journal.db"));
        let ended = run(command.env("CASHLINK_CLIENT_ID", "id").env("CASHLINK_CLIENT_SECRET", "secret"));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended:?}");
        assert!(ended.stderr.contains(expected), "{expected}: {}", ended.stderr);
        assert!(ended.stderr.contains("1 problem; nothing was sent"), "{}", ended.stderr);
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once_and_no_value_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("investor.json");
    fs::write(&file, "{\n  \"surname\": Beispiel\n}").unwrap();
    let data = format!("@{}", file.display());
    let ended = run(&mut cashlink(&["api", "POST", "/api/external/v2/investors", "--json", "--data", &data]));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let expected = ["CASHLINK_URL", "CASHLINK_CLIENT_ID", "CASHLINK_CLIENT_SECRET", "PATH", "--data"];
    assert_eq!(ended.paths(), expected);
    let fields = ended.json()["error"]["fields"].clone();
    assert_eq!((&fields[4]["line"], &fields[4]["column"]), (&json!(2), &json!(14)));
    assert!(!ended.stdout.contains("Beispiel") && !ended.stderr.contains("Beispiel"));

    let yaml = folder.path().join("investor.yaml");
    fs::write(&yaml, "surname: Beispiel\nsurname: Beispiel\n").unwrap();
    let ended = run(&mut cashlink(&["api", "POST", "/v2/investors/", "--data", &format!("@{}", yaml.display())]));
    assert!(ended.stderr.contains("--data: a field appears twice"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("Beispiel"));
}

#[test]
fn wrong_usage_is_2() {
    for arguments in [
        &["api"][..],
        &["api", "GET"],
        &["api", "DELETE", "/v2/investors/"],
        &["api", "GET", "/v2/investors/", "--query", "page"],
        &["api", "GET", "/v2/investors/", "--timeout", "0s"],
        &["api", "POST", "/v2/investors/", "--key", "two words"],
        &["api", "POST", "/v2/documents/", "--data", "{}", "--file", "a.pdf"],
    ] {
        let ended = run(&mut cashlink(arguments));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{arguments:?}");
    }
}

#[test]
fn a_verdict_is_3_and_tells_fields_and_outcome() {
    let sandbox = Served::start(&[]);
    let post = |more: &[&str]| run(sandbox.cashlink(&["api", "POST", "/v2/investors/", "--data", "{}"]).args(more));
    let ended = post(&["--json", "--key", "k-1"]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let document = ended.json();
    assert_eq!((&document["status"], &document["error"]["outcome"]), (&json!("rejected"), &json!("rejected")));
    assert_eq!((&document["error"]["status"], &document["error"]["key"]), (&json!(400), &json!("k-1")));
    assert!(ended.paths().contains(&"natural_person".to_owned()), "{ended:?}");
    assert!(ended.stderr.contains("outcome: rejected; the call changed nothing"), "{}", ended.stderr);

    let ended = run(&mut sandbox.cashlink(&["api", "GET", &format!("/v2/investors/{UNKNOWN}/")]));
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(3), ""), "{ended:?}");
    let ended = post(&["--client-secret", "wrong-one"]);
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert!(ended.stderr.contains("client secret") && !ended.stderr.contains("wrong-one"), "{}", ended.stderr);
}

#[test]
fn a_host_that_cannot_be_reached_is_5() {
    // Bound and given back: nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = cashlink(&["api", "GET", "/v2/investors/", "--all", "--json", "--client-id", "id"]);
    command.env("CASHLINK_URL", format!("http://127.0.0.1:{port}"));
    let ended = run(command.env("CASHLINK_CLIENT_SECRET", "secret"));
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(5), ""), "only items are printed: {ended:?}");
    assert!(ended.stderr.contains("not sent; the call cannot have happened"), "{}", ended.stderr);
}

#[test]
fn a_reply_that_stays_lost_is_6_and_the_same_key_finds_out() {
    let local = Local::start();
    let data = local.invitation();
    let ask = || local.run(&["api", "POST", "/v2/invitations/", "--json", "--key", "order-4711", "--data", &data]);
    local.sandbox.arm(Fault::reply_lost_after_commit().on("v2_invitations_create").times(100));
    let ended = ask();
    assert_eq!((ended.code, &ended.json()["status"]), (Some(6), &json!("unknown")), "{ended:?}");
    assert!(ended.stderr.contains("unknown; the call may have happened"), "{}", ended.stderr);
    assert!(ended.stderr.contains("run it again soon with the same data and --key order-4711"), "{}", ended.stderr);
    local.sandbox.clear_faults();
    assert_eq!(ask().code, Some(0));
    assert_eq!(local.applied("v2_invitations_create"), 1);
}

#[test]
fn a_change_that_is_interrupted_is_130_and_may_have_happened() {
    let sandbox = Served::start(&["--latency", "30s"]);
    let data = invitation(&sandbox);
    let mut command = sandbox.cashlink(&["api", "POST", "/v2/invitations/", "--json", "--key", "k-1", "--data", &data]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert_eq!(line, "key: k-1\n");
    send("-INT", &child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&document["status"], &document["error"]["outcome"]), (&json!("interrupted"), &json!("unknown")));
    assert_eq!(document["error"]["key"], "k-1");
}
