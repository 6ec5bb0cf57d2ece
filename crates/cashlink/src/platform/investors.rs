//! Investors of the Cashlink API (`/v2`).

use std::sync::Arc;

use cashlink_api::operations;

use crate::{
    Cashlink, InvestorId, Listing, Mutation, Query,
    call::{listing, mutation, query},
    model::{Investor, InvestorCreate},
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

    /// Creates an investor. Bank account, tax information and communication are optional here.
    ///
    /// A company is sent as `legal_person` together with a `natural_person` who may act for it.
    pub fn create(&self, investor: &InvestorCreate) -> Mutation<Investor> {
        let body = Arc::new(investor.clone());
        mutation!(self.client, V2_INVESTORS_CREATE, [body], |api, key| api.v2_investors_create(key, &body))
    }

    /// Reads one investor.
    pub fn retrieve(&self, id: InvestorId) -> Query<Investor> {
        query!(self.client, V2_INVESTORS_RETRIEVE, |api| api.v2_investors_retrieve(&id))
    }

    /// Lists the investors of the client, oldest first.
    pub fn list(&self) -> Listing<Investor> {
        listing!(self.client, V2_INVESTORS_LIST, |api, filter| api.v2_investors_list(None, filter.page_size))
    }
}
