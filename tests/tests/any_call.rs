//! Operations called by method and path: what is sent, what comes back, and what is refused before anything is sent.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use cashlink::{AnyCall, Cashlink, DocumentSource, Error, IdempotencyKey, Json, Method, Operation, Outcome};
use cashlink_sandbox::{Fault, LedgerOutcome, Sandbox};
use cashlink_tests::{
    clock::JumpingClock,
    scripted::{Reply, ScriptedServer, TOKEN},
    session, spec,
};
use futures_util::StreamExt;
use serde_json::{Value, json};

const ID: &str = "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11";

fn client(sandbox: &Sandbox) -> Cashlink {
    session::builder(sandbox).clock(JumpingClock::new()).build().unwrap()
}

fn scripted_client(server: &ScriptedServer) -> Cashlink {
    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "scripted-secret");
    builder.clock(JumpingClock::new()).build().unwrap()
}

fn investor() -> Value {
    let content = &spec::operation("v2_investors_create").2["requestBody"]["content"]["application/json"];
    let examples = content["examples"].as_object().and_then(|examples| examples.values().next());
    examples.map_or(&content["example"], |example| &example["value"]).clone()
}

fn invitation(sandbox: &Sandbox) -> Value {
    json!({"investor_id": sandbox.investor_id(), "campaign_id": sandbox.campaign_id(), "units": 10})
}

#[tokio::test]
async fn an_object_is_created_once_under_one_key_and_read_back() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let key = IdempotencyKey::new("customer-4711").unwrap();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let call = client.call(Method::Post, "/v2/investors/").unwrap().json(investor()).key(key.clone());
        let reply = call.send().await.unwrap();
        assert_eq!(reply.status(), 201);
        ids.push(reply.json().value().unwrap()["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(session::applied(&sandbox)["v2_investors_create"], 1);
    assert_eq!(session::replayed(&sandbox)["v2_investors_create"], 1);

    for path in [format!("/v2/investors/{}/", ids[0]), format!("/api/external/v2/investors/{}/", ids[0])] {
        let reply = client.call(Method::Get, &path).unwrap().send().await.unwrap();
        assert_eq!((reply.status(), &reply.json().value().unwrap()["id"]), (200, &json!(ids[0])));
    }
}

#[tokio::test]
async fn a_document_is_uploaded_and_read_afresh_when_the_reply_is_lost() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::reply_lost_after_commit().on("v2_documents_create"));
    let document = DocumentSource::bytes("protocol.pdf", "application/pdf", b"%PDF-1.7".as_slice());
    let call = client(&sandbox).call(Method::Post, "/v2/documents/").unwrap().document(document);
    assert!(call.send().await.unwrap().json().value().unwrap()["id"].is_string());
    let outcomes: Vec<_> = sandbox.ledger().iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [LedgerOutcome::Applied, LedgerOutcome::Replayed]);
}

#[tokio::test]
async fn a_reply_that_stays_lost_is_unknown_and_the_same_key_finds_out() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::reply_lost_after_commit().on("v2_invitations_create").times(100));
    let key = IdempotencyKey::new("invitation-1").unwrap();
    let call = || {
        let call = client(&sandbox).call(Method::Post, "/v2/invitations/").unwrap();
        call.json(invitation(&sandbox)).key(key.clone()).send()
    };
    let error = call().await.unwrap_err();
    assert_eq!((error.outcome(), error.key()), (Outcome::Unknown, Some(&key)));
    assert_eq!(error.operation_id(), Some("v2_invitations_create"));
    sandbox.clear_faults();
    call().await.unwrap();
    assert_eq!(session::applied(&sandbox)["v2_invitations_create"], 1);
}

#[tokio::test]
async fn a_verdict_of_the_api_is_an_error_like_that_of_a_typed_call() {
    let sandbox = Sandbox::start().await.unwrap();
    let call = client(&sandbox).call(Method::Post, "/v2/investors/").unwrap().json(json!({}));
    let error = call.send().await.unwrap_err();
    assert!(error.is_validation() && error.outcome() == Outcome::Rejected, "{error:?}");
    assert!(error.api().unwrap().fields().iter().any(|field| field.path == "natural_person"));
}

#[tokio::test]
async fn nothing_is_lost_of_what_is_sent_and_received() {
    let body = "{\"b\": 1.10, \"a\": [12345678901234567890123, 1E400],\n \"b\": null}";
    let server = ScriptedServer::start([Reply::json(201, body)]).await.unwrap();
    let call = scripted_client(&server).call(Method::Post, "/v2/investors/").unwrap();
    let reply = call.json(body.parse::<Json>().unwrap()).key(IdempotencyKey::new("k-1").unwrap()).send().await.unwrap();
    assert_eq!(reply.json().text(), body);

    let sent = &server.received()[0];
    assert_eq!((sent.method.as_str(), String::from_utf8_lossy(&sent.body).as_ref()), ("POST", body));
    assert_eq!(sent.header("content-type"), Some("application/json"));
    assert_eq!(sent.header("x-idempotency-key"), Some("k-1"));
    assert_eq!(sent.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
}

#[tokio::test]
async fn a_key_is_sent_where_one_is_taken_and_nowhere_else() {
    let server = ScriptedServer::start(vec![Reply::json(200, "{}"); 3]).await.unwrap();
    let client = scripted_client(&server);
    let key = || IdempotencyKey::new("k-1").unwrap();
    client.call(Method::Get, "/v2/investors/").unwrap().key(key()).send().await.unwrap();
    let update = client.call(Method::Patch, &format!("/v2/investments/{ID}/")).unwrap();
    update.json(json!({"wallet": ID})).key(key()).send().await.unwrap();
    client.call(Method::Post, &format!("/v2/investments/{ID}/credits/")).unwrap().send().await.unwrap();
    let received = server.received();
    let keys: Vec<_> = received.iter().map(|request| request.header("x-idempotency-key").is_some()).collect();
    assert_eq!(keys, [false, false, true]);
    assert!(received[0].header("content-type").is_none() && received[2].body.is_empty());

    server.then(Reply::json(404, "{}"));
    let call = client.call(Method::Get, "/v2/investors/").unwrap().key(key());
    let error = call.pages().unwrap().all().await.unwrap_err();
    assert!(error.is_not_found() && error.key().is_none(), "{error:?}");
}

#[tokio::test]
async fn parameters_of_the_query_are_encoded_and_stay_parameters() {
    let server = ScriptedServer::start([Reply::json(200, "[]")]).await.unwrap();
    let call = scripted_client(&server).call(Method::Get, "/v2/investors/?page=1&q=a%2Fb").unwrap();
    call.query("x", "../..?&#=é ").query("y&z", "").send().await.unwrap();
    let target = &server.received()[0].target;
    assert_eq!(target, "/api/external/v2/investors/?page=1&q=a%2Fb&x=..%2F..%3F%26%23%3D%C3%A9+&y%26z=");
}

#[tokio::test]
async fn an_empty_reply_is_null_where_the_api_may_leave_it_out_and_unknown_elsewhere() {
    let server = ScriptedServer::start([Reply::new(201, "text/plain", "")]).await.unwrap();
    let credit = scripted_client(&server).call(Method::Post, &format!("/v2/investments/{ID}/credits/")).unwrap();
    let reply = credit.send().await.unwrap();
    assert_eq!((reply.status(), reply.json().text()), (201, "null"));

    for body in ["", "<html>all well</html>", "{\"id\":"] {
        let server = ScriptedServer::start(vec![Reply::new(201, "text/html", body); 9]).await.unwrap();
        let call = scripted_client(&server).call(Method::Post, "/v2/investors/").unwrap().json(investor());
        let error = call.send().await.unwrap_err();
        assert_eq!((error.is_decode(), error.outcome()), (true, Outcome::Unknown), "{body}: {error:?}");
    }
}

#[tokio::test]
async fn a_list_is_followed_to_its_end_with_its_items_untouched() {
    let server = ScriptedServer::start([]).await.unwrap();
    let next = format!("{}/v2/investors/?page=2", server.url());
    server.then(Reply::json(200, &format!(r#"{{"count": 3, "next": "{next}", "results": [{{"b":1.10, "a":1}}, 2]}}"#)));
    server.then(Reply::json(200, "[12345678901234567890123]"));
    let call = scripted_client(&server).call(Method::Get, "/v2/investors/").unwrap().query("q", "x");
    let items = call.pages().unwrap().page_size(2).all().await.unwrap();
    let texts: Vec<_> = items.iter().map(Json::text).collect();
    assert_eq!(texts, [r#"{"b":1.10, "a":1}"#, "2", "12345678901234567890123"]);
    let targets: Vec<_> = server.received().iter().map(|request| request.target.clone()).collect();
    assert_eq!(targets, ["/api/external/v2/investors/?q=x&page_size=2", "/api/external/v2/investors/?page=2"]);
}

#[tokio::test]
async fn a_list_of_the_sandbox_is_read_whole() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    for _ in 0..4 {
        client.call(Method::Post, "/v2/investors/").unwrap().json(investor()).send().await.unwrap();
    }
    let items = client.call(Method::Get, "/v2/investors/").unwrap().pages().unwrap().page_size(2).all().await.unwrap();
    let typed = client.platform().investors().list().all().await.unwrap();
    let ids: Vec<_> = items.iter().map(|item| item.value().unwrap()["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, typed.iter().map(|investor| investor.id.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_next_page_on_another_host_is_not_asked_for() {
    let stranger = ScriptedServer::start_without_tokens([]).await.unwrap();
    let page = format!(r#"{{"next": "{}/v2/investors/?page=2", "results": [1]}}"#, stranger.origin());
    let server = ScriptedServer::start([Reply::json(200, &page)]).await.unwrap();
    let listing = scripted_client(&server).call(Method::Get, "/v2/investors/").unwrap().pages().unwrap();
    let items: Vec<_> = listing.by_item().map(|item| item.is_ok()).collect().await;
    assert_eq!(items, [true, false]);
    assert!(stranger.received().is_empty());
}

#[tokio::test]
async fn what_does_not_fit_the_operation_is_refused_before_anything_is_sent() {
    let server = ScriptedServer::start_without_tokens([]).await.unwrap();
    let client = scripted_client(&server);
    let call = |method, path: &str| client.call(method, path).unwrap();
    let document = || DocumentSource::bytes("a.pdf", "application/pdf", b"%PDF".as_slice());
    let (investors, documents) = ("/v2/investors/", "/v2/documents/");
    refused(call(Method::Get, investors).json(json!({})), "body: is no part of GET /v2/investors/").await;
    refused(call(Method::Post, investors), "body: is missing: it is needed by POST /v2/investors/").await;
    refused(call(Method::Post, investors).document(document()), "file: is no part of POST /v2/investors/").await;
    refused(call(Method::Post, documents), "file: is missing: a document is uploaded by POST /v2/documents/").await;
    let json = call(Method::Post, documents).json(json!({}));
    refused(json, "file: is missing: a document is uploaded by POST /v2/documents/").await;
    let missing = DocumentSource::path("/nonexistent/a.pdf");
    refused(call(Method::Post, documents).document(missing), "file: cannot be read: entity not found").await;

    let error = call(Method::Post, documents).document(document()).pages().unwrap_err();
    assert!(error.to_string().ends_with("path: POST /v2/documents/ does not answer with a list"), "{error}");
    for path in ["/v2/nothing/at/all/", "http://example.org/v2/investors/", "/api/external/../v2/investors/"] {
        let error = client.call(Method::Get, path).unwrap_err();
        assert_eq!((error.is_validation(), error.outcome()), (true, Outcome::NotSent), "{path}: {error}");
    }

    async fn refused(call: AnyCall, expected: &str) {
        let error: Error = call.send().await.unwrap_err();
        assert_eq!(error.to_string(), format!("invalid input: {expected}"));
        assert_eq!(error.outcome(), Outcome::NotSent);
    }
}

#[test]
fn a_path_may_begin_with_that_of_the_address_and_is_what_it_is_without() {
    check("http://127.0.0.1:1/api", "/api/v2/investors/", Some("v2_investors_list"));
    check("http://127.0.0.1:1/api", "/v2/investors/", Some("v2_investors_list"));
    check("http://127.0.0.1:1/v2", "/v2/investors/", Some("v2_investors_list"));
    check("http://127.0.0.1:1/v2", "/v2/v2/investors/", Some("v2_investors_list"));
    check("http://127.0.0.1:1/distributor", "/distributor/v2/investors/", Some("distributor_v2_investors_list"));
    check("http://127.0.0.1:1/api", "/api/api/v2/investors/", None);
    check("http://127.0.0.1:1/api", "/apiv2/investors/", None);

    #[track_caller]
    fn check(base: &str, path: &str, expected: Option<&str>) {
        let client = Cashlink::builder().base_url(base).credentials("id", "secret").build().unwrap();
        let call = client.call(Method::Get, path).ok();
        assert_eq!(call.map(|call| call.operation().id()), expected, "{path} at {base}");
    }
}

#[tokio::test]
async fn the_time_of_a_call_is_bounded_with_its_repetitions() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let call = || client.call(Method::Get, "/v2/investors/").unwrap();
    // The token is there before time counts.
    call().send().await.unwrap();
    sandbox.arm(Fault::throttle(Duration::from_secs(20)).on("v2_investors_list").times(100));
    let error = call().timeout(Duration::from_secs(30)).send().await.unwrap_err();
    assert!(error.is_rate_limited() && error.attempts() == 2, "{error:?}");
}

#[tokio::test]
async fn calls_and_replies_print_nothing_personal() {
    let body = r#"{"surname": "Beispiel Zq7"}"#;
    let server = ScriptedServer::start([Reply::json(201, body)]).await.unwrap();
    let call = scripted_client(&server).call(Method::Post, "/v2/investors/?q=Zq7").unwrap();
    let call = call.json(body.parse::<Json>().unwrap()).query("name", "Zq7");
    let printed = format!("{call:?}");
    let printed = printed + &format!("{:?}", call.send().await.unwrap());
    assert!(!printed.contains("Zq7") && printed.contains("v2_investors_create"), "{printed}");
}

#[test]
fn every_operation_of_the_description_can_be_looked_up() {
    let described: Vec<_> = spec::operations().filter(|(path, ..)| *path != "/oauth/token").collect();
    assert_eq!(Operation::all().count(), described.len());
    for (path, method, operation) in described {
        let known = Operation::all().find(|known| known.id() == operation["operationId"]).unwrap();
        assert_eq!((known.path(), known.method().as_str()), (path, method.to_uppercase().as_str()));
        assert_eq!(known.summary(), operation["summary"].as_str().unwrap());
    }
}
