//! The input of the issuance guide.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{
    DistributionPlatformId, DocumentId, Problems,
    guides::input::{BankAccount, IssuerNaturalPerson, IssuingCompany, MAX_DOCUMENT_BYTES},
    model,
    validation::Checks,
};

mod campaign;
mod investment;
mod product;

pub use campaign::Campaign;
pub use investment::Investment;
pub use product::Product;

/// An input file with a comment on every field, filled with the values of [`Input::sample`].
pub const TEMPLATE: &str = include_str!("template.yaml");

/// A security from its issuer to its first investor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Who issues.
    pub issuer: Issuer,
    /// What is issued.
    pub product: Product,
    /// Platform that sells it. Leave it out if just one platform allows listings. An input file may leave it to the
    /// caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution_platform_id: Option<DistributionPlatformId>,
    /// What the platform offers.
    pub campaign: Campaign,
    /// What was signed.
    pub investment: Investment,
}

/// Who issues.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// The company. By the newest documentation it must be an investor on some distribution platform already, with the
    /// same name, register and register number.
    pub legal_person: IssuingCompany,
    /// Somebody who may act for the company: the managing director.
    pub natural_person: IssuerNaturalPerson,
    /// Where investors pay to.
    pub bank_account: BankAccount,
}

impl Input {
    /// An invented company that issues a bond of which an investor buys 50 units, with documents made in memory. It
    /// names neither platform nor investor.
    pub fn sample() -> Self {
        Self {
            issuer: Issuer {
                legal_person: IssuingCompany::sample(),
                natural_person: IssuerNaturalPerson::sample(),
                bank_account: BankAccount::sample("Beispiel Energie GmbH"),
            },
            product: Product::sample(),
            distribution_platform_id: None,
            campaign: Campaign::sample(),
            investment: Investment::sample(),
        }
    }

    /// Takes relative paths of documents as relative to `folder`, such as the folder of the input file.
    pub fn resolve_against(&mut self, folder: &Path) {
        self.issuer.legal_person.resolve_against(folder);
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
        checks.within("issuer", |checks| self.issuer.check(checks));
        checks.within("product", |checks| self.product.check(checks));
        checks.within("campaign", |checks| self.campaign.check(&self.product, checks));
        checks.within("investment", |checks| self.investment.check(&self.product, &self.campaign, checks));
        checks.finish()
    }
}

impl Issuer {
    fn check(&self, checks: &mut Checks) {
        checks.within("legal_person", |checks| self.legal_person.check(checks));
        checks.within("natural_person", |checks| self.natural_person.check(checks));
        checks.within("bank_account", |checks| self.bank_account.check(checks));
    }

    pub(super) fn to_model(
        &self,
        identity_proof_id: DocumentId,
        structure_proof_id: DocumentId,
    ) -> model::IssuerCreate {
        model::IssuerCreate::new(
            self.natural_person.to_model(),
            self.legal_person.to_model(identity_proof_id, structure_proof_id),
            self.bank_account.to_model(),
        )
    }
}
