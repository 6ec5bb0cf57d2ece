//! Issuers of the Issuer API (`/issuer/v2`).

use crate::{
    IssuerId, Listing, Mutation, Query,
    model::{Issuer, IssuerCreate, IssuerUpdate},
    resource::resource,
};

resource! {
    /// Creates, changes and reads issuers: the companies whose securities are registered.
    pub struct Issuers;

    /// Creates an issuer: the company, a person at its head, and its bank account.
    ///
    /// Upload the company's two proofs first. By the newest documentation an investor with the same company name,
    /// register and register number must exist on some distribution platform already.
    pub fn create(issuer: &IssuerCreate) -> Mutation<Issuer> = issuer_v2_issuers_create;

    /// Changes what is set in `update`, also inside its blocks; what is kept is not sent.
    ///
    /// The call carries no idempotency key: it sets absolute values, so repeating it changes nothing more. That it takes
    /// none, and that blocks may be sent in part, is assumed.
    pub fn update(id: IssuerId, update: &IssuerUpdate) -> Mutation<Issuer>
        = issuer_v2_issuers_partial_update without key;

    /// Reads one issuer.
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: IssuerId) -> Query<Issuer> = issuer_v2_issuers_retrieve;

    /// Lists the issuers of the client, oldest first.
    pub fn list() -> Listing<Issuer> = issuer_v2_issuers_list;
}
