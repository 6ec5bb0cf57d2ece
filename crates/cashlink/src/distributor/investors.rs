//! Investors of the Distributor API (`/distributor/v2`).

use crate::{
    InvestorId, Listing, Mutation, Query,
    model::{DistributorInvestorCreate, Investor},
    resource::resource,
};

resource! {
    /// Creates and reads investors: the natural or legal persons that hold securities.
    pub struct Investors;

    /// Creates an investor. Person, bank account, tax information and communication are all required here, and the
    /// API refuses a person who is subject to US tax.
    ///
    /// A company is sent as `legal_person` together with a `natural_person` who may act for it.
    pub fn create(investor: &DistributorInvestorCreate) -> Mutation<Investor> = distributor_v2_investors_create;

    /// Reads one investor.
    pub fn retrieve(id: InvestorId) -> Query<Investor> = distributor_v2_investors_retrieve;

    /// Lists the investors of the client, oldest first.
    pub fn list() -> Listing<Investor> = distributor_v2_investors_list;
}
