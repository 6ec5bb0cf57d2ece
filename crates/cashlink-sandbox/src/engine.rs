//! How the sandbox changes, apart from sockets: by calls of the API and by actions of those who control it.
//!
//! Each of them can be written down as what was asked and when; what comes of it follows from the world, which has
//! neither clock nor chance. So a log of them is all that has to be kept of a sandbox.

use jiff::Timestamp;

use self::event::Outcome;
use crate::fault::Faults;
use crate::http::{Keys, Tokens};
use crate::ledger::Ledger;
use crate::scenario::Names;
use crate::webhooks::{Attempted, Outbox};
use crate::world::World;

mod action;
mod begin;
mod change;
mod event;
mod log;
mod operation_id;
mod replay;
mod saved;

pub(crate) use action::{Action, Done, Present};
pub(crate) use change::{Change, Decision};
pub(crate) use event::{Event, Record};
pub(crate) use log::{Log, NotKept, Origin};
pub(crate) use saved::{Saved, Snapshots};
pub use saved::{Snapshot, SnapshotId};

/// What changes. An effect, its ledger entry and its remembered verdict change under one lock.
pub(crate) struct State {
    pub(crate) world: World,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    pub(crate) keys: Keys,
    pub(crate) tokens: Tokens,
    /// What scenarios and the beginning gave names to.
    pub(crate) names: Names,
    pub(crate) snapshots: Snapshots,
    pub(crate) outbox: Outbox,
    /// Where changes are written down, if they are to outlive the process.
    pub(crate) log: Option<Log>,
}

impl State {
    pub(crate) fn new(world: World) -> Self {
        Self {
            world,
            ledger: Ledger::default(),
            faults: Faults::default(),
            keys: Keys::default(),
            tokens: Tokens::default(),
            names: Names::default(),
            snapshots: Snapshots::default(),
            outbox: Outbox::default(),
            log: None,
        }
    }

    /// Ends every task that is due at `now`, and lets webhooks be told what came of it.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        self.world.settle(now);
        self.report();
    }

    /// Lets webhooks be told what became of investments since this was last asked.
    ///
    /// Before anything changes who is told, and how: so it does not matter how often it is asked in between.
    fn report(&mut self) {
        self.outbox.take_news(&mut self.world, &mut self.faults);
    }

    /// Takes down what came of sending a delivery.
    pub(crate) fn take_attempt(&mut self, attempted: &Attempted, now: Timestamp) {
        self.settle(now);
        self.outbox.attempted(attempted, now);
    }

    /// Writes down what is about to happen. What cannot be written down must not happen.
    pub(crate) fn note<'a>(&mut self, at: Timestamp, event: impl FnOnce() -> Event<'a>) -> Result<(), NotKept> {
        self.log.as_mut().map_or(Ok(()), |log| log.append(&Record(at, event())))
    }

    /// Takes down what came of what was noted last.
    fn conclude(&mut self, at: Timestamp, outcome: impl FnOnce() -> Outcome) {
        if let Some(log) = &mut self.log {
            log.conclude(at, outcome());
        }
    }
}
