//! Companies, as the Distributor API wants them.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::person::NO_US_TAX;
use crate::{DocumentId, DocumentSource, model, validation::Checks};

/// A company, with the two proofs that are uploaded first.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// Registered name of the company.
    pub company_name: String,
    /// Register that lists the company, such as a German local court.
    pub commercial_register: String,
    /// Number of the company in that register.
    pub commercial_register_number: String,
    /// Document that proves the identity of the company, such as a register extract.
    pub company_identity_proof: DocumentSource,
    /// Document that shows who owns and controls the company.
    pub company_structure_proof: DocumentSource,
    /// Street and house number of the seat.
    pub street: String,
    /// City of the seat.
    pub city: String,
    /// Postal code of the seat.
    pub zip: String,
    /// Country of the seat, ISO 3166-1 alpha-3.
    pub country: String,
    /// Whether the company is liable to tax in the United States. Such investors are not accepted.
    pub is_subject_to_us_tax: bool,
    /// Telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Whether the company is a custodian bank that holds securities for its customers in a collective entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_custodian_bank: Option<bool>,
}

redacted_debug!(Company);

impl Company {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.text("company_name", &self.company_name);
        checks.text("commercial_register", &self.commercial_register);
        checks.text("commercial_register_number", &self.commercial_register_number);
        checks.document("company_identity_proof", &self.company_identity_proof);
        checks.document("company_structure_proof", &self.company_structure_proof);
        checks.text("street", &self.street);
        checks.text("city", &self.city);
        checks.text("zip", &self.zip);
        checks.country("country", &self.country);
        checks.require("is_subject_to_us_tax", !self.is_subject_to_us_tax, NO_US_TAX);
        checks.optional_text("phone", self.phone.as_deref());
    }

    pub(crate) fn resolve_against(&mut self, folder: &Path) {
        self.company_identity_proof.resolve_against(folder);
        self.company_structure_proof.resolve_against(folder);
    }

    pub(crate) fn to_model(
        &self,
        identity_proof_id: DocumentId,
        structure_proof_id: DocumentId,
    ) -> model::DistributorLegalPersonCreate {
        let mut model = model::DistributorLegalPersonCreate::new(model::DistributorLegalPersonCreateRequired {
            company_name: self.company_name.clone(),
            commercial_register: self.commercial_register.clone(),
            commercial_register_number: self.commercial_register_number.clone(),
            company_identity_proof_id: identity_proof_id,
            company_structure_proof_id: structure_proof_id,
            street: self.street.clone(),
            city: self.city.clone(),
            zip: self.zip.clone(),
            country: self.country.clone(),
            is_subject_to_us_tax: self.is_subject_to_us_tax,
        });
        model.phone.clone_from(&self.phone);
        model.is_custodian_bank = self.is_custodian_bank;
        model
    }
}
