//! A success that cannot be understood.

use std::fmt;

use bytes::Bytes;
use http::StatusCode;

use super::KEPT_BODY;

/// A success that cannot be understood: where, and the reply as it came.
///
/// `Display` and `Debug` show the place and never a value. The [`body`](Self::body) may hold personal data, so decide
/// where it may go.
///
/// ```
/// # use cashlink::Error;
/// fn report(error: &Error) -> Option<String> {
///     let reply = error.decode()?;
///     // For eyes that may see personal data; `reply` itself, as text, is for everybody's log.
///     let raw = String::from_utf8_lossy(reply.body());
///     Some(format!("{} of {} bytes, at {:?}: {raw}", reply.body().len(), reply.body_bytes(), reply.path()))
/// }
/// ```
#[derive(Clone)]
pub struct DecodeError {
    status: Option<StatusCode>,
    path: Option<String>,
    reason: &'static str,
    body: Bytes,
    body_bytes: usize,
}

impl DecodeError {
    pub(crate) fn new(status: Option<StatusCode>, path: Option<String>, reason: &'static str, body: &[u8]) -> Self {
        // A copy, so that a small part does not keep a large reply in memory.
        let kept = Bytes::copy_from_slice(&body[..body.len().min(KEPT_BODY)]);
        Self { status, path, reason, body: kept, body_bytes: body.len() }
    }

    /// The HTTP status of the reply.
    pub fn status(&self) -> Option<u16> {
        self.status.map(|status| status.as_u16())
    }

    /// Where reading failed, such as `results[3].status`; nothing if it is the reply as a whole.
    ///
    /// It is a place in the reply, also where [`body`](Self::body) is one item of it. A list that came as a bare array
    /// is read as a page, so its places begin with `results`, too. A name that is not one of the API's form is shown
    /// as `?`, since it could be anything.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The first 64 KiB of the reply as it came, or of the one item of a list that cannot be read. It may hold personal
    /// data.
    ///
    /// It is empty if the reply was larger than
    /// [`max_reply_bytes`](crate::Builder::max_reply_bytes), and so was not read.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The length of what [`body`](Self::body) is the beginning of.
    pub fn body_bytes(&self) -> usize {
        self.body_bytes
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.reason)?;
        match &self.path {
            Some(path) => write!(formatter, " at `{path}`"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DecodeError")
            .field("status", &self.status)
            .field("path", &self.path)
            .field("reason", &self.reason)
            .field("body_bytes", &self.body_bytes)
            .finish_non_exhaustive()
    }
}
