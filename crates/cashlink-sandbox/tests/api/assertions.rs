//! Assertions: what a test expects of the calls and of the ledger, over HTTP and in Rust.

use cashlink_sandbox::{CallMatch, Count, Expectation, LedgerMatch, LedgerOutcome, RequestOutcome};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, person, read};
use crate::control::curl;

const CREATE: &str = "v2_investors_create";

/// Calls 2 to 5 of the log: an investor made, the same asked again, one refused, and a list.
async fn played() -> Api {
    let api = Api::start().await;
    api.post_with("/v2/investors/", "k1", &person()).await.must_be(201);
    api.post_with("/v2/investors/", "k1", &person()).await.must_be(201);
    let mut other = person();
    other["natural_person"]["forename"] = json!("Moritz");
    other["natural_person"]["is_pep"] = json!("no");
    api.post_with("/v2/investors/", "k2", &other).await.must_be(400);
    api.get("/v2/investors/?page_size=5").await.must_be(200);
    api
}

#[tokio::test]
async fn calls_are_counted_by_whatever_they_are_looked_for_by() {
    let api = played().await;
    check(&api, json!({}), &[1, 2, 3, 4, 5]).await;
    check(&api, json!({"operation_id": CREATE}), &[2, 3, 4]).await;
    check(&api, json!({"operation_id": CREATE, "outcome": null}), &[2, 3, 4]).await;
    check(&api, json!({"outcome": "read"}), &[1, 5]).await;
    check(&api, json!({"outcome": "replayed", "status": 201}), &[3]).await;
    check(&api, json!({"status": 400}), &[4]).await;
    check(&api, json!({"idempotency_key": "k1"}), &[2, 3]).await;
    check(&api, json!({"method": "get"}), &[5]).await;
    check(&api, json!({"client_id": api.sandbox.client_id()}), &[1, 2, 3, 4, 5]).await;
    check(&api, json!({"client_id": "another"}), &[]).await;
    check(&api, json!({"path": "/v2/*/"}), &[2, 3, 4, 5]).await;
    check(&api, json!({"path": "/api/external/v2/investors/?page_size=5"}), &[5]).await;
    check(&api, json!({"headers": {"X-Idempotency-Key": "k2", "content-type": "application/json"}}), &[4]).await;
    check(&api, json!({"headers": {"authorization": "Bearer"}, "method": "GET"}), &[5]).await;
    check(&api, json!({"body": {"natural_person": {"forename": "Max"}}}), &[2, 3]).await;
    check(&api, json!({"body": {"is_beneficiary": true}}), &[2, 3, 4]).await;

    async fn check(api: &Api, calls: Value, expected: &[u64]) {
        let asked = json!({"calls": calls, "count": expected.len()});
        let (status, findings) = assert(api, &asked).await;
        assert_eq!((status, &findings["matched"]), (200, &json!(expected)), "{asked}");
        assert_eq!((&findings["holds"], &findings["found"]), (&json!(true), &json!(expected.len())), "{asked}");
    }
}

#[tokio::test]
async fn an_upload_is_looked_for_by_its_file() {
    let api = Api::start().await;
    api.upload("/v2/documents/").await;
    let file = json!({"name": "sample.pdf", "content_type": "application/pdf", "size": 15});
    assert_eq!(assert(&api, &json!({"calls": {"body": file}, "count": 1})).await.0, 200);
    assert_eq!(assert(&api, &json!({"calls": {"body": {"name": "other.pdf"}}})).await.0, 409);
}

#[tokio::test]
async fn a_count_is_a_number_or_has_bounds_and_is_at_least_one_unless_said() {
    let api = played().await;
    check(&api, json!(null), 200).await;
    check(&api, json!(3), 200).await;
    check(&api, json!(2), 409).await;
    check(&api, json!({"min": 3}), 200).await;
    check(&api, json!({"min": 4}), 409).await;
    check(&api, json!({"max": 3}), 200).await;
    check(&api, json!({"max": 2}), 409).await;
    check(&api, json!({"min": 1, "max": 3}), 200).await;
    check(&api, json!({"min": null, "max": 0}), 409).await;

    async fn check(api: &Api, count: Value, expected: u16) {
        let asked = json!({"calls": {"operation_id": CREATE}, "count": count});
        assert_eq!(assert(api, &asked).await.0, expected, "{asked}");
    }
}

#[tokio::test]
async fn what_came_nearest_is_told_with_its_first_difference() {
    let api = played().await;
    let calls = json!({"operation_id": CREATE, "status": 201, "body": {"natural_person": {"forename": "Moritz"}}});
    let (status, findings) = assert(&api, &json!({"calls": calls, "count": 1})).await;
    assert_eq!((status, &findings["holds"], &findings["found"]), (409, &json!(false), &json!(0)));
    assert_eq!(findings["expected"], json!({"min": 1, "max": 1}));
    assert_eq!(
        findings["nearest"],
        json!([
            {"seq": 4, "operation_id": CREATE, "status": 400, "difference": {
                "place": "status", "expected": 201, "found": 400,
            }},
            {"seq": 3, "operation_id": CREATE, "status": 201, "difference": {
                "place": "body/natural_person/forename", "expected": "Moritz", "found": "Max",
            }},
            {"seq": 2, "operation_id": CREATE, "status": 201, "difference": {
                "place": "body/natural_person/forename", "expected": "Moritz", "found": "Max",
            }},
        ])
    );
    assert_eq!(
        findings["message"],
        "Calls with operation_id \"v2_investors_create\", status 201, \
         body {\"natural_person\":{\"forename\":\"Moritz\"}}: expected exactly 1, found 0. Nearest: \
         #4 (v2_investors_create, 400) has status 400, not 201. \
         #3 (v2_investors_create, 201) has body/natural_person/forename \"Max\", not \"Moritz\". \
         #2 (v2_investors_create, 201) has body/natural_person/forename \"Max\", not \"Moritz\"."
    );

    let (status, findings) = assert(&api, &json!({"calls": {"operation_id": CREATE}, "count": 0})).await;
    assert_eq!((status, &findings["matched"], &findings["nearest"]), (409, &json!([2, 3, 4]), &json!([])));
}

#[tokio::test]
async fn calls_are_found_in_order_whatever_came_between_them() {
    let api = played().await;
    let (made, list) = (json!({"operation_id": CREATE}), json!({"method": "GET"}));
    check(&api, &[made.clone(), list.clone()], 200, &[2, 5]).await;
    check(&api, &[made.clone(), made.clone(), made.clone(), list.clone()], 200, &[2, 3, 4, 5]).await;
    check(&api, &[list.clone(), made.clone()], 409, &[5]).await;
    let findings = check(&api, &[made.clone(), json!({"status": 404})], 409, &[2]).await;
    assert_eq!((&findings["found"], &findings["expected"]["min"]), (&json!(1), &json!(2)));
    assert_eq!(findings["nearest"][0]["seq"], 5);
    assert_eq!(findings["nearest"].as_array().unwrap().len(), 3);
    let message = findings["message"].as_str().unwrap();
    assert!(message.starts_with("Found no call 2 behind #2 with status 404. Nearest: #5 ("), "{message}");

    async fn check(api: &Api, steps: &[Value], expected: u16, matched: &[u64]) -> Value {
        let (status, findings) = assert(api, &json!({"in_order": steps})).await;
        assert_eq!((status, &findings["matched"]), (expected, &json!(matched)), "{steps:?}");
        findings
    }
}

#[tokio::test]
async fn the_ledger_is_asked_in_the_same_way() {
    let api = played().await;
    check(&api, json!({}), &[1, 2, 3]).await;
    check(&api, json!({"operation_id": CREATE, "outcome": "applied"}), &[1]).await;
    check(&api, json!({"outcome": "rejected", "status": 400, "resource": null}), &[3]).await;
    check(&api, json!({"resource": "investor"}), &[1, 2]).await;
    check(&api, json!({"resource": "wallet"}), &[]).await;
    check(&api, json!({"method": "POST", "path": "/v2/investors/", "idempotency_key": "k2"}), &[3]).await;

    async fn check(api: &Api, entries: Value, expected: &[u64]) {
        let asked = json!({"ledger": entries, "count": expected.len()});
        let (status, findings) = assert(api, &asked).await;
        assert_eq!((status, &findings["matched"]), (200, &json!(expected)), "{asked}");
    }
}

#[tokio::test]
async fn only_what_came_after_a_number_counts_if_that_is_asked() {
    let api = played().await;
    for (asked, found) in [
        (json!({"calls": {"operation_id": CREATE}, "after": 2}), 2),
        (json!({"ledger": {}, "after": 2}), 1),
        (json!({"in_order": [{"operation_id": CREATE}], "after": 4}), 0),
    ] {
        assert_eq!(assert(&api, &asked).await.1["found"], found, "{asked}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_every_field() {
    let api = Api::start().await;
    check(&api, json!([]), json!(["non_field_errors"])).await;
    check(&api, json!({}), json!(["non_field_errors"])).await;
    check(&api, json!({"calls": {}, "ledger": {}}), json!(["non_field_errors"])).await;
    check(&api, json!({"calls": [], "a.b": 1, "after": -1, "count": "1"}), json!(["after", "count", "calls", "a.b"]))
        .await;
    check(&api, json!({"in_order": []}), json!(["in_order"])).await;
    check(&api, json!({"in_order": [{}], "count": 1}), json!(["count"])).await;
    check(&api, json!({"calls": {}, "count": {}}), json!(["count"])).await;
    check(&api, json!({"calls": {}, "count": {"min": null}}), json!(["count"])).await;
    let refused = refusal(&api, &json!({"calls": {}, "count": {"min": "1", "max": -1, "exactly": 1}})).await;
    assert_eq!(keys(&refused["count"]), json!(["min", "max", "exactly"]));
    assert!(refusal(&api, &json!({"calls": {}, "count": {"min": 2, "max": 1}})).await["count"]["max"].is_array());

    let wrong = json!({
        "operation_id": "nothing", "client_id": 1, "idempotency_key": [], "status": 1000, "outcome": "done",
        "method": 1, "path": "v2", "headers": {"a": 1}, "resource": "investor", "x.y": 1,
    });
    let refused = refusal(&api, &json!({"in_order": [{}, wrong]})).await;
    assert_eq!((keys(&refused["in_order"][0]), keys(&refused["in_order"][1])), (json!([]), keys(&wrong)));
    let wrong = json!({"body": {}, "outcome": "read", "client_id": "a"});
    assert_eq!(keys(&refusal(&api, &json!({"ledger": wrong})).await["ledger"]), keys(&wrong));
    assert_eq!(assert(&api, &json!({"calls": {"status": "201"}})).await.0, 400);

    async fn check(api: &Api, asked: Value, fields: Value) {
        assert_eq!(keys(&refusal(api, &asked).await), fields, "{asked}");
    }
}

#[tokio::test]
async fn the_list_of_calls_is_narrowed_down_in_the_same_way() {
    let api = played().await;
    check(&api, "operation_id=v2_investors_create", &[2, 3, 4]).await;
    check(&api, "status=201&limit=1", &[3]).await;
    check(&api, "outcome=rejected", &[4]).await;
    check(&api, "method=get&after=1", &[5]).await;
    check(&api, "path=/v2/investors/&idempotency_key=k1", &[2, 3]).await;
    check(&api, "client_id=another", &[]).await;
    let reply =
        read(api.control(Method::GET, "/requests?status=x&operation_id=y&outcome=&body=1&limit=z")).await.unwrap();
    assert_eq!(keys(reply.must_be(400)), json!(["status", "operation_id", "outcome", "body", "limit"]));

    async fn check(api: &Api, query: &str, expected: &[u64]) {
        let reply = read(api.control(Method::GET, &format!("/requests?{query}"))).await.unwrap();
        let found: Vec<_> = reply.must_be(200).as_array().unwrap().iter().map(|entry| entry["seq"].clone()).collect();
        assert_eq!(json!(found), json!(expected), "{query}");
    }
}

#[tokio::test]
async fn rust_asks_the_same_and_gets_the_same() {
    let api = played().await;
    let made = || CallMatch::any().operation_id(CREATE);
    let forename = |name: &str| made().body(json!({"natural_person": {"forename": name}}));
    check(&api, Expectation::calls(made(), Count::exactly(3)), json!({"calls": {"operation_id": CREATE}, "count": 3}))
        .await;
    check(
        &api,
        Expectation::calls(forename("Eva"), Count::at_least(2)).after(1),
        json!({
            "calls": {"operation_id": CREATE, "body": {"natural_person": {"forename": "Eva"}}},
            "count": {"min": 2}, "after": 1,
        }),
    )
    .await;
    let all = CallMatch::any()
        .outcome(RequestOutcome::Applied)
        .client_id(api.sandbox.client_id())
        .idempotency_key("k1")
        .status(201)
        .method("post")
        .path("/v2/investors/")
        .header("Content-Type", "application/json")
        .header("X-Idempotency-Key", "k1");
    check(
        &api,
        Expectation::in_order([all, CallMatch::any().status(503)]),
        json!({"in_order": [{
            "outcome": "applied", "client_id": api.sandbox.client_id(), "idempotency_key": "k1", "status": 201,
            "method": "POST", "path": "/v2/investors/",
            "headers": {"content-type": "application/json", "x-idempotency-key": "k1"},
        }, {"status": 503}]}),
    )
    .await;
    let entry =
        LedgerMatch::any().operation_id(CREATE).outcome(LedgerOutcome::Applied).resource("investor").status(201);
    check(
        &api,
        Expectation::ledger(entry.method("post").path("/v2/*/").idempotency_key("k1"), Count::at_most(0)),
        json!({"ledger": {
            "operation_id": CREATE, "outcome": "applied", "resource": "investor", "status": 201, "method": "POST",
            "path": "/v2/*/", "idempotency_key": "k1",
        }, "count": {"max": 0}}),
    )
    .await;

    async fn check(api: &Api, expectation: Expectation, asked: Value) {
        let findings = api.sandbox.check(&expectation);
        let (status, told) = assert(api, &asked).await;
        assert_eq!((serde_json::to_value(&findings).unwrap(), findings.holds), (told, status == 200), "{asked}");
    }
}

#[tokio::test]
async fn the_curl_lines_of_the_readme_are_understood() {
    let lines = include_str!("../../README.md").lines().filter(|line| line.starts_with("curl "));
    let lines: Vec<_> = lines.filter(|line| line.contains("/_sandbox/assert")).collect();
    let api = Api::start().await;
    let mut statuses = Vec::new();
    for line in &lines {
        statuses.push(curl(&api, line).await.status);
    }
    assert_eq!(statuses, [409, 409, 200], "{lines:#?}");
}

/// The status and the findings.
async fn assert(api: &Api, asked: &Value) -> (u16, Value) {
    let reply = read(api.control(Method::POST, "/assert").json(asked)).await.unwrap();
    (reply.status, reply.body)
}

async fn refusal(api: &Api, asked: &Value) -> Value {
    let (status, refusal) = assert(api, asked).await;
    assert_eq!(status, 400, "{asked}: {refusal}");
    refusal
}

fn keys(value: &Value) -> Value {
    value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().into()
}
