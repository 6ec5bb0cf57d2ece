//! The input of the distributor guide.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::{
    DocumentId, Problems,
    guides::input::{
        BankAccount, BenefitingPerson, Communication, Company, DistributorNaturalPerson, DistributorTaxInformation,
        Identification, MAX_DOCUMENT_BYTES, Wallet,
    },
    model,
    validation::Checks,
};

/// An input file with a comment on every field, filled with the values of [`Input::sample`].
pub const TEMPLATE: &str = include_str!("template.yaml");

/// A company to onboard, and a person who may act for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The company.
    pub legal_person: Company,
    /// Somebody who may act for the company.
    pub natural_person: DistributorNaturalPerson,
    /// Where payments to the company go.
    pub bank_account: BankAccount,
    /// Tax information of the company.
    pub tax_information: DistributorTaxInformation,
    /// How the company is reached.
    pub communication: Communication,
    /// Whether the company invests on its own behalf.
    pub is_beneficiary: bool,
    /// How the acting person was identified.
    pub identification: Identification,
    /// Who ultimately benefits from the company; at least one person.
    pub benefiting_persons: Vec<BenefitingPerson>,
    /// The wallet to open.
    pub wallet: Wallet,
}

impl Input {
    /// An invented company with one benefiting person, with documents made in memory.
    pub fn sample() -> Self {
        Self {
            legal_person: Company::sample(),
            natural_person: DistributorNaturalPerson::sample(),
            bank_account: BankAccount::sample("Beispiel Beteiligungen GmbH"),
            tax_information: DistributorTaxInformation::sample(),
            communication: Communication::sample("office@example.org"),
            is_beneficiary: true,
            identification: Identification::sample(),
            benefiting_persons: vec![BenefitingPerson::sample()],
            wallet: Wallet { receiving_enabled: true, address: None },
        }
    }

    /// Takes relative paths of documents as relative to `folder`, such as the folder of the input file.
    pub fn resolve_against(&mut self, folder: &Path) {
        self.legal_person.resolve_against(folder);
        self.identification.resolve_against(folder);
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
        checks.within("legal_person", |checks| self.legal_person.check(checks));
        checks.within("natural_person", |checks| self.natural_person.check(checks));
        checks.within("bank_account", |checks| self.bank_account.check(checks));
        checks.within("tax_information", |checks| self.tax_information.check(checks));
        checks.within("communication", |checks| self.communication.check(checks));
        let birth_date = self.natural_person.birth_date;
        checks.within("identification", |checks| self.identification.check(birth_date, checks));
        checks.require("benefiting_persons", !self.benefiting_persons.is_empty(), "must name at least one person");
        checks.each("benefiting_persons", &self.benefiting_persons, |checks, person| person.check(checks));
        checks.within("wallet", |checks| self.wallet.check(checks));
        checks.finish()
    }

    pub(super) fn to_model(
        &self,
        identity_proof_id: DocumentId,
        structure_proof_id: DocumentId,
    ) -> model::DistributorInvestorCreate {
        model::DistributorInvestorCreate::new(model::DistributorInvestorCreateRequired {
            natural_person: self.natural_person.to_model(),
            bank_account: self.bank_account.to_model(),
            tax_information: self.tax_information.to_model(),
            communication: self.communication.to_model(),
            is_beneficiary: self.is_beneficiary,
        })
        .legal_person(self.legal_person.to_model(identity_proof_id, structure_proof_id))
    }
}
