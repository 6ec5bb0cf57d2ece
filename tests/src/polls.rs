//! Futures that are dropped in the middle.

use std::{future::Future, pin::pin, task::Poll};

/// The output of `future`, unless that needs to be polled more often: then it is dropped after `polls` times.
///
/// Between two polls everything else goes on, as it does for any other task.
pub async fn polled<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(move |context| {
        left = left.saturating_sub(1);
        match future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_future_is_polled_so_often_and_not_more() {
        let twice_pending = || async {
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            7
        };
        assert_eq!(polled(twice_pending(), 1).await, None);
        assert_eq!(polled(twice_pending(), 2).await, None);
        assert_eq!(polled(twice_pending(), 3).await, Some(7));
    }
}
