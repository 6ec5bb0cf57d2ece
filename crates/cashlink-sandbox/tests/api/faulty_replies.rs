//! Replies under faults, byte by byte: what the client is sent, and what is remembered all the same.

use cashlink_sandbox::{LedgerOutcome, Sandbox};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, Reply, person, read};
use crate::control::{arm, faults};

const UNKNOWN: &str = "UNKNOWN_TO_EVERYBODY";
const EXTRA: &str = "added_by_a_fault";

#[tokio::test]
async fn a_slow_body_comes_in_pieces_over_its_time_and_is_whole() {
    let api = Api::start().await;
    arm(&api, &json!({"kind": "slow_body", "delay_ms": 60})).await;
    let before = api.sandbox.now();
    let mut response = api.keyed("/v2/investors/", "k").json(&person()).send().await.unwrap();
    let promised = response.content_length().unwrap();
    assert!(!api.sandbox.ledger().is_empty(), "it has taken effect before the body is there");
    let mut pieces = Vec::new();
    while let Some(piece) = response.chunk().await.unwrap() {
        pieces.push(piece);
    }
    assert!(api.sandbox.now().duration_since(before) >= jiff::SignedDuration::from_millis(60));
    assert!(pieces.len() > 1, "{}", pieces.len());
    let text = String::from_utf8(pieces.concat()).unwrap();
    assert_eq!((text.len() as u64, text), (promised, create(&api).await.text));
}

#[tokio::test]
async fn a_wrong_content_type_is_all_that_is_wrong() {
    let api = Api::start().await;
    arm(&api, &json!({"kind": "wrong_content_type"})).await;
    arm(&api, &json!({"kind": "wrong_content_type", "content_type": "application/xml"})).await;
    let replies = [create(&api).await, create(&api).await, create(&api).await];
    let types = replies.each_ref().map(|reply| reply.headers["content-type"].to_str().unwrap());
    assert_eq!(types, ["text/html; charset=utf-8", "application/xml", "application/json"]);
    assert!(replies.iter().all(|reply| reply.status == 201 && reply.text == replies[2].text));
}

#[tokio::test]
async fn malformed_json_is_half_a_reply_that_is_called_whole() {
    let api = Api::start().await;
    arm(&api, &json!({"kind": "malformed_json", "count": 2})).await;
    let half = create(&api).await;
    assert_eq!((half.status, &half.headers["content-type"]), (201, &"application/json".parse().unwrap()));
    assert_eq!(half.headers["content-length"], half.text.len().to_string().as_str());
    assert!(serde_json::from_str::<Value>(&half.text).is_err());
    let refused = api.post("/v2/investors/", &json!({})).await;
    assert_eq!((refused.status, &refused.body), (400, &Value::Null), "a rejection stays one");
    let whole = create(&api).await;
    assert_eq!(half.text, whole.text[..whole.text.len() / 2]);
}

#[tokio::test]
async fn an_oversized_reply_has_as_many_bytes_as_it_was_given_and_does_not_say_so() {
    let api = Api::start().await;
    arm(&api, &json!({"kind": "oversized_reply", "bytes": 3_000_001})).await;
    arm(&api, &json!({"kind": "oversized_reply", "bytes": 3})).await;
    let [large, small, usual] = [create(&api).await, create(&api).await, create(&api).await];
    assert_eq!((large.status, large.text.len(), &large.body), (201, 3_000_001, &usual.body));
    assert_eq!(
        (large.headers.get("content-length"), &large.headers["content-type"]),
        (None, &"application/json".parse().unwrap())
    );
    assert_eq!(small.text, usual.text, "one that is larger is not cut");
}

#[tokio::test]
async fn a_key_is_said_to_be_in_use_in_the_words_of_strict_mode() {
    let api = Api::start().await;
    arm(&api, &json!({"kind": "key_in_flight"})).await;
    arm(&api, &json!({"kind": "key_mismatch"})).await;
    // Calls without a key have none that could be in use.
    api.get("/v2/investors/").await.must_be(200);
    read(api.call(Method::POST, "/v2/investors/").json(&person())).await.unwrap().must_be(201);
    assert_eq!(api.sandbox.armed(), 2);
    let (in_flight, mismatch) = (create(&api).await, create(&api).await);
    assert_eq!(in_flight.must_be(409)["detail"], "A request with this idempotency key is in progress.");

    let strict = Api::with(Sandbox::builder().strict_idempotency()).await;
    create(&strict).await.must_be(201);
    let reused = strict.post_with("/v2/investors/", "k", &json!({})).await;
    assert_eq!((reused.status, reused.text), (mismatch.status, mismatch.text));

    create(&api).await.must_be(201);
    let entries: Vec<_> = api.sandbox.ledger().into_iter().map(|entry| (entry.outcome, entry.status)).collect();
    let (applied, rejected) = (LedgerOutcome::Applied, LedgerOutcome::Rejected);
    assert_eq!(entries, [(applied, 201), (rejected, 409), (rejected, 422), (applied, 201)]);
}

#[tokio::test]
async fn a_changed_reply_is_not_what_is_remembered() {
    let id = |truth: &Value| truth["id"].clone();
    check(json!({"kind": "unknown_enum_value"}), |reply, truth| {
        assert_eq!(
            (&reply["natural_person"]["salutation"], &truth["natural_person"]["salutation"]),
            (&json!(UNKNOWN), &json!("MR"))
        );
    })
    .await;
    check(json!({"kind": "extra_field"}), |reply, _| {
        assert!(reply[EXTRA].is_object() && reply["natural_person"][EXTRA].is_object());
        assert!(reply["bank_account"][EXTRA].is_object());
    })
    .await;
    check(json!({"kind": "null_optional"}), |reply, truth| {
        assert!(truth["natural_person"].is_object());
        let left = reply.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
        assert_eq!(left.map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["id"]);
    })
    .await;
    check(json!({"kind": "null_optional", "property": "natural_person.forename"}), move |reply, truth| {
        let mut expected = truth.clone();
        expected["natural_person"]["forename"] = Value::Null;
        assert_eq!((reply, id(reply)), (&expected, id(truth)));
    })
    .await;

    async fn check(fault: Value, test: impl Fn(&Value, &Value)) {
        let api = Api::start().await;
        arm(&api, &fault).await;
        let (changed, truth) = (create(&api).await, create(&api).await);
        assert_eq!((changed.status, truth.status), (201, 201));
        test(&changed.body, &truth.body);
        assert_eq!(changed.body["id"], truth.body["id"], "{fault}");
        assert_eq!((truth.body.get(EXTRA), api.sandbox.armed()), (None, 0), "{fault}");
    }
}

#[tokio::test]
async fn on_a_page_and_in_a_list_each_thing_is_changed_and_the_page_is_not() {
    let api = Api::start().await;
    arm(&api, &json!({"kind": "extra_field"})).await;
    arm(&api, &json!({"kind": "null_optional"})).await;
    let investor = api.sandbox.investor_id();
    let page = api.get("/v2/investors/?page_size=1").await;
    assert!(page.body.get(EXTRA).is_none() && page.body["results"][0][EXTRA].is_object(), "{page:?}");
    assert_eq!(page.body["count"], 1);

    let wallets = api.get(&format!("/v2/investors/{investor}/wallets/")).await;
    let wallet = wallets.must_be(200)[0].as_object().unwrap();
    assert!(wallet["id"].is_string() && wallet["address"].is_null(), "{wallet:?}");
}

#[tokio::test]
async fn what_has_nothing_to_strike_is_kept_for_a_call_that_has() {
    let api = Api::start().await;
    let fault = json!({"kind": "unknown_enum_value", "operation_id": ["v2_investors_create", "v2_investments_list"]});
    let id = arm(&api, &fault).await;
    let before = faults(&api).await;
    assert_eq!(api.get("/v2/investments/").await.must_be(200)["count"], 0);
    api.post("/v2/investors/", &json!({})).await.must_be(400);
    assert_eq!((faults(&api).await, &before[0]["id"]), (before.clone(), &json!(id)));
    let created = create(&api).await;
    assert_eq!((&created.body["natural_person"]["salutation"], api.sandbox.armed()), (&json!(UNKNOWN), 0));
}

#[tokio::test]
async fn a_program_may_answer_in_place_of_the_api() {
    let api = Api::start().await;
    arm(&api, &json!({"kind": "html_reply", "status": 200, "body": "<p>sign in</p>"})).await;
    arm(&api, &json!({"kind": "reply", "status": 418, "content_type": "text/plain", "body": "short and stout"})).await;
    arm(&api, &json!({"kind": "error_after_commit", "status": 504, "body": ""})).await;
    let seen = async || {
        let reply = create(&api).await;
        (reply.status, reply.headers["content-type"].to_str().unwrap().to_owned(), reply.text)
    };
    assert_eq!(seen().await, (200, "text/html; charset=utf-8".to_owned(), "<p>sign in</p>".to_owned()));
    assert_eq!(seen().await, (418, "text/plain".to_owned(), "short and stout".to_owned()));
    assert_eq!(seen().await, (504, "application/json".to_owned(), String::new()));
}

async fn create(api: &Api) -> Reply {
    read(api.keyed("/v2/investors/", "k").json(&person())).await.unwrap()
}
