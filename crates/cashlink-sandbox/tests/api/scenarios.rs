//! Scenarios: what they make, where they come from, and what is refused.

use cashlink_sandbox::{Sandbox, Scenario};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, Reply, read};
use crate::control::curl;

mod again;
mod shipped;
mod steps;

const PERSON: &str = "{natural_person: {salutation: MR, forename: Max, surname: Probe, birth_date: 1975-11-30, birth_place: Kiel, \
                      citizenship: DEU, street: a, city: b, zip: '1', country: DEU, phone: '2', is_pep: false}, \
                      is_beneficiary: true}";

#[tokio::test]
async fn what_a_scenario_names_is_there_and_the_ledger_is_empty() {
    let scenario = Scenario::parse(&investors("as: max")).unwrap();
    let api = Api::with(Sandbox::builder().scenario(scenario)).await;
    let max = api.sandbox.names()["max"];
    assert_eq!(api.get(&format!("/v2/investors/{max}/")).await.must_be(200)["natural_person"]["forename"], "Max");
    assert!(api.sandbox.ledger().is_empty());
    assert!(api.sandbox.requests_after(1).iter().all(|entry| entry.method == "GET"));
}

#[tokio::test]
async fn what_every_sandbox_begins_with_has_names_too() {
    let api = Api::start().await;
    let names = read(api.control(Method::GET, "/names")).await.unwrap();
    let sandbox = &api.sandbox;
    let wallets = api.get(&format!("/v2/investors/{}/wallets/", sandbox.investor_id())).await;
    let platforms = sandbox.platforms();
    let expected = json!({
        "campaign": sandbox.campaign_id(),
        "investor": sandbox.investor_id(),
        "issuer": sandbox.issuer_id(),
        "partner_platform": platforms[1].0,
        "platform": platforms[0].0,
        "product": sandbox.product_id(),
        "wallet": wallets.must_be(200)[0]["id"],
    });
    assert_eq!(names.must_be(200), &expected);
}

#[tokio::test]
async fn over_http_a_scenario_is_named_or_sent_as_yaml_or_json() {
    let api = Api::start().await;
    let named = seed(&api, &json!({"scenario": "every-status"})).await;
    assert!(named.must_be(200)["delivered"].is_string());

    let document = json!({"name": "a", "steps": [
        {"call": {"operation": "v2_documents_create", "file": {"name": "a.txt", "text": "Hello."}, "as": "hello"}},
    ]});
    let sent = seed(&api, &document).await;
    let inside = seed(&api, &json!({ "scenario": document })).await;
    assert_ne!(sent.must_be(200)["hello"], inside.must_be(200)["hello"]);

    let yaml = api.control(Method::POST, "/seed").header("Content-Type", "application/yaml; charset=utf-8");
    let yaml = read(yaml.body(investors("as: max"))).await.unwrap();
    let all = read(api.control(Method::GET, "/names")).await.unwrap();
    assert_eq!(all.must_be(200)["max"], yaml.must_be(200)["max"]);
    assert_eq!(all.body["hello"], inside.body["hello"]);
}

#[tokio::test]
async fn the_scenarios_that_come_along_are_listed() {
    let api = Api::start().await;
    let listed = read(api.control(Method::GET, "/scenarios")).await.unwrap();
    let all: Vec<&str> =
        listed.must_be(200).as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert!(all.contains(&"default") && all.contains(&"every-status"), "{all:?}");
    assert!(listed.body[0]["description"].is_string());
}

#[tokio::test]
async fn a_reset_goes_back_to_the_scenario_of_the_start_or_to_another() {
    let builder = Sandbox::builder().scenario(Scenario::parse(&investors("as: max")).unwrap());
    let api = Api::with(builder).await;
    let max = api.sandbox.names()["max"].to_string();
    api.make("/v2/investors/", &crate::client::person()).await;

    let reset = async |body: Value| read(api.control(Method::POST, "/reset").json(&body)).await.unwrap();
    let count = async || api.get("/v2/investors/").await.must_be(200)["count"].as_u64();
    read(api.control(Method::POST, "/reset")).await.unwrap().must_be(204);
    assert_eq!((count().await, api.sandbox.names()["max"].to_string()), (Some(2), max.clone()));

    let other = reset(json!({"scenario": "every-status"})).await;
    assert!(other.must_be(200)["paid"].is_string());
    assert!(!api.sandbox.names().contains_key("max"));

    reset(json!({})).await.must_be(204);
    assert_eq!((count().await, api.sandbox.names()["max"].to_string()), (Some(2), max));
}

#[tokio::test]
async fn a_step_that_is_refused_leaves_everything_as_it_was() {
    let api = Api::start().await;
    let before = (api.get("/v2/investors/").await.text, api.sandbox.settings(), api.sandbox.names());
    let text = "
name: bad
settings: {page_size: 7}
steps:
  - call: {operation: v2_documents_create, file: {name: a, size: 5}, key: k, as: a}
  - arm: {kind: throttle}
  - advance: 1d
  - call:
      operation: v2_investments_create
      body: {investor_id: $investor, campaign_id: $campaign, units: 0, signed_at: '2024-01-01T00:00:00Z'}
";
    let now = api.sandbox.now();
    let call = api.control(Method::POST, "/seed").header("Content-Type", "application/yaml").body(text);
    let reply = read(call).await.unwrap();
    let message = reply.must_be(400)["steps[3]"][0].as_str().unwrap().to_owned();
    assert!(message.starts_with("v2_investments_create is answered 400: {\"units\":"), "{message}");
    assert!(message.ends_with("(line 8)."), "{message}");
    assert_eq!((api.get("/v2/investors/").await.text, api.sandbox.settings(), api.sandbox.names()), before);
    assert!(api.sandbox.faults().is_empty());
    assert!(api.sandbox.now().duration_since(now).as_hours() < 1);

    let refused = Scenario::parse(text).and_then(|scenario| api.sandbox.reset_to(&scenario)).unwrap_err();
    assert!(refused.to_string().contains("steps[3]: v2_investments_create is answered 400"), "{refused}");
    assert_eq!((api.get("/v2/investors/").await.text, api.sandbox.settings(), api.sandbox.names()), before);
}

#[tokio::test]
async fn the_readme_lists_every_scenario_and_its_example_is_one() {
    let readme = include_str!("../../README.md");
    for scenario in Scenario::shipped() {
        let row = format!("| `{}` | {} |\n", scenario.name(), scenario.description());
        assert!(readme.contains(&row), "{row}");
    }
    let example = readme.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    let sandbox = Sandbox::builder().scenario(Scenario::parse(example).unwrap()).start().await.unwrap();
    let (names, tasks) = (sandbox.names(), sandbox.tasks());
    assert_eq!((tasks[0].id, tasks[0].due_at), (names["credit"], Some("2030-01-01T00:05:00Z".parse().unwrap())));
    assert_eq!(sandbox.now(), "2030-01-01T00:01:00Z".parse().unwrap());
    assert_eq!(sandbox.document(names["report_3"]).unwrap().name, "report 3.pdf");
    assert_eq!((sandbox.clients().len(), sandbox.armed()), (3, 1));

    let api = Api::start().await;
    let lines = readme.lines().filter(|line| line.starts_with("curl "));
    let addresses = ["/_sandbox/scenarios", "/_sandbox/seed", "/_sandbox/names", "every-status"];
    let lines: Vec<_> = lines.filter(|line| addresses.iter().any(|address| line.contains(address))).collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    for line in lines {
        curl(&api, line).await.must_be(200);
    }
}

#[test]
fn everything_that_is_wrong_with_a_file_is_told_with_its_line() {
    let text = "
name: bad
settings: {page_size: 0, colour: red}
steps:
  - call: {operation: v2_investors_make}
  - call: {operation: v2_investors_retrieve, path: {investor: $investor}, key: k}
  - call: {operation: v2_documents_create, as: investor}
  - repeat:
      times: 10001
      steps:
        - call: {operation: v2_documents_create, file: {name: a}, as: A}
  - call: {operation: v2_investors_list, body: {}, as: list}
  - call: {operation: v2_investors_list, as: list}
";
    let told = Scenario::parse(text).unwrap_err().to_string();
    for problem in [
        "settings.page_size: Must be from 1 to 1000 (line 3).",
        "settings.colour: There is no such setting (line 3).",
        "steps: There may be 10000 steps, each round of a repetition counted (line 4).",
        "steps[0].call.operation: There is no such operation (line 5).",
        "steps[1].call.path.investor_id: This parameter is required (line 6).",
        "steps[1].call.path.investor: The operation has no such parameter (line 6).",
        "steps[1].call.key: This operation changes nothing and takes no key (line 6).",
        "steps[2].call.file: This operation takes a file (line 7).",
        "steps[2].call.as: Every sandbox begins with something of this name (line 7).",
        "steps[3].repeat.steps[0].call.file: Must have either a text or a size (line 11).",
        "steps[3].repeat.steps[0].call.as: Must be lower-case letters",
        "steps[4].call.body: This operation takes no body (line 12).",
        "steps[5].call.as: This name is given already (line 13).",
    ] {
        assert!(told.contains(problem), "{problem}\n{told}");
    }
}

#[test]
fn a_file_that_is_no_scenario_is_refused_with_the_place() {
    check("name: a\nsteps:\n  - call: {procedure: x}\n", "steps[0].call.procedure", "(line 3)");
    check("name: a\nsteps:\n  - cal: {}\n", "steps[0]", "unknown variant `cal`");
    check("name: a\nstep: []\n", "step", "unknown field `step`");
    check("steps: []\n", "", "missing field `name`");
    check("name: [\n", "", "This is not valid YAML");
    check("name: a\nname: b\n", "", "twice");
    check("# nothing\n", "", "This holds nothing.");
    check("[]\n", "", "expected a scenario");
    check("name: a\nclock: {set: yesterday}\n", "clock.set", "(line 2)");
    check(&format!("name: {}\n", "a".repeat(1024 * 1024)), "", "at most 1 MiB");

    #[track_caller]
    fn check(text: &str, path: &str, message: &str) {
        let told = Scenario::parse(text).unwrap_err().to_string();
        assert!(told.contains(path) && told.contains(message), "{told}");
    }
}

#[tokio::test]
async fn rounds_are_counted_and_a_name_stands_for_the_last() {
    let text = "
name: rounds
steps:
  - repeat:
      times: 3
      steps:
        - call:
            operation: v2_documents_create
            file: {name: 'a ${n}.pdf', text: '${n}'}
            as: document
        - call: {operation: v2_documents_create, file: {name: b, size: 2}, as: 'b_${n}'}
";
    let sandbox = Sandbox::builder().scenario(Scenario::parse(text).unwrap()).start().await.unwrap();
    let names = sandbox.names();
    let last = sandbox.document(names["document"]).unwrap();
    assert_eq!((last.name.as_str(), last.size), ("a 3.pdf", 1));
    assert_eq!(sandbox.document(names["b_1"]).unwrap().size, 2);
    assert_eq!(names.keys().filter(|name| name.starts_with("b_")).count(), 3);
}

/// A scenario with an investor.
fn investors(more: &str) -> String {
    format!("name: max\nsteps:\n  - call: {{operation: v2_investors_create, body: {PERSON}, {more}}}\n")
}

async fn seed(api: &Api, body: &Value) -> Reply {
    read(api.control(Method::POST, "/seed").json(body)).await.unwrap()
}
