//! The sandbox's time: the wall clock and how far it was moved, or a time that stands still.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The time does not go beyond this, in microseconds: what lasts a while must still end before the end of time.
const LAST: i64 = 253_000_000_000_000_000;

#[derive(Debug, Default)]
pub(crate) struct Clock(Mutex<Hand>);

/// Where the clock is.
#[derive(Debug, Default)]
struct Hand {
    time: Time,
    /// What it showed last. The wall clock may be put back; what the world knows to be over stays over.
    last: Timestamp,
}

/// How the time follows from the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Time {
    /// It runs, this far ahead of the wall clock.
    Runs(SignedDuration),
    /// It stands still.
    Held(Timestamp),
}

impl Default for Time {
    fn default() -> Self {
        Self::Runs(SignedDuration::ZERO)
    }
}

impl Time {
    /// In whole microseconds: more digits are too many for the date types of many languages.
    pub(crate) fn now(self) -> Timestamp {
        let now = match self {
            Self::Runs(ahead) => Timestamp::now().saturating_add(ahead).unwrap_or(Timestamp::MAX),
            Self::Held(at) => at,
        };
        Timestamp::from_microsecond(now.as_microsecond().min(LAST)).unwrap_or(now)
    }

    pub(crate) fn is_held(self) -> bool {
        matches!(self, Self::Held(_))
    }

    /// Further on, whether it runs or stands still.
    pub(crate) fn advanced(self, by: Duration) -> Self {
        let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
        match self {
            Self::Runs(ahead) => Self::Runs(ahead.saturating_add(by)),
            Self::Held(at) => Self::Held(at.saturating_add(by).unwrap_or(Timestamp::MAX)),
        }
    }

    /// Standing still where it is, or going on from there.
    pub(crate) fn held(self, is_held: bool) -> Self {
        if self.is_held() == is_held {
            return self;
        }
        let now = self.now();
        if is_held { Self::Held(now) } else { Self::Runs(now.duration_since(Timestamp::now())) }
    }
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let mut hand = self.hand();
        hand.last = hand.last.max(hand.time.now());
        hand.last
    }

    pub(crate) fn time(&self) -> Time {
        self.hand().time
    }

    pub(crate) fn set(&self, time: Time) {
        *self.hand() = Hand { time, last: Timestamp::MIN };
    }

    fn hand(&self) -> MutexGuard<'_, Hand> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        let time = Time::default();
        let before = time.now();
        let hour = Duration::from_secs(3_600);
        let time = time.advanced(hour).advanced(hour);
        assert!(time.now() >= later(before, 2 * hour));
        assert_eq!(time.now().subsec_nanosecond() % 1_000, 0);

        let end = time.advanced(Duration::MAX).advanced(Duration::MAX);
        assert!(end.now() > before && end.now() < Timestamp::MAX);
        assert_eq!(end.now(), Time::Held(Timestamp::MAX).now());
        assert_eq!(later(before, Duration::MAX), Timestamp::MAX);
    }

    #[test]
    fn a_time_that_is_held_moves_only_when_it_is_advanced() {
        let time = Time::Held("2030-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(time.now(), time.now());
        let time = time.advanced(Duration::from_secs(60));
        assert_eq!(time.now(), "2030-01-01T00:01:00Z".parse().unwrap());

        let running = time.held(false);
        assert!(matches!(running, Time::Runs(_)) && running.now() >= time.now());
        assert!(matches!(running.held(true), Time::Held(at) if at >= time.now()));
    }
}
