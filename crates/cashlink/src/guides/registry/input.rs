//! The input of the registry guide.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CampaignId, DocumentId, InvestorId, Problems, ProductId, WalletId,
    guides::input::{
        BankAccount, Communication, Identification, MAX_DOCUMENT_BYTES, NaturalPerson, OwnWallet, SignedDocument,
        TaxInformation, sample,
    },
    model,
    validation::Checks,
};

/// An input file with a comment on every field, filled with the values of [`Input::sample`].
pub const TEMPLATE: &str = include_str!("template.yaml");

/// A signed and paid investment of a natural person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Who invests.
    pub investor: Investor,
    /// How the investor was identified.
    pub identification: Identification,
    /// The investor's own address for the units. Leave it out for a wallet in custody of Cashlink, whose terms the
    /// investor must have accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wallet: Option<OwnWallet>,
    /// What was signed.
    pub investment: Investment,
    /// What to redeem after the delivery, if anything.
    #[serde(default)]
    pub redemption: Redemption,
}

/// Who invests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Investor {
    /// The person.
    pub natural_person: NaturalPerson,
    /// Whether the investor acts on their own behalf.
    pub is_beneficiary: bool,
    /// Where payments to the investor go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank_account: Option<BankAccount>,
    /// Tax information. No wallet is opened without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_information: Option<TaxInformation>,
    /// How the investor is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub communication: Option<Communication>,
}

/// What was signed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Investment {
    /// Campaign to invest in. An input file may leave it to the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign_id: Option<CampaignId>,
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
    /// Documents that the investor signed.
    pub signed_documents: Vec<SignedDocument>,
}

/// What to redeem after the delivery: nothing, unless there is a product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Redemption {
    /// Product whose units are redeemed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<ProductId>,
    /// Number of units; all that were invested unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schemars", schemars(range(min = 1)))]
    pub units: Option<i64>,
}

impl Input {
    /// An invented investor who buys 300 units, with documents made in memory. It names no campaign.
    pub fn sample() -> Self {
        let signed_at = sample::SIGNED_AT;
        Self {
            investor: Investor {
                natural_person: NaturalPerson::sample(),
                is_beneficiary: true,
                bank_account: Some(BankAccount::sample("Erika Beispiel")),
                tax_information: Some(TaxInformation::sample()),
                communication: Some(Communication::sample("erika@example.org")),
            },
            identification: Identification::sample(),
            wallet: None,
            investment: Investment {
                campaign_id: None,
                units: 300,
                signed_at,
                accepted_at: Some(signed_at),
                paid_at: Some(signed_at),
                signed_documents: SignedDocument::samples(),
            },
            redemption: Redemption::default(),
        }
    }

    /// Takes relative paths of documents as relative to `folder`, such as the folder of the input file.
    pub fn resolve_against(&mut self, folder: &Path) {
        self.identification.resolve_against(folder);
        for document in &mut self.investment.signed_documents {
            document.file.resolve_against(folder);
        }
    }

    /// Checks everything that can be checked without sending anything, as the guide does before its first step.
    ///
    /// # Errors
    ///
    /// Returns every problem at once, each by the path of its field. Documents of more than 100 MiB are one; the guide
    /// itself goes by the limit of its client.
    pub fn validate(&self) -> Result<(), Problems> {
        self.check(MAX_DOCUMENT_BYTES)
    }

    pub(super) fn check(&self, max_document_bytes: u64) -> Result<(), Problems> {
        let mut checks = Checks::new(max_document_bytes);
        checks.within("investor", |checks| self.investor.check(checks));
        let birth_date = self.investor.natural_person.birth_date;
        checks.within("identification", |checks| self.identification.check(birth_date, checks));
        if let Some(wallet) = &self.wallet {
            checks.within("wallet", |checks| wallet.check(checks));
        }
        checks.within("investment", |checks| self.investment.check(checks));
        if let Some(units) = self.redemption.units {
            checks.within("redemption", |checks| {
                checks.units("units", units);
                checks.require("units", units <= self.investment.units, "must not be more than investment.units");
            });
        }
        checks.finish()
    }

    pub(super) fn redeemed_units(&self) -> i64 {
        self.redemption.units.unwrap_or(self.investment.units)
    }
}

impl Investor {
    fn check(&self, checks: &mut Checks) {
        checks.within("natural_person", |checks| self.natural_person.check(checks));
        if let Some(bank_account) = &self.bank_account {
            checks.within("bank_account", |checks| bank_account.check(checks));
        }
        match &self.tax_information {
            Some(tax_information) => checks.within("tax_information", |checks| tax_information.check(checks)),
            None => checks.problem("tax_information", "is missing: no wallet is opened without it"),
        }
        if let Some(communication) = &self.communication {
            checks.within("communication", |checks| communication.check(checks));
        }
    }

    pub(super) fn to_model(&self) -> model::InvestorCreate {
        let mut model = model::InvestorCreate::new(self.natural_person.to_model(), self.is_beneficiary);
        model.bank_account = self.bank_account.as_ref().map(BankAccount::to_model);
        model.tax_information = self.tax_information.as_ref().map(TaxInformation::to_model);
        model.communication = self.communication.as_ref().map(Communication::to_model);
        model
    }
}

impl Investment {
    /// Whether the input says that the investment was accepted and paid, so that it can be credited.
    pub(super) fn is_paid(&self) -> bool {
        self.accepted_at.is_some() && self.paid_at.is_some()
    }

    fn check(&self, checks: &mut Checks) {
        let (signed, accepted, paid) = (Some(&self.signed_at), self.accepted_at.as_ref(), self.paid_at.as_ref());
        checks.present("campaign_id", self.campaign_id.as_ref());
        checks.units("units", self.units);
        checks.order("accepted_at", accepted, "signed_at", signed);
        checks.order("paid_at", paid, "signed_at", signed);
        checks.order("paid_at", paid, "accepted_at", accepted);
        checks.each("signed_documents", &self.signed_documents, |checks, document| document.check(checks));
    }

    pub(super) fn to_model(
        &self,
        investor_id: InvestorId,
        campaign_id: CampaignId,
        document_ids: &[DocumentId],
        wallet_id: WalletId,
    ) -> model::InvestmentCreate {
        let documents = self.signed_documents.iter().zip(document_ids);
        let documents = documents.map(|(document, id)| document.to_model(*id)).collect();
        let mut model = model::InvestmentCreateDirect::new(investor_id, campaign_id, self.units)
            .signed_at(self.signed_at)
            .signed_documents(documents)
            .wallet(wallet_id);
        model.accepted_at = self.accepted_at;
        model.paid_at = self.paid_at;
        model.into()
    }
}
