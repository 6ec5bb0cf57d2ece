//! Benefiting persons of a company of the Cashlink API (`/v2`).

use crate::{
    InvestorId, Listing, Mutation,
    model::{BenefitingPerson, BenefitingPersonCreate},
    resource::resource,
};

resource! {
    /// Adds and reads the benefiting persons of one company.
    pub struct BenefitingPersons(investor_id: InvestorId);

    /// Adds benefiting persons; earlier ones stay, and need not be removed.
    ///
    /// The investments of a company stay `KYC_PENDING` until it has at least one.
    ///
    /// The call is documented for this family; the form of request and reply is that of the Distributor API.
    pub fn create(persons: &[BenefitingPersonCreate]) -> Mutation<Vec<BenefitingPerson>>
        = v2_investors_benefiting_persons_create;

    /// Lists the benefiting persons, oldest first.
    ///
    /// No source names this call: it is assumed.
    pub fn list() -> Listing<BenefitingPerson> = v2_investors_benefiting_persons_list;
}
