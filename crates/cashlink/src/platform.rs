//! The Cashlink API: investment platforms and registry imports.

use cashlink_types::InvestorId;

use crate::Cashlink;

mod documents;
mod identifications;
mod investments;
mod investors;
mod invitations;
mod redemptions;
mod wallets;

pub use documents::Documents;
pub use identifications::Identifications;
pub use investments::Investments;
pub use investors::Investors;
pub use invitations::Invitations;
pub use redemptions::Redemptions;
pub use wallets::Wallets;

/// The Cashlink API (paths under `/v2`), the older family: registry as a service and investment platform.
#[derive(Clone, Copy, Debug)]
pub struct Platform<'a> {
    client: &'a Cashlink,
}

impl<'a> Platform<'a> {
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

    /// The wallets of one investor.
    pub fn wallets(&self, investor_id: InvestorId) -> Wallets<'a> {
        Wallets::new(self.client, investor_id)
    }

    /// Invitations.
    pub fn invitations(&self) -> Invitations<'a> {
        Invitations::new(self.client)
    }

    /// Investments.
    pub fn investments(&self) -> Investments<'a> {
        Investments::new(self.client)
    }

    /// Redemptions.
    pub fn redemptions(&self) -> Redemptions<'a> {
        Redemptions::new(self.client)
    }
}
