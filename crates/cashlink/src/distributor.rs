//! The Distributor API: brokers and custodians.

use crate::{InvestorId, resource::family};

mod benefiting_persons;
mod documents;
mod identifications;
mod investors;
mod wallets;

pub use benefiting_persons::BenefitingPersons;
pub use documents::Documents;
pub use identifications::Identifications;
pub use investors::Investors;
pub use wallets::Wallets;

family! {
    /// The Distributor API (paths under `/distributor/v2`), the newer family for distribution platforms.
    pub struct Distributor;

    /// Documents.
    pub fn documents() -> Documents;
    /// Investors.
    pub fn investors() -> Investors;
    /// The identifications of one investor.
    pub fn identifications(investor_id: InvestorId) -> Identifications;
    /// The benefiting persons of one company.
    pub fn benefiting_persons(investor_id: InvestorId) -> BenefitingPersons;
    /// The wallets of one investor.
    pub fn wallets(investor_id: InvestorId) -> Wallets;
}
