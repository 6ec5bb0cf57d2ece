//! The Distributor API: brokers and custodians.

use crate::{InvestorId, ProductId, resource::family};

mod benefiting_persons;
mod campaigns;
mod documents;
mod identifications;
mod investments;
mod investors;
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
pub use products::Products;
pub use redemptions::Redemptions;
pub use transfers::Transfers;
pub use wallets::Wallets;

family! {
    /// The Distributor API (paths under `/distributor/v2`), the newer family for distribution platforms.
    ///
    /// ```no_run
    /// use cashlink::model::TransferCreate;
    ///
    /// # async fn run(cashlink: cashlink::Cashlink, transfer: TransferCreate) -> Result<(), Box<dyn std::error::Error>> {
    /// let transfers = cashlink.distributor().transfers();
    /// if let Some(id) = transfers.create(&transfer).send().await?.id {
    ///     transfers.wait(id).send().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
    /// Products.
    pub fn products() -> Products;
    /// The campaigns of one product.
    pub fn campaigns(product_id: ProductId) -> Campaigns;
    /// Investments.
    pub fn investments() -> Investments;
    /// Transfers.
    pub fn transfers() -> Transfers;
    /// Redemptions.
    pub fn redemptions() -> Redemptions;
}
