//! The request log: what calls brought, what became of them and what was sent.

use cashlink_sandbox::{Fault, RequestEntry, RequestOutcome, Sandbox, Sent, Validation};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Api, Reply, person, read};

const CREATE: &str = "v2_investors_create";

#[tokio::test]
async fn a_call_is_logged_with_all_that_was_brought_decided_and_sent() {
    let api = Api::start().await;
    api.sandbox.clear_requests();
    let before = api.sandbox.now();
    let sent = read(api.call(Method::POST, "/v2/investors/?a=b").header("X-Idempotency-Key", "k1").json(&person()));
    let id = sent.await.unwrap().id();

    let entry = only(&api);
    assert_eq!((entry.seq, entry.operation_id.as_deref()), (2, Some(CREATE)));
    assert!(entry.at >= before && entry.at <= api.sandbox.now());
    assert!(entry.duration_us > 0);
    assert_eq!(entry.client_id.as_deref(), Some(api.sandbox.client_id()));
    assert_eq!((entry.method.as_str(), entry.path.as_str()), ("POST", "/api/external/v2/investors/?a=b"));
    assert_eq!(entry.idempotency_key.as_deref(), Some("k1"));
    assert_eq!((entry.outcome, entry.status), (RequestOutcome::Applied, Some(201)));
    assert_eq!((entry.fault, entry.sent, entry.sent_reply), (None, Sent::AsDecided, None));
    assert_eq!(entry.request.content_type.as_deref(), Some("application/json"));
    assert_eq!(entry.request.headers["x-idempotency-key"], "k1");
    let body = entry.request.body.unwrap();
    assert_eq!((body.json, body.is_truncated), (Some(person()), false));
    assert_eq!(body.size, person().to_string().len() as u64);
    assert_eq!((entry.request_validation, entry.reply_validation), (Some(Validation::Ok), Some(Validation::Ok)));
    let reply = entry.reply.unwrap();
    assert_eq!((reply.status, reply.headers["content-type"].as_str()), (201, "application/json"));
    assert_eq!(reply.body.unwrap().json.unwrap()["id"], json!(id));
}

#[tokio::test]
async fn the_same_is_shown_over_http() {
    let api = Api::start().await;
    api.get("/v2/investors/").await.must_be(200);
    let listed = read(api.control(Method::GET, "/requests")).await.unwrap();
    let logged = serde_json::to_value(api.sandbox.requests()).unwrap();
    assert_eq!(listed.must_be(200), &logged);
    assert_eq!(logged[1]["outcome"], "read");
    assert_eq!((&logged[1]["request_validation"], &logged[1]["reply_validation"]), (&json!("ok"), &json!("ok")));
    assert_eq!((&logged[1]["sent"], &logged[1]["fault"]), (&json!("as_decided"), &Value::Null));
    let one = read(api.control(Method::GET, "/requests/2")).await.unwrap();
    assert_eq!(one.must_be(200), &logged[1]);
    // Looking is no call of the API.
    assert_eq!(api.sandbox.requests().len(), 2);
}

#[tokio::test]
async fn secrets_are_masked() {
    let mut api = Api::start().await;
    api.token = api.new_token().await;
    api.get("/v2/investors/?access_token=abc").await.must_be(200);
    let basic = api.http.post(format!("{}/oauth/token", api.sandbox.url()));
    let form = [("grant_type", "client_credentials")];
    let basic = basic.basic_auth(api.sandbox.client_id(), Some(api.sandbox.client_secret())).header("Cookie", "a=b");
    read(basic.form(&form)).await.unwrap().must_be(200);
    // Credentials that go astray are as secret as those that arrive.
    api.http.post(format!("{}/oauth/token/", api.sandbox.url())).form(&api.credentials()).send().await.unwrap();
    let astray = json!({"client_id": "a", "client_secret": api.sandbox.client_secret()});
    read(api.call(Method::POST, "/oauth/token").json(&astray)).await.unwrap().must_be(400);

    let shown = serde_json::to_string(&api.sandbox.requests()).unwrap();
    for secret in [&api.token, "abc", "a=b", api.sandbox.client_secret(), "c2FuZGJveC1jbGllbn"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    let [_, token, list, basic, gone, json] = <[RequestEntry; 6]>::try_from(api.sandbox.requests()).unwrap();
    assert_eq!(token.outcome, RequestOutcome::Read);
    assert_eq!(token.client_id.as_deref(), Some(api.sandbox.client_id()));
    assert!(text(&token).ends_with("&client_secret=***"), "{}", text(&token));
    let reply = token.reply.unwrap().body.unwrap().json.unwrap();
    assert_eq!((&reply["access_token"], &reply["token_type"]), (&json!("***"), &json!("Bearer")));
    assert_eq!(list.path, "/api/external/v2/investors/?access_token=***");
    assert_eq!(list.request.headers["authorization"], "Bearer");
    assert_eq!((&*basic.request.headers["authorization"], &*basic.request.headers["cookie"]), ("Basic", "***"));
    assert_eq!((gone.status, gone.operation_id.as_deref()), (Some(404), None));
    assert!(text(&gone).ends_with("&client_secret=***"), "{}", text(&gone));
    assert_eq!(json.request.body.unwrap().json, Some(json!({"client_id": "a", "client_secret": "***"})));
}

#[tokio::test]
async fn calls_that_come_to_nothing_are_logged_as_well() {
    let api = Api::start().await;
    let origin = api.sandbox.origin();
    api.sandbox.clear_requests();
    read(api.http.get(format!("{}/v2/investors/", api.sandbox.url()))).await.unwrap().must_be(401);
    api.get("/v2/nothing/").await.must_be(404);
    read(api.call(Method::PUT, "/v2/investors/").body("a b")).await.unwrap().must_be(405);
    read(api.http.get(format!("{origin}/v2/investors/"))).await.unwrap().must_be(404);
    read(api.control(Method::GET, "/nothing")).await.unwrap().must_be(404);

    let entries = api.sandbox.requests();
    let seen: Vec<_> = entries.iter().map(|entry| (entry.status, entry.operation_id.as_deref())).collect();
    assert_eq!(seen, [(Some(401), Some("v2_investors_list")), (Some(404), None), (Some(405), None), (Some(404), None)]);
    assert!(entries.iter().all(|entry| entry.outcome == RequestOutcome::Rejected && entry.client_id.is_none()));
    assert!(entries.iter().all(|entry| entry.request_validation.is_none()));
    assert_eq!(text(&entries[2]), "a b");
}

#[tokio::test]
async fn every_outcome_is_told() {
    let api = Api::start().await;
    api.sandbox.clear_requests();
    let create = async |body: &Value| api.post_with("/v2/investors/", "k", body).await;
    create(&person()).await.must_be(201);
    create(&person()).await.must_be(201);
    api.post("/v2/investors/", &json!({"natural_person": 1})).await.must_be(400);
    api.get("/v2/investors/").await.must_be(200);
    api.get("/v2/investors/?page=7").await.must_be(404);
    api.sandbox.arm(Fault::reset_before_commit());
    assert!(read(api.call(Method::GET, "/v2/investors/")).await.is_err());
    let outcomes: Vec<_> = api.sandbox.requests().into_iter().map(|entry| (entry.outcome, entry.status)).collect();
    assert_eq!(
        outcomes,
        [
            (RequestOutcome::Applied, Some(201)),
            (RequestOutcome::Replayed, Some(201)),
            (RequestOutcome::Rejected, Some(400)),
            (RequestOutcome::Read, Some(200)),
            (RequestOutcome::Rejected, Some(404)),
            (RequestOutcome::None, None),
        ]
    );
}

#[tokio::test]
async fn what_was_wrong_with_a_request_is_told_by_place_without_its_values() {
    let api = Api::start().await;
    let body = json!({"natural_person": {"forename": 4711}, "is_beneficiary": "Max"});
    api.post("/v2/investors/", &body).await.must_be(400);
    let found = problems(&api);
    assert!(
        found.contains(&("body/natural_person/forename".to_owned(), "Not a valid string.".to_owned())),
        "{found:?}"
    );
    assert!(found.contains(&("body/is_beneficiary".to_owned(), "Must be a valid boolean.".to_owned())), "{found:?}");

    api.get("/v2/investors/x/").await.must_be(404);
    check(&api, "path/investor_id", "Must be a UUID.");
    api.get("/v2/investors/?page=0").await.must_be(404);
    check(&api, "query/page", "Invalid page.");
    read(api.call(Method::POST, "/v2/investors/").body("{}").header("Content-Type", "a/secret")).await.unwrap();
    check(&api, "header/content-type", "Unsupported media type.");
    api.post_with("/v2/investors/", "", &json!({})).await.must_be(400);
    check(&api, "header/x-idempotency-key", "The idempotency key must have 1 to 255 characters.");
    // What breaks a rule of the world looks as the description wants it.
    api.post("/v2/investments/", &investment(&api, "00000000-0000-4000-8000-000000000000")).await.must_be(400);
    assert_eq!(last(&api).request_validation, Some(Validation::Ok));

    #[track_caller]
    fn check(api: &Api, place: &str, problem: &str) {
        assert_eq!(problems(api), [(place.to_owned(), problem.to_owned())]);
    }
}

#[tokio::test]
async fn an_upload_is_known_by_its_file_which_is_not_kept() {
    let api = Api::start().await;
    api.upload("/v2/documents/").await;
    let body = last(&api).request.body.unwrap();
    let file = body.file.unwrap();
    assert_eq!((file.name.as_str(), file.content_type.as_str(), file.size), ("sample.pdf", "application/pdf", 15));
    assert_eq!(file.sha256.len(), 64);
    assert!(body.size > 15 && !body.is_truncated);
    assert_eq!((body.text, body.json), (None, None));

    let form = reqwest::multipart::Form::new().text("other", "what it holds");
    read(api.keyed("/v2/documents/", "k").multipart(form)).await.unwrap().must_be(400);
    let shown = serde_json::to_string(&last(&api)).unwrap();
    assert!(!shown.contains("what it holds"), "{shown}");
}

#[tokio::test]
async fn a_long_body_is_truncated_and_its_size_told() {
    let api = Api::start().await;
    let mut body = person();
    body["natural_person"]["forename"] = json!("x".repeat(100_000));
    api.post("/v2/investors/", &body).await;
    let entry = last(&api);
    let logged = entry.request.body.unwrap();
    assert_eq!((logged.size, logged.is_truncated), (body.to_string().len() as u64, true));
    assert_eq!((logged.text.unwrap().len(), logged.json), (64 * 1024, None));
}

#[tokio::test]
async fn what_a_fault_made_of_a_reply_stands_beside_what_was_decided() {
    let api = Api::start().await;
    let seen = check(&api, Fault::reply_lost_after_commit(), RequestOutcome::Applied, Sent::Nothing).await;
    assert_eq!((seen.status, seen.sent_reply), (Some(201), None));
    let seen = check(&api, Fault::error_after_commit(502).body("gone"), RequestOutcome::Applied, Sent::Altered).await;
    let sent = seen.sent_reply.unwrap();
    assert_eq!((seen.status, sent.status, sent.body.unwrap().text.as_deref()), (Some(201), 502, Some("gone")));
    assert_eq!(seen.reply.unwrap().headers["content-type"], "application/json");
    let seen = check(&api, Fault::truncated_reply(), RequestOutcome::Applied, Sent::Cut).await;
    let (decided, sent) = (seen.reply.unwrap().body.unwrap().size, seen.sent_reply.unwrap().body.unwrap().size);
    assert_eq!(sent, decided / 2);

    let seen = check(&api, Fault::html_reply(503), RequestOutcome::Rejected, Sent::Altered).await;
    assert_eq!((seen.status, seen.reply), (Some(503), None));
    assert!(seen.sent_reply.unwrap().body.unwrap().text.unwrap().starts_with("<html>"));
    let seen = check(&api, Fault::reply(200, "text/plain", "hello"), RequestOutcome::None, Sent::Altered).await;
    assert_eq!((seen.status, seen.reply), (Some(200), None));
    let seen = check(&api, Fault::delay(std::time::Duration::from_millis(1)), RequestOutcome::Applied, Sent::AsDecided);
    assert_eq!(seen.await.sent_reply, None);
    let seen = check(&api, Fault::token_expired(), RequestOutcome::Rejected, Sent::Altered).await;
    assert_eq!(seen.status, Some(401));

    api.sandbox.arm(Fault::error_before_commit(500).on("oauth_token_create"));
    api.ask_token(&api.credentials()).await.must_be(500);
    let seen = last(&api);
    assert_eq!((seen.outcome, seen.status, seen.sent), (RequestOutcome::Rejected, Some(500), Sent::Altered));

    async fn check(api: &Api, fault: Fault, outcome: RequestOutcome, sent: Sent) -> RequestEntry {
        let id = api.sandbox.arm(fault.on(CREATE));
        let kind = api.sandbox.faults()[0].fault.kind();
        // What the client makes of it is not asked here.
        let _: reqwest::Result<Reply> = read(api.keyed("/v2/investors/", &api.key()).json(&person())).await;
        let entry = last(api);
        let struck = entry.fault.unwrap();
        assert_eq!((struck.id, struck.kind), (id, kind));
        assert_eq!((entry.outcome, entry.sent), (outcome, sent), "{kind}");
        entry
    }
}

#[tokio::test]
async fn a_list_begins_after_a_number_or_ends_with_the_newest() {
    let api = Api::start().await;
    for _ in 0..4 {
        api.get("/v2/investors/").await.must_be(200);
    }
    check(&api, "", &[1, 2, 3, 4, 5]).await;
    check(&api, "?limit=2", &[4, 5]).await;
    check(&api, "?after=1&limit=2", &[2, 3]).await;
    check(&api, "?after=0&limit=0", &[]).await;
    check(&api, "?after=9", &[]).await;
    let reply = read(api.control(Method::GET, "/requests?after=x&limit=-1&seq=1")).await.unwrap();
    let fields: Vec<_> = reply.must_be(400).as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["after", "limit", "seq"]);

    read(api.control(Method::DELETE, "/requests")).await.unwrap().must_be(204);
    check(&api, "", &[]).await;
    for gone in ["5", "6", "x", "%ff"] {
        read(api.control(Method::GET, &format!("/requests/{gone}"))).await.unwrap().must_be(404);
    }
    api.get("/v2/investors/").await.must_be(200);
    check(&api, "", &[6]).await;

    async fn check(api: &Api, query: &str, expected: &[u64]) {
        let reply = read(api.control(Method::GET, &format!("/requests{query}"))).await.unwrap();
        let found: Vec<_> = reply.must_be(200).as_array().unwrap().iter().map(|entry| entry["seq"].as_u64()).collect();
        assert_eq!(found, expected.iter().copied().map(Some).collect::<Vec<_>>(), "{query}");
    }
}

#[tokio::test]
async fn the_log_keeps_as_many_calls_as_it_is_told_and_none_if_that_is_zero() {
    for (capacity, expected) in [(2, vec![2, 3]), (0, vec![])] {
        let api = Api::with(Sandbox::builder().request_log(capacity)).await;
        api.get("/v2/investors/").await.must_be(200);
        api.get("/v2/nothing/").await.must_be(404);
        let kept: Vec<_> = api.sandbox.requests().iter().map(|entry| entry.seq).collect();
        assert_eq!(kept, expected);
    }
}

fn investment(api: &Api, investor: &str) -> Value {
    json!({"investor_id": investor, "campaign_id": api.sandbox.campaign_id(), "units": 1})
}

fn problems(api: &Api) -> Vec<(String, String)> {
    let Some(Validation::Failed(problems)) = last(api).request_validation else {
        return Vec::new();
    };
    problems.into_iter().map(|found| (found.place, found.problem)).collect()
}

fn text(entry: &RequestEntry) -> String {
    entry.request.body.as_ref().and_then(|body| body.text.clone()).unwrap_or_default()
}

fn last(api: &Api) -> RequestEntry {
    api.sandbox.requests().pop().unwrap()
}

#[track_caller]
fn only(api: &Api) -> RequestEntry {
    let entries = api.sandbox.requests();
    assert_eq!(entries.len(), 1, "{entries:?}");
    last(api)
}
