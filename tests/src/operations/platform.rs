//! The operations of the Cashlink API.

use cashlink::{Error, Platform, model};

use super::{
    Options, Target, document, example, sent,
    target::{RECEIVER, identification, signed_at},
};

pub(super) async fn send(api: &Platform<'_>, target: &Target, operation: &str, options: &Options) -> Result<(), Error> {
    let Target { investor, identified: [identified, _], document: protocol, owner, wallet, .. } = *target;
    match operation {
        "v2_documents_create" => sent(api.documents().upload(&document()), options).await,
        "v2_investors_create" => sent(api.investors().create(&example(operation, &[])), options).await,
        "v2_investors_partial_update" => {
            sent(api.investors().update(investor, &example(operation, &[])), options).await
        }
        "v2_investors_identifications_create" => {
            sent(api.identifications(investor).create(&identification(protocol)), options).await
        }
        "v2_investors_benefiting_persons_create" => {
            let persons: Vec<_> = example(operation, &[]);
            sent(api.benefiting_persons(investor).create(&persons), options).await
        }
        "v2_investors_wallets_eth_managed_create" => sent(api.wallets(identified).create_managed(), options).await,
        "v2_investors_wallets_eth_generic_create" => {
            let own = model::GenericWalletCreate::new(format!("0x{}", "a".repeat(40)));
            sent(api.wallets(identified).create_generic(&own), options).await
        }
        "v2_investors_wallets_partial_update" => {
            sent(api.wallets(owner).update(wallet, &model::WalletUpdate::new(true)), options).await
        }
        "v2_invitations_create" => {
            let invitation = model::InvitationCreate::new(owner, target.campaign, 10);
            sent(api.invitations().create(&invitation), options).await
        }
        "v2_invitations_partial_update" => {
            let update = model::InvitationUpdate::new().self_disclosure_submitted_at(signed_at());
            sent(api.invitations().update(target.invitation, &update), options).await
        }
        _ => invest(api, target, operation, options).await,
    }
}

async fn invest(api: &Platform<'_>, target: &Target, operation: &str, options: &Options) -> Result<(), Error> {
    let Target { owner, wallet, product, paid: [paid, _], .. } = *target;
    match operation {
        "v2_investments_create" => {
            let investment = model::InvestmentCreateFromInvitation::new(target.invitation, signed_at());
            sent(api.investments().create(&investment.into()), options).await
        }
        "v2_investments_partial_update" => {
            let update = model::InvestmentUpdate::new().wallet(wallet);
            sent(api.investments().update(paid, &update), options).await
        }
        "v2_investments_credits_create" => sent(api.investments().credit(paid), options).await,
        "v2_investments_signed_documents_create" => {
            let signed = model::SignedDocumentCreate::new(target.document, "OTHER", "Risk notice");
            sent(api.investments().add_signed_document(paid, &signed), options).await
        }
        "v2_transfers_create" => {
            let transfer = model::TransferCreate::new(product, wallet, RECEIVER, 1);
            sent(api.transfers().create(&transfer), options).await
        }
        "v2_redemptions_create" => {
            let redemption = model::RedemptionCreate::new(owner, product, wallet, 1);
            sent(api.redemptions().create(&redemption), options).await
        }
        other => panic!("{other} is not in the table"),
    }
}
