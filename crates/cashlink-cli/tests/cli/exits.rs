//! Every exit code, and what is said with it.

use std::net::TcpListener;

use cashlink_sandbox::Fault;

use crate::process::{Ended, Local, Served, cashlink, run};

#[test]
fn help_explains_every_exit_code_and_shows_no_value_of_the_environment() {
    for arguments in [
        &["--help"][..],
        &["guide", "--help"],
        &["guide", "registry", "--help"],
        &["sandbox", "-h"],
        &["webhooks", "listen", "--help"],
    ] {
        let mut command = cashlink(arguments);
        command.env("CASHLINK_CLIENT_SECRET", "hidden-value").env("CASHLINK_URL", "hidden-value");
        command.env("CASHLINK_WEBHOOK_TOKEN", "hidden-value");
        let ended = run(&mut command);
        assert_eq!(ended.code, Some(0));
        for code in ["0  done", "6  outcome unknown", "7  partly done", "130  interrupted"] {
            assert!(ended.stdout.contains(code), "{arguments:?}: {}", ended.stdout);
        }
        assert!(!ended.stdout.contains("hidden-value"));
    }
}

#[test]
fn wrong_usage_is_2_and_as_json_if_that_was_asked_for() {
    assert_eq!(run(&mut cashlink(&["guide", "nonsense"])).code, Some(2));
    assert_eq!(run(&mut cashlink(&[])).code, Some(2));
    let ended = run(&mut cashlink(&["guide", "registry", "--json", "--run-id", "two words"]));
    assert_eq!(ended.code, Some(2));
    assert_eq!(ended.json()["status"], "invalid");
    assert!(ended.json()["error"]["message"].as_str().unwrap().starts_with("--run-id <ID>: "), "{ended:?}");
    assert!(ended.stderr.contains("without spaces"), "{}", ended.stderr);
}

#[test]
fn missing_settings_are_all_named_at_once() {
    let mut command = cashlink(&["guide", "registry", "--json"]);
    let ended = run(command.env("CASHLINK_CLIENT_ID", ""));
    assert_eq!(ended.code, Some(2));
    let expected = ["CASHLINK_URL", "CASHLINK_CLIENT_ID", "CASHLINK_CLIENT_SECRET", "investment.campaign_id"];
    assert_eq!(ended.paths(), expected);
    assert!(ended.stderr.contains("CASHLINK_CAMPAIGN_ID"), "{}", ended.stderr);
}

#[test]
fn http_to_another_machine_is_refused_before_anything_is_sent() {
    let ended = refused(&["--url", "http://example.org/api/external"]);
    assert!(ended.stderr.contains("must be https"), "{}", ended.stderr);
}

#[test]
fn production_refuses_sample_data_however_it_is_addressed() {
    for arguments in [
        &["--env", "production"][..],
        &["--url", "https://connect.cashlink.de/api/external"],
        &["--url", "https://CONNECT.cashlink.de:443"],
    ] {
        let ended = refused(arguments);
        assert!(ended.stderr.contains("sample data are not for production"), "{}", ended.stderr);
    }
}

fn refused(arguments: &[&str]) -> Ended {
    let mut command = cashlink(&["guide", "distributor", "--client-id", "id"]);
    let ended = run(command.args(arguments).env("CASHLINK_CLIENT_SECRET", "secret"));
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert_eq!(ended.stdout, "");
    ended
}

#[test]
fn a_request_that_the_api_refuses_is_3_if_nothing_was_done_and_7_if_something_was() {
    let sandbox = Served::start(&[]);
    let unknown = "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11";
    let ended = run(&mut sandbox.cashlink(&["guide", "platform", "--json", "--campaign-id", unknown]));
    assert_eq!(ended.code, Some(3), "{ended:?}");
    let error = &ended.json()["error"];
    assert_eq!((&error["kind"], &error["outcome"]), (&"rejected".into(), &"rejected".into()));
    assert_eq!((&error["step"], &error["status"]), (&"create_invitation".into(), &400.into()));
    assert!(error["key"].is_string());
    assert_eq!(ended.paths(), ["campaign_id"]);
    assert!(!error["fields"].to_string().contains(unknown), "{error}");

    let ended = run(&mut sandbox.cashlink(&["guide", "registry", "--json", "--campaign-id", unknown]));
    assert_eq!(ended.code, Some(7), "{ended:?}");
    let document = ended.json();
    assert_eq!((&document["status"], &document["error"]["outcome"]), (&"partly_done".into(), &"rejected".into()));
    let run_id = document["run_id"].as_str().unwrap();
    assert!(ended.stderr.contains(&format!("`cashlink runs resume {run_id} ")), "{}", ended.stderr);

    let arguments = ["guide", "registry", "--json", "--no-journal", "--campaign-id", unknown];
    let ended = run(&mut sandbox.cashlink(&arguments));
    assert_eq!(ended.code, Some(7), "{ended:?}");
    let document = ended.json();
    let run_id = document["run_id"].as_str().unwrap();
    assert!(ended.stderr.contains(&format!("--run-id {run_id}")), "{}", ended.stderr);
}

#[test]
fn wrong_credentials_are_4() {
    let sandbox = Served::start(&[]);
    let ended = run(sandbox.cashlink(&["guide", "registry", "--json"]).env("CASHLINK_CLIENT_SECRET", "wrong-one"));
    assert_eq!(ended.code, Some(4), "{ended:?}");
    let document = ended.json();
    assert_eq!(document["status"], "unauthenticated");
    assert_eq!(document["error"]["outcome"], "not_sent");
    assert!(ended.stderr.contains("invalid_client") && ended.stderr.contains("client secret"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("wrong-one") && !ended.stdout.contains("wrong-one"));
}

#[test]
fn a_host_that_cannot_be_reached_is_5() {
    // Bound and given back: nobody listens there.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    let mut command = cashlink(&["guide", "distributor", "--json", "--client-id", "id"]);
    command.env("CASHLINK_JOURNAL", folder.path().join("journal.db"));
    command.env("CASHLINK_URL", format!("http://127.0.0.1:{port}/api/external"));
    let ended = run(command.env("CASHLINK_CLIENT_SECRET", "secret"));
    assert_eq!(ended.code, Some(5), "{ended:?}");
    assert_eq!(ended.json()["status"], "not_sent");
    assert!(ended.stderr.contains("Connection refused"), "{}", ended.stderr);
}

#[test]
fn a_reply_that_stays_lost_is_6_and_the_same_run_id_finds_out() {
    let fault = Fault::reply_lost_after_commit().on("v2_invitations_create").times(100);
    let (ended, again, invitations) = under(fault, "platform");
    assert_eq!(ended.code, Some(6), "{ended:?}");
    let document = ended.json();
    assert_eq!((&document["status"], &document["error"]["outcome"]), (&"unknown".into(), &"unknown".into()));
    assert!(ended.stderr.contains("nothing happens twice"), "{}", ended.stderr);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert_eq!(invitations, 1);
}

#[test]
fn a_reply_that_is_lost_once_goes_unnoticed() {
    let (ended, _, invitations) = under(Fault::reply_lost_after_commit().on("v2_invitations_create"), "platform");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(invitations, 1);
}

#[test]
fn a_read_without_an_answer_after_effects_is_7() {
    let (ended, again, _) = under(Fault::html_reply(502).on("v2_investments_retrieve").times(100), "platform");
    assert_eq!(ended.code, Some(7), "{ended:?}");
    let error = &ended.json()["error"];
    assert_eq!((&error["kind"], &error["outcome"]), (&"server_error".into(), &"not_sent".into()));
    assert_eq!(again.code, Some(0), "{again:?}");
}

#[test]
fn a_gateway_page_in_the_place_of_an_answer_leaves_the_outcome_unknown() {
    let (ended, _, _) = under(Fault::html_reply(502).on("v2_invitations_create").times(100), "platform");
    assert_eq!(ended.code, Some(6), "{ended:?}");
    assert_eq!(ended.json()["error"]["status"], 502);
}

#[test]
fn a_token_without_the_scope_is_4() {
    let forbidden = r#"{"detail":"You do not have permission to perform this action."}"#;
    let fault = Fault::reply(403, "application/json", forbidden).on("v2_invitations_create").times(100);
    let (ended, ..) = under(fault, "platform");
    assert_eq!(ended.code, Some(4), "{ended:?}");
    assert_eq!(ended.json()["error"]["fields"][0]["message"], "You do not have permission to perform this action.");
}

#[test]
fn what_the_api_quotes_is_not_shown() {
    let quoting = r#"{"investor_id":["\"Erika Beispiel\" with erika@example.org is unknown."]}"#;
    let fault = Fault::reply(400, "application/json", quoting).on("v2_invitations_create");
    let (ended, ..) = under(fault, "platform");
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.stderr.contains("investor_id: \"…\" with … is unknown."), "{}", ended.stderr);
    assert!(!ended.stdout.contains("Erika") && !ended.stdout.contains("erika"));
}

/// Runs `guide` while `fault` is armed and again under the same run id without it. Counts the invitations.
fn under(fault: Fault, guide: &str) -> (Ended, Ended, usize) {
    let local = Local::start();
    local.sandbox.arm(fault);
    let go = || local.run(&["guide", guide, "--json", "--run-id", "import-1"]);
    let ended = go();
    local.sandbox.clear_faults();
    let again = go();
    (ended, again, local.applied("v2_invitations_create"))
}
