//! The operations of the Issuer API.

use cashlink::{Error, Issuer, model};
use serde_json::json;

use super::{
    Options, Target, document, example, sent,
    target::{issuer, product},
};

pub(super) async fn send(api: &Issuer<'_>, target: &Target, operation: &str, options: &Options) -> Result<(), Error> {
    let Target { unlisted, platform, .. } = *target;
    let campaigns = api.campaigns(target.product);
    match operation {
        "issuer_v2_documents_create" => sent(api.documents().upload(&document()), options).await,
        "issuer_v2_issuers_create" => sent(api.issuers().create(&issuer(target.document)), options).await,
        "issuer_v2_issuers_partial_update" => {
            sent(api.issuers().update(target.issuer, &example(operation, &[])), options).await
        }
        "issuer_v2_products_create" => sent(api.products().create(&product(target.issuer)), options).await,
        "issuer_v2_products_partial_update" => {
            sent(api.products().update(unlisted, &example(operation, &[])), options).await
        }
        "issuer_v2_products_campaigns_create" => {
            let campaign = example(operation, &[("/distribution_platform_id", json!(platform))]);
            sent(campaigns.create(&campaign), options).await
        }
        "issuer_v2_products_campaigns_partial_update" => {
            sent(campaigns.update(target.campaign, &model::CampaignUpdate::new(true)), options).await
        }
        "issuer_v2_listings_create" => {
            sent(api.listings().create(&model::ListingCreate::new(unlisted, platform)), options).await
        }
        other => panic!("{other} is not in the table"),
    }
}
