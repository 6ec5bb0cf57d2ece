//! Campaigns of a product of the Distributor API (`/distributor/v2`).

use crate::{CampaignId, Listing, ProductId, Query, model::Campaign, resource::resource};

resource! {
    /// Reads the campaigns of one product: units on offer, which investments refer to. Issuers create them.
    pub struct Campaigns(product_id: ProductId);

    /// Reads one campaign that is unlocked for this platform; any other is [not found](crate::Error::is_not_found).
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: CampaignId) -> Query<Campaign> = distributor_v2_products_campaigns_retrieve;

    /// Lists the campaigns that are unlocked for this platform, oldest first.
    ///
    /// That they can be read is documented; the path, and the scope `products:read`, are assumed.
    pub fn list() -> Listing<Campaign> = distributor_v2_products_campaigns_list;
}
