//! What is wrong with a delivery, and the status that says so.

use std::{net::SocketAddr, time::Duration};

use cashlink::webhook::{Inbox as _, Recorded};
use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::server::{Reply, Server, TOKEN, bearer, event, peak_memory, post, read};

const JSON: &str = "Content-Type: application/json\r\n";

fn request(headers: &str, body: &str) -> Vec<u8> {
    post("/hooks", headers, body)
}

#[tokio::test]
async fn whoever_has_no_good_credentials_gets_the_same_answer_whatever_is_sent() {
    let server = Server::start(|builder| builder).await;
    let good = event("PAID", "2026-01-01T00:00:00Z");
    let huge = "x".repeat(100_000);
    let expected = Reply { status: 401, headers: vec!["www-authenticate: bearer".to_owned()], body: String::new() };
    for (headers, body) in [
        (JSON.to_owned(), &good),
        (bearer("wrong-token-of-a-stranger"), &good),
        (bearer(&TOKEN[1..]), &good),
        (bearer(&format!("{TOKEN}{TOKEN}")), &good),
        (bearer(""), &good),
        (bearer("t\u{f6}ken"), &good),
        (format!("Authorization: Basic {TOKEN}\r\n{JSON}"), &good),
        (format!("{}Authorization: Bearer {TOKEN}\r\n", bearer(TOKEN)), &good),
        (String::new(), &huge),
        ("Content-Encoding: gzip\r\n".to_owned(), &String::new()),
    ] {
        assert_eq!(server.send(&request(&headers, body)).await, expected, "{headers}");
    }
    assert_eq!(server.inbox.list(0, 1).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_wrong_with_a_delivery_is_a_status_and_nothing_more() {
    let server = Server::start(|builder| builder).await;
    let good = event("PAID", "2026-01-01T00:00:00Z");
    let nested = format!(r#"{{"note":{}"#, "[".repeat(50_000));
    let check = async |headers: &str, body: &str, status: u16| {
        let headers = format!("Authorization: Bearer {TOKEN}\r\n{headers}");
        let expected = Reply { status, headers: Vec::new(), body: String::new() };
        assert_eq!(server.send(&request(&headers, body)).await, expected, "{headers}{body:.60}");
    };
    check("", &good, 415).await;
    check("Content-Type: text/plain\r\n", &good, 415).await;
    check("Content-Type: application/x-www-form-urlencoded\r\n", &good, 415).await;
    check("Content-Type: application/json; charset=utf-16\r\n", &good, 415).await;
    check(&format!("Content-Encoding: gzip\r\n{JSON}"), &good, 415).await;
    check(JSON, &"x".repeat(64 * 1024 + 1), 413).await;
    check(JSON, "", 400).await;
    check(JSON, "{", 400).await;
    check(JSON, &good[..good.len() - 1], 400).await;
    check(JSON, &nested, 400).await;
    check(JSON, &"[".repeat(50_000), 400).await;
    check(JSON, "[]", 422).await;
    check(JSON, r#"{"status":"PAID"}"#, 422).await;
    check(JSON, &event("", "2026-01-01T00:00:00Z"), 422).await;
    check(JSON, &event(&"X".repeat(65), "2026-01-01T00:00:00Z"), 422).await;
    check(JSON, &event("PAID", "now"), 422).await;
    check(JSON, &event("PAID", "2026-01-02T00:00:01Z"), 422).await;
    check(JSON, &event("PAID", "9999-12-30T00:00:00Z"), 422).await;
    assert_eq!(server.inbox.list(0, 1).await.unwrap(), []);

    // An investment that nobody knows, a status that nobody knows, and a time long ago are taken down.
    check(JSON, &event("PAID", "2026-01-01T00:00:00Z"), 204).await;
    check(JSON, &event("SEQUESTERED", "2026-01-02T00:00:00Z"), 204).await;
    check(JSON, &event("ACCEPTED", "0001-01-01T00:00:00Z"), 204).await;
    check(JSON, &event("PAID", "2026-01-01T01:00:00+01:00"), 204).await;
    let recorded: Vec<_> = server.inbox.list(0, 9).await.unwrap().iter().map(|received| received.recorded).collect();
    assert_eq!(recorded, [Recorded::Applied, Recorded::Applied, Recorded::Late]);

    // What was too far ahead is taken when its time has come.
    server.clock.put_forward(Duration::from_secs(1));
    check(JSON, &event("PAID", "2026-01-02T00:00:01Z"), 204).await;
}

#[tokio::test]
async fn a_stranger_s_body_is_not_waited_for_and_a_friend_s_for_ten_seconds() {
    let server = Server::start(|builder| builder).await;
    let head = |headers: &str| {
        format!("POST /hooks HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 500\r\n{headers}\r\n")
    };
    assert_eq!(server.send(head(JSON).as_bytes()).await.status, 401);

    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head(&bearer(TOKEN)).as_bytes()).await.unwrap();
    stream.write_all(b"{\"investment").await.unwrap();
    server.clock.has_sleepers(1).await;
    server.clock.put_forward(Duration::from_secs(10));
    assert_eq!(read(&mut stream).await.status, 408);
}

#[tokio::test]
async fn bodies_without_end_are_read_up_to_the_limit_however_many_come_at_once() {
    let server = Server::start(|builder| builder).await;
    let before = peak_memory();
    let statuses = join_all((0..32).map(|_| endless(server.address))).await;
    assert_eq!(statuses, ["HTTP/1.1 413"; 32]);
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        assert!(after - before < 20 * 1024, "{} KiB more", after - before);
    }
}

/// Sends for as long as the server lets it, and returns how the answer begins.
async fn endless(address: SocketAddr) -> String {
    let head = format!("POST /hooks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n{}\r\n", bearer(TOKEN));
    let (mut answers, mut sender) = TcpStream::connect(address).await.unwrap().into_split();
    sender.write_all(head.as_bytes()).await.unwrap();
    let sending = tokio::spawn(async move {
        let chunk = format!("400\r\n{}\r\n", " ".repeat(1024));
        while sender.write_all(chunk.as_bytes()).await.is_ok() {}
    });
    let mut status = [0; 12];
    answers.read_exact(&mut status).await.unwrap();
    drop(answers);
    sending.await.unwrap();
    String::from_utf8(status.to_vec()).unwrap()
}

#[tokio::test]
async fn only_a_post_is_a_delivery() {
    let server = Server::start(|builder| builder).await;
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"] {
        let request = format!("{method} /hooks HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{}\r\n", bearer(TOKEN));
        let expected = Reply { status: 405, headers: vec!["allow: post".to_owned()], body: String::new() };
        assert_eq!(server.send(request.as_bytes()).await, expected);
    }
}
