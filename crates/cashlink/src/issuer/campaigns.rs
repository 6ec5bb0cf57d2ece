//! Campaigns of a product of the Issuer API (`/issuer/v2`).

use crate::{
    CampaignId, Listing, Mutation, ProductId, Query,
    model::{Campaign, CampaignCreate, CampaignUpdate},
    resource::resource,
};

resource! {
    /// Creates, opens, closes and reads the campaigns of one product: units on offer, which investments refer to.
    pub struct Campaigns(product_id: ProductId);

    /// Offers units of the product on one distribution platform, on which it must be listed.
    ///
    /// The allocations of all campaigns together may not exceed what the product can issue. The end of the path, the key
    /// and the scope are assumed.
    pub fn create(campaign: &CampaignCreate) -> Mutation<Campaign> = issuer_v2_products_campaigns_create;

    /// Opens the campaign for new investments or closes it. A campaign allows one value to be changed; that it is this
    /// one is assumed.
    ///
    /// The call carries no idempotency key: it sets an absolute value, so repeating it changes nothing more. That it
    /// takes none is assumed.
    pub fn update(id: CampaignId, update: &CampaignUpdate) -> Mutation<Campaign>
        = issuer_v2_products_campaigns_partial_update without key;

    /// Reads one campaign.
    ///
    /// No source names this call: it is assumed.
    pub fn retrieve(id: CampaignId) -> Query<Campaign> = issuer_v2_products_campaigns_retrieve;

    /// Lists the campaigns of the product, oldest first. The path is assumed.
    pub fn list() -> Listing<Campaign> = issuer_v2_products_campaigns_list;
}
