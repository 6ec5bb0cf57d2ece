//! Work on the ledger that takes its time.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Owner, World};

/// How long the ledger takes for credits and redemptions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Settlement {
    /// They are done before the call is answered.
    #[default]
    Instant,
    /// They are answered `processing` and done when this much time has passed on the sandbox's clock.
    After(Duration),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    /// Credits the units of an investment.
    Credit(Owner, Uuid),
    Redemption(Owner, Uuid),
    /// Puts a product on the ledger.
    Deployment(Owner, Uuid),
}

/// Tasks under way by the time they are due, then in the order they began.
#[derive(Debug, Default)]
pub(super) struct Tasks {
    begun: u64,
    queue: BTreeMap<(Timestamp, u64), Task>,
}

impl World {
    /// Does `task` now or puts it off, as the settlement says.
    pub(super) fn begin(&mut self, task: Task, now: Timestamp) {
        match self.rules.settlement {
            Settlement::Instant => self.finish(task, now),
            Settlement::After(_) => {
                let due = self.due(now);
                self.tasks.begun += 1;
                self.tasks.queue.insert((due, self.tasks.begun), task);
            }
        }
    }

    /// When something that begins at `now` is done; the end of time if that is too far off.
    pub(super) fn due(&self, now: Timestamp) -> Timestamp {
        match self.rules.settlement {
            Settlement::Instant => now,
            Settlement::After(delay) => SignedDuration::try_from(delay)
                .ok()
                .and_then(|delay| now.checked_add(delay).ok())
                .unwrap_or(Timestamp::MAX),
        }
    }

    /// Finishes every task that is due at `now`.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while let Some(entry) = self.tasks.queue.first_entry() {
            let (due, _) = *entry.key();
            if due > now {
                return;
            }
            let task = entry.remove();
            self.finish(task, due);
        }
    }

    fn finish(&mut self, task: Task, at: Timestamp) {
        match task {
            Task::Credit(owner, investment) => self.settle_credit(owner, investment, at),
            Task::Redemption(owner, redemption) => self.settle_redemption(owner, redemption),
            Task::Deployment(owner, product) => self.settle_deployment(owner, product),
        }
    }
}
