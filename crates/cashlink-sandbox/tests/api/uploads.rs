//! Uploads: streamed, hashed, bounded.

use cashlink_sandbox::Sandbox;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Api, Reply, read};

const PATH: &str = "/v2/documents/";

#[tokio::test]
async fn a_document_is_remembered_by_its_digest() {
    let api = Api::start().await;
    let part = Part::bytes(b"abc".as_slice()).file_name("secret name.pdf").mime_str("application/pdf").unwrap();
    let id = send(&api, Form::new().text("note", "first").part("file", part)).await.id();
    let document = api.sandbox.document(id.parse().unwrap()).unwrap();
    assert_eq!(document.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!((document.size, document.content_type.as_str()), (3, "application/pdf"));
    assert_eq!(document.name, "secret name.pdf");
    assert!(!format!("{document:?}").contains("secret"));
}

#[tokio::test]
async fn a_file_may_be_named_in_any_of_the_ways_that_clients_have() {
    let api = Api::start().await;
    check(&api, "name=\"file\"; filename=\"a;b \\\"c\\\".pdf\"", "a;b \"c\".pdf").await;
    check(&api, "name=\"file\"; filename=\"ü.pdf\"", "ü.pdf").await;
    check(&api, "filename=a.pdf; name=file", "a.pdf").await;
    check(&api, "name=\"file\"; filename*=UTF-8''%C3%BC%20b.pdf", "ü b.pdf").await;
    check(&api, "name=\"file\"; filename*=utf-8'de'%C3%BC.pdf; filename=\"u.pdf\"", "ü.pdf").await;
    check(&api, "name=\"file\"; filename=\"u.pdf\"; filename*=\"UTF-8''%C3%BC.pdf\"", "ü.pdf").await;

    async fn check(api: &Api, disposition: &str, name: &str) {
        let form = format!("--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\nx\r\n--b--");
        let call = api.keyed(PATH, &api.key()).header("Content-Type", "multipart/form-data; boundary=\"b\"");
        let id = read(call.body(form)).await.unwrap().id();
        assert_eq!(api.sandbox.document(id.parse().unwrap()).unwrap().name, name);
    }
}

#[tokio::test]
async fn a_form_without_a_proper_file_is_refused() {
    let api = Api::start().await;
    let empty = Part::bytes(b"".as_slice()).file_name("x.pdf");
    check(&api, Form::new().text("other", "x"), "No file was submitted.").await;
    check(&api, Form::new().part("file", empty), "The submitted file is empty.").await;
    let unnamed = Part::bytes(b"x".as_slice()).file_name("");
    let text = "The submitted data was not a file. Check the encoding type on the form.";
    check(&api, Form::new().text("file", "x"), text).await;
    check(&api, Form::new().part("file", unnamed), text).await;

    async fn check(api: &Api, form: Form, message: &str) {
        assert_eq!(send(api, form).await.must_be(400)["file"], json!([message]));
    }
}

#[tokio::test]
async fn a_form_that_is_none_is_refused() {
    let api = Api::start().await;
    let call = |content_type: &'static str, body: &'static str| {
        read(api.keyed(PATH, &api.key()).header("Content-Type", content_type).body(body))
    };
    call("application/json", "{}").await.unwrap().must_be(415);
    call("multipart/form-data", "x").await.unwrap().must_be(400);
    call("multipart/form-data; boundary=b", "--b\r\nbroken").await.unwrap().must_be(400);
}

#[tokio::test]
async fn an_upload_beyond_the_limit_is_refused() {
    let api = Api::with(Sandbox::builder().max_body_bytes(1_000)).await;
    let form = |size: usize| Form::new().part("file", Part::bytes(vec![7; size]).file_name("x.pdf"));
    send(&api, form(100)).await.must_be(201);
    send(&api, form(1_500)).await.must_be(413);
}

#[tokio::test]
async fn what_the_head_says_is_too_large_is_refused_without_waiting_for_it() {
    let api = Api::with(Sandbox::builder().max_body_bytes(1_000)).await;
    check(&api, PATH, "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1001").await;
    check(&api, PATH, "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1001\r\nExpect: 100-continue")
        .await;
    check(&api, "/v2/investors/", "Content-Type: application/json\r\nContent-Length: 1048577").await;

    async fn check(api: &Api, path: &str, headers: &str) {
        let mut stream = TcpStream::connect(api.address()).await.unwrap();
        let token = &api.token;
        let head = format!(
            "POST /api/external{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{headers}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut status = [0; 13];
        stream.read_exact(&mut status).await.unwrap();
        assert_eq!(&status, b"HTTP/1.1 413 ", "{headers}");
    }
}

#[tokio::test]
async fn a_refusal_is_answered_after_the_upload_was_read() {
    let api = Api::start().await;
    // Larger than what the two sockets hold: not reading it would break the connection before the answer.
    let upload = format!("Content-Length: 20000000\r\n\r\n{}", "x".repeat(20_000_000));
    check(&api, "/v2/documents", 404, &upload).await;
    check(&api, "/v2/redemptions/7/", 405, &upload).await;
    check(&api, "/v2/documents/?page=x", 404, &upload).await;
    check(&api, "/v2/investors/", 413, &upload).await;

    async fn check(api: &Api, path: &str, status: u16, upload: &str) {
        let mut stream = TcpStream::connect(api.address()).await.unwrap();
        let head = format!(
            "POST /api/external{path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nConnection: close\r\n",
            api.token
        );
        stream.write_all(format!("{head}{upload}").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
    }
}

async fn send(api: &Api, form: Form) -> Reply {
    read(api.keyed(PATH, &api.key()).multipart(form)).await.unwrap()
}
