//! The Cashlink API: investment platforms and registry imports.

use crate::{InvestorId, ProductId, resource::family};

mod benefiting_persons;
mod campaigns;
mod documents;
mod identifications;
mod investments;
mod investors;
mod invitations;
mod products;
mod redemptions;
mod transfers;
mod wallets;

pub use benefiting_persons::BenefitingPersons;
pub use campaigns::Campaigns;
pub use documents::Documents;
pub use identifications::Identifications;
pub use investments::Investments;
pub use investors::Investors;
pub use invitations::Invitations;
pub use products::Products;
pub use redemptions::Redemptions;
pub use transfers::Transfers;
pub use wallets::Wallets;

family! {
    /// The Cashlink API (paths under `/v2`), the older family: registry as a service and investment platform.
    ///
    /// ```no_run
    /// # async fn run(cashlink: cashlink::Cashlink, id: cashlink::InvestmentId) -> Result<(), Box<dyn std::error::Error>> {
    /// let investments = cashlink.platform().investments();
    /// investments.credit(id).send().await?;
    /// let delivered = investments.wait_for_delivery(id).send().await?;
    /// println!("delivered at {:?}", delivered.delivered_at);
    /// # Ok(())
    /// # }
    /// ```
    pub struct Platform;

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
    /// Products.
    pub fn products() -> Products;
    /// The campaigns of one product.
    pub fn campaigns(product_id: ProductId) -> Campaigns;
    /// Invitations.
    pub fn invitations() -> Invitations;
    /// Investments.
    pub fn investments() -> Investments;
    /// Transfers.
    pub fn transfers() -> Transfers;
    /// Redemptions.
    pub fn redemptions() -> Redemptions;
}
