//! Bodies: a request's is read within bounds, a reply's is at hand.

use std::{
    convert::Infallible,
    fmt,
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use bytes::{Buf, Bytes};
use futures_util::future::{BoxFuture, Either, select};
use http_body::{Body, Frame, SizeHint};

/// So many frames of a body may be empty. A stream of nothing else has to end, too.
const EMPTY_FRAMES: usize = 64;

/// Why a body was not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    TooLarge,
    TooSlow,
    Broken,
}

/// Reads `body` up to `limit` bytes, and until `patience` is over.
pub(super) async fn read<B: Body>(body: B, limit: usize, patience: BoxFuture<'static, ()>) -> Result<Vec<u8>, Unread> {
    match select(pin!(read_all(body, limit)), patience).await {
        Either::Left((read, _)) => read,
        Either::Right(_) => Err(Unread::TooSlow),
    }
}

async fn read_all<B: Body>(body: B, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut body = pin!(body);
    if body.size_hint().lower() > limit as u64 {
        return Err(Unread::TooLarge);
    }
    let mut whole = Vec::new();
    let (mut left, mut empty_left) = (limit, EMPTY_FRAMES);
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let mut data = match frame.map(Frame::into_data) {
            Ok(Ok(data)) => data,
            // Trailers: nothing follows that matters.
            Ok(Err(_)) => break,
            Err(_) => return Err(Unread::Broken),
        };
        left = left.checked_sub(data.remaining()).ok_or(Unread::TooLarge)?;
        if !data.has_remaining() {
            empty_left = empty_left.checked_sub(1).ok_or(Unread::TooLarge)?;
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            let length = chunk.len();
            whole.extend_from_slice(chunk);
            data.advance(length);
        }
    }
    Ok(whole)
}

/// The body of a reply.
#[derive(Clone, Default)]
pub struct ReplyBody(Bytes);

impl ReplyBody {
    pub(super) fn new(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = std::mem::take(&mut self.0);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.len() as u64)
    }
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ReplyBody").field("length", &self.0.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::VecDeque, future::pending};

    use super::*;

    /// Gives its chunks and then what comes last, for good.
    struct Chunks(VecDeque<&'static [u8]>, Last);

    #[derive(Clone, Copy)]
    enum Last {
        End,
        Trailers,
        Failure,
        Nothing,
        Chunk(&'static [u8]),
    }

    impl Body for Chunks {
        type Data = Bytes;
        type Error = ();

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, ()>>> {
            let chunk = |chunk| Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(chunk)))));
            match (self.0.pop_front(), self.1) {
                (Some(next), _) | (None, Last::Chunk(next)) => chunk(next),
                (None, Last::End) => Poll::Ready(None),
                (None, Last::Trailers) => Poll::Ready(Some(Ok(Frame::trailers(http::HeaderMap::new())))),
                (None, Last::Failure) => Poll::Ready(Some(Err(()))),
                (None, Last::Nothing) => Poll::Pending,
            }
        }
    }

    #[tokio::test]
    async fn a_body_is_read_to_its_end_and_never_further_than_allowed() {
        check(&[], Last::End, Ok(b"")).await;
        check(&[b"ab", b"", b"cd"], Last::End, Ok(b"abcd")).await;
        check(&[b"abcd", b""], Last::Trailers, Ok(b"abcd")).await;
        check(&[b"abc", b"de"], Last::Nothing, Err(Unread::TooLarge)).await;
        check(&[b"abcde"], Last::End, Err(Unread::TooLarge)).await;
        check(&[b"ab"], Last::Failure, Err(Unread::Broken)).await;
        check(&[b"ab"], Last::Chunk(b"a"), Err(Unread::TooLarge)).await;
        check(&[b"ab"], Last::Chunk(b""), Err(Unread::TooLarge)).await;

        async fn check(chunks: &[&'static [u8]], last: Last, expected: Result<&[u8], Unread>) {
            let body = Chunks(chunks.iter().copied().collect(), last);
            let read = read(body, 4, Box::pin(pending())).await;
            assert_eq!(read.as_deref().map_err(|unread| *unread), expected);
        }
    }

    #[tokio::test]
    async fn a_body_that_stops_is_given_up_when_patience_is_over() {
        let body = Chunks(VecDeque::from([b"ab".as_slice()]), Last::Nothing);
        assert_eq!(read(body, 4, Box::pin(std::future::ready(()))).await, Err(Unread::TooSlow));
        // What has come whole is taken, however late.
        let body = Chunks(VecDeque::from([b"ab".as_slice()]), Last::End);
        assert_eq!(read(body, 4, Box::pin(std::future::ready(()))).await, Ok(b"ab".to_vec()));
    }
}
