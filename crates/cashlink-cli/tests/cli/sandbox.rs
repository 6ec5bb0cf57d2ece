//! `cashlink sandbox`.

use std::{fs, io::Read, net::TcpListener, process::Command};

use serde_json::json;

use crate::process::{Served, cashlink, run};

#[test]
fn it_prints_what_a_client_needs_and_then_that_it_is_ready() {
    let sandbox = Served::start(&[]);
    let names: Vec<_> = sandbox.lines.iter().map(|line| line.split('=').next().unwrap()).collect();
    assert_eq!(
        names,
        [
            "CASHLINK_URL",
            "CASHLINK_CLIENT_ID",
            "CASHLINK_CLIENT_SECRET",
            "CASHLINK_CAMPAIGN_ID",
            "CASHLINK_PRODUCT_ID",
            "CASHLINK_INVESTOR_ID",
            "CASHLINK_ISSUER_ID",
            "CASHLINK_DISTRIBUTION_PLATFORM_ID",
            "CASHLINK_PARTNER_CLIENT_ID",
            "CASHLINK_PARTNER_CLIENT_SECRET",
            "CASHLINK_PARTNER_PLATFORM_ID",
            "CASHLINK_SANDBOX",
            "READY"
        ]
    );
    let url = &sandbox.variables()["CASHLINK_URL"];
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/api/external"), "{url}");
    assert_eq!(Some(sandbox.variables()["CASHLINK_SANDBOX"].as_str()), url.strip_suffix("/api/external"));
}

#[test]
fn it_stops_in_peace_on_sigint_and_sigterm() {
    for signal in ["-INT", "-TERM"] {
        let mut sandbox = Served::start(&[]);
        let page = sandbox.variables()["CASHLINK_SANDBOX"].clone();
        let mut stderr = sandbox.child.stderr.take().unwrap();
        let (status, rest) = sandbox.stop(signal);
        assert_eq!((status.code(), rest.as_str()), (Some(0), ""), "{signal}");
        let mut said = String::new();
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(said, format!("look at it: {page}/ (API reference: {page}/docs)\n"));
    }
}

#[test]
fn an_address_in_use_is_told_and_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ended = run(&mut cashlink(&["sandbox", "--listen", &address]));
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains(&format!("cannot listen on {address}")), "{}", ended.stderr);
    assert!(ended.stderr.contains("in use"), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
}

#[test]
fn nonsense_is_refused_before_it_starts() {
    for arguments in [
        &["--latency", "20"][..],
        &["--latency", "-5ms"],
        &["--settlement", "soon"],
        &["--settlement", "1000y"],
        &["--listen", "localhost"],
        &["--json"],
        &["--rule", "reviews"],
        &["--control-token-file", "/dev/null"],
        &["--webhook-url", "http://127.0.0.1:9/"],
        &["--webhook-token", "t"],
        &["--webhook-token", "t", "--webhook-url", "http://example.org/"],
        &["--webhook-token", "ä", "--webhook-url", "http://127.0.0.1:9/"],
    ] {
        let ended = run(cashlink(&["sandbox"]).args(arguments));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{arguments:?}");
    }
}

#[test]
fn a_delayed_settlement_is_waited_for() {
    let sandbox = Served::start(&["--settlement", "200ms"]);
    let ended = run(&mut sandbox.cashlink(&["guide", "registry", "--json"]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let document = ended.json();
    assert_eq!(document["result"]["investment_status"], "DELIVERED");
    let reads = document["steps"].as_array().unwrap().iter().filter(|step| step["name"] == "read_investment");
    assert!(reads.count() > 1, "{document}");
}

#[test]
fn an_address_is_told_of_changes_with_the_token_that_it_was_given() {
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/events", receiver.local_addr().unwrap());
    for (arguments, variable, expected) in [
        (&["--webhook-url", &url][..], "newest older", "Bearer newest"),
        (&["--webhook-url", &url, "--webhook-token", "given"], "another", "Bearer given"),
    ] {
        let mut command = cashlink(&["sandbox"]);
        let sandbox = Served::of(command.args(arguments).env("CASHLINK_WEBHOOK_TOKEN", variable));
        let guide = std::thread::spawn({
            let mut guide = sandbox.cashlink(&["guide", "registry"]);
            move || run(&mut guide)
        });
        let (mut told, _) = receiver.accept().unwrap();
        let mut call = Vec::new();
        while !call.ends_with(b"}") {
            let mut part = [0; 1_024];
            let length = told.read(&mut part).unwrap();
            call.extend_from_slice(&part[..length]);
        }
        let call = String::from_utf8(call).unwrap();
        assert!(
            call.starts_with("POST /events ") && call.contains(expected) && call.contains("investment_id"),
            "{call}"
        );
        assert_eq!(guide.join().unwrap().code, Some(0));
    }
}

#[test]
fn an_address_that_others_can_reach_is_warned_of() {
    let mut sandbox = Served::start(&["--listen", "0.0.0.0:0"]);
    assert!(sandbox.variables()["CASHLINK_URL"].starts_with("http://127.0.0.1:"));
    let token = sandbox.variables()["CASHLINK_SANDBOX_TOKEN"].clone();
    assert_ne!(token, Served::start(&["--listen", "0.0.0.0:0"]).variables()["CASHLINK_SANDBOX_TOKEN"]);
    assert_eq!(sandbox.ask("GET", "/_sandbox/ledger", None).0, 401);
    assert_eq!(sandbox.ask("GET", "/_sandbox/ledger", Some(&token)).0, 200);
    let mut stderr = sandbox.child.stderr.take().unwrap();
    sandbox.stop("-TERM");
    let mut said = String::new();
    stderr.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("warning: this sandbox can be reached from other machines"), "{said}");
}

#[test]
fn a_latency_holds_calls_back() {
    let sandbox = Served::start(&["--latency", "30s"]);
    let ended = run(&mut sandbox.cashlink(&["api", "GET", "/v2/investors/", "--timeout", "50ms"]));
    assert_eq!(ended.code, Some(5), "{ended:?}");
    assert!(ended.stderr.contains("no reply from the token endpoint in time"), "{ended:?}");
}

#[test]
fn the_curl_line_of_its_help_arms_a_fault() {
    let help = run(&mut cashlink(&["sandbox", "--help"])).stdout;
    let line: Vec<_> = help.lines().skip_while(|line| !line.trim().starts_with("curl ")).take(2).collect();
    // What arms faults is not held back itself.
    let sandbox = Served::start(&["--latency", "60s"]);
    let call = |script: &str| {
        let mut shell = Command::new("sh");
        run(shell.args(["-c", script]).envs(sandbox.variables()).env("no_proxy", "*"))
    };
    if call("command -v curl").code != Some(0) {
        eprintln!("SKIPPED: the line of the help was not run, there is no curl");
        return;
    }
    assert_eq!(call(&line.join("\n")).json(), json!({"id": 1}), "{help}");
    let armed = call("curl --silent \"$CASHLINK_SANDBOX/_sandbox/faults\"").json();
    assert_eq!((&armed[0]["kind"], &armed[0]["left"]), (&"reply_lost_after_commit".into(), &2.into()));
}

#[test]
fn its_help_names_every_kind_of_fault() {
    let help = run(&mut cashlink(&["sandbox", "--help"])).stdout;
    let (_, kinds) = Served::start(&[]).ask("GET", "/_sandbox/faults/kinds", None);
    let kinds = kinds.as_array().unwrap();
    assert!(kinds.len() >= 22, "{kinds:?}");
    for kind in kinds {
        let kind = kind["kind"].as_str().unwrap();
        assert!(help.split(|letter: char| !letter.is_alphabetic() && letter != '_').any(|word| word == kind), "{kind}");
    }
}

#[test]
fn a_scenario_by_name_or_from_a_file_is_there_and_its_ids_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.yaml");
    fs::write(
        &file,
        "name: mine\nsteps: [{call: {operation: v2_documents_create, file: {name: a, size: 1}, as: own}}]",
    )
    .unwrap();
    let sandbox = Served::start(&["--scenario", "every-status", "--scenario", file.to_str().unwrap()]);
    let variables = sandbox.variables();
    let (_, names) = sandbox.ask("GET", "/_sandbox/names", None);
    assert_eq!(names["delivered"], variables["CASHLINK_DELIVERED_ID"]);
    assert_eq!(names["own"], variables["CASHLINK_OWN_ID"]);
    assert_eq!(names["investor"], variables["CASHLINK_INVESTOR_ID"]);
    assert_eq!(sandbox.lines.last().unwrap(), "READY");
    let distinct: std::collections::HashSet<_> = sandbox.lines.iter().map(|line| line.split('=').next()).collect();
    assert_eq!(distinct.len(), sandbox.lines.len());
}

#[test]
fn a_scenario_that_is_not_there_or_refused_is_told_and_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    check("everything", "There is none of this name, but default, ");
    check("./nowhere.yaml", "the scenario ./nowhere.yaml cannot be read: No such file");
    check(&file("a.yaml", "name: a\nsteps:\n  - {}\n"), "(line 3)");
    let nothing = "name: a\nsteps:\n  - validate_product: {product: $product}\n";
    check(&file("b.yaml", nothing), "steps[0]: ");

    #[track_caller]
    fn check(scenario: &str, message: &str) {
        let ended = run(&mut cashlink(&["sandbox", "--scenario", scenario]));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(2), ""), "{ended:?}");
        assert!(ended.stderr.contains(message), "{}", ended.stderr);
    }
}

#[test]
fn what_is_asked_for_is_what_its_settings_show() {
    let arguments = "--latency 1ms --settlement 2s --page-size 10 --token-lifetime 5m --max-upload 1000 --strict-idempotency \
                     --rule review --rule issuer_mirror --hold-clock-at 2030-01-01T00:00:00Z";
    let sandbox = Served::start(&arguments.split_whitespace().collect::<Vec<_>>());
    let settings = sandbox.ask("GET", "/_sandbox/settings", None).1;
    for (name, expected) in [
        ("latency", json!("PT0.001S")),
        ("settlement", json!("PT2S")),
        ("page_size", json!(10)),
        ("token_lifetime", json!("PT5M")),
        ("max_body_bytes", json!(1_000)),
        ("strict_idempotency", json!(true)),
        ("review", json!(true)),
        ("issuer_mirror", json!(true)),
        ("pep_check", json!(false)),
    ] {
        assert_eq!(settings[name], expected, "{name}");
    }
    let clock = sandbox.ask("GET", "/_sandbox/clock", None).1;
    assert_eq!((&clock["now"], &clock["held"]), (&json!("2030-01-01T00:00:00Z"), &json!(true)));
}

#[test]
fn a_rule_that_is_not_known_is_answered_with_those_that_are() {
    let ended = run(&mut cashlink(&["sandbox", "--rule", "reviews"]));
    assert_eq!(ended.code, Some(2));
    for rule in ["web_subscription", "issuer_mirror", "crypto_redemption", "review", "pep_check"] {
        assert!(ended.stderr.contains(rule), "{}", ended.stderr);
    }
    assert!(run(&mut cashlink(&["sandbox", "--help"])).stdout.contains("web_subscription, issuer_mirror"));
}

#[test]
fn the_token_of_a_file_or_of_the_environment_is_asked_for_and_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    fs::write(&file, "from-the-file\n").unwrap();
    let sandbox = Served::start(&["--control-token-file", file.to_str().unwrap()]);
    assert!(!sandbox.lines.iter().any(|line| line.contains("from-the-file")), "{:?}", sandbox.lines);
    assert_eq!(sandbox.ask("GET", "/_sandbox/faults", None).0, 401);
    assert_eq!(sandbox.ask("GET", "/_sandbox/faults", Some("from-the-file")).0, 200);

    let sandbox = Served::of(cashlink(&["sandbox"]).env("CASHLINK_SANDBOX_TOKEN", "from-the-environment"));
    assert_eq!(sandbox.ask("GET", "/_sandbox/faults", None).0, 401);
    assert_eq!(sandbox.ask("GET", "/_sandbox/faults", Some("from-the-environment")).0, 200);
}

#[test]
fn what_was_done_is_there_after_it_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data").to_str().unwrap().to_owned();
    let arguments = ["--data", &data, "--seed", "7"];
    let first = Served::start(&arguments);
    let ended = run(&mut first.cashlink(&["guide", "registry"]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let before = first.ask("GET", "/_sandbox/ledger", None);
    assert!(before.1.as_array().unwrap().len() > 5);

    let refused = run(cashlink(&["sandbox"]).args(arguments));
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(1), ""));
    assert!(refused.stderr.contains(&format!("another sandbox keeps its data in {data}")), "{}", refused.stderr);
    assert!(refused.stderr.contains("stop it, or give another folder"), "{}", refused.stderr);

    first.stop("-KILL");
    let other = run(&mut cashlink(&["sandbox", "--data", &data, "--seed", "8"]));
    assert_eq!(other.code, Some(1));
    assert!(other.stderr.contains("begun with seed 7"), "{}", other.stderr);

    let second = Served::start(&arguments);
    assert_eq!(second.ask("GET", "/_sandbox/ledger", None), before);
}

#[test]
fn on_a_full_disk_nothing_is_done_and_it_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    // A few KiB, and an error instead of a signal beyond them.
    let mut limited = cashlink(&[]);
    let program = limited.get_program().to_owned();
    limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""]).arg(program);
    let sandbox = Served::of(limited.args(["sandbox", "--data", data]));
    let mut taken = 0;
    while sandbox.ask("POST", "/_sandbox/snapshots", None).0 == 201 {
        taken += 1;
    }
    assert!((5..100).contains(&taken), "{taken}");
    let (status, body) = sandbox.ask("POST", "/_sandbox/snapshots", None);
    assert!(status == 500 && body["detail"].as_str().unwrap().contains("cannot keep its data"), "{body}");
    assert_eq!(sandbox.ask("DELETE", "/_sandbox/snapshots/1", None).0, 500);
    let snapshots = sandbox.ask("GET", "/_sandbox/snapshots", None);
    assert_eq!((snapshots.0, snapshots.1.as_array().unwrap().len()), (200, taken));
    sandbox.stop("-KILL");

    let sandbox = Served::start(&["--data", data]);
    assert_eq!(sandbox.ask("GET", "/_sandbox/snapshots", None), snapshots);
    assert_eq!(sandbox.ask("POST", "/_sandbox/snapshots", None).0, 201);
}
