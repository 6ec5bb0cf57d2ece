//! Identifications of an investor of the Distributor API (`/distributor/v2`).

use crate::{
    IdentificationId, InvestorId, Listing, Mutation, Query,
    model::{Identification, IdentificationCreate},
    resource::resource,
};

resource! {
    /// Creates and reads the identifications of one investor.
    pub struct Identifications(investor_id: InvestorId);

    /// Imports a finished identification, or starts a new one at the registry's provider.
    ///
    /// An import needs the uploaded protocol of the identification. What the reply to a start holds is assumed: an
    /// address to send the investor to.
    pub fn create(identification: &IdentificationCreate) -> Mutation<Identification>
        = distributor_v2_investors_identifications_create;

    /// Reads one identification and its status.
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: IdentificationId) -> Query<Identification>
        = distributor_v2_investors_identifications_retrieve;

    /// Lists the identifications, oldest first.
    ///
    /// No source names this call: it is assumed.
    pub fn list() -> Listing<Identification> = distributor_v2_investors_identifications_list;
}
