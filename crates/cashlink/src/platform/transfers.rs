//! Transfers of the Cashlink API (`/v2`).

use crate::{
    Mutation, Query, TransferId, Wait,
    model::{Transfer, TransferCreate, TransferStatus},
    resource::resource,
    waiter::Goal,
};

resource! {
    /// Moves units from a wallet to that of another investor.
    pub struct Transfers;

    /// Starts a transfer. After success the receiver has a new investment, and the sender's are reduced, oldest first.
    ///
    /// Whoever has a token can transfer: the API asks for no second factor. It refuses unless the source is a managed
    /// wallet that is not frozen and holds the units, the target is the address of a registered wallet that may receive,
    /// the product is listed on the receiver's platform, its lock-up is over and its transfers are not paused.
    ///
    /// It is a task on the ledger, which [`wait`](Self::wait) waits for; if it ends as `unknown`, it needs investigation
    /// by a person: never start it again. Path and form are those of the Distributor API, by assumption.
    pub fn create(transfer: &TransferCreate) -> Mutation<Transfer> = v2_transfers_create;

    /// Reads one transfer and its status.
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: TransferId) -> Query<Transfer> = v2_transfers_retrieve;
}

impl Transfers<'_> {
    /// Waits until the transfer has ended. How long that takes depends on the network.
    pub fn wait(&self, id: TransferId) -> Wait<Transfer> {
        Wait::new(self.retrieve(id), |transfer| transfer.status.as_ref().map(TransferStatus::as_str), Goal::Task)
    }
}
