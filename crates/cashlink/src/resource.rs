//! The resources of the API, by family and noun.
//!
//! They are reached from the client: [`Cashlink::platform`](crate::Cashlink::platform),
//! [`distributor`](crate::Cashlink::distributor), and there by noun.

mod family;
mod operation;
mod table;

pub(crate) use family::family;
pub(crate) use operation::operation;
pub(crate) use table::resource;

/// Nouns of the Cashlink API (`/v2`).
pub mod platform {
    pub use crate::platform::{Documents, Identifications, Investments, Investors, Invitations, Redemptions, Wallets};
}

/// Nouns of the Distributor API (`/distributor/v2`).
pub mod distributor {
    pub use crate::distributor::{BenefitingPersons, Documents, Identifications, Investors, Wallets};
}
