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
            log: None,
        }
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
