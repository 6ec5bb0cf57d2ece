//! The Distributor API: brokers and custodians.

use cashlink_types::InvestorId;

use crate::Cashlink;

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

/// The Distributor API (paths under `/distributor/v2`), the newer family for distribution platforms.
#[derive(Clone, Copy, Debug)]
pub struct Distributor<'a> {
    client: &'a Cashlink,
}

impl<'a> Distributor<'a> {
    pub(crate) fn new(client: &'a Cashlink) -> Self {
        Self { client }
    }

    /// Documents.
    pub fn documents(&self) -> Documents<'a> {
        Documents::new(self.client)
    }

    /// Investors.
    pub fn investors(&self) -> Investors<'a> {
        Investors::new(self.client)
    }

    /// The identifications of one investor.
    pub fn identifications(&self, investor_id: InvestorId) -> Identifications<'a> {
        Identifications::new(self.client, investor_id)
    }

    /// The benefiting persons of one company.
    pub fn benefiting_persons(&self, investor_id: InvestorId) -> BenefitingPersons<'a> {
        BenefitingPersons::new(self.client, investor_id)
    }

    /// The wallets of one investor.
    pub fn wallets(&self, investor_id: InvestorId) -> Wallets<'a> {
        Wallets::new(self.client, investor_id)
    }
}
