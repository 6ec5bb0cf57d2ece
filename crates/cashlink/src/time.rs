//! The clock: every wait and every reading of the time goes through it, so that tests need neither.

use std::{fmt, time::Duration, time::Instant};

use futures_util::future::BoxFuture;
use jiff::Timestamp;

/// Tells the time and waits.
///
/// The client takes one from [`Builder::clock`](crate::Builder::clock). Programs use the default, [`SystemClock`];
/// a test gives its own, so that backing off and the expiry of tokens take no real time.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The monotonic time.
    fn now(&self) -> Instant;

    /// The wall-clock time: for `Retry-After` dates, and for what a [journal](crate::journal) keeps.
    fn wall(&self) -> Timestamp;

    /// Waits for `duration`.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// The machine's clock, with waits by tokio.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the injected clock")]
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> Timestamp {
        Timestamp::now()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the injected clock")]
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
