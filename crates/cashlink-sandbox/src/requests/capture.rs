//! The beginnings of bodies, as they pass.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// How much of a body is kept.
pub(crate) const KEPT: usize = 64 * 1024;

/// The beginning of a body, and how long it was.
#[derive(Clone, Debug, Default)]
pub(crate) struct Capture {
    pub(crate) bytes: Bytes,
    pub(crate) size: u64,
}

impl Capture {
    /// What is kept of `body`. A long one is copied, as it must not stay in memory as a whole.
    pub(crate) fn of(body: &Bytes) -> Self {
        let is_short = body.len() <= KEPT;
        let bytes = if is_short { body.clone() } else { Bytes::copy_from_slice(&body[..KEPT]) };
        Self { bytes, size: body.len() as u64 }
    }

    pub(crate) fn is_truncated(&self) -> bool {
        self.size > self.bytes.len() as u64
    }
}

/// Hears a body that passes: the one end hears, the other asks what was heard.
#[derive(Clone, Debug)]
pub(crate) struct Ear(Arc<Mutex<Heard>>);

#[derive(Debug, Default)]
struct Heard {
    bytes: Vec<u8>,
    /// How much may be kept.
    limit: usize,
    size: u64,
    has_ended: bool,
}

impl Ear {
    /// Keeps up to `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self(Arc::new(Mutex::new(Heard { limit, ..Heard::default() })))
    }

    pub(crate) fn hear(&self, part: &[u8]) {
        self.with(|heard| {
            let room = heard.limit.saturating_sub(heard.bytes.len());
            heard.bytes.extend_from_slice(&part[..part.len().min(room)]);
            heard.size += part.len() as u64;
        });
    }

    pub(crate) fn end(&self) {
        self.with(|heard| heard.has_ended = true);
    }

    /// What was heard up to now; what comes later is only counted.
    pub(crate) fn take(&self) -> Capture {
        self.with(|heard| {
            heard.limit = 0;
            let bytes = std::mem::take(&mut heard.bytes).into_boxed_slice();
            Capture { bytes: Bytes::from(bytes), size: heard.size }
        })
    }

    /// What was heard up to now, and whether that is all.
    pub(crate) fn peek(&self) -> (Capture, bool) {
        self.with(|heard| {
            let capture = Capture { bytes: Bytes::copy_from_slice(&heard.bytes), size: heard.size };
            (capture, heard.has_ended)
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Heard) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_is_kept_and_the_whole_is_counted() {
        let ear = Ear::new(4);
        ear.hear(b"abc");
        ear.hear(b"def");
        assert_eq!(heard(&ear), ("abcd".into(), 6, false));
        ear.end();
        assert_eq!(heard(&ear), ("abcd".into(), 6, true));

        assert_eq!(&ear.take().bytes[..], b"abcd");
        ear.hear(b"ghi");
        assert_eq!(heard(&ear), (String::new(), 9, true));

        fn heard(ear: &Ear) -> (String, u64, bool) {
            let (capture, has_ended) = ear.peek();
            (String::from_utf8(capture.bytes.to_vec()).unwrap(), capture.size, has_ended)
        }
    }

    #[test]
    fn a_long_body_does_not_stay_in_memory_as_a_whole() {
        let long = Bytes::from(vec![b'x'; KEPT + 1]);
        let kept = Capture::of(&long);
        assert_eq!((kept.bytes.len(), kept.size, kept.is_truncated()), (KEPT, KEPT as u64 + 1, true));
        assert_ne!(kept.bytes.as_ptr(), long.as_ptr());

        let short = Bytes::from(vec![b'x'; KEPT]);
        let kept = Capture::of(&short);
        assert_eq!((kept.bytes.as_ptr(), kept.is_truncated()), (short.as_ptr(), false));
    }
}
