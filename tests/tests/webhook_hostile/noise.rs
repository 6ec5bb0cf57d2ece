//! Deliveries, tokens and requests for tokens that are drawn at random: nothing panics, and nothing gets in without
//! credentials.

use cashlink::webhook::{MemoryInbox, Receiver, Refusal};
use fastrand::Rng;
use futures_util::FutureExt as _;

use crate::{
    clock::HeldClock,
    server::{Server, TOKEN, bearer, event, post},
};

const SECRET: &str = "client-secret-Zq7-of-the-sender";
const ROUNDS: u64 = 8_000;

type Headers = Vec<(String, Vec<u8>)>;

#[test]
fn random_deliveries_get_in_with_credentials_alone() {
    let receiver = receiver();
    let (mut taken, mut admitted) = (0, 0);
    for seed in 0..ROUNDS {
        let mut rng = Rng::with_seed(seed);
        let headers = headers(&mut rng, |rng| match rng.u8(0..3) {
            0 => format!("Bearer {TOKEN}"),
            1 => format!("bearer  {TOKEN} "),
            _ => format!("Basic {TOKEN}"),
        });
        let body = mutated(&mut rng, event("PAID", "2026-01-01T00:00:00Z").as_bytes());
        let given: Vec<_> = headers.iter().map(|(name, value)| (name, value)).collect();
        let verdict = receiver.receive(given, &body).now_or_never().unwrap();
        let expected = is_good(&headers);
        assert_eq!(verdict.refusal() != Some(Refusal::Credentials), expected, "seed {seed}: {headers:?}");
        assert!(matches!(verdict.status(), 204 | 400 | 401 | 413 | 415 | 422), "seed {seed}");
        assert_eq!(verdict.body(), b"", "seed {seed}");
        taken += u32::from(verdict.recorded().is_some());
        admitted += u32::from(expected);
    }
    // The draw reaches both sides of each decision.
    assert!(taken > 50 && admitted > 500 && u64::from(admitted) < ROUNDS - 500, "{taken} of {admitted}");
}

#[test]
fn random_tokens_are_refused() {
    let receiver = receiver();
    let form = format!("grant_type=client_credentials&client_id=sender&client_secret={SECRET}");
    let reply = receiver.token([("content-type", "application/x-www-form-urlencoded")], form.as_bytes());
    let text = std::str::from_utf8(reply.body()).unwrap();
    let token = text.split('"').find(|part| part.starts_with("cwt1_")).unwrap();
    let mut unchanged = 0;
    for seed in 0..ROUNDS {
        let mut rng = Rng::with_seed(seed);
        let given = mutated(&mut rng, token.as_bytes());
        let value = [b"Bearer ", &given[..]].concat();
        let headers = [("authorization", &value[..]), ("content-type", b"application/json")];
        let is_same = trimmed(&given) == token.as_bytes();
        assert_eq!(receiver.admit(headers).is_ok(), is_same, "seed {seed}: {value:?}");
        unchanged += u32::from(is_same);
    }
    assert!(unchanged > 500, "{unchanged}");
}

#[test]
fn random_requests_for_tokens_get_one_for_the_secret_alone() {
    let clock = HeldClock::new();
    let builder = Receiver::builder(MemoryInbox::new()).client("sender", SECRET).clock(clock.clone());
    let receiver = builder.build().unwrap();
    let mut given = 0;
    for seed in 0..ROUNDS {
        // So that nobody is turned away for asking too often.
        clock.put_forward(std::time::Duration::from_secs(1));
        let mut rng = Rng::with_seed(seed);
        // `sender` and the secret.
        let basic = "Basic c2VuZGVyOmNsaWVudC1zZWNyZXQtWnE3LW9mLXRoZS1zZW5kZXI=";
        let by_header = rng.bool();
        let mut headers = if by_header { headers(&mut rng, |_| basic.to_owned()) } else { Headers::new() };
        headers.push(("content-type".to_owned(), b"application/x-www-form-urlencoded".to_vec()));
        let form = format!("grant_type=client_credentials&client_id=sender&client_secret={SECRET}");
        let form = if by_header { &form[..29] } else { &form[..] };
        let form = mutated(&mut rng, form.as_bytes());
        let reply = receiver.token(headers.iter().map(|(name, value)| (name, value)), &form);
        assert!(matches!(reply.status(), 200 | 400 | 401 | 413), "seed {seed}: {}", reply.status());
        if reply.status() == 200 {
            given += 1;
            let has = |text: &str, part: &str| text.contains(part);
            let in_form = has(&String::from_utf8_lossy(&form), SECRET);
            let in_header = headers.iter().any(|(_, value)| has(&String::from_utf8_lossy(value), &basic[6..50]));
            assert!(in_form || in_header, "seed {seed}: {headers:?}");
        }
    }
    assert!((500..ROUNDS - 500).contains(&given), "{given}");
}

#[tokio::test]
async fn random_bytes_over_http_leave_the_server_as_it_was() {
    let server = Server::start(|builder| builder.client("sender", SECRET)).await;
    let good = post("/hooks", &bearer("wrong-token-of-a-stranger"), &event("PAID", "2026-01-01T00:00:00Z"));
    for seed in 0..500 {
        let status = server.send_and_hang_up(&mutated(&mut Rng::with_seed(seed), &good)).await.status;
        assert!(!(200..300).contains(&status), "seed {seed}: {status}");
    }
    let good = post("/hooks", &bearer(TOKEN), &event("PAID", "2026-01-01T00:00:00Z"));
    assert_eq!(server.send(&good).await.status, 204);
}

fn receiver() -> Receiver {
    let builder = Receiver::builder(MemoryInbox::new()).bearer(TOKEN).client("sender", SECRET);
    builder.clock(HeldClock::new()).build().unwrap()
}

/// Headers of a delivery, most of them good, in any order and number.
fn headers(rng: &mut Rng, authorization: impl Fn(&mut Rng) -> String) -> Headers {
    let mut headers = Headers::new();
    for _ in 0..rng.usize(0..6) {
        let (name, value) = match rng.u8(0..6) {
            0 | 1 => ("Authorization", authorization(rng)),
            2 | 3 => ("content-type", "application/json".to_owned()),
            4 => ("content-length", rng.u32(0..100_000).to_string()),
            _ => ("x-other", TOKEN.to_owned()),
        };
        let value = if rng.u8(0..4) == 0 { mutated(rng, value.as_bytes()) } else { value.into_bytes() };
        headers.push((name.to_owned(), value));
    }
    headers
}

/// Whether a stranger to the code under test would say that these headers hold the credentials once.
fn is_good(headers: &Headers) -> bool {
    let given: Vec<_> = headers.iter().filter(|(name, _)| name == "Authorization").collect();
    let [(_, value)] = &given[..] else {
        return false;
    };
    let value = trimmed(value);
    let is_bearer = value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "));
    is_bearer && trimmed(&value[7..]) == TOKEN.as_bytes()
}

/// Without what may stand around a header.
fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// `bytes` as they are, or with some of them changed, left out, doubled, or more between them.
fn mutated(rng: &mut Rng, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(0..4) {
        let at = rng.usize(0..=bytes.len());
        let end = rng.usize(at..=bytes.len());
        match rng.u8(0..6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.insert(at, rng.u8(..)),
            3 => bytes.insert(at, rng.alphanumeric() as u8),
            4 => bytes.extend_from_within(at..end),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << rng.u8(0..8)),
        }
    }
    bytes
}
