//! The operations of the Cashlink API.

use cashlink::{Error, IdempotencyKey, Platform, model};

use super::{
    Target, document, example, keyed,
    target::{RECEIVER, identification, signed_at},
};

pub(super) async fn send(
    api: &Platform<'_>,
    target: &Target,
    operation: &str,
    key: &IdempotencyKey,
) -> Result<(), Error> {
    let Target { investor, identified: [identified, _], document: protocol, owner, wallet, .. } = *target;
    match operation {
        "v2_documents_create" => keyed(api.documents().upload(&document()), key).await,
        "v2_investors_create" => keyed(api.investors().create(&example(operation, &[])), key).await,
        "v2_investors_partial_update" => keyed(api.investors().update(investor, &example(operation, &[])), key).await,
        "v2_investors_identifications_create" => {
            keyed(api.identifications(investor).create(&identification(protocol)), key).await
        }
        "v2_investors_benefiting_persons_create" => {
            let persons: Vec<_> = example(operation, &[]);
            keyed(api.benefiting_persons(investor).create(&persons), key).await
        }
        "v2_investors_wallets_eth_managed_create" => keyed(api.wallets(identified).create_managed(), key).await,
        "v2_investors_wallets_eth_generic_create" => {
            let own = model::GenericWalletCreate::new(format!("0x{}", "a".repeat(40)));
            keyed(api.wallets(identified).create_generic(&own), key).await
        }
        "v2_investors_wallets_partial_update" => {
            keyed(api.wallets(owner).update(wallet, &model::WalletUpdate::new(true)), key).await
        }
        "v2_invitations_create" => {
            let invitation = model::InvitationCreate::new(owner, target.campaign, 10);
            keyed(api.invitations().create(&invitation), key).await
        }
        "v2_invitations_partial_update" => {
            let update = model::InvitationUpdate::new().self_disclosure_submitted_at(signed_at());
            keyed(api.invitations().update(target.invitation, &update), key).await
        }
        _ => invest(api, target, operation, key).await,
    }
}

async fn invest(api: &Platform<'_>, target: &Target, operation: &str, key: &IdempotencyKey) -> Result<(), Error> {
    let Target { owner, wallet, product, paid: [paid, _], .. } = *target;
    match operation {
        "v2_investments_create" => {
            let investment = model::InvestmentCreateFromInvitation::new(target.invitation, signed_at());
            keyed(api.investments().create(&investment.into()), key).await
        }
        "v2_investments_partial_update" => {
            let update = model::InvestmentUpdate::new().wallet(wallet);
            keyed(api.investments().update(paid, &update), key).await
        }
        "v2_investments_credits_create" => keyed(api.investments().credit(paid), key).await,
        "v2_investments_signed_documents_create" => {
            let signed = model::SignedDocumentCreate::new(target.document, "OTHER", "Risk notice");
            keyed(api.investments().add_signed_document(paid, &signed), key).await
        }
        "v2_transfers_create" => {
            let transfer = model::TransferCreate::new(product, wallet, RECEIVER, 1);
            keyed(api.transfers().create(&transfer), key).await
        }
        "v2_redemptions_create" => {
            let redemption = model::RedemptionCreate::new(owner, product, wallet, 1);
            keyed(api.redemptions().create(&redemption), key).await
        }
        other => panic!("{other} is not in the table"),
    }
}
