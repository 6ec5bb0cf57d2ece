//! A clock that stands still until a test moves it, once everybody waits for it.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use cashlink::time::Clock;
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use tokio::sync::watch;

/// Clones share the time.
#[derive(Clone, Debug)]
pub(crate) struct HandClock(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    origin: Instant,
    begin: Timestamp,
    passed: watch::Sender<Duration>,
    /// Until when each sleeper sleeps.
    sleepers: watch::Sender<BTreeMap<u64, Duration>>,
}

impl HandClock {
    #[expect(clippy::disallowed_methods, reason = "an origin to count from; its value does not matter")]
    pub(crate) fn new(begin: Timestamp) -> Self {
        let (passed, sleepers) = (watch::Sender::new(Duration::ZERO), watch::Sender::default());
        Self(Arc::new(Shared { origin: Instant::now(), begin, passed, sleepers }))
    }

    /// The seconds that passed so far.
    pub(crate) fn seconds(&self) -> u64 {
        self.passed().as_secs()
    }

    /// Waits until somebody waits for a time that has not come.
    pub(crate) async fn somebody_waits(&self) {
        let mut sleepers = self.0.sleepers.subscribe();
        let waits = |sleepers: &BTreeMap<u64, Duration>| sleepers.values().any(|until| *until > self.passed());
        sleepers.wait_for(waits).await.unwrap();
    }

    pub(crate) fn advance(&self, duration: Duration) {
        self.0.passed.send_modify(|passed| *passed += duration);
    }

    fn passed(&self) -> Duration {
        *self.0.passed.borrow()
    }
}

impl Clock for HandClock {
    fn now(&self) -> Instant {
        self.0.origin + self.passed()
    }

    fn wall(&self) -> Timestamp {
        self.0.begin + self.passed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let until = self.passed().saturating_add(duration);
        let sleeper = Sleeper::new(&self.0, until);
        let mut passed = self.0.passed.subscribe();
        Box::pin(async move {
            passed.wait_for(|passed| *passed >= until).await.unwrap();
            drop(sleeper);
        })
    }
}

/// Somebody who waits, until it is dropped.
struct Sleeper {
    shared: Arc<Shared>,
    number: u64,
}

impl Sleeper {
    fn new(shared: &Arc<Shared>, until: Duration) -> Self {
        let mut number = 0;
        shared.sleepers.send_modify(|sleepers| {
            number = sleepers.last_key_value().map_or(0, |(last, _)| last + 1);
            sleepers.insert(number, until);
        });
        Self { shared: Arc::clone(shared), number }
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        self.shared.sleepers.send_modify(|sleepers| {
            sleepers.remove(&self.number);
        });
    }
}
