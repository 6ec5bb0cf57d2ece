//! `cashlink sandbox`.

use std::{io::Read, net::TcpListener, process::Command};

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
            "READY"
        ]
    );
    let url = &sandbox.variables()["CASHLINK_URL"];
    assert!(url.starts_with("http://127.0.0.1:") && url.ends_with("/api/external"), "{url}");
}

#[test]
fn it_stops_in_peace_on_sigint_and_sigterm() {
    for signal in ["-INT", "-TERM"] {
        let mut sandbox = Served::start(&[]);
        let mut stderr = sandbox.child.stderr.take().unwrap();
        let (status, rest) = sandbox.stop(signal);
        assert_eq!((status.code(), rest.as_str()), (Some(0), ""), "{signal}");
        let mut said = String::new();
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(said, "");
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
fn an_address_that_others_can_reach_is_warned_of() {
    let mut sandbox = Served::start(&["--listen", "0.0.0.0:0"]);
    assert!(sandbox.variables()["CASHLINK_URL"].starts_with("http://127.0.0.1:"));
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
        let url = &sandbox.variables()["CASHLINK_URL"];
        run(shell.args(["-c", script]).env("CASHLINK_URL", url).env("no_proxy", "*"))
    };
    if call("command -v curl").code != Some(0) {
        eprintln!("SKIPPED: the line of the help was not run, there is no curl");
        return;
    }
    assert_eq!(call(&line.join("\n")).json(), serde_json::json!({"id": 1}), "{help}");
    let armed = call("curl --silent \"${CASHLINK_URL%/api/external}/_sandbox/faults\"").json();
    assert_eq!((&armed[0]["kind"], &armed[0]["left"]), (&"reply_lost_after_commit".into(), &2.into()));
}
