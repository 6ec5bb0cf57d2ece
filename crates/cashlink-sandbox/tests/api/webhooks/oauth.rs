//! Receivers that want a token of their own token endpoint.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cashlink_sandbox::{DeliveryState, InvestmentEvent, Webhook};
use serde_json::json;

use super::receiver::Receiver;
use super::{held, seeded_investment};
use crate::client::Api;

#[tokio::test]
async fn a_token_is_asked_for_once_and_sent_until_it_expires() {
    let receiver =
        issuing(|given| json!({"access_token": format!("token-{given}"), "expires_in": 60}).to_string()).await;
    let webhook = oauth(&receiver).scope("events:write more");
    let api = Api::with(held().webhook(webhook)).await;
    for _ in 0..3 {
        seeded_investment(&api).await;
    }
    api.sandbox.deliveries_settled().await;
    let asked = receiver.calls_of("/token");
    assert_eq!(asked.len(), 1, "however many are sent at the same time");
    assert_eq!(asked[0].headers["content-type"], "application/x-www-form-urlencoded");
    let form: Vec<_> = form_urlencoded(&asked[0].text);
    let expected = [
        ("grant_type", "client_credentials"),
        ("client_id", "cashlink"),
        ("client_secret", "s&cret"),
        ("scope", "events:write more"),
    ];
    assert_eq!(form, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(!asked[0].headers.contains_key("authorization"));

    api.sandbox.advance(Duration::from_secs(59));
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    api.sandbox.advance(Duration::from_secs(1));
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    let tokens: Vec<_> = receiver.calls_of("/events").iter().map(|call| call.bearer().to_owned()).collect();
    assert_eq!(tokens, ["token-1", "token-1", "token-1", "token-1", "token-2"]);
}

#[tokio::test]
async fn a_token_that_is_refused_is_replaced_once_within_the_attempt() {
    let receiver = Receiver::answering(answers_with_tokens(
        |given| json!({"access_token": format!("token-{given}")}).to_string(),
        |bearer| if ["token-1", "token-3", "token-4"].contains(&bearer) { 401 } else { 200 },
    ));
    let receiver = receiver.await;
    let api = Api::with(held().webhook(oauth(&receiver))).await;
    let investment = seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    let sent = || receiver.calls_of("/events").iter().map(|call| call.bearer().to_owned()).collect::<Vec<_>>();
    assert_eq!(sent(), ["token-1", "token-2"]);
    let [delivery] = &api.sandbox.deliveries()[..] else { panic!("there is one") };
    let attempt = &delivery.attempts[0];
    assert_eq!((delivery.attempt_count, attempt.status, attempt.error.as_deref()), (1, Some(200), None));

    // The receiver has forgotten it, and does not know the next one either.
    let receiver = Receiver::answering(answers_with_tokens(
        |given| json!({"access_token": format!("token-{given}")}).to_string(),
        |bearer| if bearer == "token-3" { 200 } else { 401 },
    ));
    let receiver = receiver.await;
    api.sandbox.add_webhook(&oauth(&receiver)).unwrap();
    api.sandbox.trigger(investment, InvestmentEvent::Accept).unwrap();
    api.sandbox.deliveries_settled().await;
    let refused = api.sandbox.deliveries().pop().unwrap();
    assert_eq!((refused.state, refused.attempts[0].status), (DeliveryState::Pending, Some(401)));
    assert_eq!(receiver.calls_of("/token").len(), 2, "it does not go on like that");
    api.sandbox.advance(Duration::from_secs(1));
    api.sandbox.deliveries_settled().await;
    let sent: Vec<_> = receiver.calls_of("/events").iter().map(|call| call.bearer().to_owned()).collect();
    assert_eq!(sent, ["token-1", "token-2", "token-2", "token-3"]);
}

#[tokio::test]
async fn without_a_usable_token_nothing_is_sent_and_it_is_tried_again() {
    let long = json!({"access_token": "a".repeat(8_193)}).to_string();
    let huge = json!({"access_token": "a", "more": "a".repeat(70_000)}).to_string();
    check((200, "no JSON"), "the token endpoint: it answered without a usable token").await;
    check((200, "{}"), "the token endpoint: it answered without a usable token").await;
    check((200, r#"{"access_token": ""}"#), "the token endpoint: it answered without a usable token").await;
    check((200, r#"{"access_token": "a\r\nX-Other: b"}"#), "the token endpoint: it answered without a usable token")
        .await;
    check((200, r#"{"access_token": 7}"#), "the token endpoint: it answered without a usable token").await;
    check(
        (200, r#"{"access_token": "a", "token_type": "mac"}"#),
        "the token endpoint: it answered without a usable token",
    )
    .await;
    check((200, &long), "the token endpoint: it answered without a usable token").await;
    check((200, &huge), "the token endpoint: it answered without a usable token").await;
    check((401, r#"{"error": "invalid_client"}"#), "the token endpoint: it answered 401").await;
    check((503, ""), "the token endpoint: it answered 503").await;
    check((302, ""), "the token endpoint: it answered 302").await;

    async fn check((status, body): (u16, &str), expected: &str) {
        let sent = body.to_owned();
        let receiver = Receiver::answering(move |call, _| {
            let status = if call.path == "/token" { status } else { 200 };
            (StatusCode::from_u16(status).unwrap(), [("location", "/events")], sent.clone())
        });
        let receiver = receiver.await;
        let api = Api::with(held().webhook(oauth(&receiver))).await;
        seeded_investment(&api).await;
        api.sandbox.deliveries_settled().await;
        api.sandbox.advance(Duration::from_secs(1));
        api.sandbox.deliveries_settled().await;
        let [delivery] = &api.sandbox.deliveries()[..] else { panic!("there is one") };
        let errors: Vec<_> = delivery.attempts.iter().map(|it| (it.status, it.error.as_deref())).collect();
        assert_eq!(errors, [(None, Some(expected)); 2], "{status} {body:?}");
        let paths: Vec<_> = receiver.calls().into_iter().map(|call| call.path).collect();
        assert_eq!(paths, ["/token", "/token"]);
    }
}

fn oauth(receiver: &Receiver) -> Webhook {
    Webhook::oauth(receiver.url(), receiver.token_url(), "cashlink", "s&cret")
}

/// A receiver that takes everything, with a token endpoint that gives what `token` makes of how many it gave.
async fn issuing(token: impl Fn(usize) -> String + Send + Sync + 'static) -> Receiver {
    Receiver::answering(answers_with_tokens(token, |_| 204)).await
}

fn answers_with_tokens(
    token: impl Fn(usize) -> String + Send + Sync + 'static,
    verdict: impl Fn(&str) -> u16 + Send + Sync + 'static,
) -> impl Fn(&super::Call, usize) -> Response + Send + Sync + 'static {
    let given = AtomicUsize::new(0);
    move |call, _| {
        if call.path == "/token" {
            return token(given.fetch_add(1, Ordering::Relaxed) + 1).into_response();
        }
        StatusCode::from_u16(verdict(call.bearer())).unwrap().into_response()
    }
}

fn form_urlencoded(text: &str) -> Vec<(String, String)> {
    let pairs = reqwest::Url::parse(&format!("http://localhost/?{text}")).unwrap();
    pairs.query_pairs().into_owned().collect()
}
