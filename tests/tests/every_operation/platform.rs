use cashlink::{model, model::SignedDocumentCreate};
use serde_json::json;

use crate::{Walk, document, example};

#[tokio::test]
async fn the_platform_family_answers_every_call() {
    let mut walk = Walk::begin().await;
    let client = walk.client.clone();
    let api = client.platform();

    let document = walk.change("v2_documents_create", api.documents().upload(&document())).await.id;
    let person: model::InvestorCreate = example("v2_investors_create", &[]);
    let person = walk.change("v2_investors_create", api.investors().create(&person)).await.id;
    investor(&mut walk, person, document).await;

    let (investor, product) = (walk.sandbox.investor_id().into(), walk.sandbox.product_id().into());
    let campaign = walk.sandbox.campaign_id().into();
    let products = walk.list("v2_products_list", api.products().list()).await;
    assert!(products.iter().any(|found| found.id == product));
    assert_eq!(walk.read("v2_products_retrieve", api.products().retrieve(product)).await.id, product);
    let campaigns = walk.list("v2_products_campaigns_list", api.campaigns(product).list()).await;
    assert!(campaigns.iter().any(|found| found.id == campaign));
    let found = walk.read("v2_products_campaigns_retrieve", api.campaigns(product).retrieve(campaign)).await;
    assert_eq!(found.id, campaign);

    let invitation = model::InvitationCreate::new(investor, campaign, 10);
    let invitation = walk.change("v2_invitations_create", api.invitations().create(&invitation)).await.id;
    let signed_at = "2025-03-04T09:15:30Z".parse().unwrap();
    let filled = model::InvitationUpdate::new().survey_submitted_at(signed_at).survey(Vec::new());
    let filled = filled.survey_waiver(model::SurveyWaiver::from("NO_ANSWERS"));
    walk.change("v2_invitations_partial_update", api.invitations().update(invitation, &filled)).await;
    walk.read("v2_invitations_retrieve", api.invitations().retrieve(invitation)).await;
    assert_eq!(walk.list("v2_invitations_list", api.invitations().list()).await.len(), 1);

    let wallet = walk.list("v2_investors_wallets_list", api.wallets(investor).list()).await[0].id;
    let investment = model::InvestmentCreateFromInvitation::new(invitation, signed_at);
    let investment = walk.change("v2_investments_create", api.investments().create(&investment.into())).await.id;
    let paid = model::InvestmentUpdate::new().wallet(wallet).accepted_at(signed_at).paid_at(signed_at);
    walk.change("v2_investments_partial_update", api.investments().update(investment, &paid)).await;
    walk.change("v2_investments_credits_create", api.investments().credit(investment)).await;
    let found = walk.read("v2_investments_retrieve", api.investments().retrieve(investment)).await;
    assert_eq!(found.status, model::InvestmentStatus::Delivered);
    let of_product = api.investments().list_of_product(product);
    assert_eq!(walk.list("v2_investments_list", of_product).await.len(), 1);

    let signed = SignedDocumentCreate::new(document, "OTHER", "Risk notice");
    let added = api.investments().add_signed_document(investment, &signed);
    let added = walk.change("v2_investments_signed_documents_create", added).await.id;
    let documents = api.investments().signed_documents(investment);
    let documents = walk.list("v2_investments_signed_documents_list", documents).await;
    assert!(documents.iter().any(|found| found.id == added));
    let statements = api.investments().registry_statements(investment);
    assert!(walk.list("v2_investments_registry_statements_list", statements).await.is_empty(), "no crypto security");

    let target = api.wallets(person).list().all().await.unwrap();
    let target =
        target.iter().find_map(|wallet| wallet.address.clone().filter(|_| wallet.receiving_enabled == Some(true)));
    let transfer = model::TransferCreate::new(product, wallet, target.unwrap(), 4);
    let transfer = walk.change("v2_transfers_create", api.transfers().create(&transfer)).await.id.unwrap();
    let transfer = walk.read("v2_transfers_retrieve", api.transfers().retrieve(transfer)).await;
    assert_eq!(transfer.status, Some(model::TransferStatus::Succeeded));

    let redemption = model::RedemptionCreate::new(investor, product, wallet, 6);
    let redemption = walk.change("v2_redemptions_create", api.redemptions().create(&redemption)).await.id.unwrap();
    let found = walk.read("v2_redemptions_retrieve", api.redemptions().retrieve(redemption)).await;
    assert_eq!(found.status, Some(model::RedemptionStatus::Success));
    assert_eq!(walk.list("v2_redemptions_list", api.redemptions().list()).await.len(), 1);
    walk.end("/v2/");
}

/// Makes `person` able to receive units.
async fn investor(walk: &mut Walk, person: cashlink::InvestorId, document: cashlink::DocumentId) {
    let client = walk.client.clone();
    let api = client.platform();
    let protocol = [("/legitimation_protocol_id", json!(document))];
    let identification: model::IdentificationCreate = example("v2_investors_identifications_create", &protocol);
    let identifications = api.identifications(person);
    let identification = identifications.create(&identification);
    let identification = walk.change("v2_investors_identifications_create", identification).await.id;
    walk.read("v2_investors_identifications_retrieve", identifications.retrieve(identification)).await;
    assert_eq!(walk.list("v2_investors_identifications_list", identifications.list()).await.len(), 1);

    let persons = api.benefiting_persons(person);
    let beneficiaries: Vec<model::BenefitingPersonCreate> = example("v2_investors_benefiting_persons_create", &[]);
    let created = walk.change("v2_investors_benefiting_persons_create", persons.create(&beneficiaries)).await;
    assert_eq!(walk.list("v2_investors_benefiting_persons_list", persons.list()).await.len(), created.len());

    let wallets = api.wallets(person);
    walk.change("v2_investors_wallets_eth_managed_create", wallets.create_managed()).await;
    let own = model::GenericWalletCreate::new(format!("0x{}", "a".repeat(40)));
    let own = walk.change("v2_investors_wallets_eth_generic_create", wallets.create_generic(&own)).await.id;
    let receiving = model::WalletUpdate::new(true);
    let changed = walk.change("v2_investors_wallets_partial_update", wallets.update(own, &receiving)).await;
    assert_eq!(changed.receiving_enabled, Some(true));
    assert_eq!(walk.read("v2_investors_wallets_retrieve", wallets.retrieve(own)).await, changed);

    let mail = model::CommunicationUpdate::new().email("office@example.org");
    let update = model::InvestorUpdate::new().communication(mail);
    let changed = walk.change("v2_investors_partial_update", api.investors().update(person, &update)).await;
    assert_eq!(changed.communication.unwrap().email.as_deref(), Some("office@example.org"));
    walk.read("v2_investors_retrieve", api.investors().retrieve(person)).await;
    assert_eq!(walk.list("v2_investors_list", api.investors().list()).await.len(), 2);
    walk.list("v2_investors_signed_documents_list", api.investors().signed_documents(person)).await;
}
