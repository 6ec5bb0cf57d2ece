//! Investors of the Distributor API (`/distributor/v2`).

use crate::{
    InvestorId, Listing, Mutation, Query,
    model::{DistributorInvestorCreate, DistributorInvestorUpdate, Investor},
    resource::resource,
};

resource! {
    /// Creates, changes and reads investors: the natural or legal persons that hold securities.
    pub struct Investors;

    /// Creates an investor. Person, bank account, tax information and communication are all required here, and the
    /// API refuses a person who is subject to US tax.
    ///
    /// A company is sent as `legal_person` together with a `natural_person` who may act for it.
    pub fn create(investor: &DistributorInvestorCreate) -> Mutation<Investor> = distributor_v2_investors_create;

    /// Changes what is set in `update`, also inside its blocks; what is kept is not sent.
    ///
    /// The blocks that every investor of this family has can be changed but not cleared. No source names this call for
    /// this family: it is assumed by that of `/v2`, with its key.
    pub fn update(id: InvestorId, update: &DistributorInvestorUpdate) -> Mutation<Investor>
        = distributor_v2_investors_partial_update;

    /// Reads one investor, whose `kyc_status` shows how far the checks are.
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: InvestorId) -> Query<Investor> = distributor_v2_investors_retrieve;

    /// Lists the investors of the client, oldest first.
    ///
    /// No source names this call: it is assumed.
    pub fn list() -> Listing<Investor> = distributor_v2_investors_list;
}
