//! A sandbox whose log cannot be written any more.

use std::fs::File;

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::Sandbox;
use crate::fault::Fault;
use crate::ledger::LedgerOutcome;
use crate::scenario::Scenario;
use crate::webhooks::{DeliveryState, Webhook};
use crate::world::InvestmentEvent;

/// A sandbox on a folder that it cannot write any more, and a token from before.
struct Full {
    sandbox: Sandbox,
    http: Client,
    token: String,
    folder: TempDir,
}

impl Full {
    async fn after(before: impl FnOnce(&Sandbox)) -> Self {
        let folder = TempDir::new().unwrap();
        let sandbox = Sandbox::builder().data(folder.path()).start().await.unwrap();
        let mut full = Self { sandbox, http: Client::new(), token: String::new(), folder };
        let (_, reply) = full.sign_in().await;
        reply["access_token"].as_str().unwrap().clone_into(&mut full.token);
        full.create("before").await;
        before(&full.sandbox);
        full.sandbox.app.state().log.as_mut().unwrap().fill(File::options().write(true).open("/dev/full").unwrap());
        full
    }

    async fn sign_in(&self) -> (u16, Value) {
        let (id, secret) = (self.sandbox.client_id(), self.sandbox.client_secret());
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        answer(self.http.post(format!("{}/oauth/token", self.sandbox.url())).form(&form)).await
    }

    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.sandbox.url())).bearer_auth(&self.token)
    }

    async fn create(&self, key: &str) -> (u16, Value) {
        let body = json!({"is_beneficiary": true, "natural_person": {
            "salutation": "MR", "forename": "Max", "surname": "Probe", "birth_date": "1975-11-30",
            "birth_place": "Musterstadt", "citizenship": "DEU", "street": "Probeweg 3", "city": "Musterstadt",
            "zip": "12345", "country": "DEU", "is_pep": false,
        }});
        answer(self.call(Method::POST, "/v2/investors/").header("X-Idempotency-Key", key).json(&body)).await
    }

    async fn list(&self) -> (u16, Value) {
        answer(self.call(Method::GET, "/v2/investors/")).await
    }
}

#[tokio::test]
async fn what_cannot_be_written_down_does_not_happen_and_reads_go_on() {
    let full = Full::after(|_| {}).await;
    let (sandbox, list) = (&full.sandbox, full.list().await);
    assert_eq!((list.0, &list.1["count"]), (200, &json!(2)));
    let detail = json!({"detail": "Nothing was done, for the sandbox cannot keep its data: see its log."});
    assert_eq!(full.create("new").await, (500, detail.clone()));
    assert_eq!(full.create("new").await, (500, detail.clone()));
    // Nor is a verdict given again that the ledger could not tell of.
    assert_eq!(full.create("before").await, (500, detail.clone()));
    assert_eq!(full.sign_in().await, (500, detail.clone()));
    let without = full.http.post(format!("{}/v2/investors/", sandbox.url())).json(&json!({}));
    assert_eq!(answer(without).await, (500, detail.clone()));
    let control = |path: &str| full.http.post(format!("{}/_sandbox{path}", sandbox.origin()));
    for (path, body) in [
        ("/clock", json!({"advance": "1h"})),
        ("/faults", json!({"kind": "throttle"})),
        ("/snapshots", json!({})),
        ("/tasks/next", json!({"end": "failed"})),
    ] {
        assert_eq!(answer(control(path).json(&body)).await, (500, detail.clone()), "{path}");
    }
    assert!(sandbox.snapshot().unwrap_err().to_string().contains("cannot keep its data"));
    sandbox.advance(std::time::Duration::from_secs(3_600));
    assert!(sandbox.now().duration_since(jiff::Timestamp::now()) < jiff::SignedDuration::from_mins(1));

    assert_eq!(full.list().await, list);
    let outcomes: Vec<_> = sandbox.ledger().into_iter().map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, [LedgerOutcome::Applied]);
    assert!(sandbox.faults().is_empty() && sandbox.snapshots().is_empty());
    drop(full);
}

#[tokio::test]
async fn a_fault_whose_strike_cannot_be_written_down_does_not_strike() {
    let arm = |sandbox: &Sandbox| {
        sandbox.arm(Fault::reset_before_commit());
    };
    let full = Full::after(arm).await;
    assert_eq!(full.list().await.0, 200);
    assert_eq!(full.sandbox.armed(), 1);
}

#[tokio::test]
async fn what_came_of_a_delivery_counts_when_it_can_be_written_down_and_is_not_sent_twice_for_that() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let add = |sandbox: &Sandbox| {
        let investment = sandbox.seed(&Scenario::named("every-status").unwrap()).unwrap()["paid"];
        sandbox.add_webhook(&Webhook::bearer(&url, "token")).unwrap();
        sandbox.trigger(investment, InvestmentEvent::Cancel).unwrap();
    };
    let full = Full::after(add).await;
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut sent = Vec::new();
    while !sent.ends_with(b"}") {
        stream.read_buf(&mut sent).await.unwrap();
    }
    stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
    // It is tried to be written down again and again, at times that come at once while there is nothing else to do.
    tokio::time::pause();
    for _ in 0..3 {
        full.sandbox.app.clock.sleep(std::time::Duration::from_secs(1)).await;
    }
    let [delivery] = &full.sandbox.deliveries()[..] else { panic!("there is one") };
    assert_eq!((delivery.state, delivery.attempt_count), (DeliveryState::Pending, 0));
    let kept = File::options().append(true).open(full.folder.path().join("sandbox.log")).unwrap();
    full.sandbox.app.state().log.as_mut().unwrap().fill(kept);
    full.sandbox.deliveries_settled().await;
    tokio::time::resume();
    let [delivery] = &full.sandbox.deliveries()[..] else { panic!("there is one") };
    assert_eq!((delivery.state, delivery.attempt_count), (DeliveryState::Delivered, 1));
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default())
}
