//! How often something may be done: so many times at once, and again at a steady pace.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Holds so many permits, and gets a new one after each interval.
#[derive(Debug)]
pub(super) struct Bucket {
    permits: u32,
    interval: Duration,
    /// When it is full again, if nothing more is taken.
    full_at: Mutex<Option<Instant>>,
}

impl Bucket {
    pub(super) fn new(permits: u32, interval: Duration) -> Self {
        Self { permits, interval, full_at: Mutex::default() }
    }

    /// Takes a permit, or says how long there is none.
    pub(super) fn take(&self, now: Instant) -> Result<(), Duration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let full_then = full_at.map_or(now, |full_at| full_at.max(now)) + self.interval;
        let missing = full_then.saturating_duration_since(now);
        match missing.checked_sub(self.interval * self.permits) {
            None | Some(Duration::ZERO) => {
                *full_at = Some(full_then);
                Ok(())
            }
            Some(wait) => Err(wait),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Clock as _, SystemClock};

    #[test]
    fn permits_are_there_at_once_and_then_one_after_each_interval() {
        let bucket = Bucket::new(3, Duration::from_secs(2));
        let start = SystemClock.now();
        let take = |seconds: u64| bucket.take(start + Duration::from_secs(seconds)).map_err(|wait| wait.as_secs());
        assert_eq!([take(0), take(0), take(0), take(0), take(0)], [Ok(()), Ok(()), Ok(()), Err(2), Err(2)]);
        assert_eq!([take(1), take(2), take(3), take(5)], [Err(1), Ok(()), Err(1), Ok(())]);
        // Whatever time passes, there are never more.
        assert_eq!([take(999), take(999), take(999), take(999)], [Ok(()), Ok(()), Ok(()), Err(2)]);
        // Nor does a clock that goes back give any.
        assert_eq!(take(0), Err(1001));
    }
}
