//! Gives up on bodies that do not go on, so that no connection waits for one forever.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::App;

/// How long a client may be silent in the middle of a body.
const PATIENCE: Duration = Duration::from_secs(120);

type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;
type Error = Box<dyn std::error::Error + Send + Sync>;

/// A body that ends with an error when nothing comes for too long.
pub(super) struct Patience<B> {
    body: B,
    app: Arc<App>,
    /// Runs while the next part is waited for.
    wait: Option<Wait>,
}

impl<B> Patience<B> {
    pub(super) fn new(body: B, app: &Arc<App>) -> Self {
        Self { body, app: Arc::clone(app), wait: None }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Patience<B>
where
    B::Error: Into<Error>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.wait = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let app = Arc::clone(&self.app);
        let wait = self.wait.get_or_insert_with(|| Box::pin(async move { app.clock.sleep(PATIENCE).await }));
        ready!(wait.as_mut().poll(context));
        Poll::Ready(Some(Err("the body does not go on".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;
    use crate::builder::SandboxBuilder;

    /// Sends `parts` parts and then nothing more, without an end.
    struct Stalling {
        parts: usize,
    }

    impl Body for Stalling {
        type Data = Bytes;
        type Error = Error;

        fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
            let Some(left) = self.parts.checked_sub(1) else {
                return Poll::Pending;
            };
            self.parts = left;
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"x")))))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stalls_is_given_up_after_what_came_was_passed_on() {
        let builder = SandboxBuilder::default();
        let app = App::new(&builder, builder.listen).unwrap();
        let mut body = Patience::new(Stalling { parts: 2 }, &Arc::new(app));
        assert!(body.frame().await.unwrap().is_ok());
        assert!(body.frame().await.unwrap().is_ok());
        assert_eq!(body.frame().await.unwrap().unwrap_err().to_string(), "the body does not go on");
    }
}
