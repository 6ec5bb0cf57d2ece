//! A receiver in axum, and a client that sends any bytes.

use std::net::SocketAddr;

use axum::Router;
use cashlink::webhook::{MemoryInbox, Receiver, ReceiverBuilder, WebhookService};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::clock::HeldClock;

pub(crate) const TOKEN: &str = "bearer-token-Zq7-of-the-sender";

/// A receiver at `/hooks` of a free port.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) inbox: MemoryInbox,
    pub(crate) clock: HeldClock,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(configure: impl FnOnce(ReceiverBuilder) -> ReceiverBuilder) -> Self {
        let (inbox, clock) = (MemoryInbox::new(), HeldClock::new());
        let builder = Receiver::builder(inbox.clone()).bearer(TOKEN).clock(clock.clone());
        let receiver = configure(builder).build().unwrap();
        let router = Router::new().nest_service("/hooks", WebhookService::new(receiver));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, inbox, clock, task }
    }

    /// Sends `request` on a connection of its own and returns the status, the rest of the head, and the body.
    pub(crate) async fn send(&self, request: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // A server may answer and hang up before it has read everything.
        let _ = stream.write_all(request).await;
        read(&mut stream).await
    }

    /// The same, and says that nothing more comes.
    pub(crate) async fn send_and_hang_up(&self, request: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let _ = stream.write_all(request).await;
        let _ = stream.shutdown().await;
        read(&mut stream).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A whole request on a connection of its own.
pub(crate) fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let start = format!("POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n");
    [start.as_bytes(), headers.as_bytes(), b"\r\n", body.as_bytes()].concat()
}

/// The headers of a good delivery with `token`.
pub(crate) fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n")
}

/// The body of a delivery.
pub(crate) fn event(status: &str, changed_at: &str) -> String {
    let id = "7b0c2f1e-5d0a-4a5e-9a55-0c7f4f1f2d11";
    format!(r#"{{"investment_id":"{id}","status":"{status}","changed_at":"{changed_at}","note":"Zq7"}}"#)
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Without the date and the length, in lower case, sorted.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

pub(crate) async fn read(stream: &mut TcpStream) -> Reply {
    let mut bytes = Vec::new();
    // What was answered before a connection was reset is in `bytes`.
    let _ = stream.read_to_end(&mut bytes).await;
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let mut headers: Vec<_> = lines.map(str::to_lowercase).collect();
    headers.retain(|line| !["date: ", "content-length: ", "connection: "].iter().any(|known| line.starts_with(known)));
    headers.sort();
    Reply { status: status.unwrap_or_default(), headers, body: body.to_owned() }
}

/// The most memory that this process has had so far, in KiB, where the system tells.
pub(crate) fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
