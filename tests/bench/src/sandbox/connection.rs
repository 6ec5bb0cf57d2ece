//! One connection that is kept: a request, its reply to the end, then the next.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

pub(crate) struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // What goes wrong with it is told to whoever sends.
        tokio::spawn(connection);
        Ok(Self { sender })
    }

    /// Sends `request` and reads the reply to its end without keeping it.
    pub(crate) async fn make(&mut self, request: Request<Full<Bytes>>) -> Result<()> {
        let mut body = self.answer(request).await?.into_body();
        while let Some(frame) = body.frame().await {
            frame?;
        }
        Ok(())
    }

    /// Sends `request` and reads the JSON of the reply.
    pub(super) async fn read(&mut self, request: Request<Full<Bytes>>) -> Result<Value> {
        let bytes = self.answer(request).await?.into_body().collect().await?.to_bytes();
        Ok(serde_json::from_slice(&bytes)?)
    }

    async fn answer(&mut self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>> {
        self.sender.ready().await?;
        let what = format_args!("{} {}", request.method(), request.uri().path()).to_string();
        let response = self.sender.send_request(request).await?;
        ensure!(response.status().is_success(), "{what}: the server answered {}", response.status());
        Ok(response)
    }
}
