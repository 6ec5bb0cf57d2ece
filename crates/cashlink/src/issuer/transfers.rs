//! Transfers of the Issuer API (`/issuer/v2`).

use crate::{Listing, model::Transfer, resource::resource};

resource! {
    /// Reads the transfers of units of the client's products.
    pub struct Transfers;

    /// Lists the transfers of units of the client's products, oldest first.
    ///
    /// The documentation says that the scope `investments:read` covers them, but names no call: this one is assumed, and
    /// may not exist.
    pub fn list() -> Listing<Transfer> = issuer_v2_transfers_list;
}
