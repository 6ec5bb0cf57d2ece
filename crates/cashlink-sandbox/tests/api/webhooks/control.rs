//! Webhooks over HTTP.

use axum::http::StatusCode;
use cashlink_sandbox::InvestmentEvent;
use reqwest::Method;
use serde_json::{Value, json};

use super::receiver::{Receiver, TOKEN};
use super::{held, seeded_investment};
use crate::client::{Api, Reply};

#[tokio::test]
async fn a_webhook_is_registered_shown_without_secrets_and_removed() {
    let receiver = Receiver::start().await;
    let api = Api::with(held()).await;
    let bearer = json!({"url": receiver.url(), "bearer": TOKEN});
    let oauth = json!({
        "url": "https://example.org/events", "client_id": "sandbox-partner",
        "oauth": {"token_url": "https://example.org/token", "client_id": "id", "client_secret": "hidden", "scope": null},
    });
    assert_eq!(add(&api, &bearer).await.must_be(201), &json!({"id": 1}));
    assert_eq!(add(&api, &oauth).await.must_be(201), &json!({"id": 2}));
    let mut masked = oauth.clone();
    masked["id"] = json!(2);
    masked["oauth"]["client_secret"] = json!("***");
    let first = json!({"id": 1, "url": receiver.url(), "client_id": "sandbox-client", "bearer": "***"});
    let listed = get(&api, "").await;
    assert_eq!(listed.body, json!([first, masked]));
    assert_eq!(serde_json::to_value(api.sandbox.webhooks()).unwrap(), listed.body);

    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.statuses(), ["WAITING_FOR_ACCEPTANCE"]);
    for status in [204, 404] {
        api.tell(Method::DELETE, "/webhooks/1", &json!({})).await.must_be(status);
    }
    api.tell(Method::DELETE, "/webhooks/first", &json!({})).await.must_be(404);
    seeded_investment(&api).await;
    api.sandbox.deliveries_settled().await;
    assert_eq!(receiver.calls().len(), 1);
    let sandbox = api.tell(Method::GET, "/state", &json!({})).await;
    assert_eq!(sandbox.must_be(200)["webhooks"], json!({"webhooks": 1, "pending": 0}));
}

#[tokio::test]
async fn what_cannot_be_sent_to_is_refused_field_by_field() {
    let api = Api::with(held()).await;
    let plain = "Must begin with https://, unless it leads to this machine.";
    let either = json!({"non_field_errors": ["Must have either bearer or oauth."]});
    let url = "https://example.org/";
    check(&api, json!({"url": "http://example.org/", "bearer": "t"}), json!({"url": [plain]})).await;
    check(&api, json!({"url": "http://10.0.0.1/", "bearer": "t"}), json!({"url": [plain]})).await;
    let message = json!(["Must be a URL with http:// or https:// and a host."]);
    check(&api, json!({"url": "events", "bearer": "t"}), json!({"url": message})).await;
    let message = json!(["Must be 1 to 8,192 characters of visible ASCII."]);
    check(&api, json!({"url": url, "bearer": "two words"}), json!({"bearer": message})).await;
    let wrong = json!({"token_url": "http://example.org/", "client_id": "ä", "client_secret": "s"});
    let expected = json!({"oauth": {"token_url": [plain], "client_id": message}});
    check(&api, json!({"url": url, "oauth": wrong}), expected).await;
    check(&api, json!({"url": url}), either.clone()).await;
    let right = json!({"token_url": url, "client_id": "a", "client_secret": "s"});
    check(&api, json!({"url": url, "bearer": "t", "oauth": right}), either.clone()).await;
    let problems = json!({"url": [plain], "bearer": message, "client_id": ["There is no such client."]});
    check(&api, json!({"url": "http://10.0.0.1/", "bearer": "ä", "client_id": "nobody"}), problems).await;
    let problems = json!({"url": [plain], "non_field_errors": either["non_field_errors"]});
    check(&api, json!({"url": "http://10.0.0.1/"}), problems).await;
    let nobody = json!({"client_id": ["There is no such client."]});
    check(&api, json!({"url": url, "bearer": "t", "client_id": "nobody"}), nobody).await;
    for wrong in [
        json!({"bearer": "t"}),
        json!({"url": 7, "bearer": "t"}),
        json!({"url": url, "bearer": "t", "secret": "s"}),
        json!({"url": url, "bearer": ""}),
        json!({"url": url, "bearer": "a".repeat(8_193)}),
        json!({"url": format!("{url}{}", "a".repeat(2_048)), "bearer": "t"}),
        json!([]),
    ] {
        add(&api, &wrong).await.must_be(400);
    }
    assert_eq!(api.sandbox.webhooks(), []);
    for _ in 0..100 {
        add(&api, &json!({"url": url, "bearer": "t"})).await.must_be(201);
    }
    let full = json!({"non_field_errors": ["There are 100 webhooks already: remove one first."]});
    check(&api, json!({"url": url, "bearer": "t"}), full).await;

    async fn check(api: &Api, wanted: Value, expected: Value) {
        assert_eq!(add(api, &wanted).await.must_be(400), &expected, "{wanted}");
    }
}

#[tokio::test]
async fn a_sandbox_that_others_reach_sends_to_others_without_tls() {
    let builder = held().listen("0.0.0.0:0".parse().unwrap()).control_token("control");
    let sandbox = builder.start().await.unwrap();
    let webhook = cashlink_sandbox::Webhook::bearer("http://example.org/", "t");
    assert!(sandbox.add_webhook(&webhook).is_ok());
    let refused = held().webhook(webhook).start().await.unwrap_err().to_string();
    assert!(refused.contains("url: Must begin with https://"), "{refused}");
    let refused = held().webhook(cashlink_sandbox::Webhook::bearer("https://example.org", "t").of_client("nobody"));
    assert!(refused.start().await.unwrap_err().to_string().contains("client_id: There is no such client."));
}

#[tokio::test]
async fn deliveries_are_listed_from_where_one_likes_and_sent_again_by_hand() {
    let receiver =
        Receiver::answering(|_, before| if before < 2 { StatusCode::IM_A_TEAPOT } else { StatusCode::OK }).await;
    let api = Api::with(held().webhook(receiver.webhook())).await;
    let investment = seeded_investment(&api).await;
    api.sandbox.trigger(investment, InvestmentEvent::Accept).unwrap();
    api.sandbox.deliveries_settled().await;
    let all = get(&api, "/deliveries").await;
    let ids: Vec<_> = all.body.as_array().unwrap().iter().map(|delivery| delivery["id"].clone()).collect();
    assert_eq!(ids, [1, 2]);
    assert_eq!(serde_json::to_value(api.sandbox.deliveries()).unwrap(), all.body);
    assert_eq!(get(&api, "/deliveries?after=1").await.body, json!([all.body[1]]));
    assert_eq!(get(&api, "/deliveries?after=2").await.body, json!([]));
    assert_eq!(get(&api, "/deliveries?after=18446744073709551615").await.body, json!([]));
    assert_eq!(get(&api, "/deliveries?limit=1").await.body, json!([all.body[1]]));
    assert_eq!(get(&api, "/deliveries?limit=9").await.body, all.body);
    assert_eq!(get(&api, "/deliveries?limit=0").await.body, json!([]));
    assert_eq!(get(&api, "/deliveries?after=0&limit=1").await.body, json!([all.body[0]]));
    assert_eq!(get(&api, "/deliveries?state=delivered").await.body, json!([]));
    assert_eq!(get(&api, "/deliveries?state=pending&limit=18446744073709551615").await.body, all.body);
    for query in ["after=x", "limit=-1", "limit=", "state=failed", "state=", "client_id=sandbox-client"] {
        let refused = api.tell(Method::GET, &format!("/webhooks/deliveries?{query}"), &json!({})).await;
        let problems = refused.must_be(400).as_object().unwrap();
        let (name, _) = query.split_once('=').unwrap();
        assert_eq!(problems.keys().collect::<Vec<_>>(), [name]);
    }

    // The first fails again, but is still due when it was; the second arrives though it is not its turn.
    for id in [1, 2] {
        api.tell(Method::POST, &format!("/webhooks/deliveries/{id}/resend"), &json!({})).await.must_be(204);
        api.sandbox.deliveries_settled().await;
    }
    assert_eq!(receiver.statuses(), ["WAITING_FOR_ACCEPTANCE", "WAITING_FOR_ACCEPTANCE", "ACCEPTED"]);
    let shown = get(&api, "/deliveries").await.body;
    assert_eq!(get(&api, "/deliveries?state=delivered").await.body, json!([shown[1]]));
    let state =
        |index: usize| (&shown[index]["state"], &shown[index]["attempt_count"], &shown[index]["next_attempt_at"]);
    assert_eq!(state(0), (&json!("pending"), &json!(2), &all.body[0]["next_attempt_at"]));
    assert_eq!(state(1), (&json!("delivered"), &json!(1), &Value::Null));
    for id in ["3", "0", "-1", "first"] {
        api.tell(Method::POST, &format!("/webhooks/deliveries/{id}/resend"), &json!({})).await.must_be(404);
    }
    api.tell(Method::DELETE, "/webhooks/1", &json!({})).await.must_be(204);
    let removed = api.tell(Method::POST, "/webhooks/deliveries/2/resend", &json!({})).await;
    assert_eq!(removed.must_be(400), &json!({"non_field_errors": ["The webhook has been removed."]}));
    api.tell(Method::POST, "/webhooks/deliveries/1/resend", &json!({})).await.must_be(404);
}

async fn add(api: &Api, webhook: &Value) -> Reply {
    api.tell(Method::POST, "/webhooks", webhook).await
}

async fn get(api: &Api, path: &str) -> Reply {
    let reply = api.tell(Method::GET, &format!("/webhooks{path}"), &json!({})).await;
    reply.must_be(200);
    reply
}
