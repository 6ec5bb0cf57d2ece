//! The operations of the Distributor API.

use cashlink::{Distributor, Error, IdempotencyKey, model};
use serde_json::json;

use super::{
    Target, document, example, keyed,
    target::{RECEIVER, direct, identification},
};

pub(super) async fn send(
    api: &Distributor<'_>,
    target: &Target,
    operation: &str,
    key: &IdempotencyKey,
) -> Result<(), Error> {
    let Target { investor, identified: [_, identified], document: protocol, owner, wallet, .. } = *target;
    match operation {
        "distributor_v2_documents_create" => keyed(api.documents().upload(&document()), key).await,
        "distributor_v2_investors_create" => {
            let proofs = ["/legal_person/company_identity_proof_id", "/legal_person/company_structure_proof_id"];
            let company = example(operation, &proofs.map(|proof| (proof, json!(protocol))));
            keyed(api.investors().create(&company), key).await
        }
        "distributor_v2_investors_partial_update" => {
            keyed(api.investors().update(investor, &example(operation, &[])), key).await
        }
        "distributor_v2_investors_identifications_create" => {
            keyed(api.identifications(investor).create(&identification(protocol)), key).await
        }
        "distributor_v2_investors_benefiting_persons_create" => {
            let persons: Vec<_> = example(operation, &[]);
            keyed(api.benefiting_persons(investor).create(&persons), key).await
        }
        "distributor_v2_investors_wallets_eth_managed_create" => {
            let managed = model::ManagedWalletCreate::new().receiving_enabled(true);
            keyed(api.wallets(identified).create_managed(&managed), key).await
        }
        "distributor_v2_investors_wallets_eth_generic_create" => {
            let own = model::GenericWalletCreate::new(format!("0x{}", "b".repeat(40))).receiving_enabled(true);
            keyed(api.wallets(identified).create_generic(&own), key).await
        }
        "distributor_v2_investors_wallets_partial_update" => {
            keyed(api.wallets(owner).update(wallet, &model::WalletUpdate::new(true)), key).await
        }
        _ => invest(api, target, operation, key).await,
    }
}

async fn invest(api: &Distributor<'_>, target: &Target, operation: &str, key: &IdempotencyKey) -> Result<(), Error> {
    let Target { owner, wallet, product, paid: [_, paid], .. } = *target;
    match operation {
        "distributor_v2_investments_create" => {
            keyed(api.investments().create(&direct(owner, target.campaign, wallet)), key).await
        }
        "distributor_v2_investments_partial_update" => {
            let update = model::InvestmentUpdate::new().wallet(wallet);
            keyed(api.investments().update(paid, &update), key).await
        }
        "distributor_v2_investments_credits_create" => keyed(api.investments().credit(paid), key).await,
        "distributor_v2_investments_signed_documents_create" => {
            let signed = model::SignedDocumentCreate::new(target.document, "OTHER", "Risk notice");
            keyed(api.investments().add_signed_document(paid, &signed), key).await
        }
        "distributor_v2_transfers_create" => {
            let transfer = model::TransferCreate::new(product, wallet, RECEIVER, 1);
            keyed(api.transfers().create(&transfer), key).await
        }
        "distributor_v2_redemptions_create" => {
            let redemption = model::RedemptionCreate::new(owner, product, wallet, 1);
            keyed(api.redemptions().create(&redemption), key).await
        }
        other => panic!("{other} is not in the table"),
    }
}
