//! A clock whose waits take no time.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use cashlink::time::Clock;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

/// A clock that jumps ahead instead of waiting, and remembers how long it was asked to wait.
///
/// It stands still otherwise. Clones share the time.
#[derive(Clone)]
pub struct JumpingClock {
    origin: Instant,
    waits: Arc<Mutex<Vec<Duration>>>,
    also: Arc<dyn Fn(Duration) + Send + Sync>,
}

impl JumpingClock {
    /// A clock that moves nothing else.
    pub fn new() -> Self {
        Self::moving(|_| {})
    }

    /// A clock that tells `also` of each wait, such as a sandbox whose time is to move along.
    #[expect(clippy::disallowed_methods, reason = "an origin to count from; its value does not matter")]
    pub fn moving(also: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Self { origin: Instant::now(), waits: Arc::default(), also: Arc::new(also) }
    }

    /// The waits so far, in order.
    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The sum of all waits so far.
    pub fn waited(&self) -> Duration {
        self.waits().iter().sum()
    }
}

impl Default for JumpingClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> Instant {
        self.origin + self.waited()
    }

    fn wall(&self) -> Timestamp {
        // 1 January 2026, 00:00 UTC: a fixed day, so that nothing depends on the day of the test.
        Timestamp::constant(1_767_225_600, 0) + self.waited()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).push(duration);
        (self.also)(duration);
        Box::pin(std::future::ready(()))
    }
}

impl fmt::Debug for JumpingClock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("JumpingClock").field("waited", &self.waited()).finish_non_exhaustive()
    }
}
