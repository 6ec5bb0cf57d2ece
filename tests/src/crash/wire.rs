//! Messages of HTTP/1.1, read whole.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt};

const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// A message as it came.
pub(super) struct Message {
    pub(super) bytes: Vec<u8>,
    /// Whether its last byte is there.
    pub(super) is_whole: bool,
}

impl Message {
    /// Method and path of a request.
    pub(super) fn target(&self) -> Option<(&str, &str)> {
        let line = self.bytes.split(|byte| *byte == b'\r').next()?;
        let mut words = std::str::from_utf8(line).ok()?.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        Some((method, target.split('?').next()?))
    }
}

/// Reads one message after the other.
pub(super) struct Messages<R> {
    stream: R,
    read: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Messages<R> {
    pub(super) fn new(stream: R) -> Self {
        Self { stream, read: Vec::new() }
    }

    /// The next message, as far as it comes; nothing if the connection ends before it has a head.
    pub(super) async fn next(&mut self) -> io::Result<Option<Message>> {
        let head = loop {
            if let Some(end) = end_of_head(&self.read) {
                break end;
            }
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Ok(None);
            }
        };
        let size = head + length(&self.read[..head])?;
        while self.read.len() < size {
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Ok(Some(Message { bytes: std::mem::take(&mut self.read), is_whole: false }));
            }
        }
        let rest = self.read.split_off(size);
        Ok(Some(Message { bytes: std::mem::replace(&mut self.read, rest), is_whole: true }))
    }
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    let start = bytes.windows(END_OF_HEAD.len()).position(|window| window == END_OF_HEAD)?;
    Some(start + END_OF_HEAD.len())
}

/// The length of the body behind `head`.
fn length(head: &[u8]) -> io::Result<usize> {
    let head = String::from_utf8_lossy(head);
    let mut length = 0;
    for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().map_err(io::Error::other)?,
            "transfer-encoding" => return Err(io::Error::other("a body of unknown length")),
            _ => {}
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_are_told_apart_and_half_a_message_is_known_as_such() {
        let sent = b"PATCH /a/?b=c HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}GET /d HTTP/1.1\r\n\r\nPOST /e HTTP/1.1\r\n\
                     content-length: 9\r\n\r\nhalf";
        let mut messages = Messages::new(&sent[..]);
        for (target, is_whole) in [(("PATCH", "/a/"), true), (("GET", "/d"), true), (("POST", "/e"), false)] {
            let message = messages.next().await.unwrap().unwrap();
            assert_eq!((message.target(), message.is_whole), (Some(target), is_whole));
        }
        assert!(messages.next().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_is_refused_and_not_passed_on_in_part() {
        let sent = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        assert!(Messages::new(&sent[..]).next().await.is_err());
    }
}
