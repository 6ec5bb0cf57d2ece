use cashlink::{DocumentId, InvestorId, model};
use serde_json::json;

use crate::{Walk, document, example};

#[tokio::test]
async fn the_distributor_family_answers_every_call() {
    let mut walk = Walk::begin().await;
    let client = walk.client.clone();
    let api = client.distributor();

    let document = walk.change("distributor_v2_documents_create", api.documents().upload(&document())).await.id;
    let proofs = [
        ("/legal_person/company_identity_proof_id", json!(document)),
        ("/legal_person/company_structure_proof_id", json!(document)),
    ];
    let company: model::DistributorInvestorCreate = example("distributor_v2_investors_create", &proofs);
    let company = walk.change("distributor_v2_investors_create", api.investors().create(&company)).await.id;
    let target = investor(&mut walk, company, document).await;

    let (investor, product) = (walk.sandbox.investor_id().into(), walk.sandbox.product_id().into());
    let campaign = walk.sandbox.campaign_id().into();
    let products = walk.list("distributor_v2_products_list", api.products().list()).await;
    assert!(products.iter().any(|found| found.id == product));
    assert_eq!(walk.read("distributor_v2_products_retrieve", api.products().retrieve(product)).await.id, product);
    let campaigns = api.campaigns(product);
    let found = walk.list("distributor_v2_products_campaigns_list", campaigns.list()).await;
    assert!(found.iter().any(|found| found.id == campaign));
    let found = walk.read("distributor_v2_products_campaigns_retrieve", campaigns.retrieve(campaign)).await;
    assert_eq!(found.id, campaign);

    let wallet = api.wallets(investor).list().all().await.unwrap()[0].id;
    let signed_at = "2025-03-04T09:15:30Z".parse().unwrap();
    let signed = model::SignedDocumentCreate::new(document, "SUBSCRIPTION", "Subscription");
    let investments = api.investments();
    let direct = model::InvestmentCreateDirect::new(investor, campaign, 10).signed_at(signed_at);
    let direct = direct.accepted_at(signed_at).signed_documents(vec![signed.clone()]);
    let investment = walk.change("distributor_v2_investments_create", investments.create(&direct)).await;
    assert_eq!(investment.status, model::InvestmentStatus::Accepted);
    let investment = investment.id;
    let paid = model::InvestmentUpdate::new().wallet(wallet).paid_at(signed_at);
    walk.change("distributor_v2_investments_partial_update", investments.update(investment, &paid)).await;
    walk.change("distributor_v2_investments_credits_create", investments.credit(investment)).await;
    let found = walk.read("distributor_v2_investments_retrieve", investments.retrieve(investment)).await;
    assert_eq!(found.status, model::InvestmentStatus::Delivered);
    assert_eq!(walk.list("distributor_v2_investments_list", investments.list()).await.len(), 1);
    let added = investments.add_signed_document(investment, &signed);
    let added = walk.change("distributor_v2_investments_signed_documents_create", added).await.id;
    let documents = investments.signed_documents(investment);
    let documents = walk.list("distributor_v2_investments_signed_documents_list", documents).await;
    assert_eq!(documents.last().map(|found| found.id), Some(added));
    let statements = investments.registry_statements(investment);
    walk.list("distributor_v2_investments_registry_statements_list", statements).await;

    let transfer = model::TransferCreate::new(product, wallet, target, 4);
    let transfer = walk.change("distributor_v2_transfers_create", api.transfers().create(&transfer)).await.id.unwrap();
    let transfer = walk.read("distributor_v2_transfers_retrieve", api.transfers().retrieve(transfer)).await;
    assert_eq!(transfer.status, Some(model::TransferStatus::Succeeded));
    assert_eq!(walk.list("distributor_v2_transfers_list", api.transfers().list()).await, [transfer]);

    let redemption = model::RedemptionCreate::new(investor, product, wallet, 6);
    let redemption = walk.change("distributor_v2_redemptions_create", api.redemptions().create(&redemption)).await;
    let redemption = api.redemptions().retrieve(redemption.id.unwrap());
    let redemption = walk.read("distributor_v2_redemptions_retrieve", redemption).await;
    assert_eq!(redemption.status, Some(model::RedemptionStatus::Success));
    walk.end("/distributor/v2/");
}

/// Makes `company` able to receive units, and returns the address of its wallet.
async fn investor(walk: &mut Walk, company: InvestorId, document: DocumentId) -> String {
    let client = walk.client.clone();
    let api = client.distributor();
    let identifications = api.identifications(company);
    let protocol = [("/legitimation_protocol_id", json!(document))];
    let identification: model::IdentificationCreate =
        example("distributor_v2_investors_identifications_create", &protocol);
    let identification = identifications.create(&identification);
    let identification = walk.change("distributor_v2_investors_identifications_create", identification).await.id;
    let identification = identifications.retrieve(identification);
    walk.read("distributor_v2_investors_identifications_retrieve", identification).await;
    assert_eq!(walk.list("distributor_v2_investors_identifications_list", identifications.list()).await.len(), 1);

    let persons = api.benefiting_persons(company);
    let person: Vec<model::BenefitingPersonCreate> = example("distributor_v2_investors_benefiting_persons_create", &[]);
    let created = walk.change("distributor_v2_investors_benefiting_persons_create", persons.create(&person)).await;
    let found = walk.list("distributor_v2_investors_benefiting_persons_list", persons.list()).await;
    assert_eq!(found.len(), created.len());

    let wallets = api.wallets(company);
    let managed = wallets.create_managed(&model::ManagedWalletCreate::new());
    let managed = walk.change("distributor_v2_investors_wallets_eth_managed_create", managed).await.id;
    let own = model::GenericWalletCreate::new(format!("0x{}", "b".repeat(40))).receiving_enabled(true);
    walk.change("distributor_v2_investors_wallets_eth_generic_create", wallets.create_generic(&own)).await;
    let receiving = wallets.update(managed, &model::WalletUpdate::new(true));
    let changed = walk.change("distributor_v2_investors_wallets_partial_update", receiving).await;
    assert_eq!(changed.receiving_enabled, Some(true));
    let found = walk.read("distributor_v2_investors_wallets_retrieve", wallets.retrieve(managed)).await;
    assert_eq!(found, changed);
    assert_eq!(walk.list("distributor_v2_investors_wallets_list", wallets.list()).await.len(), 2);

    let mail = model::DistributorCommunicationUpdate::new().email("office@example.org");
    let update = model::DistributorInvestorUpdate::new().communication(mail);
    let update = api.investors().update(company, &update);
    let changed = walk.change("distributor_v2_investors_partial_update", update).await;
    assert_eq!(changed.communication.unwrap().email.as_deref(), Some("office@example.org"));
    walk.read("distributor_v2_investors_retrieve", api.investors().retrieve(company)).await;
    assert_eq!(walk.list("distributor_v2_investors_list", api.investors().list()).await.len(), 2);
    found.address.unwrap()
}
