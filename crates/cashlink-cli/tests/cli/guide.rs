//! `cashlink guide` against a sandbox in another process.

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read},
    process::Stdio,
};

use crate::process::{Served, cashlink, run, send};

/// The guides, each with something that its result holds.
const GUIDES: [(&str, &str); 4] =
    [("registry", "wallet_id"), ("distributor", "wallet_id"), ("platform", "wallet_id"), ("issuance", "campaign_id")];

#[test]
fn every_guide_ends_well_against_a_sandbox() {
    let sandbox = Served::start(&[]);
    for (guide, made) in GUIDES {
        let ended = run(&mut sandbox.cashlink(&["guide", guide]));
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.stdout.starts_with(&format!("{guide}: done in ")), "{}", ended.stdout);
        assert!(ended.stdout.contains("run_id ") && ended.stdout.contains(made));
        assert!(ended.stderr.contains("run id ") && ended.stderr.contains(" ms"));
    }
}

#[test]
fn json_is_one_document_with_a_step_for_every_call() {
    let sandbox = Served::start(&[]);
    for (guide, made) in GUIDES {
        let document = run(&mut sandbox.cashlink(&["guide", guide, "--json"])).json();
        assert_eq!((&document["guide"], &document["status"]), (&guide.into(), &"done".into()));
        let steps = document["steps"].as_array().unwrap();
        assert!(steps.len() >= 7, "{document}");
        for step in steps {
            assert_eq!(step["outcome"], "applied");
            assert!(step["name"].is_string() && step["operation_id"].is_string() && step["ms"].is_u64());
            let name = step["name"].as_str().unwrap();
            let is_keyed = !["set_wallet", "read_", "list_"].iter().any(|keyless| name.starts_with(keyless));
            assert_eq!(step["key"].is_string(), is_keyed, "{step}");
        }
        assert!(document["result"][made].is_string());
        assert!(document.get("error").is_none());
    }
}

#[test]
fn the_registry_guide_redeems_unless_told_not_to() {
    let sandbox = Served::start(&[]);
    let redeemed = |arguments: &[&str]| {
        let document = run(sandbox.cashlink(&["guide", "registry", "--json"]).args(arguments)).json();
        document["result"]["redemption_status"].clone()
    };
    assert_eq!(redeemed(&[]), "success");
    assert!(redeemed(&["--no-redeem"]).is_null());

    let without_product = run(sandbox.cashlink(&["guide", "registry", "--json"]).env("CASHLINK_PRODUCT_ID", ""));
    assert!(without_product.json()["result"]["redemption_id"].is_null());
}

#[test]
fn the_issuance_guide_lists_on_the_platform_that_it_is_given() {
    let sandbox = Served::start(&[]);
    let issued = |platform: &str| {
        run(sandbox.cashlink(&["guide", "issuance", "--json"]).args(["--distribution-platform-id", platform]))
    };
    let found = run(&mut sandbox.cashlink(&["guide", "issuance", "--json"])).json();
    let platform = found["result"]["distribution_platform_id"].as_str().unwrap();
    assert_eq!(issued(platform).json()["result"]["distribution_platform_id"], platform);

    let platforms = run(&mut sandbox.cashlink(&["api", "GET", "/issuer/v2/distribution-platforms/", "--json"])).json();
    let closed = platforms["results"].as_array().unwrap().iter().find(|found| found["is_allowed"] == false).unwrap();
    let ended = issued(closed["id"].as_str().unwrap());
    assert_eq!(ended.code, Some(7), "{ended:?}");
    assert_eq!(ended.json()["error"]["step"], "read_platform");
    let said = &ended.stderr;
    assert!(said.contains("does not allow listings") && said.contains("`cashlink runs resume "), "{said}");

    let mut command = sandbox.cashlink(&["guide", "issuance", "--json"]);
    let nonsense = run(command.env("CASHLINK_DISTRIBUTION_PLATFORM_ID", "nonsense").env("CASHLINK_INVESTOR_ID", ""));
    assert_eq!(nonsense.code, Some(2));
    assert_eq!(nonsense.paths(), ["CASHLINK_DISTRIBUTION_PLATFORM_ID"]);
}

#[test]
fn a_run_under_the_same_id_repeats_nothing_even_if_nothing_is_written_down() {
    let sandbox = Served::start(&[]);
    for (guide, _) in GUIDES {
        let again = |run_id: &str| {
            let arguments = ["guide", guide, "--no-journal", "--json", "--quiet", "--run-id", run_id];
            run(&mut sandbox.cashlink(&arguments)).json()
        };
        let (first, second, other) = (again("import-1"), again("import-1"), again("import-2"));
        assert_eq!(first["run_id"], second["run_id"]);
        assert_eq!(first["result"], second["result"]);
        assert_ne!(first["result"], other["result"]);
        let as_uuid = again(first["run_id"].as_str().unwrap());
        assert_eq!(first["result"], as_uuid["result"]);
    }
    let keys = |guide: &str| {
        let arguments = ["guide", guide, "--no-journal", "--json", "--run-id", "import-1"];
        let document = run(&mut sandbox.cashlink(&arguments)).json();
        let keys =
            document["steps"].as_array().unwrap().iter().filter_map(|step| step["key"].as_str().map(str::to_owned));
        keys.collect::<BTreeSet<_>>()
    };
    assert!(keys("registry").is_disjoint(&keys("platform")), "guides under one run id share no key");
}

#[test]
fn a_flag_beats_the_environment() {
    let sandbox = Served::start(&[]);
    let variables = sandbox.variables();
    let mut command = cashlink(&["guide", "platform", "--json", "--no-journal"]);
    command.args(["--url", &format!("{}/", variables["CASHLINK_URL"])]);
    command.args(["--client-id", &variables["CASHLINK_CLIENT_ID"]]);
    command.args(["--client-secret", &variables["CASHLINK_CLIENT_SECRET"]]);
    command.args(["--campaign-id", &variables["CASHLINK_CAMPAIGN_ID"]]);
    command.args(["--investor-id", &variables["CASHLINK_INVESTOR_ID"]]);
    for name in variables.keys() {
        command.env(name, "nonsense");
    }
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn an_interrupted_run_says_what_was_done_and_how_to_go_on() {
    let sandbox = Served::start(&["--latency", "30s"]);
    let mut command = sandbox.cashlink(&["guide", "registry", "--json", "--run-id", "import-1"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("guide registry, run id "), "{line}");

    send("-INT", &child);
    let mut stdout = String::new();
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    stderr.read_to_string(&mut line).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let document: serde_json::Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!(document["status"], "interrupted");
    let run_id = document["run_id"].as_str().unwrap();
    let again = format!("`cashlink runs resume {run_id} --journal {}`", sandbox.journal().display());
    assert!(document["error"]["hint"].as_str().unwrap().starts_with(&again), "{document}");
    assert!(line.contains("interrupted; done: nothing"), "{line}");
}

#[test]
fn a_log_at_trace_level_shows_neither_secret_nor_person() {
    let sandbox = Served::start(&[]);
    for (guide, _) in GUIDES {
        let ended = run(sandbox.cashlink(&["guide", guide]).env("RUST_LOG", "trace"));
        assert_eq!(ended.code, Some(0));
        assert!(ended.stderr.contains("step ended"), "{}", ended.stderr);
        let secret = &sandbox.variables()["CASHLINK_CLIENT_SECRET"];
        for hidden in [secret.as_str(), "Beispiel", "Musterstadt", "DE89", "@example.org", "Bearer "] {
            assert!(!ended.stderr.contains(hidden) && !ended.stdout.contains(hidden), "{hidden}: {}", ended.stderr);
        }
    }
}

#[test]
fn the_time_of_a_run_is_that_of_its_longest_chain() {
    let sandbox = Served::start(&["--latency", "100ms"]);
    let document = run(&mut sandbox.cashlink(&["guide", "registry", "--json"])).json();
    let wall = document["ms"].as_u64().unwrap();
    let steps = document["steps"].as_array().unwrap();
    let in_calls: u64 = steps.iter().map(|step| step["ms"].as_u64().unwrap()).sum();
    // Token and seven calls one after the other; ten calls and four waits for the token if they were not parallel.
    assert!(wall >= 800 && wall < in_calls, "{wall} of {in_calls}");
}
