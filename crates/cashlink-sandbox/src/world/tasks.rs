//! Work on the ledger that takes its time.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Owner, World};

/// How long the ledger takes for credits, redemptions, transfers and products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Settlement {
    /// They are done before the call is answered.
    #[default]
    Instant,
    /// They are answered `processing` and done when this much time has passed on the sandbox's clock.
    After(Duration),
}

/// How a credit, redemption or transfer ends that does not succeed.
///
/// Played with [`Sandbox::next_task_ends`](crate::Sandbox::next_task_ends).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TaskEnd {
    /// The ledger refuses it: everything stays as it was, and it may be tried anew.
    Failed,
    /// Nobody knows what the ledger did: the units stay set aside until people have looked into it.
    Unknown,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TaskStatus {
    Processing,
    Succeeded,
    Failed,
    Unknown,
}

impl From<Option<TaskEnd>> for TaskStatus {
    fn from(end: Option<TaskEnd>) -> Self {
        match end {
            None => Self::Succeeded,
            Some(TaskEnd::Failed) => Self::Failed,
            Some(TaskEnd::Unknown) => Self::Unknown,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    /// Credits the units of an investment.
    Credit(Owner, Uuid),
    Redemption(Owner, Uuid),
    /// Puts a product on the ledger.
    Deployment(Uuid),
    Transfer(Owner, Uuid),
}

impl Task {
    /// Whether a client can watch it, and so be told that it failed.
    fn may_fail(self) -> bool {
        matches!(self, Self::Credit(..) | Self::Redemption(..) | Self::Transfer(..))
    }
}

/// Tasks under way by the time they are due, then in the order they began.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks {
    begun: u64,
    queue: BTreeMap<(Timestamp, u64), (Task, TaskStatus)>,
    /// How the next tasks to begin will end.
    ends: VecDeque<TaskEnd>,
}

impl World {
    /// Does `task` now or puts it off, as the settlement says.
    pub(super) fn begin(&mut self, task: Task, now: Timestamp) {
        let end = if task.may_fail() { self.tasks.ends.pop_front() } else { None };
        match self.rules.settlement {
            Settlement::Instant => self.finish(task, end.into(), now),
            Settlement::After(_) => {
                let due = self.due(now);
                self.tasks.begun += 1;
                self.tasks.queue.insert((due, self.tasks.begun), (task, end.into()));
            }
        }
    }

    /// Lets the next task that begins, and has no end yet, end like this.
    pub(crate) fn next_task_ends(&mut self, end: TaskEnd) {
        self.tasks.ends.push_back(end);
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
            let (task, end) = entry.remove();
            self.finish(task, end, due);
        }
    }

    fn finish(&mut self, task: Task, end: TaskStatus, at: Timestamp) {
        match task {
            Task::Credit(owner, investment) => self.settle_credit(owner, investment, end, at),
            Task::Redemption(owner, redemption) => self.settle_redemption(owner, redemption, end, at),
            Task::Deployment(product) => self.settle_deployment(product),
            Task::Transfer(owner, transfer) => self.settle_transfer(owner, transfer, end, at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rules;
    use super::*;

    #[test]
    fn ends_are_given_out_in_order_to_the_tasks_that_clients_watch() {
        let (owner, id, now) = (Owner(1), Uuid::nil(), Timestamp::UNIX_EPOCH);
        let settlement = Settlement::After(Duration::from_secs(1));
        let mut world = World::new(Rules { settlement, ..Rules::default() });
        world.next_task_ends(TaskEnd::Failed);
        world.next_task_ends(TaskEnd::Unknown);
        for task in
            [Task::Deployment(id), Task::Credit(owner, id), Task::Transfer(owner, id), Task::Redemption(owner, id)]
        {
            world.begin(task, now);
        }
        let ends: Vec<TaskStatus> = world.tasks.queue.values().map(|(_, end)| *end).collect();
        assert_eq!(ends, [TaskStatus::Succeeded, TaskStatus::Failed, TaskStatus::Unknown, TaskStatus::Succeeded]);
    }
}
