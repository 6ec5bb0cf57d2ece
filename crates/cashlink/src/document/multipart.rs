//! One document as a `multipart/form-data` body of known length.
//!
//! The HTTP library's own form gives its length only to its own request type, and chunked uploads are refused by many
//! WSGI servers; so the frame around the one part is written here.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::Stream;
use http_body::{Body, Frame, SizeHint};
use tokio_util::io::ReaderStream;
use uuid::Uuid;

use super::{Content, DocumentSource, open_file};

/// How much of a file is read at once.
const CHUNK: usize = 64 * 1024;

/// A body in flight.
pub(crate) struct Multipart {
    content_type: String,
    parts: [Option<Part>; 3],
    left: u64,
}

enum Part {
    Bytes(Bytes),
    File { stream: Pin<Box<ReaderStream<tokio::io::Take<tokio::fs::File>>>>, left: u64 },
}

impl Multipart {
    /// Opens the document afresh; it may have changed since it was checked against `limit`.
    pub(crate) async fn open(source: &DocumentSource, limit: u64) -> io::Result<Self> {
        let (part, size) = match &source.content {
            Content::Bytes(bytes) => (Part::Bytes(bytes.clone()), bytes.len() as u64),
            Content::File(path) => {
                let path = path.clone();
                let opened = tokio::task::spawn_blocking(move || open_file(&path)).await;
                let (file, left) = opened.map_err(io::Error::other)??;
                let reader = tokio::io::AsyncReadExt::take(tokio::fs::File::from_std(file), left);
                (Part::File { stream: Box::pin(ReaderStream::with_capacity(reader, CHUNK)), left }, left)
            }
        };
        if size > limit {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the file grew over the limit"));
        }
        if size == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the file became empty"));
        }
        let boundary = Uuid::new_v4().simple().to_string();
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
            quoted(&source.file_name),
            source.content_type,
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        let left = (head.len() + tail.len()) as u64 + size;
        let parts = [Some(Part::Bytes(head.into())), Some(part), Some(Part::Bytes(tail.into()))];
        Ok(Self { content_type: format!("multipart/form-data; boundary={boundary}"), parts, left })
    }

    /// The `Content-Type` header that belongs to the body.
    pub(crate) fn content_type(&self) -> &str {
        &self.content_type
    }
}

impl Body for Multipart {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        for slot in &mut this.parts {
            let chunk = match slot {
                None => continue,
                Some(Part::Bytes(bytes)) => {
                    let bytes = std::mem::take(bytes);
                    *slot = None;
                    bytes
                }
                Some(Part::File { stream, left }) => match ready!(stream.as_mut().poll_next(context)) {
                    Some(Ok(bytes)) => {
                        *left -= bytes.len() as u64;
                        bytes
                    }
                    Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                    None if *left == 0 => {
                        *slot = None;
                        continue;
                    }
                    None => {
                        let error =
                            io::Error::new(io::ErrorKind::UnexpectedEof, "the file became shorter while it was read");
                        return Poll::Ready(Some(Err(error)));
                    }
                },
            };
            this.left -= chunk.len() as u64;
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// A file name inside a quoted parameter, escaped as browsers do (WHATWG, multipart form data).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
