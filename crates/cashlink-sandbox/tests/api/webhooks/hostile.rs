//! Receivers that do what no receiver should: each attempt ends, and says how.

use std::future::{Future, pending};
use std::time::Duration;

use axum::http::StatusCode;
use cashlink_sandbox::{Delivery, DeliveryState, InvestmentEvent, Webhook};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

use super::receiver::{Call, Receiver};
use super::{held, seeded_investment};
use crate::client::Api;

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n";

#[tokio::test]
async fn what_is_no_reply_is_told_with_its_cause() {
    let ended = "the connection ended before a reply: ";
    check(answer(b"").await, &format!("{ended}connection closed before message completed")).await;
    check(answer(b"HTTP/1.1 200 OK\r\nContent-").await, &format!("{ended}connection closed before message completed"))
        .await;
    check(answer(b"220 mail.example.org ESMTP\r\n\r\n").await, &format!("{ended}invalid HTTP version parsed")).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    check(nobody, "no connection: Connection refused").await;

    async fn check(url: String, expected: &str) {
        let (_, delivery) = tell(&url).await;
        let attempt = &delivery.attempts[0];
        let error = attempt.error.as_deref().unwrap();
        assert!(error.starts_with(expected), "{error}");
        assert_eq!((attempt.status, &attempt.reply), (None, &None));
        assert_eq!((delivery.state, delivery.attempt_count), (DeliveryState::Pending, 1));
    }
}

#[tokio::test]
async fn a_status_counts_whatever_becomes_of_the_body() {
    let endless = hostile(async |mut stream| {
        stream.write_all(OK).await.unwrap();
        while stream.write_all(&[b'a'; 1_000]).await.is_ok() {}
    });
    let (_, delivery) = tell(&endless.await).await;
    let attempt = &delivery.attempts[0];
    assert_eq!((delivery.state, attempt.status, &attempt.error), (DeliveryState::Delivered, Some(200), &None));
    assert_eq!(attempt.reply, Some("a".repeat(512)));

    let (_, delivery) = tell(&answer(&[OK, b"half"].concat()).await).await;
    let attempt = &delivery.attempts[0];
    assert_eq!((delivery.state, attempt.status), (DeliveryState::Delivered, Some(200)));
    assert_eq!(
        attempt.error.as_deref(),
        Some("the connection ended before the reply did: end of file before message length reached")
    );
}

#[tokio::test]
async fn nothing_is_sent_on_a_connection_that_a_receiver_may_be_done_with() {
    let forgetful = hostile(async |mut stream| {
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        // Open still, but nobody reads what comes next.
        tokio::spawn(async move {
            pending::<()>().await;
            drop(stream);
        });
    });
    let (api, _) = tell(&forgetful.await).await;
    let investment = api.sandbox.deliveries()[0].investment_id;
    api.sandbox.trigger(investment, InvestmentEvent::Accept).unwrap();
    api.sandbox.deliveries_settled().await;
    let attempts = api.sandbox.deliveries().into_iter().flat_map(|delivery| delivery.attempts);
    assert_eq!(attempts.map(|attempt| attempt.status).collect::<Vec<_>>(), [Some(204); 2]);
}

#[tokio::test]
async fn of_a_reply_so_many_characters_are_kept_and_what_is_no_text_is_shown_as_far_as_it_is() {
    check("", None).await;
    check("short", Some("short")).await;
    check(&"ä".repeat(513), Some(&"ä".repeat(512))).await;
    let receiver = Receiver::answering(|_, _| (StatusCode::OK, b"a\xffb".to_vec())).await;
    assert_eq!(tell(&receiver.url()).await.1.attempts[0].reply.as_deref(), Some("a\u{fffd}b"));

    async fn check(reply: &str, expected: Option<&str>) {
        let sent = reply.to_owned();
        let receiver = Receiver::answering(move |_, _| (StatusCode::OK, sent.clone())).await;
        assert_eq!(tell(&receiver.url()).await.1.attempts[0].reply.as_deref(), expected);
    }
}

#[tokio::test]
async fn a_receiver_that_repeats_what_it_was_sent_does_not_give_the_token_away() {
    let echo = |call: &Call, _| call.headers["authorization"].to_str().unwrap().to_owned();
    let receiver = Receiver::answering(echo).await;
    let api = Api::with(held().webhook(receiver.webhook())).await;
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    assert_eq!(api.sandbox.deliveries()[0].attempts[0].reply.as_deref(), Some("Bearer ***"));
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_leads_nowhere() {
    let elsewhere = Receiver::start().await;
    let location = elsewhere.url();
    let receiver = Receiver::answering(move |_, before| {
        let status = [301, 302, 303, 307, 308][before];
        (StatusCode::from_u16(status).unwrap(), [("location", location.clone())])
    });
    let receiver = receiver.await;
    let (api, _) = tell(&receiver.url()).await;
    for pause in [1, 2, 4, 8] {
        api.sandbox.advance(Duration::from_secs(pause));
        api.sandbox.deliveries_settled().await;
    }
    let [delivery] = &api.sandbox.deliveries()[..] else { panic!("there is one") };
    let statuses: Vec<_> = delivery.attempts.iter().filter_map(|attempt| attempt.status).collect();
    assert_eq!((delivery.state, statuses), (DeliveryState::Pending, vec![301, 302, 303, 307, 308]));
    assert_eq!(elsewhere.calls().len(), 0);
}

#[tokio::test]
async fn an_attempt_ends_after_ten_seconds_whatever_it_waits_for() {
    let message = Some("the reply was not there whole after 10 s");
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let silent = arrived.clone();
    let silent = hostile(move |stream| {
        let silent = silent.clone();
        async move {
            silent.send(()).unwrap();
            pending::<()>().await;
            drop(stream);
        }
    });
    let trickling = hostile(move |mut stream| {
        let arrived = arrived.clone();
        async move {
            stream.write_all(&[OK, b"begun"].concat()).await.unwrap();
            arrived.send(()).unwrap();
            pending::<()>().await;
        }
    });
    for (url, status, state) in
        [(silent.await, None, DeliveryState::Pending), (trickling.await, Some(200), DeliveryState::Delivered)]
    {
        let api = Api::with(held().webhook(Webhook::bearer(url, "token"))).await;
        seeded_investment(&api).await;
        arrivals.recv().await.unwrap();
        let begun = tokio::time::Instant::now();
        // Whatever waits for time now waits no longer than there is anything else to do.
        tokio::time::pause();
        api.sandbox.deliveries_settled().await;
        let took = begun.elapsed();
        tokio::time::resume();
        assert!(took > Duration::from_secs(9), "{took:?}");
        let [delivery] = &api.sandbox.deliveries()[..] else { panic!("there is one") };
        let attempt = &delivery.attempts[0];
        assert_eq!((delivery.state, attempt.status, attempt.error.as_deref()), (state, status, message));
    }
}

/// The address of somebody who takes an event whole and then behaves like this.
pub(super) async fn hostile<F>(behave: impl Fn(TcpStream) -> F + Send + Sync + 'static) -> String
where
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut sent = Vec::new();
            while !sent.ends_with(b"}") {
                stream.read_buf(&mut sent).await.unwrap();
            }
            behave(stream).await;
        }
    });
    url
}

/// The address of somebody who answers this and hangs up.
async fn answer(bytes: &[u8]) -> String {
    let bytes = bytes.to_vec();
    hostile(move |mut stream| {
        let bytes = bytes.clone();
        async move { stream.write_all(&bytes).await.unwrap() }
    })
    .await
}

/// What came of telling one event once.
async fn tell(url: &str) -> (Api, Delivery) {
    let api = Api::with(held().webhook(Webhook::bearer(url, "token"))).await;
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    let delivery = api.sandbox.deliveries().remove(0);
    (api, delivery)
}
