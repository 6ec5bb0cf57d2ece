//! Faults that cannot be armed: every problem is told at its field, and nothing is armed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, read};

const KIND: &str = "error_before_commit";
const CREATE: &str = "v2_investors_create";
const LIST: &str = "v2_investors_list";

#[tokio::test]
async fn what_makes_no_sense_is_refused_by_field_and_rule_and_nothing_is_armed() {
    let api = Api::start().await;
    check(&api, json!({}), &["kind"]).await;
    check(&api, json!({"kind": null}), &["kind"]).await;
    check(&api, json!({"kind": "html"}), &["kind"]).await;
    check(&api, json!({"kind": 1}), &["kind"]).await;
    check(&api, json!({"kind": KIND, "operation_id": "v2_investors"}), &["operation_id"]).await;
    check(&api, json!({"kind": KIND, "operation": CREATE}), &["operation"]).await;
    check(&api, json!({"kind": KIND, "a.b": 1}), &["a.b"]).await;
    for count in [json!(0), json!(-1), json!(1.5), json!("1"), json!(4_294_967_296_u64)] {
        check(&api, json!({"kind": KIND, "count": count}), &["count"]).await;
    }
    for probability in [json!(-0.01), json!(1.01), json!("0.5"), json!(true), json!(-1)] {
        check(&api, json!({"kind": KIND, "probability": probability}), &["probability"]).await;
    }
    check(&api, json!({"kind": KIND, "probability": 0.5, "seed": -1}), &["seed"]).await;
    check(&api, json!({"kind": KIND, "seed": 1}), &["seed"]).await;
    check(&api, json!({"kind": "x", "count": 0, "status": 500, "y": 1}), &["count", "kind", "y"]).await;
    check(&api, json!([]), &["non_field_errors"]).await;
    check(&api, json!(null), &["non_field_errors"]).await;

    let form = api.control(Method::POST, "/faults").form(&[("kind", KIND)]);
    read(form).await.unwrap().must_be(415);
    let broken = api.control(Method::POST, "/faults").header("Content-Type", "application/json").body("{");
    read(broken).await.unwrap().must_be(400);
    read(api.control(Method::PUT, "/faults")).await.unwrap().must_be(405);
    assert_eq!(api.sandbox.faults(), []);
}

#[tokio::test]
async fn what_a_kind_takes_is_bounded_and_no_other_takes_it() {
    let api = Api::start().await;
    for status in [299, 600, 200, 0, -500] {
        check(&api, json!({"kind": KIND, "status": status}), &["status"]).await;
    }
    check(&api, json!({"kind": "throttle", "retry_after": -1}), &["retry_after"]).await;
    check(&api, json!({"kind": "throttle", "retry_after": 86_401}), &["retry_after"]).await;
    check(&api, json!({"kind": "delay"}), &["delay_ms"]).await;
    check(&api, json!({"kind": "delay", "delay_ms": -1}), &["delay_ms"]).await;
    check(&api, json!({"kind": "delay", "delay_ms": 3_600_001}), &["delay_ms"]).await;
    check(&api, json!({"kind": "slow_body", "delay_ms": u64::MAX}), &["delay_ms"]).await;
    check(&api, json!({"kind": "slow_body"}), &["delay_ms"]).await;
    check(&api, json!({"kind": "oversized_reply"}), &["bytes"]).await;
    check(&api, json!({"kind": "oversized_reply", "bytes": 0}), &["bytes"]).await;
    check(&api, json!({"kind": "oversized_reply", "bytes": 1_073_741_825}), &["bytes"]).await;
    for status in [199, 600] {
        check(&api, json!({"kind": "html_reply", "status": status}), &["status"]).await;
        check(&api, json!({"kind": "reply", "status": status, "body": 1}), &["body", "status"]).await;
    }
    for content_type in [json!(""), json!("text/\n"), json!(1), json!("x".repeat(256))] {
        check(&api, json!({"kind": "reply", "content_type": content_type}), &["content_type"]).await;
        check(&api, json!({"kind": "wrong_content_type", "content_type": content_type}), &["content_type"]).await;
    }
    check(&api, json!({"kind": "throttle", "status": 429}), &["status"]).await;
    check(&api, json!({"kind": "delay", "delay_ms": 1, "retry_after": 1}), &["retry_after"]).await;
    check(&api, json!({"kind": KIND, "delay_ms": 1}), &["delay_ms"]).await;
    for plain in ["reply_lost_after_commit", "reset_before_commit", "token_expired", "truncated_reply"] {
        let fault = json!({"kind": plain, "status": 500, "retry_after": 1, "delay_ms": 1});
        check(&api, fault, &["delay_ms", "retry_after", "status"]).await;
    }
    assert_eq!(api.sandbox.faults(), []);
}

#[tokio::test]
async fn calls_are_named_as_the_description_names_them() {
    let api = Api::start().await;
    for operations in [json!(1), json!([]), json!([CREATE, 1]), json!([CREATE, "x"]), json!({})] {
        check(&api, json!({"kind": KIND, "operation_id": operations}), &["operation_id"]).await;
    }
    for method in [json!("FETCH"), json!("HEAD"), json!(""), json!(1)] {
        check(&api, json!({"kind": KIND, "method": method}), &["method"]).await;
    }
    for path in ["", "v2/investors/", "/v2/inv*/", "/v2/investors/?page=1", "/v2/investors", "/v2/", "/api/external/"] {
        check(&api, json!({"kind": KIND, "path": path}), &["path"]).await;
    }
    check(&api, json!({"kind": KIND, "operation_id": CREATE, "path": "/v2/investors/*/"}), &["path"]).await;
    check(&api, json!({"kind": KIND, "operation_id": CREATE, "method": "GET"}), &["method"]).await;
    check(&api, json!({"kind": KIND, "method": "GET", "idempotency_key": "k"}), &["method"]).await;
    check(&api, json!({"kind": KIND, "operation_id": LIST, "idempotency_key": "k"}), &["idempotency_key"]).await;
    for text in [json!(""), json!("x".repeat(256)), json!(1)] {
        let texts = json!({"kind": KIND, "client_id": text, "idempotency_key": text});
        check(&api, texts, &["client_id", "idempotency_key"]).await;
    }
    for skip in [json!(-1), json!("1"), json!(4_294_967_296_u64)] {
        check(&api, json!({"kind": KIND, "skip": skip}), &["skip"]).await;
    }
    assert_eq!(api.sandbox.faults(), []);
}

#[tokio::test]
async fn a_fault_that_could_strike_no_call_is_refused() {
    let api = Api::start().await;
    for kind in ["unknown_enum_value", "null_optional"] {
        for property in ["", "no_such_thing", "natural_person.status"] {
            check(&api, json!({"kind": kind, "property": property}), &["property"]).await;
        }
        for property in ["id", "units"] {
            check(&api, json!({"kind": kind, "property": property, "operation_id": CREATE}), &["property"]).await;
        }
    }
    check(&api, json!({"kind": "unknown_enum_value", "operation_id": "v2_documents_create"}), &["kind"]).await;
    check(&api, json!({"kind": "key_in_flight", "method": "GET"}), &["kind"]).await;
    assert_eq!(api.sandbox.faults(), []);
}

async fn check(api: &Api, fault: Value, fields: &[&str]) {
    let reply = read(api.control(Method::POST, "/faults").json(&fault)).await.unwrap();
    let problems = reply.must_be(400).as_object().unwrap();
    let mut named: Vec<_> = problems.keys().map(String::as_str).collect();
    named.sort_unstable();
    assert_eq!(named, fields, "{fault}: {problems:?}");
    let is_told = |rules: &Value| rules.as_array().is_some_and(|rules| rules.iter().all(Value::is_string));
    assert!(problems.values().all(is_told), "{fault}: {problems:?}");
}
