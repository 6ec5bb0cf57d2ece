//! Replies that are not what the API describes.

use std::time::Duration;

use cashlink::{Cashlink, IdempotencyKey, InvestmentId, Outcome};
use cashlink_sandbox::{Fault, Sandbox};
use cashlink_tests::{
    clock::JumpingClock,
    scripted::{Reply, ScriptedServer},
    session,
};
use uuid::Uuid;

use crate::{client, invitation, one_effect_under_one_key, printed};

#[tokio::test]
async fn unknown_enum_values_extra_fields_and_nulls_in_a_reply_are_read() {
    let sandbox = Sandbox::start().await.unwrap();
    let id = Uuid::from_u128(7);
    let body = format!(
        r#"{{"id":"{id}","status":"NEWLY_INVENTED","signed_at":null,"units":null,"bank_account":null,
             "added_later":{{"deep":[1,2.5,null]}}}}"#
    );
    sandbox.arm(Fault::reply(200, "application/json", &body).on("v2_investments_retrieve"));
    let client = client(&sandbox);
    let investment = client.platform().investments().retrieve(InvestmentId::from(id)).send().await.unwrap();
    assert_eq!(investment.status.as_str(), "NEWLY_INVENTED");
    assert!(investment.signed_at.is_none() && investment.units.is_none() && investment.bank_account.is_none());
}

#[tokio::test]
async fn a_gateway_page_is_overcome_if_it_passes_and_leaves_the_outcome_unknown_if_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let key = IdempotencyKey::new("gateway-1").unwrap();
    sandbox.arm(Fault::html_reply(502).on("v2_invitations_create"));
    client.platform().invitations().create(&invitation(&sandbox)).key(key).send().await.unwrap();
    assert_eq!(session::applied(&sandbox)["v2_invitations_create"], 1);

    sandbox.arm(Fault::html_reply(502).on("v2_invitations_create").times(100));
    let key = IdempotencyKey::new("gateway-2").unwrap();
    let error =
        client.platform().invitations().create(&invitation(&sandbox)).key(key.clone()).send().await.unwrap_err();
    assert_eq!((error.status(), error.outcome(), error.key()), (Some(502), Outcome::Unknown, Some(&key)));
    assert!(error.is_transient() && error.attempts() > 1);
    assert!(error.api().unwrap().body().starts_with(b"<"), "the page is there for who asks for it");
    assert!(!printed(&error).contains("<html"), "{}", printed(&error));
}

#[tokio::test]
async fn a_success_that_is_not_what_it_should_be_leaves_the_outcome_unknown() {
    for (content_type, body) in [
        ("application/json", r#"{"id": "0194b1"#),
        ("application/json", r#"{"id": 4711}"#),
        ("application/json", "[]"),
        ("application/json", ""),
        ("text/html", "<html>all well</html>"),
    ] {
        let sandbox = Sandbox::start().await.unwrap();
        sandbox.arm(Fault::reply(201, content_type, body).on("v2_invitations_create").times(100));
        let request = client(&sandbox);
        // A random key might hold the digits that must not be printed.
        let key = IdempotencyKey::new("odd-reply").unwrap();
        let error = request.platform().invitations().create(&invitation(&sandbox)).key(key).send().await.unwrap_err();
        assert!(error.is_decode(), "{body}: {error:?}");
        assert_eq!((error.outcome(), error.status()), (Outcome::Unknown, Some(201)), "{body}");
        assert!(!printed(&error).contains("4711") && !printed(&error).contains("0194b1"), "{error:?}");
    }
}

#[tokio::test]
async fn a_read_has_no_effect_that_could_be_unknown() {
    let sandbox = Sandbox::start().await.unwrap();
    for fault in [
        Fault::reset_before_commit(),
        Fault::truncated_reply(),
        Fault::html_reply(502),
        Fault::reply(200, "application/json", "[]"),
    ] {
        sandbox.arm(fault.on("v2_investments_retrieve").times(100));
        let id = InvestmentId::from(Uuid::from_u128(7));
        let error = client(&sandbox).platform().investments().retrieve(id).send().await.unwrap_err();
        assert_eq!((error.outcome(), error.may_have_applied()), (Outcome::NotSent, false), "{error:?}");
        assert!(error.attempts() > 1);
        sandbox.clear_faults();
    }
}

#[tokio::test]
async fn a_truncated_reply_is_asked_for_again_under_the_same_key() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.arm(Fault::truncated_reply().on("v2_invitations_create"));
    client(&sandbox).platform().invitations().create(&invitation(&sandbox)).send().await.unwrap();
    one_effect_under_one_key(&sandbox, "v2_invitations_create");
}

#[tokio::test]
async fn a_throttled_call_waits_exactly_as_long_as_it_was_told() {
    let sandbox = Sandbox::start().await.unwrap();
    let clock = JumpingClock::new();
    let client = session::builder(&sandbox).clock(clock.clone()).build().unwrap();
    sandbox.arm(Fault::throttle(Duration::from_secs(7)).on("v2_invitations_create"));
    client.platform().invitations().create(&invitation(&sandbox)).send().await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(7)]);

    sandbox.arm(Fault::throttle(Duration::from_secs(3600)).on("v2_invitations_create"));
    let error = client.platform().invitations().create(&invitation(&sandbox)).send().await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!((error.outcome(), error.retry_after()), (Outcome::Rejected, Some(Duration::from_secs(3600))));
    assert_eq!(clock.waits().len(), 1, "an hour is longer than a call waits");
}

#[tokio::test]
async fn retry_after_may_be_a_date() {
    let later = Reply::json(429, "{}").header("Retry-After", "Thu, 01 Jan 2026 00:00:09 GMT");
    let server = ScriptedServer::start([later, Reply::json(200, r#"{"results": []}"#)]).await.unwrap();
    let clock = JumpingClock::new();
    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "secret");
    let client = builder.clock(clock.clone()).build().unwrap();
    assert!(client.platform().investors().list().all().await.unwrap().is_empty());
    assert_eq!(clock.waits(), [Duration::from_secs(9)]);
}

#[tokio::test]
async fn a_reply_over_the_limit_is_not_read() {
    let large = Reply::json(200, &format!(r#"{{"results": [], "padding": "{}"}}"#, "x".repeat(4000)));
    let server = ScriptedServer::start(vec![large; 4]).await.unwrap();
    let builder = Cashlink::builder().base_url(server.url()).credentials("id", "secret").max_reply_bytes(2000);
    let client = builder.clock(JumpingClock::new()).build().unwrap();
    let error = client.platform().investors().list().all().await.unwrap_err();
    assert!(error.is_decode(), "{error:?}");
    assert_eq!(error.status(), Some(200));
}
