use std::{
    future::pending,
    sync::{Arc, Mutex},
    time::Instant,
};

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::*;
use crate::{
    time::SystemClock,
    webhook::{MemoryInbox, Receiver, ReceiverBuilder, Refusal},
};

const ID: &str = "sender@cashlink";
const SECRET: &str = "secret/with+odd=signs%41&more";
const NEXT: &str = "the-secret-that-comes-next";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const GRANT: &str = "grant_type=client_credentials";
const ESCAPED: &str = "client_id=sender%40cashlink&client_secret=secret%2Fwith%2Bodd%3Dsigns%2541%26more";

/// Stands still until it is put forward.
#[derive(Clone, Debug)]
struct Held(Instant, Arc<Mutex<Duration>>);

impl Held {
    fn new() -> Self {
        Self(SystemClock.now(), Arc::default())
    }

    fn put_forward(&self, seconds: u64) {
        *self.1.lock().unwrap() += Duration::from_secs(seconds);
    }
}

impl Clock for Held {
    fn now(&self) -> Instant {
        self.0 + *self.1.lock().unwrap()
    }

    fn wall(&self) -> Timestamp {
        Timestamp::constant(1_767_225_600, 0) + *self.1.lock().unwrap()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(pending())
    }
}

#[test]
fn a_client_is_given_a_token_however_it_writes_its_credentials() {
    let receiver = receiver(Held::new(), |builder| builder);
    let basic = |text: String| ("authorization", format!("Basic {}", BASE64_STANDARD.encode(text)));
    let escaped = "secret%2Fwith%2Bodd%3Dsigns%2541%26more";
    let form = ("Content-Type", "Application/X-WWW-Form-URLencoded; charset=UTF-8".to_owned());
    for (authorization, body) in [
        (None, format!("{GRANT}&{ESCAPED}")),
        (None, format!("{ESCAPED}&audience=here&scope=webhooks%3Adeliver&{GRANT}")),
        (Some(basic(format!("{ID}:{SECRET}"))), GRANT.to_owned()),
        (Some(basic(format!("sender%40cashlink:{escaped}"))), format!("{GRANT}&scope=")),
        (Some(basic(format!("{ID}:{SECRET}"))), format!("{GRANT}&client_id=sender%40cashlink")),
        (
            Some(("Authorization", format!("bAsIc {}", BASE64_STANDARD_NO_PAD.encode(format!("{ID}:{SECRET}"))))),
            format!("{GRANT}&scope=webhooks:deliver+webhooks:deliver"),
        ),
    ] {
        let reply = receiver.token(authorization.into_iter().chain([form.clone()]), body.as_bytes());
        assert_eq!(reply.status(), 200, "{body}");
        let json: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
        assert_eq!(json["token_type"], "Bearer");
        assert_eq!(json["expires_in"], 600);
        assert_eq!(json["scope"], "webhooks:deliver");
        let headers: Vec<_> = reply.headers().map(|(name, value)| format!("{name}: {value}")).collect();
        assert_eq!(headers, ["cache-control: no-store", "pragma: no-cache", "content-type: application/json"]);
        admit(&receiver, json["access_token"].as_str().unwrap()).unwrap();
        assert!(!format!("{reply:?}").contains("cwt1"), "{reply:?}");
    }
}

#[test]
fn everything_else_is_refused_by_a_code_of_the_standard() {
    let receiver = receiver(Held::new(), |builder| builder);
    let basic = |text: &str| ("authorization", format!("Basic {}", BASE64_STANDARD.encode(text)));
    let good = basic(&format!("{ID}:{SECRET}"));
    let with = |authorization: Option<(&'static str, String)>| authorization.into_iter().chain([form()]);
    let check = |headers: &mut dyn Iterator<Item = (&'static str, String)>, body: &str, status: u16, code: &str| {
        let reply = receiver.token(headers, body.as_bytes());
        let text = std::str::from_utf8(reply.body()).unwrap();
        assert_eq!((reply.status(), text), (status, &*format!(r#"{{"error":"{code}"}}"#)), "{body}");
        let asks = reply.headers().any(|header| header == ("www-authenticate", r#"Basic realm="webhooks""#.to_owned()));
        assert_eq!(asks, status == 401);
    };
    let client = |authorization: Option<(&'static str, String)>, body: &str| {
        check(&mut with(authorization), body, 401, "invalid_client");
    };
    client(None, GRANT);
    client(None, &format!("{GRANT}&client_id=sender%40cashlink"));
    client(None, &format!("{GRANT}&client_id=sender%40cashlink&client_secret=wrong-secret-of-nobody"));
    client(None, &format!("{GRANT}&client_id=somebody&{}", &ESCAPED[30..]));
    client(Some(basic("")), GRANT);
    client(Some(basic(ID)), GRANT);
    client(Some(basic(&format!("{ID}:"))), GRANT);
    client(Some(basic(&format!("{ID}:{SECRET} "))), GRANT);
    client(Some(basic(&format!(":{ID}:{SECRET}"))), GRANT);
    client(Some(basic(&format!("{ID}\0:{SECRET}"))), GRANT);
    client(Some(("authorization", format!("Bearer {}", BASE64_STANDARD.encode(format!("{ID}:{SECRET}"))))), GRANT);
    client(Some(("authorization", "Basic !".to_owned())), &format!("{GRANT}&{ESCAPED}"));
    check(&mut [good.clone(), good.clone(), form()].into_iter(), GRANT, 401, "invalid_client");

    let request = |authorization: Option<(&'static str, String)>, body: &str| {
        check(&mut with(authorization), body, 400, "invalid_request");
    };
    request(Some(good.clone()), "");
    request(Some(good.clone()), "grant_type=");
    request(Some(good.clone()), &format!("{GRANT}&{GRANT}"));
    request(Some(good.clone()), &format!("{GRANT}&{ESCAPED}"));
    request(Some(good.clone()), &format!("{GRANT}&client_id=somebody"));
    request(None, &format!("{GRANT}&{ESCAPED}&client_secret=2"));
    request(None, "{}");
    check(&mut [good.clone()].into_iter(), GRANT, 400, "invalid_request");
    let json = ("content-type", "application/json".to_owned());
    check(&mut [good.clone(), json].into_iter(), r#"{"grant_type":"client_credentials"}"#, 400, "invalid_request");
    let gzip = ("content-encoding", "gzip".to_owned());
    check(&mut [good.clone(), form(), gzip].into_iter(), GRANT, 400, "invalid_request");

    check(&mut with(Some(good.clone())), "grant_type=password", 400, "unsupported_grant_type");
    check(&mut with(Some(good.clone())), &format!("{GRANT}&scope=admin"), 400, "invalid_scope");
    check(&mut with(Some(good)), &format!("{GRANT}&scope=webhooks:deliver+admin"), 400, "invalid_scope");
}

#[test]
fn what_is_too_long_or_for_nobody_is_not_looked_at() {
    let clients = receiver(Held::new(), |builder| builder);
    let body = format!("{GRANT}&{ESCAPED}&x={}", "x".repeat(LONGEST_FORM));
    let reply = clients.token([FORM], body.as_bytes());
    assert_eq!((reply.status(), reply.body()), (413, &b""[..]));

    let none = Receiver::builder(MemoryInbox::new()).bearer("bearer-token-of-the-sender").build().unwrap();
    let reply = none.token([FORM], format!("{GRANT}&{ESCAPED}").as_bytes());
    assert_eq!((reply.status(), reply.body()), (404, &b""[..]));
}

#[test]
fn a_token_is_good_for_its_time_and_as_long_as_the_secret_is() {
    let clock = Held::new();
    let lifetime = Duration::from_secs(60);
    let first = receiver(clock.clone(), |builder| builder.token_lifetime(lifetime));
    let token = token(&first);
    // Another process, or this one after a restart, that also knows a newer secret.
    let second = receiver(clock.clone(), |builder| builder.client(ID, NEXT));
    let third = Receiver::builder(MemoryInbox::new()).client(ID, NEXT).clock(clock.clone()).build().unwrap();
    clock.put_forward(59);
    admit(&first, &token).unwrap();
    admit(&second, &token).unwrap();
    assert_eq!(admit(&third, &token).unwrap_err(), Refusal::Credentials);
    clock.put_forward(1);
    assert_eq!(admit(&first, &token).unwrap_err(), Refusal::Credentials);
    assert_eq!(admit(&second, &token).unwrap_err(), Refusal::Credentials);
}

#[test]
fn a_client_secret_is_no_bearer_token() {
    let receiver = receiver(Held::new(), |builder| builder);
    assert_eq!(admit(&receiver, SECRET).unwrap_err(), Refusal::Credentials);
}

#[test]
fn strangers_use_up_their_own_permits_and_never_those_of_a_client() {
    let clock = Held::new();
    let other = "another-secret-of-another-client";
    let receiver = receiver(clock.clone(), |builder| builder.client("other", other));
    let statuses = |body: &str, times: usize| {
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..times {
            *counts.entry(receiver.token([FORM], body.as_bytes()).status()).or_insert(0) += 1;
        }
        counts.into_iter().collect::<Vec<_>>()
    };
    let wrong = format!("{GRANT}&client_id=sender%40cashlink&client_secret=guess");
    let good = format!("{GRANT}&{ESCAPED}");
    assert_eq!(statuses(&wrong, 10_000), [(401, 60), (429, 9_940)]);
    assert_eq!(statuses(&good, 10_000), [(200, 600), (429, 9_400)]);
    assert_eq!(statuses(&format!("{GRANT}&client_id=other&client_secret={other}"), 1), [(200, 1)]);
    let refused = receiver.token([FORM], wrong.as_bytes());
    assert!(refused.headers().any(|header| header == ("retry-after", "1".to_owned())));
    assert_eq!(refused.body(), b"");

    clock.put_forward(1);
    assert_eq!(statuses(&wrong, 10), [(401, 1), (429, 9)]);
    assert_eq!(statuses(&good, 20), [(200, 10), (429, 10)]);
}

#[test]
fn every_unsafe_client_is_named() {
    let builder = || Receiver::builder(MemoryInbox::new());
    let wrong = builder()
        .client("", SECRET)
        .client("a:b", SECRET)
        .client("with space", "short")
        .client("x".repeat(256), "x".repeat(4097))
        .client(ID, SECRET)
        .token_lifetime(Duration::from_secs(59));
    let error = wrong.build().unwrap_err();
    let paths: Vec<_> = error.problems().unwrap().iter().map(|problem| problem.path.as_str()).collect();
    let expected =
        ["client[0].id", "client[1].id", "client[2].id", "client[2].secret", "client[3].id", "client[3].secret"];
    assert_eq!(paths, [&expected[..], &["token_lifetime"]].concat());
    builder().client("x".repeat(255), "x".repeat(16)).token_lifetime(Duration::from_secs(3600)).build().unwrap();
    let printed = format!("{:?} {:?}", builder().client(ID, SECRET), receiver(Held::new(), |builder| builder));
    assert!(!printed.contains(SECRET), "{printed}");
}

fn receiver(clock: Held, configure: impl FnOnce(ReceiverBuilder) -> ReceiverBuilder) -> Receiver {
    configure(Receiver::builder(MemoryInbox::new()).client(ID, SECRET).clock(clock)).build().unwrap()
}

fn form() -> (&'static str, String) {
    (FORM.0, FORM.1.to_owned())
}

fn token(receiver: &Receiver) -> String {
    let reply = receiver.token([FORM], format!("{GRANT}&{ESCAPED}").as_bytes());
    let json: serde_json::Value = serde_json::from_slice(reply.body()).unwrap();
    json["access_token"].as_str().unwrap().to_owned()
}

fn admit(receiver: &Receiver, token: &str) -> Result<(), Refusal> {
    let headers = [("authorization", format!("Bearer {token}")), ("content-type", "application/json".to_owned())];
    receiver.admit(headers).map(|_| ())
}
