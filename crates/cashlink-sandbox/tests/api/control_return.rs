//! Going back and going on elsewhere, over HTTP: reset, snapshots and forks.

use cashlink_sandbox::{Fault, Sandbox};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Api, Reply, person, read};

#[tokio::test]
async fn a_reset_leaves_what_was_there_from_the_start_and_tokens() {
    let api = Api::with(Sandbox::builder().page_size(7)).await;
    let before = state(&api).await;
    let first = api.post_with("/v2/investors/", "k", &person()).await.id();
    api.tell(Method::PATCH, "/settings", &json!({"page_size": 1, "review": true})).await.must_be(200);
    api.tell(Method::POST, "/clients", &json!({"client_id": "more", "client_secret": "s"})).await.must_be(201);
    api.tell(Method::POST, "/snapshots", &json!({})).await.must_be(201);
    api.tell(Method::POST, "/clock", &json!({"advance": "1h", "hold": true})).await.must_be(200);
    api.sandbox.arm(Fault::token_expired());

    api.tell(Method::POST, "/reset", &json!({})).await.must_be(204);
    assert_eq!(state(&api).await, before);
    for empty in ["/ledger", "/requests", "/faults", "/snapshots", "/tasks"] {
        assert_eq!(api.tell(Method::GET, empty, &json!({})).await.must_be(200), &json!([]), "{empty}");
    }
    assert_eq!((&api.sandbox.settings()["page_size"], &api.sandbox.settings()["review"]), (&json!(7), &json!(false)));
    assert_eq!(api.tell(Method::GET, "/clock", &json!({})).await.must_be(200)["held"], false);
    // The key is as good as new, and ids come as they did.
    assert_eq!(api.post_with("/v2/investors/", "k", &person()).await.id(), first);
    assert_eq!(api.sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn a_call_that_is_under_way_when_everything_goes_back_is_cut_and_has_no_effect() {
    for back in ["/reset", "/snapshots/1/restore"] {
        let api = Api::start().await;
        api.tell(Method::POST, "/snapshots", &json!({})).await.must_be(201);
        let body = person().to_string();
        let mut call = TcpStream::connect(api.address()).await.unwrap();
        let head = format!(
            "POST /api/external/v2/investors/ HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             X-Idempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Expect: 100-continue\r\n\r\n",
            api.address(),
            api.token,
            body.len()
        );
        call.write_all(head.as_bytes()).await.unwrap();
        // Its body is asked for, so it is under way.
        let mut asked = [0; 25];
        call.read_exact(&mut asked).await.unwrap();
        assert!(asked.starts_with(b"HTTP/1.1 100 Continue"), "{}", String::from_utf8_lossy(&asked));
        api.tell(Method::POST, back, &json!({})).await.must_be(204);
        call.write_all(body.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // An error says as well that the connection was closed.
        let _ = call.read_to_end(&mut answer).await;
        assert_eq!(String::from_utf8_lossy(&answer), "", "{back}");
        assert!(api.sandbox.ledger().is_empty(), "{back}");
        api.post_with("/v2/investors/", "k", &person()).await.must_be(201);
    }
}

#[tokio::test]
async fn a_call_that_is_held_up_does_not_keep_the_sandbox_from_going_back() {
    for (hold, path) in [("fault", "/v2/investors/"), ("fault", "/v2/investors/?page=1"), ("latency", "/v2/investors/")]
    {
        for back in ["/reset", "/snapshots/1/restore"] {
            let api = Api::start().await;
            api.tell(Method::POST, "/snapshots", &json!({})).await.must_be(201);
            if hold == "fault" {
                let delay = json!({"kind": "delay", "delay_ms": 3_600_000});
                api.tell(Method::POST, "/faults", &delay).await.must_be(201);
            } else {
                api.tell(Method::PATCH, "/settings", &json!({"latency": "1h"})).await.must_be(200);
            }
            let is_read = path.contains('?');
            let call = if is_read { api.call(Method::GET, path) } else { api.keyed(path, "k").json(&person()) };
            let before = tokio::runtime::Handle::current().metrics().num_alive_tasks();
            let call = tokio::spawn(call.send());
            // It is under way when the fault is spent, or when there are tasks for the call, its connection and its answer.
            while api.sandbox.armed() > 0 || tokio::runtime::Handle::current().metrics().num_alive_tasks() < before + 2
            {
                tokio::task::yield_now().await;
            }
            api.tell(Method::POST, back, &json!({})).await.must_be(204);
            let answer = call.await.unwrap();
            assert!(answer.is_err(), "{hold} {back}: {answer:?}");
            assert!(api.sandbox.ledger().is_empty(), "{hold} {back}");
            assert!(api.sandbox.requests().iter().all(|entry| entry.method != "POST" || entry.path.contains("token")));
            // Nothing of it is left: its key is free, and nobody is held up any more.
            api.post_with("/v2/investors/", "k", &person()).await.must_be(201);
        }
    }
}

#[tokio::test]
async fn forks_of_forks_count_and_a_number_names_one_fork_for_good() {
    let api = Api::start().await;
    for number in [1, 2] {
        let fork = api.tell(Method::POST, "/forks", &json!({})).await;
        assert_eq!(fork.must_be(201)["id"], number);
        api.tell(Method::DELETE, &format!("/forks/{number}"), &json!({})).await.must_be(204);
    }
    let fork = api.tell(Method::POST, "/forks", &json!({})).await.must_be(201).clone();
    let below = format!("{}/_sandbox/forks", fork["origin"].as_str().unwrap());
    for _ in 0..99 {
        ask(&api, Method::POST, &below, None).await.must_be(201);
    }
    let full = json!({"non_field_errors": ["There are 100 forks already: end one first."]});
    assert_eq!(ask(&api, Method::POST, &below, None).await.must_be(400), &full);
    assert_eq!(api.tell(Method::POST, "/forks", &json!({})).await.must_be(400), &full);
    ask(&api, Method::DELETE, &format!("{below}/7"), None).await.must_be(204);
    api.tell(Method::POST, "/forks", &json!({})).await.must_be(201);
}

#[tokio::test]
async fn a_snapshot_is_gone_back_to_as_often_as_one_likes() {
    let api = Api::start().await;
    api.make("/v2/investors/", &person()).await;
    let taken = api.tell(Method::POST, "/snapshots", &json!({})).await.must_be(201)["id"].clone();
    let listed = api.tell(Method::GET, "/snapshots", &json!({})).await;
    assert_eq!((&listed.must_be(200)[0]["id"], &listed.body[0]["ledger"]), (&taken, &json!(1)));
    let then = things(&api).await;
    let mut made = Vec::new();
    for _ in 0..2 {
        made.push(api.post_with("/v2/investors/", "later", &person()).await.id());
        assert_ne!(things(&api).await, then);
        api.tell(Method::POST, &format!("/snapshots/{taken}/restore"), &json!({})).await.must_be(204);
        assert_eq!(things(&api).await, then);
    }
    assert_eq!(made[0], made[1]);
    api.tell(Method::DELETE, &format!("/snapshots/{taken}"), &json!({})).await.must_be(204);
    api.tell(Method::POST, &format!("/snapshots/{taken}/restore"), &json!({})).await.must_be(404);
    api.tell(Method::DELETE, &format!("/snapshots/{taken}"), &json!({})).await.must_be(404);
    assert_ne!(api.tell(Method::POST, "/snapshots", &json!({})).await.must_be(201)["id"], taken);
}

#[tokio::test]
async fn a_fork_goes_on_from_here_by_itself_until_it_is_ended() {
    let api = Api::start().await;
    let investor = api.make("/v2/investors/", &person()).await;
    api.tell(Method::POST, "/clock", &json!({"advance": "1d", "hold": true})).await.must_be(200);
    let api = Api::of(&api.sandbox, &api.id, api.sandbox.client_secret()).await;
    let fork = api.tell(Method::POST, "/forks", &json!({})).await.must_be(201).clone();
    assert_eq!(api.tell(Method::GET, "/forks", &json!({})).await.must_be(200), &json!([fork]));
    let (url, origin) = (fork["url"].as_str().unwrap(), fork["origin"].as_str().unwrap());
    assert_eq!(url, format!("{origin}/api/external"));

    // It knows the token, has what was there, and goes on with the same ids.
    let seen = ask(&api, Method::GET, &format!("{url}/v2/investors/{investor}/"), None).await;
    seen.must_be(200);
    let there = ask(&api, Method::POST, &format!("{url}/v2/investors/"), Some(person())).await.id();
    assert_eq!(api.get("/v2/investors/").await.must_be(200)["count"], 2);
    api.get(&format!("/v2/investors/{there}/")).await.must_be(404);
    assert_eq!(api.post_with("/v2/investors/", "new", &person()).await.id(), there);
    ask(&api, Method::POST, &format!("{origin}/_sandbox/clock"), Some(json!({"advance": "1h"}))).await.must_be(200);
    let [here, elsewhere] = [api.sandbox.origin(), origin].map(|origin| format!("{origin}/_sandbox/clock"));
    let here = ask(&api, Method::GET, &here, None).await.must_be(200)["now"].clone();
    assert_ne!(ask(&api, Method::GET, &elsewhere, None).await.must_be(200)["now"], here);
    api.tell(Method::POST, "/reset", &json!({})).await.must_be(204);
    ask(&api, Method::GET, &format!("{url}/v2/investors/{there}/"), None).await.must_be(200);

    let path = format!("/forks/{}", fork["id"]);
    api.tell(Method::DELETE, &path, &json!({})).await.must_be(204);
    api.tell(Method::DELETE, &path, &json!({})).await.must_be(404);
    assert_eq!(api.tell(Method::GET, "/forks", &json!({})).await.must_be(200), &json!([]));
    // A new client, as the other may still have a connection.
    let gone = Client::new().get(format!("{origin}/_sandbox/health")).send().await;
    assert!(gone.is_err(), "{gone:?}");
}

async fn ask(api: &Api, method: Method, url: &str, body: Option<Value>) -> Reply {
    let call = api.http.request(method, url).bearer_auth(&api.token);
    read(match body {
        Some(body) => call.json(&body),
        None => call,
    })
    .await
    .unwrap()
}

/// How many there are of each noun, and their ids.
async fn state(api: &Api) -> Value {
    let state = api.tell(Method::GET, "/state", &json!({})).await;
    let nouns = state.must_be(200).as_object().unwrap().iter().filter(|(_, noun)| noun["newest"].is_array());
    let ids =
        |noun: &Value| noun["newest"].as_array().unwrap().iter().map(|thing| thing["id"].clone()).collect::<Vec<_>>();
    nouns.map(|(name, noun)| (name.clone(), json!([noun["count"], ids(noun)]))).collect()
}

async fn things(api: &Api) -> (Value, usize) {
    (state(api).await, api.sandbox.ledger().len())
}
