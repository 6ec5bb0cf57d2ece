//! Control calls that make no sense: everything that is wrong is told at once, field by field and in plain words.

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, read};

const ID: &str = "00000000-0000-4000-8000-000000000000";

#[tokio::test]
async fn what_is_wrong_with_a_body_is_told_field_by_field() {
    let (api, events) = (Api::start().await, format!("/investments/{ID}/events"));
    let required = json!(["This field is required."]);
    check(&api, Method::POST, &events, json!({}), json!({"event": required})).await;
    check(
        &api,
        Method::POST,
        &events,
        json!({"event": "explode", "when": "now"}),
        json!({
            "event": ["Not a valid choice. Must be one of: kyc_cleared, kyc_insufficient, abort, reviewed, accept, \
                       reject, pay, payment_missing, cancel, deliver."],
            "when": ["There is no such field."],
        }),
    )
    .await;
    let frozen = format!("/wallets/{ID}/freeze");
    check(&api, Method::PUT, &frozen, json!({"frozen": "yes"}), json!({"frozen": ["Must be a valid boolean."]})).await;
    check(&api, Method::PUT, &frozen, json!({"frozen": null}), json!({"frozen": ["This field may not be null."]}))
        .await;
    let list = json!({"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]});
    check(&api, Method::PUT, &frozen, json!([true]), list).await;
    check(
        &api,
        Method::POST,
        "/clients",
        json!({"client_id": "", "scopes": ["investors:read", "everything"], "a.b": 1}),
        json!({
            "client_id": ["This field may not be blank."],
            "client_secret": required,
            "scopes": [{}, {"non_field_errors": [
                "Not a valid choice. Must be one of: documents:write, investors:read, investors:write, \
                 investments:read, investments:write, issuers:read, issuers:write, products:read, products:write.",
            ]}],
            "a.b": ["There is no such field."],
        }),
    )
    .await;
}

#[tokio::test]
async fn times_and_durations_are_asked_for_in_words() {
    let api = Api::start().await;
    let duration = json!(["Must be a duration such as \"2s\" or \"P1D\", or whole seconds."]);
    for advance in ["soon", "-2s", "1 month", ", expected nothing", ""] {
        check(&api, Method::POST, "/clock", json!({"advance": advance}), json!({"advance": duration})).await;
        check(&api, Method::PATCH, "/settings", json!({"latency": advance}), json!({"latency": duration})).await;
    }
    let negative = json!({"advance": ["Ensure this value is greater than or equal to 0."]});
    check(&api, Method::POST, "/clock", json!({"advance": -1}), negative).await;
    let point = json!({"set": ["Must be a time with its distance from UTC, such as 2030-01-01T00:00:00Z."]});
    let wrong = "Datetime has wrong format. Use one of these formats instead: \
                 YYYY-MM-DDThh:mm[:ss[.uuuuuu]](+HH:MM|-HH:MM|Z).";
    check(&api, Method::POST, "/clock", json!({"set": "9999-12-31T23:59:59Z"}), point).await;
    check(&api, Method::POST, "/clock", json!({"set": "2030-01-01"}), json!({"set": [wrong]})).await;
    let both = json!({"set": [wrong], "hold": ["Must be a valid boolean."]});
    check(&api, Method::POST, "/clock", json!({"set": "tomorrow", "hold": 1}), both).await;
}

#[tokio::test]
async fn what_is_no_json_of_a_fair_size_is_refused_as_by_the_api() {
    let api = Api::start().await;
    let freeze = format!("/wallets/{ID}/freeze");
    for (method, path) in [
        (Method::POST, "/clock"),
        (Method::PATCH, "/settings"),
        (Method::POST, "/faults"),
        (Method::POST, "/assert"),
        (Method::POST, "/clients"),
        (Method::PUT, freeze.as_str()),
    ] {
        let send = async |content_type: &str, body: String| {
            let call = api.control(method.clone(), path).header("Content-Type", content_type).body(body);
            read(call).await.unwrap().status
        };
        assert_eq!(send("application/json", "{".to_owned()).await, 400, "{path}");
        assert_eq!(send("application/json", "[".repeat(100_000)).await, 400, "{path}");
        assert_eq!(send("application/json", format!("{{\"{}\": 1}}", "x".repeat(100_000))).await, 400, "{path}");
        assert_eq!(send("text/plain", "{}".to_owned()).await, 415, "{path}");
        assert_eq!(send("application/json", format!("\"{}\"", "x".repeat(1024 * 1024))).await, 413, "{path}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_or_of_nothing_is_not_found() {
    let api = Api::start().await;
    for id in [ID, "7", "%ff", "..", &"9".repeat(4_000), "18446744073709551616"] {
        for (method, path, body) in [
            (Method::POST, format!("/investments/{id}/events"), json!({"event": "accept"})),
            (Method::POST, format!("/products/{id}/validation"), json!({})),
            (Method::PUT, format!("/products/{id}/transfers"), json!({"paused": true})),
            (Method::PUT, format!("/wallets/{id}/freeze"), json!({"frozen": true})),
            (Method::POST, format!("/investors/{id}/kyc"), json!({"result": "success"})),
            (Method::POST, format!("/investors/{id}/identifications/{id}"), json!({"result": "success"})),
            (Method::POST, format!("/tasks/{id}"), json!({"end": "failed"})),
            (Method::DELETE, format!("/snapshots/{id}"), json!({})),
            (Method::POST, format!("/snapshots/{id}/restore"), json!({})),
            (Method::DELETE, format!("/forks/{id}"), json!({})),
            (Method::DELETE, format!("/faults/{id}"), json!({})),
            (Method::GET, format!("/requests/{id}"), json!({})),
        ] {
            let status = read(api.control(method, &path).json(&body)).await.unwrap().status;
            // Two dots are gone before the call is sent.
            let expected: &[u16] = if id == ".." { &[404, 405] } else { &[404] };
            assert!(expected.contains(&status), "{path}: {status}");
        }
    }
}

#[tokio::test]
async fn there_is_room_for_so_many_faults_clients_and_snapshots_only() {
    let api = Api::start().await;
    let fault = json!({"kind": "error_before_commit", "body": "x".repeat(1024 * 1024 - 100)});
    let mut last = 0;
    for _ in 0..20 {
        last = read(api.control(Method::POST, "/faults").json(&fault)).await.unwrap().status;
    }
    assert_eq!((last, api.sandbox.faults().len()), (400, 17));
    api.sandbox.clear_faults();
    for _ in 0..1_000 {
        api.sandbox.arm(cashlink_sandbox::Fault::token_expired());
    }
    let plain = json!({"kind": "token_expired"});
    let full = json!({"non_field_errors": ["1000 faults are armed that answer 0 bytes: disarm some first."]});
    check(&api, Method::POST, "/faults", plain, full).await;

    for number in 0..998 {
        api.sandbox.add_client(&cashlink_sandbox::NewClient::new(format!("client {number}"), "s")).unwrap();
    }
    let client = json!({"client_id": "one more", "client_secret": "s"});
    let full = json!({"non_field_errors": ["There are 1000 clients already."]});
    check(&api, Method::POST, "/clients", client, full).await;

    for _ in 0..100 {
        read(api.control(Method::POST, "/snapshots")).await.unwrap().must_be(201);
    }
    let full = json!({"non_field_errors": ["There are 100 snapshots already: drop one first."]});
    check(&api, Method::POST, "/snapshots", json!({}), full).await;
}

async fn check(api: &Api, method: Method, path: &str, body: Value, expected: Value) {
    let reply = read(api.control(method, path).json(&body)).await.unwrap();
    assert_eq!(reply.must_be(400), &expected, "{path} {body}");
}
