//! Identifications of an investor of the Distributor API (`/distributor/v2`).

use std::sync::Arc;

use cashlink_api::operations;

use crate::{
    Cashlink, IdentificationId, InvestorId, Listing, Mutation, Query,
    call::{listing, mutation, query},
    model::{Identification, IdentificationCreate},
};

/// Creates and reads the identifications of one investor.
#[derive(Clone, Copy, Debug)]
pub struct Identifications<'a> {
    client: &'a Cashlink,
    investor_id: InvestorId,
}

impl<'a> Identifications<'a> {
    pub(super) fn new(client: &'a Cashlink, investor_id: InvestorId) -> Self {
        Self { client, investor_id }
    }

    /// Imports a finished identification, or starts a new one at the registry's provider.
    ///
    /// An import needs the uploaded protocol of the identification.
    pub fn create(&self, identification: &IdentificationCreate) -> Mutation<Identification> {
        let investor_id = self.investor_id;
        let body = Arc::new(identification.clone());
        mutation!(self.client, DISTRIBUTOR_V2_INVESTORS_IDENTIFICATIONS_CREATE, [body], |api, key| api
            .distributor_v2_investors_identifications_create(&investor_id, key, &body))
    }

    /// Reads one identification.
    pub fn retrieve(&self, id: IdentificationId) -> Query<Identification> {
        let investor_id = self.investor_id;
        query!(self.client, DISTRIBUTOR_V2_INVESTORS_IDENTIFICATIONS_RETRIEVE, |api| api
            .distributor_v2_investors_identifications_retrieve(&investor_id, &id))
    }

    /// Lists the identifications, oldest first.
    pub fn list(&self) -> Listing<Identification> {
        let investor_id = self.investor_id;
        listing!(self.client, DISTRIBUTOR_V2_INVESTORS_IDENTIFICATIONS_LIST, |api, filter| api
            .distributor_v2_investors_identifications_list(&investor_id, None, filter.page_size))
    }
}
