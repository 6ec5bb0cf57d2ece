//! Benefiting persons of a company of the Distributor API (`/distributor/v2`).

use std::sync::Arc;

use cashlink_api::operations;

use crate::{
    Cashlink, InvestorId, Listing, Mutation,
    call::{listing, mutation},
    model::{BenefitingPerson, BenefitingPersonCreate},
};

/// Adds and reads the benefiting persons of one company.
#[derive(Clone, Copy, Debug)]
pub struct BenefitingPersons<'a> {
    client: &'a Cashlink,
    investor_id: InvestorId,
}

impl<'a> BenefitingPersons<'a> {
    pub(super) fn new(client: &'a Cashlink, investor_id: InvestorId) -> Self {
        Self { client, investor_id }
    }

    /// Adds benefiting persons; earlier ones stay. A company can invest once it has at least one.
    pub fn create(&self, persons: &[BenefitingPersonCreate]) -> Mutation<Vec<BenefitingPerson>> {
        let investor_id = self.investor_id;
        let body = Arc::new(persons.to_vec());
        mutation!(self.client, DISTRIBUTOR_V2_INVESTORS_BENEFITING_PERSONS_CREATE, [body], |api, key| api
            .distributor_v2_investors_benefiting_persons_create(&investor_id, key, &body))
    }

    /// Lists the benefiting persons, oldest first.
    pub fn list(&self) -> Listing<BenefitingPerson> {
        let investor_id = self.investor_id;
        listing!(self.client, DISTRIBUTOR_V2_INVESTORS_BENEFITING_PERSONS_LIST, |api, filter| api
            .distributor_v2_investors_benefiting_persons_list(&investor_id, None, filter.page_size))
    }
}
