//! Which function answers which operation.

use super::{
    Answer, Call, World, campaign, credit, document, identification, investment, investor, invitation, issuer, listing,
    person, platform, product, redemption, registry_statement, signed_document, transfer, wallet,
};

pub(crate) type Handler = fn(&mut World, &Call<'_>) -> Answer;

/// The function for an operation of the description, or `None` if nothing answers it.
pub(crate) fn handler(operation_id: &str) -> Option<Handler> {
    let prefixes = ["distributor_", "issuer_"];
    let family_less = prefixes.iter().find_map(|prefix| operation_id.strip_prefix(prefix)).unwrap_or(operation_id);
    let row = HANDLERS.iter().find(|(id, _)| *id == family_less);
    row.map(|(_, handler)| *handler)
}

/// Families share their functions; the call says which family it came through.
const HANDLERS: &[(&str, Handler)] = &[
    ("v2_issuers_create", issuer::create),
    ("v2_issuers_list", issuer::list),
    ("v2_issuers_retrieve", issuer::retrieve),
    ("v2_issuers_partial_update", issuer::update),
    ("v2_products_create", product::create),
    ("v2_products_list", product::list),
    ("v2_products_retrieve", product::retrieve),
    ("v2_products_partial_update", product::update),
    ("v2_products_campaigns_create", campaign::create),
    ("v2_products_campaigns_list", campaign::list),
    ("v2_products_campaigns_retrieve", campaign::retrieve),
    ("v2_products_campaigns_partial_update", campaign::update),
    ("v2_distribution_platforms_list", platform::list),
    ("v2_distribution_platforms_retrieve", platform::retrieve),
    ("v2_listings_create", listing::create),
    ("v2_listings_list", listing::list),
    ("v2_listings_retrieve", listing::retrieve),
    ("v2_documents_create", document::create),
    ("v2_investors_create", investor::create),
    ("v2_investors_list", investor::list),
    ("v2_investors_retrieve", investor::retrieve),
    ("v2_investors_partial_update", investor::update),
    ("v2_investors_signed_documents_list", signed_document::list_of_investor),
    ("v2_investors_identifications_create", identification::create),
    ("v2_investors_identifications_list", identification::list),
    ("v2_investors_identifications_retrieve", identification::retrieve),
    ("v2_investors_benefiting_persons_create", person::create),
    ("v2_investors_benefiting_persons_list", person::list),
    ("v2_investors_wallets_eth_managed_create", wallet::create_managed),
    ("v2_investors_wallets_eth_generic_create", wallet::create_generic),
    ("v2_investors_wallets_list", wallet::list),
    ("v2_investors_wallets_retrieve", wallet::retrieve),
    ("v2_investors_wallets_partial_update", wallet::update),
    ("v2_invitations_create", invitation::create),
    ("v2_invitations_list", invitation::list),
    ("v2_invitations_retrieve", invitation::retrieve),
    ("v2_invitations_partial_update", invitation::update),
    ("v2_investments_create", investment::create),
    ("v2_investments_list", investment::list),
    ("v2_investments_retrieve", investment::retrieve),
    ("v2_investments_partial_update", investment::update),
    ("v2_investments_credits_create", credit::create),
    ("v2_investments_signed_documents_create", signed_document::create),
    ("v2_investments_signed_documents_list", signed_document::list),
    ("v2_investments_registry_statements_list", registry_statement::list),
    ("v2_transfers_create", transfer::create),
    ("v2_transfers_list", transfer::list),
    ("v2_transfers_retrieve", transfer::retrieve),
    ("v2_redemptions_create", redemption::create),
    ("v2_redemptions_list", redemption::list),
    ("v2_redemptions_retrieve", redemption::retrieve),
];
