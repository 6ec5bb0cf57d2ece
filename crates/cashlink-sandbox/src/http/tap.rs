//! Lets a body pass and tells an ear what it holds.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};

use crate::requests::Ear;

/// A body that is heard while it passes.
pub(super) struct Tap {
    body: Body,
    ear: Ear,
}

impl Tap {
    /// `body`, which `ear` hears from now on.
    pub(super) fn on(body: Body, ear: Ear) -> Body {
        if body.is_end_stream() {
            ear.end();
            return body;
        }
        Body::new(Self { body, ear })
    }
}

impl http_body::Body for Tap {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(part)) = frame.as_ref().map(|frame| frame.as_ref().map(Frame::data_ref)) {
            self.ear.hear(part.map(|part| &part[..]).unwrap_or_default());
        }
        // Whoever knows the length does not ask again once all is there.
        if frame.is_none() || self.body.is_end_stream() {
            self.ear.end();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
