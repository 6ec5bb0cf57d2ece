//! What the first investor signed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Campaign, Product};
use crate::{
    CampaignId, DocumentId, InvestorId, WalletId,
    guides::input::{SignedDocument, sample},
    model,
    validation::Checks,
};

/// What was signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Investment {
    /// Who invests: an investor of the distribution platform. An input file may leave it to the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub investor_id: Option<InvestorId>,
    /// Number of units: a multiple of the step size of the product, within the limits of the campaign.
    #[cfg_attr(feature = "schemars", schemars(range(min = 1)))]
    pub units: i64,
    /// When the investor gave the binding confirmation.
    pub signed_at: Timestamp,
    /// When the issuer accepted, if that has happened already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_at: Option<Timestamp>,
    /// When the payment arrived, if that has happened already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// Wallet of the investor that will receive the units. It can be set later, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallet: Option<WalletId>,
    /// Documents that the investor signed.
    pub signed_documents: Vec<SignedDocument>,
}

impl Investment {
    pub(crate) fn sample() -> Self {
        Self {
            investor_id: None,
            units: 50,
            signed_at: sample::SIGNED_AT,
            accepted_at: Some(sample::SIGNED_AT),
            paid_at: Some(sample::SIGNED_AT),
            wallet: None,
            signed_documents: SignedDocument::samples(),
        }
    }

    /// Checks the investment as one in `product`, offered by `campaign`.
    pub(super) fn check(&self, product: &Product, campaign: &Campaign, checks: &mut Checks) {
        checks.present("investor_id", self.investor_id.as_ref());
        checks.units("units", self.units);
        let fits = product.step_size < 1 || self.units % product.step_size == 0;
        checks.require("units", fits, "must be a multiple of product.step_size");
        let (least, most) = (campaign.min_number_of_tokens, campaign.max_number_of_tokens);
        checks.require("units", self.units >= least, "must not be less than campaign.min_number_of_tokens");
        checks.at_most("units", self.units, "campaign.max_number_of_tokens", most);
        checks.at_most("units", self.units, "campaign.allocation", campaign.allocation);
        let (signed, accepted, paid) = (Some(&self.signed_at), self.accepted_at.as_ref(), self.paid_at.as_ref());
        checks.order("accepted_at", accepted, "signed_at", signed);
        checks.order("paid_at", paid, "signed_at", signed);
        checks.order("paid_at", paid, "accepted_at", accepted);
        checks.each("signed_documents", &self.signed_documents, |checks, document| document.check(checks));
    }

    pub(in crate::guides::issuance) fn to_model(
        &self,
        investor_id: InvestorId,
        campaign_id: CampaignId,
        document_ids: &[DocumentId],
    ) -> model::InvestmentCreateDirect {
        let documents = self.signed_documents.iter().zip(document_ids);
        let documents = documents.map(|(document, id)| document.to_model(*id)).collect();
        let mut model = model::InvestmentCreateDirect::new(investor_id, campaign_id, self.units)
            .signed_at(self.signed_at)
            .signed_documents(documents);
        model.accepted_at = self.accepted_at;
        model.paid_at = self.paid_at;
        model.wallet = self.wallet;
        model
    }
}
