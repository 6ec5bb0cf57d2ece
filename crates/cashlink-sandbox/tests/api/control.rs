//! Faults armed over HTTP, by programs that are not in the sandbox's process.

use std::time::Duration;

use cashlink_sandbox::{Fault, LedgerOutcome, Sandbox};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::client::{Api, Reply, person, read};

const CREATE: &str = "v2_investors_create";
const LIST: &str = "v2_investors_list";

/// What a call under a fault comes to: the status that its caller sees, none if there is no whole reply, and the ledger.
type Seen = (Option<u16>, Vec<(LedgerOutcome, u16)>);

#[tokio::test]
async fn every_kind_of_fault_can_be_armed() {
    let applied = || vec![(LedgerOutcome::Applied, 201)];
    let rejected = |status| vec![(LedgerOutcome::Rejected, status)];
    check(json!({"kind": "reply_lost_after_commit"}), (None, applied())).await;
    check(json!({"kind": "reset_before_commit"}), (None, vec![])).await;
    check(json!({"kind": "error_before_commit"}), (Some(500), rejected(500))).await;
    check(json!({"kind": "error_before_commit", "status": 503}), (Some(503), rejected(503))).await;
    check(json!({"kind": "error_after_commit", "status": 599}), (Some(599), applied())).await;
    check(json!({"kind": "throttle"}), (Some(429), rejected(429))).await;
    check(json!({"kind": "delay", "delay_ms": 1}), (Some(201), applied())).await;
    check(json!({"kind": "token_expired"}), (Some(401), rejected(401))).await;
    check(json!({"kind": "truncated_reply"}), (None, applied())).await;
    check(json!({"kind": "html_reply"}), (Some(502), rejected(502))).await;
    check(json!({"kind": "reply"}), (Some(200), vec![])).await;
    check(json!({"kind": "slow_body", "delay_ms": 1}), (Some(201), applied())).await;
    check(json!({"kind": "wrong_content_type"}), (Some(201), applied())).await;
    check(json!({"kind": "malformed_json"}), (Some(201), applied())).await;
    check(json!({"kind": "oversized_reply", "bytes": 1}), (Some(201), applied())).await;
    check(json!({"kind": "key_in_flight"}), (Some(409), rejected(409))).await;
    check(json!({"kind": "key_mismatch"}), (Some(422), rejected(422))).await;
    check(json!({"kind": "unknown_enum_value"}), (Some(201), applied())).await;
    check(json!({"kind": "extra_field"}), (Some(201), applied())).await;
    check(json!({"kind": "null_optional"}), (Some(201), applied())).await;

    async fn check(mut fault: Value, expected: Seen) {
        let api = Api::start().await;
        fault["operation_id"] = json!(CREATE);
        arm(&api, &fault).await;
        let status = create(&api).await.ok().map(|reply| reply.status);
        let entries = api.sandbox.ledger().into_iter().map(|entry| (entry.outcome, entry.status)).collect();
        assert_eq!((status, entries), expected, "{fault}");
        assert_eq!(api.sandbox.armed(), 0, "{fault}");
    }
}

#[tokio::test]
async fn throttling_and_delays_take_the_time_that_they_are_given() {
    let api = Api::start().await;
    arm(&api, &json!({"kind": "throttle", "retry_after": 86_400})).await;
    assert_eq!(create(&api).await.unwrap().headers["retry-after"], "86400");
    arm(&api, &json!({"kind": "throttle"})).await;
    assert_eq!(create(&api).await.unwrap().headers["retry-after"], "1");

    arm(&api, &json!({"kind": "delay", "delay_ms": 30})).await;
    let before = api.sandbox.now();
    create(&api).await.unwrap().must_be(201);
    assert!(api.sandbox.now().duration_since(before) >= jiff::SignedDuration::from_millis(30));
}

#[tokio::test]
async fn what_is_armed_is_listed_with_what_it_has_left_and_did() {
    let api = Api::start().await;
    let first = arm(&api, &json!({"kind": "error_before_commit", "operation_id": CREATE, "count": 3})).await;
    let second = arm(&api, &json!({"kind": "throttle", "probability": 0.0, "retry_after": 7, "seed": 9})).await;
    api.sandbox.arm(Fault::delay(Duration::from_millis(1_500)).probability(0.5));
    create(&api).await.unwrap().must_be(500);

    let listed = faults(&api).await;
    assert_eq!(
        listed[0],
        json!({
            "id": first, "kind": "error_before_commit", "status": 500, "operation_id": CREATE, "count": 3,
            "left": 2, "struck": 1,
        })
    );
    assert_eq!(
        listed[1],
        json!({
            "id": second, "kind": "throttle", "retry_after": 7, "probability": 0.0, "seed": 9,
            "left": null, "struck": 0,
        })
    );
    assert_eq!((&listed[2]["delay_ms"], &listed[2]["seed"]), (&json!(1_500), &listed[2]["id"]));
    assert_eq!(serde_json::to_value(api.sandbox.faults()).unwrap(), listed);
}

#[tokio::test]
async fn one_fault_or_all_of_them_are_disarmed() {
    let api = Api::start().await;
    let first = arm(&api, &json!({"kind": "reset_before_commit"})).await;
    let second = arm(&api, &json!({"kind": "truncated_reply", "count": 5})).await;
    arm(&api, &json!({"kind": "token_expired"})).await;

    assert_eq!(delete(&api, &format!("/faults/{second}")).await, (204, String::new()));
    let left: Vec<_> = faults(&api).await.as_array().unwrap().iter().map(|fault| fault["kind"].clone()).collect();
    assert_eq!(left, ["reset_before_commit", "token_expired"]);
    for unknown in [second.to_string(), "0".to_owned(), "-1".to_owned(), "x".to_owned(), "%ff".to_owned()] {
        assert_eq!(delete(&api, &format!("/faults/{unknown}")).await.0, 404, "{unknown}");
    }

    assert!(create(&api).await.is_err());
    assert_eq!(delete(&api, &format!("/faults/{first}")).await.0, 404);
    assert_eq!(delete(&api, "/faults").await, (204, String::new()));
    assert_eq!(faults(&api).await, json!([]));
    create(&api).await.unwrap().must_be(201);
}

#[tokio::test]
async fn the_same_seed_strikes_the_same_calls() {
    let seven = strikes(&json!({"kind": "error_before_commit", "probability": 0.5, "seed": 7})).await;
    let again = strikes(&json!({"kind": "error_before_commit", "probability": 0.5, "seed": 7})).await;
    let other = strikes(&json!({"kind": "error_before_commit", "probability": 0.5, "seed": 8})).await;
    assert_eq!(seven, again);
    assert_ne!(seven, other);
    let unseeded = json!({"kind": "error_before_commit", "probability": 0.5});
    assert_eq!(strikes(&unseeded).await, strikes(&unseeded).await);

    let never = strikes(&json!({"kind": "error_before_commit", "probability": 0})).await;
    let always = strikes(&json!({"kind": "error_before_commit", "probability": 1})).await;
    assert_eq!((count(&never), count(&always)), (0, 40));
    let bounded = strikes(&json!({"kind": "error_before_commit", "probability": 0.5, "seed": 7, "count": 3})).await;
    assert_eq!(count(&bounded), 3);
    let upto = bounded.iter().rposition(|is_struck| *is_struck).unwrap();
    assert_eq!(bounded[..=upto], seven[..=upto]);

    fn count(strikes: &[bool]) -> usize {
        strikes.iter().filter(|is_struck| **is_struck).count()
    }

    /// Which of forty calls the fault strikes.
    async fn strikes(fault: &Value) -> Vec<bool> {
        let api = Api::start().await;
        let mut fault = fault.clone();
        fault["operation_id"] = json!(LIST);
        arm(&api, &fault).await;
        let mut strikes = Vec::new();
        for _ in 0..40 {
            strikes.push(api.get("/v2/investors/").await.status == 500);
        }
        strikes
    }
}

#[tokio::test]
async fn the_sandbox_itself_is_neither_slow_nor_faulty() {
    let sandbox = Sandbox::builder().latency(Duration::from_secs(3_600)).start().await.unwrap();
    sandbox.arm(Fault::reset_before_commit().times(u32::MAX));
    let http = Client::new();
    for (method, path, status) in [
        (Method::GET, "/health", 200),
        (Method::GET, "/ledger", 200),
        (Method::GET, "/faults", 200),
        (Method::DELETE, "/faults/1", 204),
        (Method::DELETE, "/faults", 204),
    ] {
        let call = http.request(method, format!("{}/_sandbox{path}", sandbox.origin()));
        read(call).await.unwrap().must_be(status);
    }
}

#[tokio::test]
async fn the_curl_lines_of_the_readme_arm_list_and_clear() {
    let readme = include_str!("../../README.md");
    let lines = readme.lines().filter(|line| line.starts_with("curl "));
    let lines: Vec<_> = lines.filter(|line| line.contains("/_sandbox/faults")).collect();
    let api = Api::start().await;
    let mut statuses = Vec::new();
    let mut armed = Vec::new();
    for line in &lines {
        statuses.push(curl(&api, line).await.status);
        armed.push(api.sandbox.faults().len());
    }
    assert_eq!(
        (statuses, armed),
        (vec![201, 201, 201, 201, 200, 200, 204, 204], vec![1, 2, 3, 4, 4, 4, 3, 0]),
        "{lines:#?}"
    );
}

/// Does what curl would do with a line that has only what our examples have.
pub(crate) async fn curl(api: &Api, line: &str) -> Reply {
    let (mut method, mut body, mut url) = (None, None, None);
    let mut words = words(line).into_iter().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "-X" => method = Some(words.next().unwrap().parse().unwrap()),
            "--json" => body = Some(words.next().unwrap()),
            _ => url = Some(word.replace("$ORIGIN", api.sandbox.origin())),
        }
    }
    let default = if body.is_some() { Method::POST } else { Method::GET };
    let mut call = api.http.request(method.unwrap_or(default), url.unwrap());
    if let Some(body) = body {
        call = call.header("Content-Type", "application/json").body(body);
    }
    read(call).await.unwrap()
}

/// The words of a line, which quotes of either kind keep together.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for character in line.chars() {
        match (character, quote) {
            (_, Some(open)) if character == open => quote = None,
            ('\'' | '"', None) => quote = Some(character),
            (' ', None) => words.push(String::new()),
            _ => words.last_mut().unwrap().push(character),
        }
    }
    words
}

pub(crate) async fn arm(api: &Api, fault: &Value) -> u64 {
    let reply = read(api.control(Method::POST, "/faults").json(fault)).await.unwrap();
    reply.must_be(201)["id"].as_u64().unwrap()
}

pub(crate) async fn faults(api: &Api) -> Value {
    read(api.control(Method::GET, "/faults")).await.unwrap().must_be(200).clone()
}

async fn delete(api: &Api, path: &str) -> (u16, String) {
    let reply = read(api.control(Method::DELETE, path)).await.unwrap();
    (reply.status, reply.text)
}

async fn create(api: &Api) -> reqwest::Result<Reply> {
    read(api.keyed("/v2/investors/", "k").json(&person())).await
}
