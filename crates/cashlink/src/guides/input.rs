//! Parts that the guides' inputs share: persons, accounts, identifications, documents.
//!
//! Names and types are those of the API wherever it has them, so an input file reads like the requests it becomes.
//! Where the API wants the id of an uploaded document, an input names the file.
//!
//! `Debug` of anything personal says `[redacted]`. The structs are plain, to be written out by name in a program or
//! read from a file; unknown fields in a file are refused.

/// `Debug` that names the type and shows nothing of its personal content.
macro_rules! redacted_debug {
    ($($name:ident),+) => {$(
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.debug_tuple(stringify!($name)).field(&::cashlink_types::Redacted).finish()
            }
        }
    )+};
}

mod bank_account;
mod communication;
mod company;
mod identification;
mod person;
pub(crate) mod sample;
mod signed_document;
mod tax_information;
mod wallet;

pub use bank_account::BankAccount;
pub use communication::Communication;
pub use company::{Company, IssuingCompany};
pub use identification::Identification;
pub use person::{BenefitingPerson, DistributorNaturalPerson, IssuerNaturalPerson, NaturalPerson};
pub use signed_document::SignedDocument;
pub use tax_information::{DistributorTaxInformation, TaxInformation};
pub use wallet::{OwnWallet, Wallet};

/// The largest document that `validate` accepts, in bytes; the default of a client. The API states no limit.
pub(crate) const MAX_DOCUMENT_BYTES: u64 = 100 * 1024 * 1024;
