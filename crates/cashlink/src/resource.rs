//! The resources of the API, by family and noun.
//!
//! They are reached from the client: [`Cashlink::platform`](crate::Cashlink::platform),
//! [`distributor`](crate::Cashlink::distributor) or [`issuer`](crate::Cashlink::issuer), and there by noun.

mod family;
mod operation;
mod table;

pub(crate) use family::family;
pub(crate) use operation::operation;
pub(crate) use table::resource;

/// Nouns of the Cashlink API (`/v2`).
pub mod platform {
    pub use crate::platform::{
        BenefitingPersons, Campaigns, Documents, Identifications, Investments, Investors, Invitations, Products,
        Redemptions, Transfers, Wallets,
    };
}

/// Nouns of the Distributor API (`/distributor/v2`).
pub mod distributor {
    pub use crate::distributor::{
        BenefitingPersons, Campaigns, Documents, Identifications, Investments, Investors, Products, Redemptions,
        Transfers, Wallets,
    };
}

/// Nouns of the Issuer API (`/issuer/v2`).
pub mod issuer {
    pub use crate::issuer::{
        Campaigns, DistributionPlatforms, Documents, Investments, Issuers, Listings, Products, Transfers,
    };
}
