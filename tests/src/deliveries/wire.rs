//! The connection of one sender, which is kept: a request as it is, and the status of the reply.
//!
//! An HTTP library would hide what matters here: it repeats what it deems unsent, and keeps connections of those who are gone.

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::{Result, TOKEN};

/// The longest head of a reply, in bytes.
const LONGEST: usize = 4096;

/// A way to the receiver at one address.
pub(super) struct Wire {
    address: String,
    stream: Option<BufReader<TcpStream>>,
}

impl Wire {
    pub(super) fn new(address: String) -> Self {
        Self { address, stream: None }
    }

    /// Delivers `body` and tells the status of the reply.
    pub(super) async fn post(&mut self, body: &str) -> Result<u16> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.connect().await?,
        };
        let request = format!(
            "POST /webhooks HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).await?;
        let (status, length) = head(&mut stream).await?;
        stream.read_exact(&mut vec![0; length]).await?;
        self.stream = Some(stream);
        Ok(status)
    }

    async fn connect(&self) -> Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(&self.address).await?;
        stream.set_nodelay(true)?;
        Ok(BufReader::new(stream))
    }
}

/// The status of a reply, and how long its body is.
async fn head(stream: &mut BufReader<TcpStream>) -> Result<(u16, usize)> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = stream.read_line(&mut head).await?;
        if read == 0 || head.len() > LONGEST {
            return Err("the connection ended amid a reply".into());
        }
    }
    let head = head.to_ascii_lowercase();
    let status = head.split(' ').nth(1).ok_or("a reply without a status")?.parse()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:")).map_or("0", str::trim);
    Ok((status, length.parse()?))
}
