//! Distribution platforms of the Issuer API (`/issuer/v2`).

use crate::{DistributionPlatformId, Listing, Query, model::DistributionPlatform, resource::resource};

resource! {
    /// Reads distribution platforms: companies that sell securities to their own customers.
    pub struct DistributionPlatforms;

    /// Reads one distribution platform; `is_allowed` is true once Cashlink has checked your agreement with it.
    pub fn retrieve(id: DistributionPlatformId) -> Query<DistributionPlatform>
        = issuer_v2_distribution_platforms_retrieve;

    /// Lists all distribution platforms, oldest first, also those on which you may not list products.
    pub fn list() -> Listing<DistributionPlatform> = issuer_v2_distribution_platforms_list;
}
