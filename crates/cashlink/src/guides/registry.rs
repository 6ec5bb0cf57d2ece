//! Registry as a service: brings a signed and paid investment of a natural person into the registry.
//!
//! Companies need benefiting persons, which this offering has no guide for: see [`distributor`](super::distributor).

use futures_util::{future::BoxFuture, join};
use serde::{Deserialize, Serialize};

use super::{
    Error, Step, Steps,
    error::{Cause, Failure},
    object::{Object, Objects},
    run::{Run, Stepped, both, every, required},
};
use crate::{
    Cashlink, CreditId, DocumentId, IdentificationId, InvestmentId, InvestorId, RedemptionId, Scope, Waiting, WalletId,
    model,
    waiter::{Stage, delivery, task},
};

mod input;
#[cfg(test)]
mod tests;

pub use input::{Input, Investment, Investor, Redemption, TEMPLATE};

/// The scopes that the guide needs.
pub const SCOPES: &[Scope] = &[
    Scope::InvestorsWrite,
    Scope::InvestorsRead,
    Scope::InvestmentsWrite,
    Scope::InvestmentsRead,
    Scope::DocumentsWrite,
];

const CREATE_INVESTOR: Step = Step::keyed("create_investor", "v2_investors_create");
const UPLOAD_PROTOCOL: Step = Step::keyed("upload_protocol", "v2_documents_create");
const UPLOAD_SIGNED_DOCUMENT: Step = Step::keyed("upload_signed_document", "v2_documents_create");
const IMPORT_IDENTIFICATION: Step = Step::keyed("import_identification", "v2_investors_identifications_create");
const CREATE_MANAGED_WALLET: Step = Step::keyed("create_managed_wallet", "v2_investors_wallets_eth_managed_create");
const CREATE_OWN_WALLET: Step = Step::keyed("create_own_wallet", "v2_investors_wallets_eth_generic_create");
const CREATE_INVESTMENT: Step = Step::keyed("create_investment", "v2_investments_create");
const CREDIT_INVESTMENT: Step = Step::keyed("credit_investment", "v2_investments_credits_create");
const READ_INVESTMENT: Step = Step::read("read_investment", "v2_investments_retrieve");
const REDEEM: Step = Step::keyed("redeem", "v2_redemptions_create");
const READ_REDEMPTION: Step = Step::read("read_redemption", "v2_redemptions_retrieve");

/// Every step that the guide may take, in the order of its longest way.
pub const STEPS: &[Step] = &[
    CREATE_INVESTOR,
    UPLOAD_PROTOCOL,
    UPLOAD_SIGNED_DOCUMENT,
    IMPORT_IDENTIFICATION,
    CREATE_MANAGED_WALLET,
    CREATE_OWN_WALLET,
    CREATE_INVESTMENT,
    CREDIT_INVESTMENT,
    READ_INVESTMENT,
    REDEEM,
    READ_REDEMPTION,
];

/// What exists after the guide.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Report {
    /// The investor.
    pub investor_id: InvestorId,
    /// The uploaded protocol of the identification.
    pub protocol_id: DocumentId,
    /// The identification.
    pub identification_id: IdentificationId,
    /// The wallet that holds the units.
    pub wallet_id: WalletId,
    /// The uploaded documents that the investor signed, in the order of the input.
    pub signed_document_ids: Vec<DocumentId>,
    /// The investment.
    pub investment_id: InvestmentId,
    /// Where the investment stood when it was last seen before a redemption.
    pub investment_status: model::InvestmentStatus,
    /// The credit, if the investment was paid and the API gave the credit an id.
    pub credit_id: Option<CreditId>,
    /// The redemption, if one was asked for.
    pub redemption_id: Option<RedemptionId>,
    /// How the redemption ended.
    pub redemption_status: Option<model::RedemptionStatus>,
}

/// Imports an investment that was signed elsewhere, waits until it is delivered, and redeems it if the input says so.
///
/// Uploads run beside the longest chain of calls: investor, identification, wallet, investment, credit, status. It
/// waits for the delivery as [`Waiting::default`] says; [`import_with`] takes another, such as one that is ended by
/// webhooks. An investment whose input does
/// not say that it was accepted and paid cannot be credited: the guide ends after creating it and redeems nothing, whatever
/// the input says about a redemption.
///
/// Run it again with the same run id and input after an interruption; what was done is not repeated.
///
/// # Errors
///
/// Fails before anything is sent if the input has problems; else with the step that failed. An investment, credit or
/// redemption that ends badly is an error that names its status, and is never started again.
///
/// # Example
///
/// ```no_run
/// use cashlink::{Cashlink, guides::{Direct, registry}};
///
/// # async fn run(cashlink: Cashlink, campaign_id: cashlink::CampaignId) -> Result<(), cashlink::guides::Error> {
/// let mut input = registry::Input::sample();
/// input.investment.campaign_id = Some(campaign_id);
/// let report = registry::import(&cashlink, &Direct::new(uuid::Uuid::new_v4()), &input).await?;
/// assert_eq!(report.investment_status.as_str(), "DELIVERED");
/// # Ok(())
/// # }
/// ```
pub async fn import<S: Steps>(client: &Cashlink, steps: &S, input: &Input) -> Result<Report, Error> {
    import_with(client, steps, input, &Waiting::default()).await
}

/// Imports an investment as [`import`] does, waiting for the ledger as `waiting` says.
///
/// # Errors
///
/// As [`import`].
pub async fn import_with<S: Steps>(
    client: &Cashlink,
    steps: &S,
    input: &Input,
    waiting: &Waiting,
) -> Result<Report, Error> {
    input.check(client.max_document_bytes()).map_err(Error::invalid)?;
    let run = Run::begin(steps, "registry", client.account(), input).await?;
    let guide = Guide { client, run: &run, input, waiting };
    run.end(guide.import().await).await
}

struct Guide<'a, S> {
    client: &'a Cashlink,
    run: &'a Run<S>,
    input: &'a Input,
    waiting: &'a Waiting,
}

/// The investor, ready to invest.
struct Onboarded {
    investor: InvestorId,
    protocol: DocumentId,
    identification: IdentificationId,
    wallet: WalletId,
}

impl<S: Steps> Guide<'_, S> {
    async fn import(&self) -> Stepped<Report> {
        let signed = every(self.uploads());
        let (onboarded, signed) = join!(self.onboard(), signed);
        let (onboarded, signed) = both(onboarded, signed)?;
        let signed_document_ids: Vec<_> = signed.into_iter().map(|document| document.id).collect();

        let investment = self.invest(&onboarded, &signed_document_ids).await?;
        let mut report = Report {
            investor_id: onboarded.investor,
            protocol_id: onboarded.protocol,
            identification_id: onboarded.identification,
            wallet_id: onboarded.wallet,
            signed_document_ids,
            investment_id: investment.id,
            investment_status: investment.status().into(),
            credit_id: None,
            redemption_id: None,
            redemption_status: None,
        };
        if self.input.investment.is_paid() {
            report.credit_id = self.credit(investment.id).await?;
            report.investment_status = self.delivered(investment.id).await?.status().into();
            if let Some(redemption) = self.redeem(&onboarded).await? {
                report.redemption_id = redemption.ids.first().copied();
                report.redemption_status = redemption.status.as_deref().map(Into::into);
            }
        }
        Ok(report)
    }

    fn uploads(&self) -> Vec<BoxFuture<'static, Stepped<Object<DocumentId>>>> {
        let documents = self.client.platform().documents();
        let signed = &self.input.investment.signed_documents;
        let upload = |file| self.run.call(UPLOAD_SIGNED_DOCUMENT, documents.upload(file), uploaded);
        signed.iter().map(|document| upload(&document.file)).collect()
    }

    async fn onboard(&self) -> Stepped<Onboarded> {
        let api = self.client.platform();
        let protocol = &self.input.identification.legitimation_protocol;
        let protocol = self.run.call(UPLOAD_PROTOCOL, api.documents().upload(protocol), uploaded);
        let investor = api.investors().create(&self.input.investor.to_model());
        let investor = self.run.call(CREATE_INVESTOR, investor, |investor| {
            Object::new(investor.id, investor.kyc_status.as_ref().map(model::KycStatus::as_str))
        });
        let (investor, protocol) = join!(investor, protocol);
        let (investor, protocol) = both(investor, protocol)?;

        let identification = self.input.identification.to_model(protocol.id);
        let identification = api.identifications(investor.id).create(&identification);
        let identification = self.run.call(IMPORT_IDENTIFICATION, identification, |identification| {
            Object::new(identification.id, identification.status.as_ref().map(model::KycStatus::as_str))
        });
        let identification = identification.await?.id;
        let wallet = self.create_wallet(investor.id).await?.id;
        Ok(Onboarded { investor: investor.id, protocol: protocol.id, identification, wallet })
    }

    async fn create_wallet(&self, investor_id: InvestorId) -> Stepped<Object<WalletId>> {
        let wallets = self.client.platform().wallets(investor_id);
        let (step, wallet) = match &self.input.wallet {
            None => (CREATE_MANAGED_WALLET, wallets.create_managed()),
            Some(own) => (CREATE_OWN_WALLET, wallets.create_generic(&own.to_model())),
        };
        self.run.call(step, wallet, |wallet| Object::new(wallet.id, None)).await
    }

    async fn invest(&self, onboarded: &Onboarded, documents: &[DocumentId]) -> Stepped<Object<InvestmentId>> {
        let campaign_id = required(self.input.investment.campaign_id, "investment.campaign_id")?;
        let (investor_id, wallet_id) = (onboarded.investor, onboarded.wallet);
        let investment = self.input.investment.to_model(investor_id, campaign_id, documents, wallet_id);
        let investment = self.client.platform().investments().create(&investment);
        self.run.call(CREATE_INVESTMENT, investment, investment_status).await
    }

    async fn credit(&self, id: InvestmentId) -> Stepped<Option<CreditId>> {
        let credit = self.client.platform().investments().credit(id);
        let credit = self.run.call(CREDIT_INVESTMENT, credit, |credit| Objects {
            status: credit.status.as_ref().map(|status| status.as_str().to_owned()),
            ids: credit.id.into_iter().collect(),
        });
        let credit = credit.await?;
        match credit.status.as_deref() {
            Some(status) if task(status).is_bad() => Err(ended(CREDIT_INVESTMENT, status)),
            _ => Ok(credit.ids.first().copied()),
        }
    }

    async fn delivered(&self, id: InvestmentId) -> Stepped<Object<InvestmentId>> {
        let investments = self.client.platform().investments();
        let ask = || investments.retrieve(id);
        let waiting = self.waiting.clone().of_investment(Some(id));
        let last = self.run.poll(READ_INVESTMENT, &waiting, ask, investment_status, investment_settled).await?;
        if delivery(last.status()) == Stage::Done { Ok(last) } else { Err(ended(READ_INVESTMENT, last.status())) }
    }

    async fn redeem(&self, onboarded: &Onboarded) -> Stepped<Option<Objects<RedemptionId>>> {
        let Some(product_id) = self.input.redemption.product_id else {
            return Ok(None);
        };
        let redemptions = self.client.platform().redemptions();
        let units = self.input.redeemed_units();
        let redemption = model::RedemptionCreate::new(onboarded.investor, product_id, onboarded.wallet, units);
        let mut redemption = self.run.call(REDEEM, redemptions.create(&redemption), redemption_status).await?;
        // Without an id there is nothing to ask for: the guide's own program reads nothing of this reply.
        let id = redemption.ids.first().copied().filter(|_| !redemption_settled(&redemption));
        if let Some(id) = id {
            let ask = || redemptions.retrieve(id);
            redemption =
                self.run.poll(READ_REDEMPTION, self.waiting, ask, redemption_status, redemption_settled).await?;
        }
        match redemption.status.as_deref() {
            Some(status) if task(status).is_bad() => Err(ended(REDEEM, status)),
            _ => Ok(Some(redemption)),
        }
    }
}

fn ended(step: Step, status: &str) -> Failure {
    Failure::new(step, Cause::Ended(status.to_owned()))
}

fn uploaded(document: &model::Document) -> Object<DocumentId> {
    Object::new(document.id, None)
}

fn investment_status(investment: &model::Investment) -> Object<InvestmentId> {
    Object::new(investment.id, Some(investment.status.as_str()))
}

fn redemption_status(redemption: &model::Redemption) -> Objects<RedemptionId> {
    Objects {
        ids: redemption.id.into_iter().collect(),
        status: redemption.status.as_ref().map(|status| status.as_str().to_owned()),
    }
}

/// Whether an investment has reached a status that it does not leave by itself.
fn investment_settled(investment: &Object<InvestmentId>) -> bool {
    delivery(investment.status()).is_final()
}

/// Whether a redemption has ended.
fn redemption_settled(redemption: &Objects<RedemptionId>) -> bool {
    redemption.status.as_deref().is_some_and(|status| task(status).is_final())
}
