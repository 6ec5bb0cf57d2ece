//! The Cashlink API: investment platforms and registry imports.

use crate::{InvestorId, resource::family};

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

family! {
    /// The Cashlink API (paths under `/v2`), the older family: registry as a service and investment platform.
    pub struct Platform;

    /// Documents.
    pub fn documents() -> Documents;
    /// Investors.
    pub fn investors() -> Investors;
    /// The identifications of one investor.
    pub fn identifications(investor_id: InvestorId) -> Identifications;
    /// The wallets of one investor.
    pub fn wallets(investor_id: InvestorId) -> Wallets;
    /// Invitations.
    pub fn invitations() -> Invitations;
    /// Investments.
    pub fn investments() -> Investments;
    /// Redemptions.
    pub fn redemptions() -> Redemptions;
}
