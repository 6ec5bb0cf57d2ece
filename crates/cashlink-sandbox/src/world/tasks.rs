//! Work on the ledger that takes its time.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::{Owner, Refusal, World};
use crate::duration;

/// How long the ledger takes for credits, redemptions, transfers and products.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Settlement {
    /// They are done before the call is answered.
    #[default]
    Instant,
    /// They are answered `processing` and done when this much time has passed on the sandbox's clock.
    After(Duration),
}

impl Settlement {
    /// How long it takes.
    fn delay(self) -> Duration {
        match self {
            Self::Instant => Duration::ZERO,
            Self::After(delay) => delay,
        }
    }
}

impl From<Duration> for Settlement {
    /// No time at all is `Instant`.
    fn from(delay: Duration) -> Self {
        if delay.is_zero() { Self::Instant } else { Self::After(delay) }
    }
}

impl Serialize for Settlement {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        duration::serialize(&self.delay(), serializer)
    }
}

impl<'de> Deserialize<'de> for Settlement {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        duration::deserialize(deserializer).map(Self::from)
    }
}

/// How a credit, redemption or transfer ends.
///
/// Played with [`Sandbox::next_task_ends`](crate::Sandbox::next_task_ends) for one that is to come and with
/// [`Sandbox::finish_task`](crate::Sandbox::finish_task) for one that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TaskEnd {
    /// The ledger did it.
    Succeeded,
    /// The ledger refuses it: everything stays as it was, and it may be tried anew.
    Failed,
    /// Nobody knows what the ledger did: the units stay set aside until people have found out.
    Unknown,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum TaskStatus {
    /// The ledger is at work.
    Processing,
    /// It is done.
    Succeeded,
    /// It was not done.
    Failed,
    /// Nobody knows whether it was done.
    Unknown,
}

impl From<TaskEnd> for TaskStatus {
    fn from(end: TaskEnd) -> Self {
        match end {
            TaskEnd::Succeeded => Self::Succeeded,
            TaskEnd::Failed => Self::Failed,
            TaskEnd::Unknown => Self::Unknown,
        }
    }
}

/// A task that is under way, or that people have to look into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OpenTask {
    /// Counts the tasks in the order they began.
    pub number: u64,
    /// The id of the credit, redemption or transfer; of the product if one is put on the ledger.
    pub id: Uuid,
    /// What the ledger was asked for.
    pub kind: TaskKind,
    /// [`TaskStatus::Processing`] or [`TaskStatus::Unknown`].
    pub status: TaskStatus,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it ends by itself; never if its end is unknown.
    pub due_at: Option<Timestamp>,
}

/// What the ledger was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TaskKind {
    /// To put the units of an investment on its wallet.
    Credit,
    /// To take units off a wallet for good.
    Redemption,
    /// To put a product on the ledger.
    Deployment,
    /// To bring units to another wallet.
    Transfer,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    /// Credits the units of an investment.
    Credit {
        owner: Owner,
        investment: Uuid,
        credit: Uuid,
    },
    Redemption(Owner, Uuid),
    /// Puts a product on the ledger.
    Deployment(Uuid),
    Transfer(Owner, Uuid),
}

impl Task {
    fn kind(self) -> TaskKind {
        match self {
            Self::Credit { .. } => TaskKind::Credit,
            Self::Redemption(..) => TaskKind::Redemption,
            Self::Deployment(..) => TaskKind::Deployment,
            Self::Transfer(..) => TaskKind::Transfer,
        }
    }

    fn id(self) -> Uuid {
        match self {
            Self::Credit { credit: id, .. }
            | Self::Redemption(_, id)
            | Self::Deployment(id)
            | Self::Transfer(_, id) => id,
        }
    }

    /// Whether a client can watch it, and so be told that it failed.
    fn may_fail(self) -> bool {
        self.kind() != TaskKind::Deployment
    }
}

/// Tasks that have not ended, or nobody knows how.
#[derive(Clone, Debug, Default)]
pub(super) struct Tasks {
    begun: u64,
    /// By the order in which they began.
    open: BTreeMap<u64, Open>,
    numbers: HashMap<Uuid, u64>,
    /// Those under way, by the time they are due, then in the order they began.
    queue: BTreeSet<(Timestamp, u64)>,
    /// How the next tasks to begin will end.
    ends: VecDeque<TaskEnd>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    task: Task,
    begun_at: Timestamp,
    /// None if nobody knows how it ended.
    due_at: Option<Timestamp>,
    end: TaskEnd,
}

impl Tasks {
    fn keep(&mut self, number: u64, open: Open) {
        self.numbers.insert(open.task.id(), number);
        self.queue.extend(open.due_at.map(|due| (due, number)));
        self.open.insert(number, open);
    }

    fn forget(&mut self, number: u64) -> Option<Open> {
        let open = self.open.remove(&number)?;
        self.numbers.remove(&open.task.id());
        if let Some(due) = open.due_at {
            self.queue.remove(&(due, number));
        }
        Some(open)
    }
}

impl World {
    /// Does `task` now or puts it off, as the settlement says.
    pub(super) fn begin(&mut self, task: Task, now: Timestamp) {
        let chosen = if task.may_fail() { self.tasks.ends.pop_front() } else { None };
        let end = chosen.unwrap_or(TaskEnd::Succeeded);
        self.tasks.begun += 1;
        let (number, due) = (self.tasks.begun, self.due(now));
        let open = Open { task, begun_at: now, due_at: Some(due), end };
        match self.rules.settlement {
            Settlement::Instant => self.finish(number, open, now),
            Settlement::After(_) => self.tasks.keep(number, open),
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
        while let Some((due, number)) = self.tasks.queue.first().copied().filter(|(due, _)| *due <= now) {
            let Some(open) = self.tasks.forget(number) else {
                return;
            };
            self.finish(number, open, due);
        }
    }

    /// When the next task is due.
    pub(crate) fn next_due(&self) -> Option<Timestamp> {
        self.tasks.queue.first().map(|(due, _)| *due)
    }

    /// The tasks that have not ended, or nobody knows how, in the order they began.
    pub(crate) fn tasks(&self) -> impl Iterator<Item = OpenTask> {
        self.tasks.open.iter().map(|(number, open)| OpenTask {
            number: *number,
            id: open.task.id(),
            kind: open.task.kind(),
            status: if open.due_at.is_some() { TaskStatus::Processing } else { TaskStatus::Unknown },
            begun_at: open.begun_at,
            due_at: open.due_at,
        })
    }

    /// Ends a task now that is under way, or finds out how one ended of which that was not known.
    pub(crate) fn finish_task(&mut self, id: Uuid, end: TaskEnd, now: Timestamp) -> Result<(), Refusal> {
        let number = self.tasks.numbers.get(&id).copied().ok_or(Refusal::NotFound)?;
        let is_impossible = |open: &Open| end != TaskEnd::Succeeded && !open.task.may_fail();
        if self.tasks.open.get(&number).is_some_and(is_impossible) {
            return Err(Refusal::field("end", "That a product is put on the ledger can only succeed."));
        }
        let open = self.tasks.forget(number).ok_or(Refusal::NotFound)?;
        self.finish(number, Open { end, ..open }, now);
        Ok(())
    }

    fn finish(&mut self, number: u64, open: Open, at: Timestamp) {
        if open.end == TaskEnd::Unknown {
            self.tasks.keep(number, Open { due_at: None, ..open });
        }
        let end = open.end.into();
        match open.task {
            Task::Credit { owner, investment, .. } => self.settle_credit(owner, investment, end, at),
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

    const OWNER: Owner = Owner(1);
    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn world(settlement: Settlement) -> World {
        World::new(Rules { settlement, ..Rules::default() })
    }

    fn later(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn ends_are_given_out_in_order_to_the_tasks_that_clients_watch() {
        let [product, credit, transfer, redemption] = [1, 2, 3, 4].map(Uuid::from_u128);
        let mut world = world(Settlement::After(Duration::from_secs(1)));
        world.next_task_ends(TaskEnd::Failed);
        world.next_task_ends(TaskEnd::Unknown);
        for task in [
            Task::Deployment(product),
            Task::Credit { owner: OWNER, investment: product, credit },
            Task::Transfer(OWNER, transfer),
            Task::Redemption(OWNER, redemption),
        ] {
            world.begin(task, NOW);
        }
        let ends: Vec<_> = world.tasks.open.values().map(|open| (open.task.id(), open.end)).collect();
        let expected = [
            (product, TaskEnd::Succeeded),
            (credit, TaskEnd::Failed),
            (transfer, TaskEnd::Unknown),
            (redemption, TaskEnd::Succeeded),
        ];
        assert_eq!(ends, expected);
    }

    #[test]
    fn what_is_under_way_keeps_its_time_when_the_settlement_changes() {
        let mut world = world(Settlement::After(Duration::from_secs(9)));
        world.begin(Task::Redemption(OWNER, Uuid::from_u128(1)), NOW);
        world.rules.settlement = Settlement::Instant;
        world.begin(Task::Redemption(OWNER, Uuid::from_u128(2)), NOW);
        world.rules.settlement = Settlement::After(Duration::from_secs(1));
        world.begin(Task::Redemption(OWNER, Uuid::from_u128(3)), NOW);
        assert_eq!(numbers(&world), [1, 3]);
        world.settle(later(1));
        assert_eq!(numbers(&world), [1]);
        world.settle(later(8));
        assert_eq!(numbers(&world), [1]);
        world.settle(later(9));
        assert!(numbers(&world).is_empty());

        fn numbers(world: &World) -> Vec<u64> {
            world.tasks().map(|task| task.number).collect()
        }
    }

    #[test]
    fn a_task_ends_once_unless_nobody_knows_how() {
        let id = Uuid::from_u128(1);
        let mut world = world(Settlement::After(Duration::from_secs(9)));
        world.begin(Task::Transfer(OWNER, id), NOW);
        let status = |world: &World| world.tasks().map(|task| (task.status, task.due_at)).next();
        assert_eq!(status(&world), Some((TaskStatus::Processing, Some(later(9)))));
        world.finish_task(id, TaskEnd::Unknown, later(1)).unwrap();
        world.finish_task(id, TaskEnd::Unknown, later(2)).unwrap();
        world.settle(later(9));
        assert_eq!(status(&world), Some((TaskStatus::Unknown, None)));
        world.finish_task(id, TaskEnd::Succeeded, later(10)).unwrap();
        assert_eq!(world.finish_task(id, TaskEnd::Succeeded, later(10)), Err(Refusal::NotFound));
        assert_eq!(status(&world), None);
    }
}
