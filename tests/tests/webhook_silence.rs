//! Nothing of a delivery and no credentials are printed: not in logs at the finest level, not by `Debug`, not in answers.

use std::fmt::{Debug, Write as _};

use axum::Router;
use cashlink::{
    InvestmentId,
    journal::{StoreError, StoreErrorKind},
    webhook::{Event, Inbox, MemoryInbox, Received, Receiver, Recorded, Standing, WebhookService},
};
use cashlink_tests::{log::Log, personal, relay::Relay};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use reqwest::RequestBuilder;

const TOKEN: &str = "bearer-token-Zq7-of-the-sender";
const ID: &str = "client-Zq7-of-the-sender";
const SECRET: &str = "client-secret-Zq7-of-the-sender";
const GUESS: &str = "guess-Zq7-of-a-stranger";
const NOTE: &str = "note-Zq7-of-a-customer";
const INVESTMENT: &str = "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11";

/// Fails over a handler that quotes what it was given.
#[derive(Debug)]
struct Failing;

impl Inbox for Failing {
    fn record(&self, event: Event, _: Timestamp) -> BoxFuture<'_, Result<Recorded, StoreError>> {
        let error = StoreError::new(StoreErrorKind::Unavailable, "the handler of the event failed");
        Box::pin(async move { Err(error.with_source(event.extra()["note"].to_string())) })
    }

    fn standing(&self, _: InvestmentId) -> BoxFuture<'_, Result<Option<Standing>, StoreError>> {
        Box::pin(async { Ok(None) })
    }

    fn list(&self, _: u64, _: usize) -> BoxFuture<'_, Result<Vec<Received>, StoreError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

#[tokio::test]
async fn neither_credentials_nor_anything_of_a_delivery_is_printed() {
    let log = Log::catch();
    let mut printed = String::new();
    let builder = || Receiver::builder(MemoryInbox::new()).bearer(TOKEN).client(ID, SECRET);
    let failing = Receiver::builder(Failing).bearer(TOKEN).build().unwrap();
    let receiver = builder().build().unwrap();
    let (good, full) = (WebhookService::new(receiver.clone()), WebhookService::new(failing.clone()));
    for thing in [&builder() as &dyn Debug, &receiver, &failing, &good, &builder().bearer(NOTE).bearer("").build()] {
        write!(printed, "{thing:?} {thing:#?}").unwrap();
    }
    let event = format!(
        r#"{{"investment_id":"{INVESTMENT}","status":"PAID","changed_at":"2025-01-01T00:00:00Z","note":"{NOTE}"}}"#
    );
    let headers = [("authorization", format!("Bearer {TOKEN}")), ("content-type", "application/json".to_owned())];
    for receiver in [&receiver, &failing] {
        let verdict = receiver.receive(headers.clone(), event.as_bytes()).await;
        write!(
            printed,
            "{verdict:?} {:?} {:?}",
            receiver.examine(headers.clone(), b"{"),
            receiver.admit(headers.clone())
        )
        .unwrap();
    }

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let relay = Relay::start(&format!("http://{}", listener.local_addr().unwrap())).await.unwrap();
    let router = Router::new().nest_service("/good", good).nest_service("/full", full);
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let origin = relay.url().trim_end_matches("/api/external").to_owned();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    let post = |path: &str| client.post(format!("{origin}{path}"));
    let json =
        |request: RequestBuilder, body: &str| request.header("content-type", "application/json").body(body.to_owned());
    let ask = |secret: &str| {
        let form = format!("grant_type=client_credentials&client_id={ID}&client_secret={secret}");
        post("/good/token").header("content-type", "application/x-www-form-urlencoded").body(form)
    };
    let reply = ask(SECRET).send().await.unwrap().text().await.unwrap();
    let issued = reply.split('"').find(|part| part.starts_with("cwt1_")).unwrap().to_owned();
    let mut answers = String::new();
    for (request, status) in [
        (ask(GUESS), 401),
        (post("/good/token").basic_auth(ID, Some(GUESS)), 400),
        (json(post("/good").bearer_auth(TOKEN), &event), 204),
        (json(post("/good").bearer_auth(&issued), &event), 204),
        (json(post("/full").bearer_auth(TOKEN), &event), 503),
        (json(post("/good").bearer_auth(GUESS), &event), 401),
        (json(post("/good").basic_auth(ID, Some(SECRET)), &event), 401),
        (json(post("/good").bearer_auth(TOKEN), &event[..50]), 400),
        (json(post("/good").bearer_auth(TOKEN), &event.replace("PAID", "")), 422),
        (json(post("/good").bearer_auth(TOKEN), &event.repeat(1000)), 413),
        (post("/good").bearer_auth(TOKEN).body(event.clone()), 415),
    ] {
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), status);
        write!(answers, "{:?}", reply.headers()).unwrap();
        answers += &reply.text().await.unwrap();
    }
    server.abort();

    let values = [TOKEN, ID, SECRET, GUESS, NOTE, INVESTMENT, &issued];
    let hidden = values.into_iter().flat_map(personal::forms).collect();
    let found = |text: &str| personal::printed(text, &hidden);
    assert_eq!(found(&printed), Vec::<String>::new(), "printed by Debug");
    assert_eq!(found(&answers), Vec::<String>::new(), "answered");
    let logged = log.text();
    assert_eq!(found(&logged), Vec::<String>::new(), "logged");

    // Everything was there to be printed, and everybody was listened to.
    let crossed = format!("{}{}", relay.sent(), relay.answered());
    for value in values {
        assert!(crossed.contains(value), "{value} never crossed the wire");
    }
    let told =
        ["a delivery is in the inbox", "a delivery is refused", "the inbox failed", "a token for deliveries", "hyper"];
    for text in told {
        assert!(logged.contains(text), "nothing was logged of: {text}");
    }
    tracing::trace!("{NOTE}");
    assert!(!found(&log.text()).is_empty());
}
