//! Investors of the Cashlink API (`/v2`).

use crate::{
    InvestorId, Listing, Mutation, Query,
    model::{Investor, InvestorCreate, InvestorUpdate, SignedDocument},
    resource::resource,
};

resource! {
    /// Creates, changes and reads investors: the natural or legal persons that hold securities.
    pub struct Investors;

    /// Creates an investor. Bank account, tax information and communication are optional here.
    ///
    /// A company is sent as `legal_person` together with a `natural_person` who may act for it.
    pub fn create(investor: &InvestorCreate) -> Mutation<Investor> = v2_investors_create;

    /// Changes what is set in `update`, also inside its blocks; what is kept is not sent.
    ///
    /// An investor who was created without bank account, tax information or communication gets them by this, and
    /// [`Patch::Clear`](crate::Patch::Clear) takes them away again. Documented is the change of the communication,
    /// under a key; that the rest can be changed too, and in part, is assumed.
    pub fn update(id: InvestorId, update: &InvestorUpdate) -> Mutation<Investor>
        = v2_investors_partial_update;

    /// Reads one investor, whose `kyc_status` shows how far the checks are.
    pub fn retrieve(id: InvestorId) -> Query<Investor> = v2_investors_retrieve;

    /// Lists the investors of the client, oldest first.
    ///
    /// No source names this call: it is assumed.
    pub fn list() -> Listing<Investor> = v2_investors_list;

    /// Lists the documents that the investor signed to open the account, oldest first.
    ///
    /// They are there once the identification has succeeded; those of an investment belong to the investment. That they
    /// can be read is documented, the path is assumed.
    pub fn signed_documents(id: InvestorId) -> Listing<SignedDocument> = v2_investors_signed_documents_list;
}
