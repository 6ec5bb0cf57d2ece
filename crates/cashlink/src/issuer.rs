//! The Issuer API: companies that issue securities.

use crate::{ProductId, resource::family};

mod campaigns;
mod distribution_platforms;
mod documents;
mod investments;
mod issuers;
mod listings;
mod products;
mod transfers;

pub use campaigns::Campaigns;
pub use distribution_platforms::DistributionPlatforms;
pub use documents::Documents;
pub use investments::Investments;
pub use issuers::Issuers;
pub use listings::Listings;
pub use products::Products;
pub use transfers::Transfers;

family! {
    /// The Issuer API (paths under `/issuer/v2`): issuers, their products, and where these are offered.
    ///
    /// ```no_run
    /// use cashlink::{DistributionPlatformId, ProductId, model::ListingCreate};
    ///
    /// # async fn run(cashlink: cashlink::Cashlink, product_id: ProductId, platform_id: DistributionPlatformId) -> cashlink::Result<()> {
    /// let issuer = cashlink.issuer();
    /// let platform = issuer.distribution_platforms().retrieve(platform_id).send().await?;
    /// if platform.is_allowed == Some(true) {
    ///     issuer.listings().create(&ListingCreate::new(product_id, platform_id)).send().await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub struct Issuer;

    /// Documents.
    pub fn documents() -> Documents;
    /// Issuers.
    pub fn issuers() -> Issuers;
    /// Products.
    pub fn products() -> Products;
    /// The campaigns of one product.
    pub fn campaigns(product_id: ProductId) -> Campaigns;
    /// Distribution platforms.
    pub fn distribution_platforms() -> DistributionPlatforms;
    /// Listings: which product is on which platform.
    pub fn listings() -> Listings;
    /// Investments in the client's products.
    pub fn investments() -> Investments;
    /// Transfers of units of the client's products.
    pub fn transfers() -> Transfers;
}
