//! Redemptions of the Cashlink API (`/v2`).

use std::sync::Arc;

use cashlink_api::operations;

use crate::{
    Cashlink, Listing, Mutation, Query, RedemptionId,
    call::{listing, mutation, query},
    model::{Redemption, RedemptionCreate},
};

/// Creates and reads redemptions: units are taken back at the end of a contract, or to reduce a holding.
#[derive(Clone, Copy, Debug)]
pub struct Redemptions<'a> {
    client: &'a Cashlink,
}

impl<'a> Redemptions<'a> {
    pub(super) fn new(client: &'a Cashlink) -> Self {
        Self { client }
    }

    /// Starts a redemption. The wallet must hold the units.
    ///
    /// It is a task on the ledger; if it ends as `unknown`, it needs investigation by a person: never start it again.
    pub fn create(&self, redemption: &RedemptionCreate) -> Mutation<Redemption> {
        let body = Arc::new(redemption.clone());
        mutation!(self.client, V2_REDEMPTIONS_CREATE, [body], |api, key| api.v2_redemptions_create(key, &body))
    }

    /// Reads one redemption and its status.
    pub fn retrieve(&self, id: RedemptionId) -> Query<Redemption> {
        query!(self.client, V2_REDEMPTIONS_RETRIEVE, |api| api.v2_redemptions_retrieve(&id))
    }

    /// Lists the redemptions of the client, oldest first.
    pub fn list(&self) -> Listing<Redemption> {
        listing!(self.client, V2_REDEMPTIONS_LIST, |api, filter| api.v2_redemptions_list(None, filter.page_size))
    }
}
