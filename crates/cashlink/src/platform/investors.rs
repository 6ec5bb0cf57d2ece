//! Investors of the Cashlink API (`/v2`).

use crate::{
    InvestorId, Listing, Mutation, Query,
    model::{Investor, InvestorCreate},
    resource::resource,
};

resource! {
    /// Creates and reads investors: the natural or legal persons that hold securities.
    pub struct Investors;

    /// Creates an investor. Bank account, tax information and communication are optional here.
    ///
    /// A company is sent as `legal_person` together with a `natural_person` who may act for it.
    pub fn create(investor: &InvestorCreate) -> Mutation<Investor> = v2_investors_create;

    /// Reads one investor.
    pub fn retrieve(id: InvestorId) -> Query<Investor> = v2_investors_retrieve;

    /// Lists the investors of the client, oldest first.
    pub fn list() -> Listing<Investor> = v2_investors_list;
}
