//! Redemptions of the Cashlink API (`/v2`).

use crate::{
    Listing, Mutation, Query, RedemptionId,
    model::{Redemption, RedemptionCreate},
    resource::resource,
};

resource! {
    /// Creates and reads redemptions: units are taken back at the end of a contract, or to reduce a holding.
    pub struct Redemptions;

    /// Starts a redemption. The wallet must hold the units.
    ///
    /// It is a task on the ledger; if it ends as `unknown`, it needs investigation by a person: never start it again.
    pub fn create(redemption: &RedemptionCreate) -> Mutation<Redemption> = v2_redemptions_create;

    /// Reads one redemption and its status.
    pub fn retrieve(id: RedemptionId) -> Query<Redemption> = v2_redemptions_retrieve;

    /// Lists the redemptions of the client, oldest first.
    pub fn list() -> Listing<Redemption> = v2_redemptions_list;
}
