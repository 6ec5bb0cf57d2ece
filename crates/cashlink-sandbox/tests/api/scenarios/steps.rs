//! What each kind of step does, and what it is refused for.

use std::time::Duration;

use cashlink_sandbox::{Sandbox, Scenario, TaskKind, TaskStatus};
use jiff::Timestamp;
use serde_json::json;

use crate::client::{Api, read};

/// A paid investment on the seeded wallet, called `paid`.
const PAID: &str = "
  - call:
      operation: v2_investments_create
      body: {investor_id: $investor, campaign_id: $campaign, units: 10, wallet: $wallet, signed_at: 2024-01-01T00:00:00Z,
        accepted_at: 2024-01-01T00:00:00Z, paid_at: 2024-01-01T00:00:00Z}
      as: paid";

#[tokio::test]
async fn decisions_are_those_of_the_sandbox() {
    let steps = format!(
        "{PAID}
  - set: {{settlement: 1h}}
  - next_task_ends: unknown
  - call: {{operation: v2_investments_credits_create, path: {{investment_id: $paid}}, as: credit}}
  - advance: PT1H
  - freeze_wallet: {{wallet: $wallet}}
  - pause_transfers: {{product: $product}}
  - allow_platform: {{platform: $partner_platform}}
  - decide_kyc: {{investor: $investor, result: rejected}}
"
    );
    let told = refused(&steps).await;
    assert!(told.contains("steps[8]: "), "{told}");
    let (steps, _) = steps.rsplit_once("  - decide_kyc").unwrap();
    let api = start(steps).await;
    let names = api.sandbox.names();
    let open = api.sandbox.tasks();
    assert_eq!((open[0].id, open[0].kind, open[0].status), (names["credit"], TaskKind::Credit, TaskStatus::Unknown));
    assert!(api.sandbox.platforms().iter().all(|(_, is_allowed)| *is_allowed));
    let transfer = json!({"product": names["product"], "source_wallet": names["wallet"], "target_address": "0x1",
        "amount": 1});
    let transfer = api.post("/v2/transfers/", &transfer).await;
    assert_eq!(transfer.must_be(400)["product"][0], "Transfers of the product are paused.");
    assert_eq!(transfer.body["source_wallet"][0], "The wallet is frozen.");

    let settled = Scenario::parse("name: b\nsteps: [{finish_task: {task: $credit, end: succeeded}}]").unwrap();
    api.sandbox.seed(&settled).unwrap();
    let paid = api.get(&format!("/v2/investments/{}/", names["paid"])).await;
    assert_eq!(paid.must_be(200)["status"], "DELIVERED");
}

#[tokio::test]
async fn a_client_of_a_scenario_can_ask_for_tokens_and_list_where_it_may() {
    let text = "
name: clients
clients:
  - id: third
    secret: s
    platform_company_name: Dritte AG
    platform_as: third_platform
    may_list_on: [$platform, $partner_platform]
  - {id: reader, secret: s, scopes: ['investors:read']}
";
    let api = Api::with(Sandbox::builder().scenario(Scenario::parse(text).unwrap())).await;
    let clients = api.sandbox.clients();
    assert_eq!(clients[2].platform_id, api.sandbox.names()["third_platform"]);
    assert_eq!(clients[3].scopes, ["investors:read"]);
    let third = Api::of(&api.sandbox, "third", "s").await;
    let platforms = third.get("/issuer/v2/distribution-platforms/").await;
    let rows = platforms.must_be(200)["results"].as_array().unwrap();
    let allowed: Vec<_> = rows.iter().map(|row| row["is_allowed"].as_bool().unwrap()).collect();
    assert_eq!(allowed, [true, true, true, false]);
    assert_eq!(rows[2]["platform_company_name"], "Dritte AG");
    Api::of(&api.sandbox, "reader", "s").await.get("/v2/investors/").await.must_be(200);

    let twice = api.sandbox.seed(&Scenario::parse(text).unwrap()).unwrap_err().to_string();
    assert!(
        twice.contains("clients[0]: {\"client_id\":[\"A client with this id already exists.\"]} (line 4)."),
        "{twice}"
    );
}

#[tokio::test]
async fn an_answer_under_a_key_is_given_again_to_the_client() {
    let api =
        start("\n  - call: {operation: v2_documents_create, file: {name: a, text: b}, key: k1, as: document}").await;
    let part = reqwest::multipart::Part::bytes(b"b".as_slice()).file_name("a");
    let form = reqwest::multipart::Form::new().part("file", part.mime_str("application/pdf").unwrap());
    let again = read(api.keyed("/v2/documents/", "k1").multipart(form)).await.unwrap();
    assert_eq!(again.must_be(201)["id"], json!(api.sandbox.names()["document"]));
    assert_eq!(api.sandbox.ledger().len(), 1);

    let text = "name: again\nsteps: [{call: {operation: v2_documents_create, file: {name: a, text: b}, key: k1}}]";
    let told = api.sandbox.seed(&Scenario::parse(text).unwrap()).unwrap_err().to_string();
    assert!(told.contains("This idempotency key has been used already"), "{told}");
}

#[tokio::test]
async fn what_a_step_is_answered_can_be_used_by_its_properties() {
    let steps = "
  - call: {operation: v2_investors_wallets_list, path: {investor_id: $investor}, as: wallets}
  - call:
      operation: v2_documents_create
      file: {name: '${wallets.0.address}', text: 'US$ 5, $$x, ${wallets.0.id}'}
      as: document
";
    let api = start(steps).await;
    let names = api.sandbox.names();
    let wallets = api.get(&format!("/v2/investors/{}/wallets/", names["investor"])).await;
    let document = api.sandbox.document(names["document"]).unwrap();
    assert_eq!(json!(document.name), wallets.must_be(200)[0]["address"]);
    assert_eq!(document.size, "US$ 5, $x, ".len() as u64 + 36);
    assert!(!names.contains_key("wallets"), "a list has no id");
}

#[tokio::test]
async fn the_clock_is_put_to_any_time_at_the_beginning_and_forward_afterwards() {
    let text = |time: &str| format!("name: then\nclock: {{set: '{time}', hold: true}}\n");
    let scenario = |time: &str| Scenario::parse(&text(time)).unwrap();
    let at = |time: &str| time.parse::<Timestamp>().unwrap();
    let sandbox = Sandbox::builder().scenario(scenario("2001-01-01T00:00:00Z")).start().await.unwrap();
    assert_eq!(sandbox.now(), at("2001-01-01T00:00:00Z"));
    sandbox.seed(&scenario("2002-01-01T00:00:00Z")).unwrap();
    assert_eq!(sandbox.now(), at("2002-01-01T00:00:00Z"));
    let told = sandbox.seed(&scenario("2001-06-01T00:00:00Z")).unwrap_err().to_string();
    assert!(told.contains("clock.set: Must not be in the sandbox's past"), "{told}");
    sandbox.reset().unwrap();
    assert_eq!(sandbox.now(), at("2001-01-01T00:00:00Z"));
    sandbox.reset_to(&scenario("2000-01-01T00:00:00Z")).unwrap();
    assert_eq!(sandbox.now(), at("2000-01-01T00:00:00Z"));

    let running = Scenario::parse("name: a\nclock: {set: '2001-01-01T00:00:00Z'}\nsteps: [{advance: 1d}]").unwrap();
    let sandbox = Sandbox::builder().scenario(running).start().await.unwrap();
    let since = sandbox.now().duration_since(at("2001-01-02T00:00:00Z"));
    assert!(since.is_positive() && Duration::try_from(since).unwrap() < Duration::from_secs(3_600), "{since}");
}

#[tokio::test]
async fn a_step_says_why_it_cannot_be() {
    check("{call: {operation: v2_investors_retrieve, path: {investor_id: $nobody}}}", "nothing is called \"nobody\"")
        .await;
    check("{call: {operation: v2_investors_retrieve, path: {investor_id: me}}}", "\"me\" is no id").await;
    check("{call: {operation: v2_investors_retrieve, path: {investor_id: $issuer}}}", "is answered 404").await;
    check("{call: {operation: v2_investors_list, client: nobody}}", "There is no client \"nobody\"").await;
    check("{call: {operation: v2_investors_list, client: '${n}'}}", "has a meaning in a repetition only").await;
    check("{trigger: {investment: $issuer, event: accept}}", "There is no such thing").await;
    check("{set: {page_size: 3}}, {finish_task: {task: $issuer, end: failed}}", "steps[1]: ").await;
    check("{arm: {kind: nothing}}", "kind").await;
    check("{allow_platform: {platform: $issuer}}", "There is no such thing").await;
    check("{repeat: {times: 3, steps: [{validate_product: {product: '${n}'}}]}}", "In round 1, \"1\" is no id").await;
    check("{repeat: {times: 1001, steps: [{arm: {kind: throttle}}]}}", "In round 1001, ").await;

    async fn check(steps: &str, message: &str) {
        let told = refused(&format!(" [{steps}]")).await;
        assert!(told.contains(message) && told.contains("(line 2)"), "{told}");
    }
}

#[tokio::test]
async fn a_client_needs_the_scopes_of_what_it_calls() {
    let text = "
name: reader
clients: [{id: reader, secret: s, scopes: ['investors:read']}]
steps:
  - call: {operation: v2_documents_create, client: reader, file: {name: a, size: 1}}
";
    let told = Sandbox::builder().scenario(Scenario::parse(text).unwrap()).start().await.unwrap_err().to_string();
    assert!(told.contains("\"reader\" lacks the scope documents:write of v2_documents_create (line 5)."), "{told}");
}

async fn start(steps: &str) -> Api {
    let scenario = Scenario::parse(&format!("name: steps\nsteps:{steps}\n")).unwrap();
    Api::with(Sandbox::builder().scenario(scenario)).await
}

/// Why a sandbox does not start with `steps`.
async fn refused(steps: &str) -> String {
    let scenario = Scenario::parse(&format!("name: steps\nsteps:{steps}\n")).unwrap();
    Sandbox::builder().scenario(scenario).start().await.unwrap_err().to_string()
}
