//! What the operations need: objects that each of them finds what it needs in, once each.

use cashlink::{
    CampaignId, Cashlink, DistributionPlatformId, DocumentId, InvestmentId, InvestorId, InvitationId, IssuerId,
    ProductId, WalletId, model,
};
use cashlink_sandbox::Sandbox;
use jiff::Timestamp;
use serde_json::json;

use super::{document, example};

/// The address of a wallet that may receive units.
pub(super) const RECEIVER: &str = "0xcccccccccccccccccccccccccccccccccccccccc";

/// Objects for every operation.
#[derive(Debug)]
pub struct Target {
    pub(super) document: DocumentId,
    pub(super) investor: InvestorId,
    /// One for each family: an investor has one managed wallet.
    pub(super) identified: [InvestorId; 2],
    pub(super) campaign: CampaignId,
    pub(super) product: ProductId,
    pub(super) owner: InvestorId,
    pub(super) wallet: WalletId,
    pub(super) invitation: InvitationId,
    /// One for each family: an investment is credited once.
    pub(super) paid: [InvestmentId; 2],
    pub(super) issuer: IssuerId,
    /// A product that is on no platform.
    pub(super) unlisted: ProductId,
    pub(super) platform: DistributionPlatformId,
}

/// The moment at which everything happened.
pub(super) fn signed_at() -> Timestamp {
    Timestamp::constant(1_741_079_730, 0)
}

impl Target {
    /// Makes them.
    pub async fn prepare(sandbox: &Sandbox, client: &Cashlink) -> Self {
        let api = client.platform();
        let document = api.documents().upload(&document()).send().await.unwrap().id;
        let mut investors = Vec::new();
        for _ in 0..4 {
            let investor: model::InvestorCreate = example("v2_investors_create", &[]);
            investors.push(api.investors().create(&investor).send().await.unwrap().id);
        }
        let [investor, receiver, ..] = investors[..] else { unreachable!("four were made") };
        let identified = [investors[2], investors[3]];
        for id in [receiver, identified[0], identified[1]] {
            api.identifications(id).create(&identification(document)).send().await.unwrap();
        }
        let target = model::GenericWalletCreate::new(RECEIVER).receiving_enabled(true);
        api.wallets(receiver).create_generic(&target).send().await.unwrap();

        let (owner, campaign) = (sandbox.investor_id().into(), sandbox.campaign_id().into());
        let wallet = api.wallets(owner).list().all().await.unwrap()[0].id;
        let [_held, paid @ ..] = holdings(client, direct(owner, campaign, wallet)).await;
        let (issuer, unlisted, platform) = issuance(client, document).await;
        Self {
            document,
            investor,
            identified,
            campaign,
            product: sandbox.product_id().into(),
            owner,
            wallet,
            invitation: invitation(client, owner, campaign).await,
            paid,
            issuer,
            unlisted,
            platform,
        }
    }
}

pub(super) fn identification(protocol: DocumentId) -> model::IdentificationCreate {
    example("v2_investors_identifications_create", &[("/legitimation_protocol_id", json!(protocol))])
}

/// An investment that is accepted and paid.
pub(super) fn direct(owner: InvestorId, campaign: CampaignId, wallet: WalletId) -> model::InvestmentCreateDirect {
    let direct = model::InvestmentCreateDirect::new(owner, campaign, 10).signed_at(signed_at()).wallet(wallet);
    direct.accepted_at(signed_at()).paid_at(signed_at())
}

pub(super) fn issuer(document: DocumentId) -> model::IssuerCreate {
    let proofs = ["/legal_person/company_identity_proof_id", "/legal_person/company_structure_proof_id"];
    example("issuer_v2_issuers_create", &proofs.map(|proof| (proof, json!(document))))
}

pub(super) fn product(issuer: IssuerId) -> model::ProductCreate {
    example("issuer_v2_products_create", &[("/issuer_id", json!(issuer))])
}

/// An invitation that lacks nothing but its end.
async fn invitation(client: &Cashlink, owner: InvestorId, campaign: CampaignId) -> InvitationId {
    let invitations = client.platform().invitations();
    let invitation = model::InvitationCreate::new(owner, campaign, 10);
    let id = invitations.create(&invitation).send().await.unwrap().id;
    let update = model::InvitationUpdate::new().survey_submitted_at(signed_at()).survey(Vec::new());
    let update = update.survey_waiver(model::SurveyWaiver::from("NO_ANSWERS"));
    invitations.update(id, &update).send().await.unwrap();
    id
}

/// An investment whose units are in the wallet, and two that are paid.
async fn holdings(client: &Cashlink, direct: model::InvestmentCreateDirect) -> [InvestmentId; 3] {
    let investments = client.platform().investments();
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(investments.create(&direct.clone().into()).send().await.unwrap().id);
    }
    investments.credit(ids[0]).send().await.unwrap();
    [ids[0], ids[1], ids[2]]
}

async fn issuance(client: &Cashlink, document: DocumentId) -> (IssuerId, ProductId, DistributionPlatformId) {
    let api = client.issuer();
    let issuer = api.issuers().create(&issuer(document)).send().await.unwrap().id;
    let product = api.products().create(&product(issuer)).send().await.unwrap().id;
    let platforms = api.distribution_platforms().list().all().await.unwrap();
    let allowed = platforms.iter().find(|platform| platform.is_allowed == Some(true)).unwrap();
    (issuer, product, allowed.id)
}
