//! Which investments took on which status, for those who are told of it.

use std::mem;

use jiff::Timestamp;
use uuid::Uuid;

use super::World;
use super::status::Status;

/// An investment took on another status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatusChange {
    pub(crate) investment: Uuid,
    pub(crate) status: Status,
    /// The moment, which several changes may share.
    pub(crate) at: Timestamp,
    /// What is told of it: at that moment, or a microsecond after the change before of the same investment.
    pub(crate) changed_at: Timestamp,
}

/// Changes that nobody has asked for yet, in the order in which they happened.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes(Vec<StatusChange>);

impl Changes {
    pub(super) fn push(&mut self, change: StatusChange) {
        self.0.push(change);
    }
}

impl World {
    /// What became of investments since this was last asked.
    ///
    /// That an investment was made is no change, whatever status it began with.
    pub(crate) fn take_changes(&mut self) -> Vec<StatusChange> {
        mem::take(&mut self.changes.0)
    }

    /// The client that an investment belongs to.
    pub(crate) fn client_of_investment(&self, id: Uuid) -> Option<&str> {
        let owner = self.investments.owner_of(id)?;
        self.clients.of_owner(owner).map(|client| client.id.as_str())
    }
}

#[cfg(test)]
mod tests;
