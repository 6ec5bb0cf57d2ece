//! Redemptions of the Cashlink API (`/v2`).

use crate::{
    Listing, Mutation, Query, RedemptionId, Wait,
    model::{Redemption, RedemptionCreate, RedemptionStatus},
    resource::resource,
    waiter::Goal,
};

resource! {
    /// Takes units back at the end of a contract, or to reduce a holding.
    pub struct Redemptions;

    /// Starts a redemption. The wallet must hold the units; the oldest investment is reduced first.
    ///
    /// It is a task on the ledger, which [`wait`](Self::wait) waits for; if it ends as `unknown`, it needs investigation
    /// by a person: never start it again.
    pub fn create(redemption: &RedemptionCreate) -> Mutation<Redemption> = v2_redemptions_create;

    /// Reads one redemption and its status.
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: RedemptionId) -> Query<Redemption> = v2_redemptions_retrieve;

    /// Lists the redemptions of the client, oldest first.
    ///
    /// No source names this call: it is assumed.
    pub fn list() -> Listing<Redemption> = v2_redemptions_list;
}

impl Redemptions<'_> {
    /// Waits until the redemption has ended; remaining amounts change when it has succeeded, not before.
    pub fn wait(&self, id: RedemptionId) -> Wait<Redemption> {
        Wait::new(self.retrieve(id), |redemption| redemption.status.as_ref().map(RedemptionStatus::as_str), Goal::Task)
    }
}
