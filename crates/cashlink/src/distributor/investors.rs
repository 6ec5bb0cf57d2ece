//! Investors of the Distributor API (`/distributor/v2`).

use std::sync::Arc;

use cashlink_api::operations;

use crate::{
    Cashlink, InvestorId, Listing, Mutation, Query,
    call::{listing, mutation, query},
    model::{DistributorInvestorCreate, Investor},
};

/// Creates and reads investors: the natural or legal persons that hold securities.
#[derive(Clone, Copy, Debug)]
pub struct Investors<'a> {
    client: &'a Cashlink,
}

impl<'a> Investors<'a> {
    pub(super) fn new(client: &'a Cashlink) -> Self {
        Self { client }
    }

    /// Creates an investor. Person, bank account, tax information and communication are all required here, and the
    /// API refuses a person who is subject to US tax.
    ///
    /// A company is sent as `legal_person` together with a `natural_person` who may act for it.
    pub fn create(&self, investor: &DistributorInvestorCreate) -> Mutation<Investor> {
        let body = Arc::new(investor.clone());
        mutation!(self.client, DISTRIBUTOR_V2_INVESTORS_CREATE, [body], |api, key| api
            .distributor_v2_investors_create(key, &body))
    }

    /// Reads one investor.
    pub fn retrieve(&self, id: InvestorId) -> Query<Investor> {
        query!(self.client, DISTRIBUTOR_V2_INVESTORS_RETRIEVE, |api| api.distributor_v2_investors_retrieve(&id))
    }

    /// Lists the investors of the client, oldest first.
    pub fn list(&self) -> Listing<Investor> {
        listing!(self.client, DISTRIBUTOR_V2_INVESTORS_LIST, |api, filter| api
            .distributor_v2_investors_list(None, filter.page_size))
    }
}
