//! Clients that are killed in the middle of a call: nothing hangs, and what was asked for is done or not, but whole.

use std::time::Duration;

use cashlink_sandbox::{Fault, LedgerOutcome};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::runtime::Handle;

use crate::campaigns::investment;
use crate::client::{Api, NOW, person};

const FORM: &str = "multipart/form-data; boundary=b";

#[tokio::test]
async fn a_call_that_breaks_off_halfway_has_no_effect() {
    let api = Api::start().await;
    let (investor, wallet) = api.investor_with_wallet().await;
    let mut body = investment(&investor, &api.sandbox.campaign_id().to_string(), 3);
    for (name, value) in [("accepted_at", NOW), ("paid_at", NOW), ("wallet", &wallet)] {
        body[name] = json!(value);
    }
    let credits = format!("/v2/investments/{}/credits/", api.make("/v2/investments/", &body).await);
    let file = "--b\r\nContent-Disposition: form-data; name=file; filename=a.pdf\r\n\r\nx";
    let before = api.sandbox.ledger().len();
    for (path, content_type, half) in [
        ("/v2/investors/", "application/json", "{"),
        ("/v2/documents/", FORM, file),
        (&credits, "text/plain", "x"),
        (&credits, "application/json", "{"),
    ] {
        let tasks = Tasks::now();
        let mut call = begin(&api, path, content_type, 1_000).await;
        call.write_all(half.as_bytes()).await.unwrap();
        tasks.appear().await;
        drop(call);
        tasks.end().await;
        assert_eq!(api.sandbox.ledger().len(), before, "{path} {content_type}");
    }
    api.post_nothing(&credits).await.must_be(201);
}

#[tokio::test]
async fn a_whole_call_takes_effect_though_nobody_waits_for_the_reply() {
    let api = Api::start().await;
    api.sandbox.arm(Fault::delay(Duration::from_millis(30)));
    let body = person().to_string();
    let tasks = Tasks::now();
    let mut call = begin(&api, "/v2/investors/", "application/json", body.len()).await;
    call.write_all(body.as_bytes()).await.unwrap();
    while api.sandbox.armed() > 0 {
        tokio::task::yield_now().await;
    }
    drop(call);
    assert!(api.sandbox.ledger().is_empty());
    tasks.end().await;

    let ledger = api.sandbox.ledger();
    assert_eq!((ledger.len(), ledger[0].outcome), (1, LedgerOutcome::Applied));
    let again = api.post_with("/v2/investors/", "k", &person()).await;
    assert_eq!(again.id(), ledger[0].created[0].to_string());
    assert_eq!(api.sandbox.ledger_after(1)[0].outcome, LedgerOutcome::Replayed);
}

#[tokio::test]
async fn a_fault_that_breaks_off_halfway_is_not_armed() {
    let api = Api::start().await;
    let tasks = Tasks::now();
    let mut call = TcpStream::connect(api.address()).await.unwrap();
    let head =
        "POST /_sandbox/faults HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n";
    call.write_all(format!("{head}{{\"kind\":").as_bytes()).await.unwrap();
    tasks.appear().await;
    drop(call);
    tasks.end().await;
    assert_eq!(api.sandbox.faults(), []);
}

/// A connection on which the head of a call with the key `k` was sent.
async fn begin(api: &Api, path: &str, content_type: &str, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(api.address()).await.unwrap();
    let head = format!(
        "POST /api/external{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nX-Idempotency-Key: k\r\n\
         Content-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n",
        api.address(),
        api.token
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// How many tasks there were before a call, to see the sandbox take it and be done with it.
struct Tasks(usize);

impl Tasks {
    fn now() -> Self {
        Self(alive())
    }

    async fn appear(&self) {
        while alive() <= self.0 {
            tokio::task::yield_now().await;
        }
    }

    async fn end(&self) {
        while alive() > self.0 {
            tokio::task::yield_now().await;
        }
    }
}

fn alive() -> usize {
    Handle::current().metrics().num_alive_tasks()
}
