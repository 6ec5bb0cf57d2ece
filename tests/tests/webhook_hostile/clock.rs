//! A clock that stands still until it is put forward.

use std::time::{Duration, Instant};

use cashlink::time::Clock;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::watch;

/// Whoever waits on it waits until it is put forward far enough. Clones share the time.
#[derive(Clone, Debug)]
pub(crate) struct HeldClock {
    origin: Instant,
    passed: watch::Sender<Duration>,
}

impl HeldClock {
    /// 1 January 2026, 00:00 UTC.
    #[expect(clippy::disallowed_methods, reason = "an origin to count from; its value does not matter")]
    pub(crate) fn new() -> Self {
        Self { origin: Instant::now(), passed: watch::Sender::new(Duration::ZERO) }
    }

    pub(crate) fn put_forward(&self, duration: Duration) {
        self.passed.send_modify(|passed| *passed += duration);
    }

    /// Returns when so many wait on it.
    pub(crate) async fn has_sleepers(&self, count: usize) {
        while self.passed.receiver_count() < count {
            tokio::task::yield_now().await;
        }
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Instant {
        self.origin + *self.passed.borrow()
    }

    fn wall(&self) -> Timestamp {
        Timestamp::constant(1_767_225_600, 0) + *self.passed.borrow()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut passed = self.passed.subscribe();
        let until = *passed.borrow() + duration;
        Box::pin(async move {
            let _ = passed.wait_for(|passed| *passed >= until).await;
        })
    }
}
