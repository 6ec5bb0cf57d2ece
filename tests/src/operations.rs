//! Every operation that changes something, and how it is sent once.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod distributor;
mod issuer;
mod platform;
mod target;

use std::time::Duration;

use cashlink::{Cashlink, DocumentSource, Error, IdempotencyKey, Mutation};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::spec;

pub use target::Target;

/// Every operation that changes something; what one needs of another comes after it.
pub const OPERATIONS: [&str; 38] = [
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
pub const UNKEYED: [&str; 7] = [
    "v2_investors_wallets_partial_update",
    "v2_investments_partial_update",
    "distributor_v2_investors_wallets_partial_update",
    "distributor_v2_investments_partial_update",
    "issuer_v2_issuers_partial_update",
    "issuer_v2_products_partial_update",
    "issuer_v2_products_campaigns_partial_update",
];

/// The options of a call.
#[derive(Clone, Debug)]
pub struct Options {
    /// Its key.
    pub key: IdempotencyKey,
    /// The bound of all its attempts together.
    pub timeout: Option<Duration>,
}

impl From<&IdempotencyKey> for Options {
    fn from(key: &IdempotencyKey) -> Self {
        Self { key: key.clone(), timeout: None }
    }
}

/// Sends `operation` once under `key`, with a request that the sandbox accepts.
///
/// # Errors
///
/// Fails as the call does.
pub async fn send(client: &Cashlink, target: &Target, operation: &str, key: &IdempotencyKey) -> Result<(), Error> {
    send_with(client, target, operation, &key.into()).await
}

/// As [`send`], with more than a key.
///
/// # Errors
///
/// Fails as the call does.
pub async fn send_with(client: &Cashlink, target: &Target, operation: &str, options: &Options) -> Result<(), Error> {
    if operation.starts_with("distributor_") {
        distributor::send(&client.distributor(), target, operation, options).await
    } else if operation.starts_with("issuer_") {
        issuer::send(&client.issuer(), target, operation, options).await
    } else {
        platform::send(&client.platform(), target, operation, options).await
    }
}

async fn sent<T: DeserializeOwned>(mutation: Mutation<T>, options: &Options) -> Result<(), Error> {
    let mutation = mutation.key(options.key.clone());
    let mutation = match options.timeout {
        Some(timeout) => mutation.timeout(timeout),
        None => mutation,
    };
    mutation.send().await.map(drop)
}

/// The request that the description gives as an example, with other values at some pointers.
#[track_caller]
pub fn example<T: DeserializeOwned>(operation: &str, changes: &[(&str, Value)]) -> T {
    let content = &spec::operation(operation).2["requestBody"]["content"]["application/json"];
    let examples = content["examples"].as_object().and_then(|examples| examples.values().next());
    let mut example = examples.map_or(&content["example"], |example| &example["value"]).clone();
    for (pointer, value) in changes {
        *example.pointer_mut(pointer).unwrap_or_else(|| panic!("{operation}: no {pointer}")) = value.clone();
    }
    serde_json::from_value(example).unwrap_or_else(|error| panic!("{operation}: {error}"))
}

/// A small document.
pub fn document() -> DocumentSource {
    DocumentSource::bytes("protocol.pdf", "application/pdf", b"%PDF-1.4".as_slice())
}
