use cashlink::{DocumentId, IssuerId, model};
use serde_json::json;

use crate::{Walk, document, example};

#[tokio::test]
async fn the_issuer_family_answers_every_call() {
    let mut walk = Walk::begin().await;
    let client = walk.client.clone();
    let api = client.issuer();

    let document = walk.change("issuer_v2_documents_create", api.documents().upload(&document())).await.id;
    let issuer = issuer(&mut walk, document).await;

    // The example of a campaign is of another product, of which there is more.
    let changes = [("/issuer_id", json!(issuer)), ("/max_issuable_amount", json!(1_000_000))];
    let product: model::ProductCreate = example("issuer_v2_products_create", &changes);
    let product = walk.change("issuer_v2_products_create", api.products().create(&product)).await.id;
    let renamed = api.products().update(product, &model::ProductUpdate::new().name("Another bond"));
    let renamed = walk.change("issuer_v2_products_partial_update", renamed).await;
    assert_eq!(renamed.name.as_deref(), Some("Another bond"));
    assert_eq!(walk.read("issuer_v2_products_retrieve", api.products().retrieve(product)).await, renamed);
    assert!(walk.list("issuer_v2_products_list", api.products().list()).await.contains(&renamed));

    let platforms = api.distribution_platforms();
    let found = walk.list("issuer_v2_distribution_platforms_list", platforms.list()).await;
    let allowed = found.iter().find(|platform| platform.is_allowed == Some(true)).unwrap();
    let platform = walk.read("issuer_v2_distribution_platforms_retrieve", platforms.retrieve(allowed.id)).await;
    assert_eq!(platform, *allowed);

    let listing = model::ListingCreate::new(product, platform.id);
    let listing = walk.change("issuer_v2_listings_create", api.listings().create(&listing)).await;
    assert_eq!(walk.read("issuer_v2_listings_retrieve", api.listings().retrieve(listing.id)).await, listing);
    assert!(walk.list("issuer_v2_listings_list", api.listings().list()).await.contains(&listing));

    let campaigns = api.campaigns(product);
    let changes = [("/distribution_platform_id", json!(platform.id))];
    let campaign: model::CampaignCreate = example("issuer_v2_products_campaigns_create", &changes);
    let campaign = walk.change("issuer_v2_products_campaigns_create", campaigns.create(&campaign)).await.id;
    let closed = campaigns.update(campaign, &model::CampaignUpdate::new(false));
    let closed = walk.change("issuer_v2_products_campaigns_partial_update", closed).await;
    assert_eq!(closed.is_campaign_active, Some(false));
    assert_eq!(walk.read("issuer_v2_products_campaigns_retrieve", campaigns.retrieve(campaign)).await, closed);
    assert_eq!(walk.list("issuer_v2_products_campaigns_list", campaigns.list()).await, [closed]);

    // Whoever invests does so through another family.
    let signed_at = "2025-03-04T09:15:30Z".parse().unwrap();
    let (investor, campaign) = (walk.sandbox.investor_id().into(), walk.sandbox.campaign_id().into());
    let direct = model::InvestmentCreateDirect::new(investor, campaign, 10).signed_at(signed_at);
    let investment = client.distributor().investments().create(&direct).send().await.unwrap();
    let found = walk.read("issuer_v2_investments_retrieve", api.investments().retrieve(investment.id)).await;
    assert_eq!(found.status, investment.status);
    let of_product = api.investments().list_of_product(walk.sandbox.product_id().into());
    assert_eq!(walk.list("issuer_v2_investments_list", of_product).await.len(), 1);
    assert!(walk.list("issuer_v2_transfers_list", api.transfers().list()).await.is_empty());
    walk.end("/issuer/v2/");
}

async fn issuer(walk: &mut Walk, document: DocumentId) -> IssuerId {
    let client = walk.client.clone();
    let api = client.issuer();
    let proofs = [
        ("/legal_person/company_identity_proof_id", json!(document)),
        ("/legal_person/company_structure_proof_id", json!(document)),
    ];
    let issuer: model::IssuerCreate = example("issuer_v2_issuers_create", &proofs);
    let issuer = walk.change("issuer_v2_issuers_create", api.issuers().create(&issuer)).await.id;
    let account = model::MandatoryBankAccountUpdate::new().bank("Musterbank");
    let update = api.issuers().update(issuer, &model::IssuerUpdate::new().bank_account(account));
    let changed = walk.change("issuer_v2_issuers_partial_update", update).await;
    assert_eq!(walk.read("issuer_v2_issuers_retrieve", api.issuers().retrieve(issuer)).await, changed);
    assert!(walk.list("issuer_v2_issuers_list", api.issuers().list()).await.contains(&changed));
    issuer
}
