//! The token endpoint: what it gives is good for its time, and however much is asked of it, it keeps nothing.

use std::{collections::BTreeMap, time::Duration};

use cashlink::{model, webhook::Inbox as _};
use cashlink_sandbox::{DeliveryState, InvestmentEvent, Sandbox, Webhook};
use cashlink_tests::session;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::server::{Reply, Server, bearer, event, peak_memory, post, read};

const ID: &str = "cashlink";
const SECRET: &str = "client-secret-Zq7-of-the-sender";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

fn asking(path: &str, secret: &str) -> Vec<u8> {
    post(path, FORM, &format!("grant_type=client_credentials&client_id={ID}&client_secret={secret}"))
}

async fn start() -> Server {
    Server::start(|builder| builder.client(ID, SECRET)).await
}

fn token(reply: &Reply) -> String {
    let json: Value = serde_json::from_str(&reply.body).unwrap();
    json["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_token_delivers_until_it_expires() {
    let server = start().await;
    let reply = server.send(&asking("/hooks/token", SECRET)).await;
    let headers = ["cache-control: no-store", "content-type: application/json", "pragma: no-cache"];
    assert_eq!((reply.status, &reply.headers[..]), (200, &headers.map(str::to_owned)[..]));
    let token = token(&reply);
    let deliver = async || {
        let request = post("/hooks", &bearer(&token), &event("PAID", "2026-01-01T00:00:00Z"));
        server.send(&request).await.status
    };
    assert_eq!(deliver().await, 204);
    server.clock.put_forward(Duration::from_secs(599));
    assert_eq!(deliver().await, 204);
    server.clock.put_forward(Duration::from_secs(1));
    assert_eq!(deliver().await, 401);
}

#[tokio::test]
async fn a_token_of_somebody_else_or_one_that_was_changed_is_none() {
    let server = start().await;
    let elsewhere = Server::start(|builder| builder.client(ID, "client-secret-of-another-receiver")).await;
    let foreign = elsewhere.send(&asking("/hooks/token", "client-secret-of-another-receiver")).await;
    let own = token(&server.send(&asking("/hooks/token", SECRET)).await);
    for token in [token(&foreign), own[..own.len() - 1].to_owned(), own.to_lowercase(), format!("{own}AAAA")] {
        let request = post("/hooks", &bearer(&token), &event("PAID", "2026-01-01T00:00:00Z"));
        assert_eq!(server.send(&request).await.status, 401, "{token}");
    }
    assert_eq!(server.inbox.list(0, 1).await.unwrap(), []);
}

#[tokio::test]
async fn who_is_no_client_gets_no_token_and_no_body_is_read_for_ever() {
    let server = start().await;
    let refused = server.send(&asking("/hooks/token", "guess")).await;
    assert_eq!((refused.status, &*refused.body), (401, r#"{"error":"invalid_client"}"#));
    assert_eq!(server.send(&asking("/hooks/token", &"x".repeat(17_000))).await.status, 413);
    let get = format!("GET /hooks/token HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{FORM}\r\n");
    assert_eq!(server.send(get.as_bytes()).await.status, 405);

    let mut slow = TcpStream::connect(server.address).await.unwrap();
    let start = String::from_utf8(asking("/hooks/token", SECRET)).unwrap();
    slow.write_all(&start.as_bytes()[..start.len() - 5]).await.unwrap();
    server.clock.has_sleepers(1).await;
    server.clock.put_forward(Duration::from_secs(10));
    assert_eq!(read(&mut slow).await.status, 408);

    let without = Server::start(|builder| builder).await;
    assert_eq!(without.send(&asking("/hooks/token", SECRET)).await.status, 404);
}

#[tokio::test]
async fn ten_thousand_requests_for_tokens_cost_no_memory_and_the_sender_nothing() {
    let server = start().await;
    let before = peak_memory();
    let (mut answers, mut stream) = TcpStream::connect(server.address).await.unwrap().into_split();
    let flood = tokio::spawn(async move {
        for number in 0..10_000 {
            // All of them differ, so that whatever was kept of them would add up to 40 MB.
            let body = format!("grant_type=client_credentials&client_secret=x&client_id={number:04000}");
            let last = if number == 9_999 { "Connection: close\r\n" } else { "" };
            let length = body.len();
            let head = format!("POST /hooks/token HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n{FORM}{last}\r\n");
            stream.write_all([head.as_bytes(), body.as_bytes()].concat().as_slice()).await.unwrap();
        }
        stream
    });
    let mut text = String::new();
    answers.read_to_string(&mut text).await.unwrap();
    flood.await.unwrap();
    let mut statuses = BTreeMap::new();
    for (at, start) in text.match_indices("HTTP/1.1 ") {
        *statuses.entry(&text[at + start.len()..at + start.len() + 3]).or_insert(0) += 1;
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [("401", 60), ("429", 9_940)]);
    assert_eq!(server.send(&asking("/hooks/token", SECRET)).await.status, 200);
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        assert!(after - before < 20 * 1024, "{} KiB more", after - before);
    }
}

#[tokio::test]
async fn the_sandbox_gets_itself_a_token_and_delivers_with_it() {
    let server = Server::start(|builder| builder.client(ID, SECRET).ahead(Duration::MAX)).await;
    let url = format!("http://{}/hooks", server.address);
    let webhook = Webhook::oauth(&url, format!("{url}/token"), ID, SECRET);
    let sandbox = Sandbox::builder().webhook(webhook).start().await.unwrap();
    let draft = model::InvestmentCreateDirect::new(sandbox.investor_id().into(), sandbox.campaign_id().into(), 10);
    let draft = draft.signed_at(sandbox.now());
    let client = session::builder(&sandbox).build().unwrap();
    let investment = client.platform().investments().create(&draft.into()).send().await.unwrap().id;
    sandbox.trigger(investment.into(), InvestmentEvent::Accept).unwrap();
    sandbox.deliveries_settled().await;
    let states: Vec<_> = sandbox.deliveries().iter().map(|delivery| delivery.state).collect();
    assert!(!states.is_empty() && states.iter().all(|state| *state == DeliveryState::Delivered), "{states:?}");
    assert_eq!(server.inbox.list(0, 100).await.unwrap().len(), states.len());
}
