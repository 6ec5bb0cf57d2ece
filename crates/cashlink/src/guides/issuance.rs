//! Issuance: a security from its issuer by way of a distribution platform to its first investor.
//!
//! It crosses two families: the issuer's calls, then those of the platform that sells. Cashlink publishes the steps on
//! the pages of its concepts but no guide that joins them, so the order is ours.

use futures_util::{future::BoxFuture, join};
use serde::{Deserialize, Serialize};

use super::{
    Error, Step, StepError, Steps,
    object::Object,
    run::{Run, Stepped, both, every, required},
};
use crate::{
    CampaignId, Cashlink, DistributionPlatformId, DocumentId, InvestmentId, IssuerId, ListingId, ProductId, Scope,
    model,
};

mod input;
mod platform;
#[cfg(test)]
mod tests;

pub use input::{Campaign, Input, Investment, Issuer, Product, TEMPLATE};

/// The scopes that the guide needs: those of [`ISSUER_SCOPES`] and [`DISTRIBUTOR_SCOPES`].
pub const SCOPES: &[Scope] = &[
    Scope::IssuersWrite,
    Scope::ProductsRead,
    Scope::ProductsWrite,
    Scope::InvestmentsRead,
    Scope::InvestmentsWrite,
    Scope::DocumentsWrite,
];

/// The scopes that the issuer's client needs, if it is not the platform's.
pub const ISSUER_SCOPES: &[Scope] =
    &[Scope::IssuersWrite, Scope::ProductsRead, Scope::ProductsWrite, Scope::DocumentsWrite];

/// The scopes that the platform's client needs, if it is not the issuer's.
pub const DISTRIBUTOR_SCOPES: &[Scope] =
    &[Scope::ProductsRead, Scope::InvestmentsRead, Scope::InvestmentsWrite, Scope::DocumentsWrite];

const UPLOAD_IDENTITY_PROOF: Step = Step::keyed("upload_identity_proof", "issuer_v2_documents_create");
const UPLOAD_STRUCTURE_PROOF: Step = Step::keyed("upload_structure_proof", "issuer_v2_documents_create");
const CREATE_ISSUER: Step = Step::keyed("create_issuer", "issuer_v2_issuers_create");
const CREATE_PRODUCT: Step = Step::keyed("create_product", "issuer_v2_products_create");
const CREATE_LISTING: Step = Step::keyed("create_listing", "issuer_v2_listings_create");
const CREATE_CAMPAIGN: Step = Step::keyed("create_campaign", "issuer_v2_products_campaigns_create");
const UPLOAD_SIGNED_DOCUMENT: Step = Step::keyed("upload_signed_document", "distributor_v2_documents_create");
const READ_CAMPAIGN: Step = Step::read("read_campaign", "distributor_v2_products_campaigns_retrieve");
const CREATE_INVESTMENT: Step = Step::keyed("create_investment", "distributor_v2_investments_create");
const READ_INVESTMENT: Step = Step::read("read_investment", "distributor_v2_investments_retrieve");

/// Every step that the guide may take, in order.
pub const STEPS: &[Step] = &[
    UPLOAD_IDENTITY_PROOF,
    UPLOAD_STRUCTURE_PROOF,
    platform::READ_PLATFORM,
    platform::LIST_PLATFORMS,
    CREATE_ISSUER,
    CREATE_PRODUCT,
    CREATE_LISTING,
    CREATE_CAMPAIGN,
    UPLOAD_SIGNED_DOCUMENT,
    READ_CAMPAIGN,
    CREATE_INVESTMENT,
    READ_INVESTMENT,
];

/// What a campaign is called that takes no investments.
const CLOSED: &str = "closed";

/// What exists after the guide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The uploaded proof of the company's identity.
    pub identity_proof_id: DocumentId,
    /// The uploaded proof of the company's structure.
    pub structure_proof_id: DocumentId,
    /// The issuer.
    pub issuer_id: IssuerId,
    /// The product.
    pub product_id: ProductId,
    /// How far the product was on its way to the ledger when it was created, if the API says so. The values are not
    /// documented.
    pub product_status: Option<String>,
    /// The distribution platform.
    pub distribution_platform_id: DistributionPlatformId,
    /// The listing of the product on the platform.
    pub listing_id: ListingId,
    /// The campaign on the platform.
    pub campaign_id: CampaignId,
    /// The uploaded documents that the investor signed, in the order of the input.
    pub signed_document_ids: Vec<DocumentId>,
    /// The investment.
    pub investment_id: InvestmentId,
    /// Where the investment stands.
    pub investment_status: model::InvestmentStatus,
}

/// Brings a security to its first investor: issuer, product, listing and campaign, then the investment.
///
/// Before the issuer is created, the platform is looked at: it must allow listings, which it does once Cashlink has
/// verified the agreement with it. If the input names none, the only one that does is taken. The guide does not wait
/// for the product to be on the ledger, as no source says that anything here needs it, and ends with the status that
/// the investment then has.
///
/// One client makes all calls; [`issue_between`] takes two. Run it again with the same run id and input after an
/// interruption; what was done is not repeated.
///
/// # Errors
///
/// Fails before anything is sent if the input has problems; else with the step that failed. A platform that does not
/// allow listings, or several that do, end the guide when nothing but documents was sent; it can go on under the same
/// run id when that is settled.
///
/// # Example
///
/// ```no_run
/// use cashlink::{Cashlink, InvestorId, guides::{Direct, issuance}};
///
/// # async fn run(cashlink: Cashlink, investor_id: InvestorId) -> Result<(), cashlink::guides::Error> {
/// let mut input = issuance::Input::sample();
/// input.investment.investor_id = Some(investor_id);
/// let report = issuance::issue(&cashlink, &Direct::new(uuid::Uuid::new_v4()), &input).await?;
/// println!("{} units of {}", input.investment.units, report.product_id);
/// # Ok(())
/// # }
/// ```
pub async fn issue<S: Steps>(client: &Cashlink, steps: &S, input: &Input) -> Result<Report, Error> {
    issue_between(client, client, steps, input).await
}

/// Brings a security to its first investor as [`issue`] does, with a client of the issuer and one of the platform.
///
/// They need [`ISSUER_SCOPES`] and [`DISTRIBUTOR_SCOPES`].
///
/// # Errors
///
/// As [`issue`].
pub async fn issue_between<S: Steps>(
    issuer: &Cashlink,
    distributor: &Cashlink,
    steps: &S,
    input: &Input,
) -> Result<Report, Error> {
    let max_document_bytes = issuer.max_document_bytes().min(distributor.max_document_bytes());
    input.check(max_document_bytes).map_err(Error::invalid)?;
    let account = format!("{} {}", issuer.account(), distributor.account());
    let run = Run::begin(steps, "issuance", &account, input).await?;
    let guide = Guide { issuer, distributor, run: &run, input };
    run.end(guide.issue().await).await
}

struct Guide<'a, S> {
    issuer: &'a Cashlink,
    distributor: &'a Cashlink,
    run: &'a Run<S>,
    input: &'a Input,
}

/// What the issuer has made.
struct Offered {
    identity_proof: DocumentId,
    structure_proof: DocumentId,
    issuer: IssuerId,
    product: Object<ProductId>,
    platform: DistributionPlatformId,
    listing: ListingId,
    campaign: CampaignId,
}

impl<S: Steps> Guide<'_, S> {
    async fn issue(&self) -> Stepped<Report> {
        let (offered, signed) = join!(self.offer(), every(self.signed_documents()));
        let (offered, signed) = both(offered, signed)?;
        let signed_document_ids: Vec<_> = signed.into_iter().map(|document| document.id).collect();

        let investment = self.invest(&offered, &signed_document_ids).await?;
        Ok(Report {
            identity_proof_id: offered.identity_proof,
            structure_proof_id: offered.structure_proof,
            issuer_id: offered.issuer,
            product_id: offered.product.id,
            product_status: offered.product.status,
            distribution_platform_id: offered.platform,
            listing_id: offered.listing,
            campaign_id: offered.campaign,
            signed_document_ids,
            investment_id: investment.id,
            investment_status: investment.status().into(),
        })
    }

    fn signed_documents(&self) -> Vec<BoxFuture<'static, Stepped<Object<DocumentId>>>> {
        let documents = self.distributor.distributor().documents();
        let signed = &self.input.investment.signed_documents;
        let upload = |file| self.run.call(UPLOAD_SIGNED_DOCUMENT, documents.upload(file), uploaded);
        signed.iter().map(|document| upload(&document.file)).collect()
    }

    async fn offer(&self) -> Stepped<Offered> {
        let api = self.issuer.issuer();
        let platform = platform::choose(self.run, api, self.input.distribution_platform_id);
        let (proofs, platform) = join!(self.proofs(), platform);
        let ((identity_proof, structure_proof), platform) = both(proofs, platform)?;

        let issuer = api.issuers().create(&self.input.issuer.to_model(identity_proof, structure_proof));
        let issuer = self.run.call(CREATE_ISSUER, issuer, |issuer| Object::new(issuer.id, None)).await?.id;
        let product = api.products().create(&self.input.product.to_model(issuer));
        let product =
            self.run.call(CREATE_PRODUCT, product, |product| Object::new(product.id, product.status.as_deref()));
        let product = product.await?;
        let listing = api.listings().create(&model::ListingCreate::new(product.id, platform));
        let listing = self.run.call(CREATE_LISTING, listing, |listing| Object::new(listing.id, None)).await?.id;
        let campaign = api.campaigns(product.id).create(&self.input.campaign.to_model(platform));
        let campaign = self.run.call(CREATE_CAMPAIGN, campaign, campaign_status).await?.id;
        Ok(Offered { identity_proof, structure_proof, issuer, product, platform, listing, campaign })
    }

    /// Uploads the proofs of identity and structure.
    async fn proofs(&self) -> Stepped<(DocumentId, DocumentId)> {
        let (documents, company) = (self.issuer.issuer().documents(), &self.input.issuer.legal_person);
        let identity = documents.upload(&company.company_identity_proof);
        let structure = documents.upload(&company.company_structure_proof);
        let (identity, structure) = join!(
            self.run.call(UPLOAD_IDENTITY_PROOF, identity, uploaded),
            self.run.call(UPLOAD_STRUCTURE_PROOF, structure, uploaded),
        );
        let (identity, structure) = both(identity, structure)?;
        Ok((identity.id, structure.id))
    }

    async fn invest(&self, offered: &Offered, documents: &[DocumentId]) -> Stepped<Object<InvestmentId>> {
        let api = self.distributor.distributor();
        let campaign = api.campaigns(offered.product.id).retrieve(offered.campaign);
        let open = self.run.step(READ_CAMPAIGN, |_| async move {
            let campaign = campaign_status(&campaign.send().await?);
            if campaign.status() == CLOSED {
                let found = "a campaign that takes no investments: open it, then run the guide again";
                return Err(StepError::Obstacle(found.to_owned()));
            }
            Ok(campaign)
        });
        open.await?;

        let investor_id = required(self.input.investment.investor_id, "investment.investor_id")?;
        let investment = self.input.investment.to_model(investor_id, offered.campaign, documents);
        let investment = api.investments().create(&investment);
        let id = self.run.call(CREATE_INVESTMENT, investment, investment_status).await?.id;
        let query = api.investments().retrieve(id);
        self.run.step(READ_INVESTMENT, |_| async move { Ok(investment_status(&query.send().await?)) }).await
    }
}

fn uploaded(document: &model::Document) -> Object<DocumentId> {
    Object::new(document.id, None)
}

fn campaign_status(campaign: &model::Campaign) -> Object<CampaignId> {
    let status = campaign.is_campaign_active.map(|is_active| if is_active { "active" } else { CLOSED });
    Object::new(campaign.id, status)
}

fn investment_status(investment: &model::Investment) -> Object<InvestmentId> {
    Object::new(investment.id, Some(investment.status.as_str()))
}
