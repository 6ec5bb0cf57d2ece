//! The sandbox's time: the wall clock and how far it was advanced.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

#[derive(Debug, Default)]
pub(crate) struct Clock {
    /// Nanoseconds ahead of the wall clock; enough for five centuries.
    ahead: AtomicU64,
}

impl Clock {
    /// The time in whole microseconds: more digits are too many for the date types of many languages.
    pub(crate) fn now(&self) -> Timestamp {
        let ahead = Duration::from_nanos(self.ahead.load(Ordering::Acquire));
        let now = later(Timestamp::now(), ahead);
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    pub(crate) fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        let add = |ahead: u64| Some(ahead.saturating_add(by));
        // The closure never declines, so neither does the update.
        let _ = self.ahead.fetch_update(Ordering::AcqRel, Ordering::Acquire, add);
    }

    /// Waits in real time; advancing the clock does not shorten it.
    ///
    /// The runtime's timer knows whole milliseconds and is late by up to two, which adds up over the calls of a guide;
    /// the last of a wait is left to the system, which is exact.
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the sandbox waits")]
    pub(crate) async fn sleep(&self, duration: Duration) {
        const LAST: Duration = Duration::from_millis(2);

        // The runtime's own clock, which a test may hold still.
        let start = tokio::time::Instant::now();
        let first = duration.saturating_sub(LAST);
        if !first.is_zero() {
            tokio::time::sleep(first).await;
        }
        let rest = duration.saturating_sub(start.elapsed());
        if !rest.is_zero() {
            // It fails only if the runtime is shutting down, and then there is nobody to wait for.
            let _ = tokio::task::spawn_blocking(move || std::thread::sleep(rest)).await;
        }
    }
}

/// `time` and then `duration`; the end of time if that is too far off.
pub(crate) fn later(time: Timestamp, duration: Duration) -> Timestamp {
    let duration = SignedDuration::try_from(duration).unwrap_or(SignedDuration::MAX);
    time.checked_add(duration).unwrap_or(Timestamp::MAX)
}

/// Measures how long an answer took.
#[derive(Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "measures for the log; no rule depends on it")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advancing_adds_up_in_microseconds_and_never_overflows() {
        let clock = Clock::default();
        let before = clock.now();
        clock.advance(Duration::from_secs(3_600));
        clock.advance(Duration::from_secs(3_600));
        assert!(clock.now() >= later(before, Duration::from_secs(7_200)));

        assert_eq!(clock.now().subsec_nanosecond() % 1_000, 0);

        clock.advance(Duration::MAX);
        assert!(clock.now() > before);
        assert_eq!(later(before, Duration::MAX), Timestamp::MAX);
    }
}
