//! Snapshots: the sandbox as it was at a moment, to go back to or to go on from elsewhere.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::State;
use crate::clock::Time;
use crate::fault::Faults;
use crate::http::{Keys, Tokens};
use crate::ledger::Ledger;
use crate::scenario::Names;
use crate::settings::Configuration;
use crate::webhooks::Outbox;
use crate::world::{Refusal, World};

/// How many snapshots are kept at a time.
const MAX: usize = 100;

/// Names a snapshot. A number that a sandbox gives out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SnapshotId(u64);

impl fmt::Display for SnapshotId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl SnapshotId {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }
}

/// A snapshot that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// Its name, to go back to it.
    pub id: SnapshotId,
    /// When it was taken, by the sandbox's clock.
    pub at: Timestamp,
    /// How many entries the ledger had.
    pub ledger: u64,
}

/// All that changes, as it was; calls under way are no part of it.
#[derive(Clone)]
pub(crate) struct Saved {
    pub(crate) world: World,
    pub(crate) ledger: Ledger,
    pub(crate) faults: Faults,
    pub(crate) keys: Keys,
    /// Those that a fork begins with.
    pub(crate) tokens: Tokens,
    pub(crate) names: Names,
    pub(crate) outbox: Outbox,
    pub(crate) time: Time,
    pub(crate) configuration: Configuration,
}

#[derive(Default)]
pub(crate) struct Snapshots {
    given: u64,
    kept: BTreeMap<SnapshotId, (Snapshot, Arc<Saved>)>,
}

impl Snapshots {
    pub(crate) fn add(&mut self, saved: Saved, at: Timestamp) -> Result<SnapshotId, Refusal> {
        if self.kept.len() >= MAX {
            return Err(Refusal::rule(&format!("There are {MAX} snapshots already: drop one first.")));
        }
        self.given += 1;
        let id = SnapshotId(self.given);
        let snapshot = Snapshot { id, at, ledger: saved.ledger.after(0).len() as u64 };
        self.kept.insert(id, (snapshot, Arc::new(saved)));
        Ok(id)
    }

    pub(crate) fn find(&self, id: SnapshotId) -> Result<Arc<Saved>, Refusal> {
        self.kept.get(&id).map(|(_, saved)| Arc::clone(saved)).ok_or(Refusal::NotFound)
    }

    pub(crate) fn drop(&mut self, id: SnapshotId) -> Result<(), Refusal> {
        self.kept.remove(&id).map(|_| ()).ok_or(Refusal::NotFound)
    }

    /// Oldest first.
    pub(crate) fn list(&self) -> Vec<Snapshot> {
        self.kept.values().map(|(snapshot, _)| snapshot.clone()).collect()
    }
}

impl State {
    pub(crate) fn save(&self, time: Time, configuration: Configuration) -> Saved {
        Saved {
            world: self.world.clone(),
            ledger: self.ledger.clone(),
            faults: self.faults.without_calls_under_way(),
            keys: self.keys.clone(),
            tokens: self.tokens.clone(),
            names: self.names.clone(),
            outbox: self.outbox.without_attempts_under_way(),
            time,
            configuration,
        }
    }

    /// Goes back to what was saved. Tokens that were given out since stay good: their holders did nothing wrong.
    pub(crate) fn restore(&mut self, saved: &Saved) {
        let Saved { world, ledger, faults, keys, names, outbox, tokens: _, .. } = saved.clone();
        (self.world, self.ledger, self.faults, self.keys) = (world, ledger, faults, keys);
        (self.names, self.outbox) = (names, outbox);
    }
}
