//! The operations of the Distributor API.

use cashlink::{Distributor, Error, model};
use serde_json::json;

use super::{
    Options, Target, document, example, sent,
    target::{RECEIVER, direct, identification},
};

pub(super) async fn send(
    api: &Distributor<'_>,
    target: &Target,
    operation: &str,
    options: &Options,
) -> Result<(), Error> {
    let Target { investor, identified: [_, identified], document: protocol, owner, wallet, .. } = *target;
    match operation {
        "distributor_v2_documents_create" => sent(api.documents().upload(&document()), options).await,
        "distributor_v2_investors_create" => {
            let proofs = ["/legal_person/company_identity_proof_id", "/legal_person/company_structure_proof_id"];
            let company = example(operation, &proofs.map(|proof| (proof, json!(protocol))));
            sent(api.investors().create(&company), options).await
        }
        "distributor_v2_investors_partial_update" => {
            sent(api.investors().update(investor, &example(operation, &[])), options).await
        }
        "distributor_v2_investors_identifications_create" => {
            sent(api.identifications(investor).create(&identification(protocol)), options).await
        }
        "distributor_v2_investors_benefiting_persons_create" => {
            let persons: Vec<_> = example(operation, &[]);
            sent(api.benefiting_persons(investor).create(&persons), options).await
        }
        "distributor_v2_investors_wallets_eth_managed_create" => {
            let managed = model::ManagedWalletCreate::new().receiving_enabled(true);
            sent(api.wallets(identified).create_managed(&managed), options).await
        }
        "distributor_v2_investors_wallets_eth_generic_create" => {
            let own = model::GenericWalletCreate::new(format!("0x{}", "b".repeat(40))).receiving_enabled(true);
            sent(api.wallets(identified).create_generic(&own), options).await
        }
        "distributor_v2_investors_wallets_partial_update" => {
            sent(api.wallets(owner).update(wallet, &model::WalletUpdate::new(true)), options).await
        }
        _ => invest(api, target, operation, options).await,
    }
}

async fn invest(api: &Distributor<'_>, target: &Target, operation: &str, options: &Options) -> Result<(), Error> {
    let Target { owner, wallet, product, paid: [_, paid], .. } = *target;
    match operation {
        "distributor_v2_investments_create" => {
            sent(api.investments().create(&direct(owner, target.campaign, wallet)), options).await
        }
        "distributor_v2_investments_partial_update" => {
            let update = model::InvestmentUpdate::new().wallet(wallet);
            sent(api.investments().update(paid, &update), options).await
        }
        "distributor_v2_investments_credits_create" => sent(api.investments().credit(paid), options).await,
        "distributor_v2_investments_signed_documents_create" => {
            let signed = model::SignedDocumentCreate::new(target.document, "OTHER", "Risk notice");
            sent(api.investments().add_signed_document(paid, &signed), options).await
        }
        "distributor_v2_transfers_create" => {
            let transfer = model::TransferCreate::new(product, wallet, RECEIVER, 1);
            sent(api.transfers().create(&transfer), options).await
        }
        "distributor_v2_redemptions_create" => {
            let redemption = model::RedemptionCreate::new(owner, product, wallet, 1);
            sent(api.redemptions().create(&redemption), options).await
        }
        other => panic!("{other} is not in the table"),
    }
}
