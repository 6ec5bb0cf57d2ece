//! A relay between client and server that keeps every byte, so that a test knows what really crossed the wire.

use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

type Bytes = Arc<Mutex<Vec<u8>>>;

/// Passes connections on to a server and keeps what crossed them in both directions.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    sent: Bytes,
    answered: Bytes,
    task: JoinHandle<()>,
}

impl Relay {
    /// Starts a relay on a free port, in front of the server at `origin` (`http://HOST:PORT`).
    ///
    /// # Errors
    ///
    /// Fails if no port is free.
    pub async fn start(origin: &str) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = origin.trim_start_matches("http://").to_owned();
        let (sent, answered) = (Bytes::default(), Bytes::default());
        let task = tokio::spawn(accept(listener, server, Arc::clone(&sent), Arc::clone(&answered)));
        Ok(Self { address, sent, answered, task })
    }

    /// The address for a client: `http://127.0.0.1:PORT/api/external`.
    pub fn url(&self) -> String {
        format!("http://{}/api/external", self.address)
    }

    /// Everything that clients sent, in the order of arrival.
    pub fn sent(&self) -> String {
        text(&self.sent)
    }

    /// Everything that the server answered, in the order of arrival.
    pub fn answered(&self) -> String {
        text(&self.answered)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn text(bytes: &Bytes) -> String {
    String::from_utf8_lossy(&bytes.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
}

async fn accept(listener: TcpListener, server: String, sent: Bytes, answered: Bytes) {
    while let Ok((client, _)) = listener.accept().await {
        // A server that refuses is passed on as a closed connection.
        let Ok(upstream) = TcpStream::connect(&server).await else { continue };
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), upstream.into_split());
        tokio::spawn(copy(from_client, to_server, Arc::clone(&sent)));
        tokio::spawn(copy(from_server, to_client, Arc::clone(&answered)));
    }
}

/// Copies until either side ends; a broken connection ends the copy, as it would end a direct one.
async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, kept: Bytes) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(size @ 1..) = from.read(&mut buffer).await {
        kept.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..size]);
        if to.write_all(&buffer[..size]).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}
