use std::{future::pending, time::Instant};

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::*;
use crate::{
    Error, InvestmentId,
    journal::{StoreError, StoreErrorKind},
    time::SystemClock,
    webhook::{Inbox, MemoryInbox, Received, Recorded, Standing},
};

const TOKEN: &str = "bearer-token-of-the-sender";
const JSON: (&str, &str) = ("content-type", "application/json");

/// Stands at the beginning of the second 1,000,000,000.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Instant {
        SystemClock.now()
    }

    fn wall(&self) -> Timestamp {
        Timestamp::constant(1_000_000_000, 0)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(pending())
    }
}

#[derive(Debug)]
struct Full;

impl Inbox for Full {
    fn record(&self, _: Event, _: Timestamp) -> BoxFuture<'_, Result<Recorded, StoreError>> {
        let error = StoreError::new(StoreErrorKind::Unavailable, "the disk is full");
        Box::pin(async { Err(error.with_source("value of a customer")) })
    }

    fn standing(&self, _: InvestmentId) -> BoxFuture<'_, Result<Option<Standing>, StoreError>> {
        Box::pin(async { Ok(None) })
    }

    fn list(&self, _: u64, _: usize) -> BoxFuture<'_, Result<Vec<Received>, StoreError>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

#[test]
fn one_good_token_is_needed_and_whatever_else_is_given_is_refused_alike() {
    let second = "another-live-bearer-token";
    let receiver = receiver(|builder| builder.bearer(second));
    let check = |headers: &[(&str, &str)], is_good: bool| {
        let headers = [headers, &[JSON]].concat();
        let examined = receiver.examine(headers, &event("2001-09-09T01:46:40Z"));
        if is_good {
            examined.unwrap();
        } else {
            let refusal = examined.unwrap_err();
            assert_eq!(refusal, Refusal::Credentials);
        }
    };
    let bearer = |token: &str| format!("Bearer {token}");
    check(&[("Authorization", &bearer(TOKEN))], true);
    check(&[("authorization", &format!("bEaReR  {second}"))], true);

    check(&[], false);
    check(&[("authorization", "")], false);
    check(&[("authorization", TOKEN)], false);
    check(&[("authorization", "Bearer ")], false);
    check(&[("authorization", &format!("Basic {TOKEN}"))], false);
    check(&[("authorization", &bearer("bearer-token-of-somebody-else"))], false);
    check(&[("authorization", &bearer(&TOKEN[1..]))], false);
    check(&[("authorization", &bearer(&TOKEN[..TOKEN.len() - 1]))], false);
    check(&[("authorization", &bearer(&TOKEN.to_uppercase()))], false);
    check(&[("authorization", &bearer(&format!("{TOKEN}{second}")))], false);
    check(&[("authorization", &bearer(TOKEN)), ("Authorization", &bearer(TOKEN))], false);
    check(&[("authorization", &bearer(TOKEN)), ("Authorization", &bearer("wrong"))], false);
    check(&[("x-authorization", &bearer(TOKEN))], false);
}

#[test]
fn a_stranger_learns_nothing_of_what_else_is_wrong() {
    let receiver = receiver(|builder| builder);
    let headers = [("content-length", "999999999"), ("content-type", "text/plain")];
    assert_eq!(receiver.examine(headers, b"{").unwrap_err(), Refusal::Credentials);
}

#[test]
fn a_body_is_an_event_of_now_or_it_is_refused() {
    let receiver = receiver(|builder| builder.max_body_bytes(1024));
    let check = |body: &[u8], expected: Option<Refusal>| {
        let headers = [("authorization", format!("Bearer {TOKEN}")), (JSON.0, JSON.1.to_owned())];
        assert_eq!(receiver.examine(headers, body).err(), expected);
    };
    check(&event("2001-09-09T01:46:40Z"), None);
    check(&event("-009999-01-02T01:59:59Z"), None);
    check(&event("2001-09-10T01:46:40Z"), None);
    check(&event("2001-09-10T01:46:40.000000001Z"), Some(Refusal::Early));
    check(&event("9999-12-30T22:00:00Z"), Some(Refusal::Early));
    check(&event("10000-01-01T00:00:00Z"), Some(Refusal::NotEvent));
    check(&[event("2001-09-09T01:46:40Z"), vec![b' '; 1024]].concat(), Some(Refusal::TooLarge));
    check(b"", Some(Refusal::NotJson));
    check(b"status=PAID", Some(Refusal::NotJson));
    check(&[event("2001-09-09T01:46:40Z"), b"{}".to_vec()].concat(), Some(Refusal::NotJson));
    check(format!(r#"{{"a":{}"#, "[".repeat(500)).as_bytes(), Some(Refusal::NotJson));
    check(b"{}", Some(Refusal::NotEvent));
}

#[test]
fn who_looks_far_enough_ahead_takes_every_time() {
    let receiver = receiver(|builder| builder.ahead(Duration::MAX));
    let headers = [("authorization", format!("Bearer {TOKEN}")), (JSON.0, JSON.1.to_owned())];
    receiver.examine(headers, &event("9999-12-30T22:00:00Z")).unwrap();
}

#[tokio::test]
async fn what_is_in_the_inbox_is_a_success_and_what_the_inbox_could_not_take_comes_again() {
    let headers = [("authorization", format!("Bearer {TOKEN}")), (JSON.0, JSON.1.to_owned())];
    let taken = receiver(|builder| builder);
    for expected in [Recorded::Applied, Recorded::Duplicate] {
        let verdict = taken.receive(headers.clone(), &event("2001-09-09T01:46:40Z")).await;
        assert_eq!((verdict.status(), verdict.recorded(), verdict.headers().count()), (204, Some(expected), 0));
    }

    let full = Receiver::builder(Full).bearer(TOKEN).clock(Still).build().unwrap();
    let verdict = full.receive(headers, &event("2001-09-09T01:46:40Z")).await;
    assert_eq!((verdict.status(), verdict.recorded(), verdict.refusal()), (503, None, None));
    assert_eq!(verdict.headers().collect::<Vec<_>>(), [("retry-after", "10")]);
    assert_eq!(verdict.failure().unwrap().to_string(), "the disk is full");
    assert_eq!(format!("{verdict:?}"), "Verdict { failure: Unavailable, .. }");
}

#[test]
fn a_refusal_is_a_status_and_no_more() {
    for (refusal, status) in [
        (Refusal::Credentials, 401),
        (Refusal::Length, 400),
        (Refusal::TooLarge, 413),
        (Refusal::MediaType, 415),
        (Refusal::NotJson, 400),
        (Refusal::NotEvent, 422),
        (Refusal::Early, 422),
    ] {
        let verdict = Verdict::from(refusal);
        assert_eq!((verdict.status(), verdict.body(), verdict.refusal()), (status, &b""[..], Some(refusal)));
        let headers: Vec<_> = verdict.headers().collect();
        assert_eq!(headers, if status == 401 { vec![("www-authenticate", "Bearer")] } else { vec![] });
    }
}

#[test]
fn every_unsafe_setting_is_named_and_none_is_printed() {
    let problems = |builder: ReceiverBuilder| {
        let error: Error = builder.build().unwrap_err();
        let problems = error.problems().unwrap();
        problems.iter().map(|problem| problem.path.clone()).collect::<Vec<_>>()
    };
    let builder = || Receiver::builder(MemoryInbox::new());
    assert_eq!(problems(builder()), ["bearer"]);
    let wrong =
        builder().bearer("x".repeat(15)).bearer(TOKEN).bearer("x".repeat(4097)).bearer("with spaces in between it");
    assert_eq!(problems(wrong.max_body_bytes(1023)), ["bearer[0]", "bearer[2]", "bearer[3]", "max_body_bytes"]);
    builder().bearer("x".repeat(16)).bearer("~".repeat(4096)).max_body_bytes(1024 * 1024).build().unwrap();

    let receiver = receiver(|builder| builder);
    let printed = format!("{:?} {receiver:?} {receiver:#?}", builder().bearer(TOKEN));
    assert!(!printed.contains(TOKEN) && !printed.contains("[1"), "{printed}");
}

fn receiver(configure: impl FnOnce(ReceiverBuilder) -> ReceiverBuilder) -> Receiver {
    configure(Receiver::builder(MemoryInbox::new()).bearer(TOKEN).clock(Still)).build().unwrap()
}

fn event(changed_at: &str) -> Vec<u8> {
    let id = "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11";
    format!(r#"{{"investment_id":"{id}","status":"PAID","changed_at":"{changed_at}"}}"#).into_bytes()
}
