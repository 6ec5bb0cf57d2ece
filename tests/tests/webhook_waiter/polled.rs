//! A program that ends anywhere.

use std::{
    future::poll_fn,
    sync::atomic::{AtomicUsize, Ordering},
    task::Poll,
};

/// Polls `future` up to `polls` times, then drops it. Adds each time to `counted`.
pub(crate) async fn polled<F: Future>(future: F, polls: usize, counted: &AtomicUsize) -> Option<F::Output> {
    let mut future = Box::pin(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        counted.fetch_add(1, Ordering::Relaxed);
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            // Dropped at once: what it waits for must not move on first.
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
