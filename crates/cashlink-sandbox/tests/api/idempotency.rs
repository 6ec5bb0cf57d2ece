//! Keys: one effect and one verdict, however often a call is made.

use std::sync::Arc;
use std::time::Duration;

use cashlink_sandbox::{Fault, LedgerOutcome, Sandbox};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Api, NOW, Reply, person, read};

#[tokio::test]
async fn the_first_verdict_is_given_again_byte_for_byte() {
    let api = Api::start().await;
    let first = api.post_with("/v2/investors/", "k", &person()).await;
    let again = api.post_with("/v2/investors/", "k", &person()).await;
    let other_body = api.post_with("/v2/investors/", "k", &json!({"anything": "else"})).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    assert_eq!((first.status, &first.text), (other_body.status, &other_body.text));
    assert_eq!(api.get("/v2/investors/").await.body["count"], 2);

    let outcomes: Vec<_> = api.sandbox.ledger().into_iter().map(|entry| (entry.outcome, entry.resource)).collect();
    assert_eq!(
        outcomes.iter().map(|(outcome, _)| *outcome).collect::<Vec<_>>(),
        [LedgerOutcome::Applied, LedgerOutcome::Replayed, LedgerOutcome::Replayed,]
    );
    assert!(outcomes.iter().all(|(_, resource)| resource.as_ref().is_some_and(|found| found.kind == "investor")));
}

#[tokio::test]
async fn a_rejection_is_given_again_even_when_it_would_pass_now() {
    let api = Api::start().await;
    let investor = api.make("/v2/investors/", &person()).await;
    let path = format!("/v2/investors/{investor}/wallets/eth-managed/");
    let refused = api.post_with(&path, "k", &json!({})).await;
    refused.must_be(400);
    let protocol = api.upload("/v2/documents/").await;
    let identifications = format!("/v2/investors/{investor}/identifications/");
    api.make(&identifications, &crate::client::identification(&protocol)).await;
    let again = api.post_with(&path, "k", &json!({})).await;
    assert_eq!((again.status, again.text), (refused.status, refused.text));
    api.post_with(&path, "k2", &json!({})).await.must_be(201);
}

#[tokio::test]
async fn a_key_belongs_to_one_method_and_path() {
    let api = Api::start().await;
    let first = api.post_with("/v2/investors/", "k", &person()).await.id();
    let documents = api.keyed("/v2/documents/", "k");
    let part = reqwest::multipart::Part::bytes(b"x".as_slice()).file_name("x.pdf");
    let form = reqwest::multipart::Form::new().part("file", part);
    assert_ne!(read(documents.multipart(form)).await.unwrap().id(), first);
}

#[tokio::test]
async fn what_authentication_and_throttling_refuse_is_not_remembered() {
    let mut api = Api::start().await;
    let good = std::mem::replace(&mut api.token, "guess".to_owned());
    api.post_with("/v2/investors/", "k", &person()).await.must_be(401);
    api.token = good;
    api.sandbox.arm(Fault::throttle(Duration::from_secs(1)));
    api.post_with("/v2/investors/", "k", &person()).await.must_be(429);
    api.sandbox.arm(Fault::error_before_commit(503));
    api.post_with("/v2/investors/", "k", &person()).await.must_be(503);
    api.post_with("/v2/investors/", "k", &person()).await.must_be(201);
}

#[tokio::test]
async fn without_a_key_each_call_counts() {
    let api = Api::start().await;
    let call = || read(api.call(Method::POST, "/v2/investors/").json(&person()));
    assert_ne!(call().await.unwrap().id(), call().await.unwrap().id());
    assert!(api.sandbox.ledger().iter().all(|entry| entry.idempotency_key.is_none()));
}

#[tokio::test]
async fn a_change_with_a_key_is_remembered_too() {
    let api = Api::start().await;
    let body = json!({
        "investor_id": api.sandbox.investor_id(),
        "campaign_id": api.sandbox.campaign_id(),
        "units": 1,
    });
    let path = format!("/v2/invitations/{}/", api.make("/v2/invitations/", &body).await);
    let change = |income: bool| {
        let call = api.call(Method::PATCH, &path).header("X-Idempotency-Key", "k");
        read(call.json(&json!({"self_disclosure_monthly_income": income})))
    };
    let first = change(true).await.unwrap();
    assert_eq!(first.text, change(false).await.unwrap().text);
    assert_eq!(api.get(&path).await.body["self_disclosure_monthly_income"], true);
}

#[tokio::test]
async fn a_key_is_free_text_of_some_length() {
    let api = Api::start().await;
    for key in ["order 7, investor \"A\"", "Bestellung für Müller", &"k".repeat(255)] {
        let first = api.post_with("/v2/investors/", key, &person()).await.id();
        assert_eq!(api.post_with("/v2/investors/", key, &person()).await.id(), first);
        let entry = api.sandbox.ledger().pop().unwrap();
        assert_eq!((entry.outcome, entry.idempotency_key.as_deref()), (LedgerOutcome::Replayed, Some(key)));
    }
    for key in ["", &"k".repeat(256)] {
        api.post_with("/v2/investors/", key, &person()).await.must_be(400);
    }
}

#[tokio::test]
async fn a_key_in_latin_1_is_one_too() {
    let api = Api::start().await;
    let key = reqwest::header::HeaderValue::from_bytes(b"M\xfcller").unwrap();
    let call = api.call(Method::POST, "/v2/investors/").header("X-Idempotency-Key", key).json(&person());
    read(call).await.unwrap().must_be(201);
    assert_eq!(api.sandbox.ledger()[0].idempotency_key.as_deref(), Some("Müller"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_calls_at_once_one_takes_effect() {
    let api = Arc::new(Api::start().await);
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let api = Arc::clone(&api);
            tokio::spawn(async move { api.post_with("/v2/investors/", "k", &person()).await.text })
        })
        .collect();
    let mut replies = Vec::new();
    for call in calls {
        replies.push(call.await.unwrap());
    }
    replies.dedup();
    assert_eq!(replies.len(), 1);
    let applied = api.sandbox.ledger().into_iter().filter(|entry| entry.outcome == LedgerOutcome::Applied);
    assert_eq!(applied.count(), 1);
}

#[tokio::test]
async fn a_call_waits_for_the_one_that_holds_its_key() {
    let api = Api::start().await;
    api.sandbox.arm(Fault::delay(Duration::from_millis(80)));
    let body = person();
    let call = || api.post_with("/v2/investors/", "k", &body);
    let (slow, quick) = tokio::join!(call(), call());
    assert_eq!(slow.text, quick.text);
}

#[tokio::test]
async fn a_call_takes_effect_after_its_client_stopped_waiting() {
    let api = Api::start().await;
    api.sandbox.arm(Fault::delay(Duration::from_millis(400)).on("v2_investors_create"));
    let call = api.keyed("/v2/investors/", "k").json(&person()).timeout(Duration::from_millis(50));
    assert!(read(call).await.unwrap_err().is_timeout());
    assert!(api.sandbox.ledger().is_empty());
    let again = api.post_with("/v2/investors/", "k", &person()).await;
    let outcomes: Vec<_> = api.sandbox.ledger().into_iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [LedgerOutcome::Applied, LedgerOutcome::Replayed]);
    assert_eq!(again.id(), api.sandbox.ledger()[0].resource.clone().unwrap().id.to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_hang_up_at_any_moment_double_nothing() {
    const CALLS: usize = 60;
    let api = Arc::new(Api::start().await);
    let calls: Vec<_> = (0..CALLS).map(|number| tokio::spawn(hang_up(Arc::clone(&api), number))).collect();
    for call in calls {
        call.await.unwrap();
    }
    for number in 0..CALLS {
        api.post_with("/v2/investors/", &number.to_string(), &person()).await.must_be(201);
    }
    let applied = api.sandbox.ledger().into_iter().filter(|entry| entry.outcome == LedgerOutcome::Applied);
    assert_eq!(applied.count(), CALLS);
    assert_eq!(api.get("/v2/investors/").await.body["count"], CALLS + 1);
}

/// Sends a whole call and closes the connection a little later, each number at another moment.
async fn hang_up(api: Arc<Api>, number: usize) {
    let body = person().to_string();
    let head = head(&api, &number.to_string(), body.len());
    let mut stream = TcpStream::connect(api.address()).await.unwrap();
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    for _ in 0..number {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_client_that_goes_away_gives_its_key_back() {
    let api = Api::start().await;
    let half = half_a_call(&api, "k").await;
    drop(half);
    api.post_with("/v2/investors/", "k", &person()).await.must_be(201);
    assert_eq!(api.sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn a_call_whose_body_has_not_arrived_holds_no_key() {
    let api = Api::start().await;
    let body = person().to_string();
    let (half, rest) = body.split_at(20);
    let mut stalled = TcpStream::connect(api.address()).await.unwrap();
    let head = head(&api, "k", body.len()).replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
    stalled.write_all(format!("{head}{half}").as_bytes()).await.unwrap();

    let first = api.post_with("/v2/investors/", "k", &person()).await;
    first.must_be(201);
    stalled.write_all(rest.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stalled.read_to_string(&mut answer).await.unwrap();
    assert!(answer.ends_with(&first.text), "{answer}");
    let outcomes: Vec<_> = api.sandbox.ledger().into_iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [LedgerOutcome::Applied, LedgerOutcome::Replayed]);
}

#[tokio::test]
async fn an_upload_that_has_not_arrived_holds_no_key() {
    let api = Api::start().await;
    let head = head(&api, "k", 1_000).replace("/v2/investors/", "/v2/documents/");
    let head = head.replace("application/json", "multipart/form-data; boundary=b");
    let mut stalled = TcpStream::connect(api.address()).await.unwrap();
    let part = "--b\r\nContent-Disposition: form-data; name=file; filename=a.pdf\r\n\r\nx";
    stalled.write_all(format!("{head}{part}").as_bytes()).await.unwrap();
    let form = format!("{part}\r\n--b--");
    let call = api.keyed("/v2/documents/", "k").header("Content-Type", "multipart/form-data; boundary=b");
    read(call.body(form)).await.unwrap().must_be(201);
}

#[tokio::test]
async fn strict_mode_tells_another_body_a_missing_key_and_a_key_in_use() {
    let api = Api::with(Sandbox::builder().strict_idempotency()).await;
    let missing = api.call(Method::POST, "/v2/investors/").json(&person());
    read(missing).await.unwrap().must_be(400);

    let first = api.post_with("/v2/investors/", "k", &person()).await;
    assert_eq!(api.post_with("/v2/investors/", "k", &person()).await.text, first.text);
    let mut other = person();
    other["natural_person"]["forename"] = json!("Moritz");
    api.post_with("/v2/investors/", "k", &other).await.must_be(422);

    api.sandbox.arm(Fault::delay(Duration::from_millis(400)).times(2));
    let body = person();
    let call = async || api.post_with("/v2/investors/", "held", &body).await;
    let mut replies: [Reply; 2] = tokio::join!(call(), call()).into();
    replies.sort_unstable_by_key(|reply| reply.status);
    replies[0].must_be(201);
    assert_eq!(replies[1].must_be(409), &json!({"detail": "A request with this idempotency key is in progress."}));

    let body = json!({
        "investor_id": api.sandbox.investor_id(), "campaign_id": api.sandbox.campaign_id(),
        "units": 1, "signed_at": NOW,
    });
    let investment = api.make("/v2/investments/", &body).await;
    api.patch(&format!("/v2/investments/{investment}/"), &json!({})).await.must_be(200);
}

/// A connection on which a call has begun and its body has not come.
async fn half_a_call(api: &Api, key: &str) -> TcpStream {
    let mut stream = TcpStream::connect(api.address()).await.unwrap();
    let begin = format!("{}{{", head(api, key, 1_000));
    stream.write_all(begin.as_bytes()).await.unwrap();
    stream
}

/// The head of a call that makes an investor.
fn head(api: &Api, key: &str, length: usize) -> String {
    format!(
        "POST /api/external/v2/investors/ HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         X-Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n",
        api.address(),
        api.token
    )
}
