//! Every operation that changes something, and how it is sent once.

mod distributor;
mod issuer;
mod platform;
mod target;

use cashlink::{Cashlink, DocumentSource, Error, IdempotencyKey, Mutation};
use cashlink_tests::spec;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) use target::Target;

/// Every operation that changes something; what one needs of another comes after it.
pub(crate) const OPERATIONS: [&str; 38] = [
    "v2_documents_create",
    "v2_investors_create",
    "v2_investors_partial_update",
    "v2_investors_identifications_create",
    "v2_investors_benefiting_persons_create",
    "v2_investors_wallets_eth_managed_create",
    "v2_investors_wallets_eth_generic_create",
    "v2_investors_wallets_partial_update",
    "v2_invitations_create",
    "v2_invitations_partial_update",
    "v2_investments_create",
    "v2_investments_partial_update",
    "v2_investments_credits_create",
    "v2_investments_signed_documents_create",
    "v2_transfers_create",
    "v2_redemptions_create",
    "distributor_v2_documents_create",
    "distributor_v2_investors_create",
    "distributor_v2_investors_partial_update",
    "distributor_v2_investors_identifications_create",
    "distributor_v2_investors_benefiting_persons_create",
    "distributor_v2_investors_wallets_eth_managed_create",
    "distributor_v2_investors_wallets_eth_generic_create",
    "distributor_v2_investors_wallets_partial_update",
    "distributor_v2_investments_create",
    "distributor_v2_investments_partial_update",
    "distributor_v2_investments_credits_create",
    "distributor_v2_investments_signed_documents_create",
    "distributor_v2_transfers_create",
    "distributor_v2_redemptions_create",
    "issuer_v2_documents_create",
    "issuer_v2_issuers_create",
    "issuer_v2_issuers_partial_update",
    "issuer_v2_products_create",
    "issuer_v2_products_partial_update",
    "issuer_v2_products_campaigns_create",
    "issuer_v2_products_campaigns_partial_update",
    "issuer_v2_listings_create",
];

/// Those that carry no key: they set absolute values and may be repeated all the same.
pub(crate) const UNKEYED: [&str; 7] = [
    "v2_investors_wallets_partial_update",
    "v2_investments_partial_update",
    "distributor_v2_investors_wallets_partial_update",
    "distributor_v2_investments_partial_update",
    "issuer_v2_issuers_partial_update",
    "issuer_v2_products_partial_update",
    "issuer_v2_products_campaigns_partial_update",
];

/// Sends `operation` once under `key`, with a request that the sandbox accepts.
pub(crate) async fn send(
    client: &Cashlink,
    target: &Target,
    operation: &str,
    key: &IdempotencyKey,
) -> Result<(), Error> {
    if operation.starts_with("distributor_") {
        distributor::send(&client.distributor(), target, operation, key).await
    } else if operation.starts_with("issuer_") {
        issuer::send(&client.issuer(), target, operation, key).await
    } else {
        platform::send(&client.platform(), target, operation, key).await
    }
}

async fn keyed<T: DeserializeOwned>(mutation: Mutation<T>, key: &IdempotencyKey) -> Result<(), Error> {
    mutation.key(key.clone()).send().await.map(drop)
}

/// The request that the description gives as an example, with other values at some pointers.
#[track_caller]
fn example<T: DeserializeOwned>(operation: &str, changes: &[(&str, Value)]) -> T {
    let content = &spec::operation(operation).2["requestBody"]["content"]["application/json"];
    let examples = content["examples"].as_object().and_then(|examples| examples.values().next());
    let mut example = examples.map_or(&content["example"], |example| &example["value"]).clone();
    for (pointer, value) in changes {
        *example.pointer_mut(pointer).unwrap_or_else(|| panic!("{operation}: no {pointer}")) = value.clone();
    }
    serde_json::from_value(example).unwrap_or_else(|error| panic!("{operation}: {error}"))
}

fn document() -> DocumentSource {
    DocumentSource::bytes("protocol.pdf", "application/pdf", b"%PDF-1.4".as_slice())
}
