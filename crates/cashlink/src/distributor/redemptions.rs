//! Redemptions of the Distributor API (`/distributor/v2`).

use crate::{
    Mutation, Query, RedemptionId, Wait,
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
    /// by a person: never start it again. Crypto securities are refused by assumption, and key and path are assumed.
    pub fn create(redemption: &RedemptionCreate) -> Mutation<Redemption> = distributor_v2_redemptions_create;

    /// Reads one redemption and its status. This family lists none: keep the id.
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: RedemptionId) -> Query<Redemption> = distributor_v2_redemptions_retrieve;
}

impl Redemptions<'_> {
    /// Waits until the redemption has ended; remaining amounts change when it has succeeded, not before.
    pub fn wait(&self, id: RedemptionId) -> Wait<Redemption> {
        Wait::new(self.retrieve(id), |redemption| redemption.status.as_ref().map(RedemptionStatus::as_str), Goal::Task)
    }
}
