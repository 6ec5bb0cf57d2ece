//! The operations of the Issuer API.

use cashlink::{Error, IdempotencyKey, Issuer, model};
use serde_json::json;

use super::{
    Target, document, example, keyed,
    target::{issuer, product},
};

pub(super) async fn send(
    api: &Issuer<'_>,
    target: &Target,
    operation: &str,
    key: &IdempotencyKey,
) -> Result<(), Error> {
    let Target { unlisted, platform, .. } = *target;
    let campaigns = api.campaigns(target.product);
    match operation {
        "issuer_v2_documents_create" => keyed(api.documents().upload(&document()), key).await,
        "issuer_v2_issuers_create" => keyed(api.issuers().create(&issuer(target.document)), key).await,
        "issuer_v2_issuers_partial_update" => {
            keyed(api.issuers().update(target.issuer, &example(operation, &[])), key).await
        }
        "issuer_v2_products_create" => keyed(api.products().create(&product(target.issuer)), key).await,
        "issuer_v2_products_partial_update" => {
            keyed(api.products().update(unlisted, &example(operation, &[])), key).await
        }
        "issuer_v2_products_campaigns_create" => {
            let campaign = example(operation, &[("/distribution_platform_id", json!(platform))]);
            keyed(campaigns.create(&campaign), key).await
        }
        "issuer_v2_products_campaigns_partial_update" => {
            keyed(campaigns.update(target.campaign, &model::CampaignUpdate::new(true)), key).await
        }
        "issuer_v2_listings_create" => {
            keyed(api.listings().create(&model::ListingCreate::new(unlisted, platform)), key).await
        }
        other => panic!("{other} is not in the table"),
    }
}
