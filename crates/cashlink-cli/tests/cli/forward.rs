//! `cashlink webhooks listen --forward`.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, Mutex},
    thread,
};

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    listen::{INVESTMENT, Listening, TOKEN, came_years_ago, listen, trigger},
    receiver::{Came, Receiver, Reply},
};

#[test]
fn what_counts_is_forwarded_in_order_under_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let target = Receiver::start(&[]);
    let mut command = listen(&folder.path().join("inbox.db"), &["--forward", &target.url]);
    command.env("CASHLINK_FORWARD_TOKEN", "token-of-the-target").env("CASHLINK_WEBHOOK_TOKEN", TOKEN);
    let mut listening = Listening::of(&mut command);
    for (status, second) in [("ACCEPTED", 2), ("ACCEPTED", 2), ("KYC_PENDING", 1), ("PAID", 3), ("DELIVERED", 4)] {
        trigger(listening.url(), INVESTMENT, status, second);
    }
    let came = [target.next(), target.next(), target.next()];
    assert_eq!(came.each_ref().map(|came| came.body["status"].as_str().unwrap()), ["ACCEPTED", "PAID", "DELIVERED"]);
    let body = json!({"investment_id": INVESTMENT, "status": "PAID", "changed_at": "2025-03-04T09:15:03Z"});
    assert_eq!((came[1].line.as_str(), &came[1].body), ("POST /hooks", &body));
    assert_eq!(came[1].headers["authorization"], "Bearer token-of-the-target");

    let line = listening.next_that_was("forwarded");
    assert_eq!((&line["status"], &line["reply_status"]), (&"ACCEPTED".into(), &204.into()));
    assert_eq!(came[0].headers["idempotency-key"], line["event_id"].as_str().unwrap());
    for status in ["PAID", "DELIVERED"] {
        assert_eq!(listening.next_that_was("forwarded")["status"], status);
    }
    assert_eq!(listening.stop("-INT"), (Some(0), String::new()));
    assert!(target.so_far().is_empty());
}

#[test]
fn what_could_not_be_forwarded_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let target = Receiver::start(&[Reply::Status(503), Reply::Cut]);
    let mut listening = Listening::start(&folder.path().join("inbox.db"), &["--forward", &target.url]);
    trigger(listening.url(), INVESTMENT, "PAID", 3);
    let first = listening.next_that_was("not_forwarded");
    assert_eq!((&first["reply_status"], &first["again_in_ms"]), (&503.into(), &1_000.into()));
    let second = listening.next_that_was("not_forwarded");
    assert_eq!((&second["reply_status"], &second["again_in_ms"]), (&Value::Null, &2_000.into()));
    let done = listening.next_that_was("forwarded");
    let came = [target.next(), target.next(), target.next()];
    for came in came {
        assert_eq!(came.headers["idempotency-key"], done["event_id"].as_str().unwrap());
    }
}

#[test]
fn what_was_never_forwarded_is_not_too_old_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox.db");
    let target = Receiver::start(&[Reply::Cut]);
    let mut first = Listening::start(&inbox, &["--forward", &target.url]);
    assert_eq!(first.deliver("PAID", 3), "applied");
    first.next_that_was("not_forwarded");
    first.stop("-KILL");
    came_years_ago(&inbox);

    let mut second = Listening::start(&inbox, &["--forward", &target.url]);
    assert_eq!(second.next_that_was("forwarded")["status"], "PAID");
}

#[test]
fn what_another_process_takes_down_is_forwarded_too() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox.db");
    let target = Receiver::start(&[]);
    let mut forwarding = Listening::start(&inbox, &["--forward", &target.url]);
    assert_eq!(forwarding.deliver("ACCEPTED", 2), "applied");
    assert_eq!(forwarding.next_that_was("forwarded")["status"], "ACCEPTED");
    let mut other = Listening::start(&inbox, &[]);
    assert_eq!(other.deliver("PAID", 3), "applied");
    assert_eq!(forwarding.next_that_was("forwarded")["status"], "PAID");
}

#[test]
fn killed_while_it_forwards_and_started_again_it_forwards_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox.db");
    // It takes one event, and then it takes another without an answer.
    let target = Receiver::start(&[Reply::Status(204), Reply::Silence]);
    let mut first = Listening::start(&inbox, &["--forward", &target.url]);
    let all = ["WAITING_FOR_ACCEPTANCE", "ACCEPTED", "PAID", "DELIVERED"];
    for (second, status) in (1..).zip(all) {
        assert_eq!(trigger(first.url(), INVESTMENT, status, second).code, Some(0));
    }
    assert_eq!(first.next_that_was("forwarded")["status"], all[0]);
    assert_eq!([target.next(), target.next()].map(|came| came.body["status"].clone()), all[..2]);
    first.stop("-KILL");

    // Nobody forwards meanwhile.
    let mut without = Listening::start(&inbox, &[]);
    assert_eq!(without.deliver("CANCELLATION", 5), "applied");
    without.stop("-KILL");

    let target = Receiver::start(&[]);
    let mut second = Listening::start(&inbox, &["--forward", &target.url]);
    // Behind it nothing is left.
    let last = "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11";
    assert_eq!(trigger(second.url(), last, "PAID", 6).code, Some(0));
    while second.next_that_was("forwarded")["investment_id"] != last {}
    assert_eq!(second.stop("-TERM"), (Some(0), String::new()));
    let came: Vec<_> = target.so_far().into_iter().map(|came| came.body["status"].clone()).collect();
    assert_eq!(came, ["ACCEPTED", "PAID", "DELIVERED", "CANCELLATION", "PAID"]);
}

#[test]
fn whenever_it_is_killed_every_event_that_counts_gets_there_in_order() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let events: VecDeque<Value> = (0..60).map(|second| event(Uuid::from_u128(random.u128(1..=6)), second)).collect();
    let expected = by_investment(events.iter().cloned());
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox.db");
    let replies: Vec<_> = (0..40).map(|_| if random.u8(..) < 8 { Reply::Cut } else { Reply::Status(204) }).collect();
    let target = Receiver::start(&replies);

    let left = Arc::new(Mutex::new(events));
    let mut kills = 0;
    while !left.lock().unwrap().is_empty() {
        let mut listening = Listening::start(&inbox, &["--forward", &target.url]);
        let sending = deliver_all(listening.url(), &left);
        for _ in 0..random.usize(1..20) {
            // The sender's last word.
            if listening.next()["what"] == "refused" {
                break;
            }
        }
        listening.stop("-KILL");
        sending.join().unwrap();
        kills += 1;
    }
    assert!(kills > 1, "seed {seed}");

    let mut listening = Listening::start(&inbox, &["--forward", &target.url]);
    let last = event(Uuid::from_u128(7), 0);
    assert_eq!(post(listening.url(), &last), Some(204));
    while listening.next_that_was("forwarded")["investment_id"] != last["investment_id"] {}
    assert_eq!(listening.stop("-TERM").0, Some(0));

    let (mut came, mut keys) = (target.so_far(), HashSet::new());
    came.retain(|came| keys.insert(came.headers["idempotency-key"].clone()));
    assert_eq!(came.pop().unwrap().body, last, "seed {seed}");
    assert_eq!(by_investment(came.into_iter().map(|came: Came| came.body)), expected, "seed {seed}");
}

/// The status of `investment` at a second, which is none that was told of it before.
fn event(investment: Uuid, second: u32) -> Value {
    json!({
        "investment_id": investment,
        "status": format!("STATUS_{second}"),
        "changed_at": format!("2025-03-04T09:15:{second:02}Z"),
    })
}

fn by_investment(events: impl Iterator<Item = Value>) -> HashMap<String, Vec<Value>> {
    let mut ordered = HashMap::<_, Vec<_>>::new();
    for event in events {
        ordered.entry(event["investment_id"].as_str().unwrap().to_owned()).or_default().push(event);
    }
    ordered
}

/// Delivers one event of `left` after the other until nobody answers any more, and in the end something that is refused.
fn deliver_all(url: &str, left: &Arc<Mutex<VecDeque<Value>>>) -> thread::JoinHandle<()> {
    let (url, left) = (url.to_owned(), Arc::clone(left));
    thread::spawn(move || {
        loop {
            let event = left.lock().unwrap().front().cloned().unwrap_or_default();
            if post(&url, &event) != Some(204) {
                return;
            }
            left.lock().unwrap().pop_front();
        }
    })
}

/// Delivers an event and returns the status of the reply, if one came.
pub(crate) fn post(url: &str, event: &Value) -> Option<u16> {
    let host = url.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host).ok()?;
    let body = event.to_string();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).ok()?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).ok()?;
    reply.split(' ').nth(1)?.parse().ok()
}
