//! Bodies that arrive in another way than they should.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::http::App;

/// In how many pieces a slow body comes, if it has as many bytes.
const PIECES: usize = 64;

/// How much padding is sent at a time.
static SPACES: [u8; 64 * 1024] = [b' '; 64 * 1024];

type Part = Poll<Option<Result<Frame<Bytes>, axum::Error>>>;
type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A body that fails after its first half was sent.
pub(super) struct Broken {
    half: Option<Bytes>,
    was_flushed: bool,
}

impl Broken {
    pub(super) fn after(half: Bytes) -> Self {
        Self { half: Some(half), was_flushed: false }
    }
}

impl http_body::Body for Broken {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Part {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.was_flushed {
            // Having nothing ready makes the server send what it holds.
            self.was_flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(axum::Error::new("the reply was to be cut"))))
    }
}

/// A body whose pieces come one after the other, each after a wait.
pub(super) struct Slow {
    rest: Bytes,
    piece: usize,
    pause: Duration,
    app: Arc<App>,
    /// Runs while the next piece is held back.
    wait: Option<Wait>,
}

impl Slow {
    /// `body` over `duration`.
    pub(super) fn new(body: Bytes, duration: Duration, app: Arc<App>) -> Self {
        let piece = body.len().div_ceil(PIECES).max(1);
        let pieces = u32::try_from(body.len().div_ceil(piece)).unwrap_or(u32::MAX);
        Self { rest: body, piece, pause: duration / pieces.max(1), app, wait: None }
    }
}

impl http_body::Body for Slow {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Part {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let (app, pause) = (Arc::clone(&self.app), self.pause);
        let wait = self.wait.get_or_insert_with(|| Box::pin(async move { app.clock.sleep(pause).await }));
        ready!(wait.as_mut().poll(context));
        self.wait = None;
        let next = self.piece.min(self.rest.len());
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(next)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}

/// A body with white space before its last byte, which in JSON changes nothing. It does not say how long it is.
pub(super) struct Padded {
    head: Bytes,
    padding: u64,
    tail: Bytes,
}

impl Padded {
    /// `body`, made `length` bytes long if it is shorter.
    pub(super) fn new(body: &Bytes, length: u64) -> Self {
        let end = body.len().saturating_sub(1);
        let padding = length.saturating_sub(body.len() as u64);
        Self { head: body.slice(..end), padding, tail: body.slice(end..) }
    }
}

impl http_body::Body for Padded {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Part {
        let part = if !self.head.is_empty() {
            std::mem::take(&mut self.head)
        } else if self.padding > 0 {
            let most = usize::try_from(self.padding).unwrap_or(usize::MAX);
            let part = Bytes::from_static(&SPACES[..most.min(SPACES.len())]);
            self.padding -= part.len() as u64;
            part
        } else {
            std::mem::take(&mut self.tail)
        };
        Poll::Ready((!part.is_empty()).then(|| Ok(Frame::data(part))))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;
    use crate::builder::SandboxBuilder;

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_takes_its_time_and_comes_whole() {
        check(b"", 0).await;
        check(b"x", 1).await;
        check(&[b'x'; 64], 64).await;
        check(&[b'x'; 65], 33).await;
        check(&[b'x'; 1_000], 63).await;

        async fn check(body: &'static [u8], pieces: u32) {
            let builder = SandboxBuilder::default();
            let app = App::new(&builder, builder.listen).unwrap();
            let app = Arc::new(app);
            let hour = Duration::from_secs(3_600);
            let start = tokio::time::Instant::now();
            let mut slow = Slow::new(Bytes::from_static(body), hour, app);
            let (mut received, mut got) = (Vec::new(), 0);
            while let Some(frame) = slow.frame().await {
                received.extend_from_slice(&frame.unwrap().into_data().unwrap());
                got += 1;
                // The end of each wait is left to the system's clock, which this test does not hold.
                let expected = hour / pieces * got;
                assert!(expected.saturating_sub(start.elapsed()) < Duration::from_millis(5) * got, "{got} of {pieces}");
            }
            assert_eq!((received.as_slice(), got), (body, pieces));
        }
    }

    #[tokio::test]
    async fn padding_changes_the_length_and_nothing_else() {
        check("{\"a\":1}", 3, 7).await;
        check("{\"a\":1}", 8, 8).await;
        check("[]", 1_000_000, 1_000_000).await;

        async fn check(body: &'static str, length: u64, expected: usize) {
            let padded = Padded::new(&Bytes::from_static(body.as_bytes()), length).collect().await.unwrap().to_bytes();
            assert_eq!(padded.len(), expected);
            let value = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).unwrap();
            assert_eq!(value(&padded), value(body.as_bytes()));
            assert_eq!(padded.last(), body.as_bytes().last());
        }
    }
}
