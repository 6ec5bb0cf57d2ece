//! Every operation that changes something, with what it needs to succeed.

use cashlink::{
    CampaignId, Cashlink, DocumentId, DocumentSource, Error, IdempotencyKey, InvestmentId, InvestorId, InvitationId,
    Mutation, ProductId, WalletId,
    guides::{distributor, registry},
    model,
};
use cashlink_sandbox::Sandbox;
use cashlink_tests::spec;
use serde::de::DeserializeOwned;

/// Every operation that changes something.
pub(crate) const OPERATIONS: [&str; 17] = [
    "v2_documents_create",
    "v2_investors_create",
    "v2_investors_identifications_create",
    "v2_investors_wallets_eth_managed_create",
    "v2_investors_wallets_eth_generic_create",
    "v2_invitations_create",
    "v2_invitations_partial_update",
    "v2_investments_create",
    UNKEYED,
    "v2_investments_credits_create",
    "v2_redemptions_create",
    "distributor_v2_documents_create",
    "distributor_v2_investors_create",
    "distributor_v2_investors_identifications_create",
    "distributor_v2_investors_benefiting_persons_create",
    "distributor_v2_investors_wallets_eth_managed_create",
    "distributor_v2_investors_wallets_eth_generic_create",
];

/// The one that carries no key: it sets absolute values and may be repeated all the same.
pub(crate) const UNKEYED: &str = "v2_investments_partial_update";

/// Objects that every operation finds what it needs in, once each.
pub(crate) struct Target {
    investor: InvestorId,
    protocol: DocumentId,
    /// One for each family: an investor has one managed wallet.
    identified: [InvestorId; 2],
    campaign: CampaignId,
    product: ProductId,
    owner: InvestorId,
    wallet: WalletId,
    invitation: InvitationId,
    paid: InvestmentId,
}

impl Target {
    pub(crate) async fn prepare(sandbox: &Sandbox, client: &Cashlink) -> Self {
        let api = client.platform();
        let protocol = api.documents().upload(&document()).send().await.unwrap().id;
        let investor = api.investors().create(&investor()).send().await.unwrap().id;
        let mut identified = [investor; 2];
        for investor in &mut identified {
            *investor = api.investors().create(&self::investor()).send().await.unwrap().id;
            api.identifications(*investor).create(&identification(protocol)).send().await.unwrap();
        }
        let (owner, campaign) = (sandbox.investor_id().into(), sandbox.campaign_id().into());
        let wallet = api.wallets(owner).list().all().await.unwrap()[0].id;
        let invitation = model::InvitationCreate::new(owner, campaign, 10);
        let invitation = api.invitations().create(&invitation).send().await.unwrap().id;
        let signed_at = registry::Input::sample().investment.signed_at;
        let update = model::InvitationUpdate::new().survey_submitted_at(signed_at).survey(Vec::new());
        let update = update.survey_waiver(model::SurveyWaiver::from("NO_ANSWERS"));
        api.invitations().update(invitation, &update).send().await.unwrap();

        let mut paid = model::InvestmentCreateDirect::new(owner, campaign, 10).signed_at(signed_at).wallet(wallet);
        paid.accepted_at = Some(signed_at);
        paid.paid_at = Some(signed_at);
        let held = api.investments().create(&paid.clone().into()).send().await.unwrap().id;
        api.investments().credit(held).send().await.unwrap();
        let paid = api.investments().create(&paid.into()).send().await.unwrap().id;
        let product = sandbox.product_id().into();
        Self { investor, protocol, identified, campaign, product, owner, wallet, invitation, paid }
    }
}

fn document() -> DocumentSource {
    DocumentSource::bytes("protocol.pdf", "application/pdf", b"%PDF-1.4".as_slice())
}

fn read<T: DeserializeOwned>(json: &serde_json::Value) -> T {
    serde_json::from_value(json.clone()).unwrap()
}

/// The body of a request that the spec gives as an example.
#[track_caller]
fn example(schema: &str, operation: &str) -> serde_json::Value {
    let content = &spec::operation(operation).2["requestBody"]["content"]["application/json"];
    let examples = content["examples"].as_object().and_then(|examples| examples.values().next());
    let example = examples.map_or(&content["example"], |example| &example["value"]);
    assert!(!example.is_null(), "{operation} has no example of {schema}");
    example.clone()
}

fn investor() -> model::InvestorCreate {
    read(&example("InvestorCreate", "v2_investors_create"))
}

fn identification(protocol: DocumentId) -> model::IdentificationCreate {
    let mut json = example("IdentificationImport", "v2_investors_identifications_create");
    json["legitimation_protocol_id"] = serde_json::json!(protocol);
    read(&json)
}

fn company(target: &Target) -> model::DistributorInvestorCreate {
    let mut json = example("DistributorInvestorCreate", "distributor_v2_investors_create");
    for proof in ["company_identity_proof_id", "company_structure_proof_id"] {
        if json["legal_person"].is_object() {
            json["legal_person"][proof] = serde_json::json!(target.protocol);
        }
    }
    read(&json)
}

fn persons() -> Vec<model::BenefitingPersonCreate> {
    let persons = &distributor::Input::sample().benefiting_persons;
    read(&serde_json::to_value(persons).unwrap())
}

pub(crate) async fn send(
    client: &Cashlink,
    target: &Target,
    operation: &str,
    key: &IdempotencyKey,
) -> Result<(), Error> {
    let Target { investor, identified: [identified, at_distributor], protocol, .. } = *target;
    let (api, distributor) = (client.platform(), client.distributor());
    let signed_at = registry::Input::sample().investment.signed_at;
    // An address belongs to one wallet.
    let own = |digit: &str| model::GenericWalletCreate::new(format!("0x{}", digit.repeat(40)));
    match operation {
        "v2_documents_create" => keyed(api.documents().upload(&document()), key).await,
        "v2_investors_create" => keyed(api.investors().create(&self::investor()), key).await,
        "v2_investors_identifications_create" => {
            keyed(api.identifications(investor).create(&identification(protocol)), key).await
        }
        "v2_investors_wallets_eth_managed_create" => keyed(api.wallets(identified).create_managed(), key).await,
        "v2_investors_wallets_eth_generic_create" => {
            keyed(api.wallets(identified).create_generic(&own("a")), key).await
        }
        "v2_invitations_create" => {
            let invitation = model::InvitationCreate::new(target.owner, target.campaign, 10);
            keyed(api.invitations().create(&invitation), key).await
        }
        "v2_invitations_partial_update" => {
            let update = model::InvitationUpdate::new().self_disclosure_submitted_at(signed_at);
            keyed(api.invitations().update(target.invitation, &update), key).await
        }
        "v2_investments_create" => {
            let investment = model::InvestmentCreateFromInvitation::new(target.invitation, signed_at);
            keyed(api.investments().create(&investment.into()), key).await
        }
        UNKEYED => {
            let update = model::InvestmentUpdate::new().wallet(target.wallet);
            keyed(api.investments().update(target.paid, &update), key).await
        }
        "v2_investments_credits_create" => keyed(api.investments().credit(target.paid), key).await,
        "v2_redemptions_create" => {
            let redemption = model::RedemptionCreate::new(target.owner, target.product, target.wallet, 1);
            keyed(api.redemptions().create(&redemption), key).await
        }
        "distributor_v2_documents_create" => keyed(distributor.documents().upload(&document()), key).await,
        "distributor_v2_investors_create" => keyed(distributor.investors().create(&company(target)), key).await,
        "distributor_v2_investors_identifications_create" => {
            keyed(distributor.identifications(investor).create(&identification(protocol)), key).await
        }
        "distributor_v2_investors_benefiting_persons_create" => {
            keyed(distributor.benefiting_persons(investor).create(&persons()), key).await
        }
        "distributor_v2_investors_wallets_eth_managed_create" => {
            let managed = model::ManagedWalletCreate::new().receiving_enabled(true);
            keyed(distributor.wallets(at_distributor).create_managed(&managed), key).await
        }
        "distributor_v2_investors_wallets_eth_generic_create" => {
            keyed(distributor.wallets(at_distributor).create_generic(&own("b").receiving_enabled(true)), key).await
        }
        other => panic!("{other} is not in the table"),
    }
}

async fn keyed<T: DeserializeOwned>(mutation: Mutation<T>, key: &IdempotencyKey) -> Result<(), Error> {
    mutation.key(key.clone()).send().await.map(drop)
}
