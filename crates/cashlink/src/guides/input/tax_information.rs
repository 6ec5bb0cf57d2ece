//! Tax information, as the two families want it.

use serde::{Deserialize, Serialize};

use crate::{model, validation::Checks};

/// Tax information, as the Cashlink API (`/v2`) wants it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TaxInformation {
    /// Tax identification number. Its form is not checked.
    pub tax_identification_number: String,
    /// Whether a certificate of non-assessment is on file, so that no capital gains tax is withheld.
    pub non_assessment_certificate: bool,
    /// Whether the investor is liable to tax in Germany.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_subject_to_german_tax: Option<bool>,
}

/// Tax information, as the Distributor API wants it: with the statement about German tax.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DistributorTaxInformation {
    /// Tax identification number. Its form is not checked.
    pub tax_identification_number: String,
    /// Whether a certificate of non-assessment is on file, so that no capital gains tax is withheld.
    pub non_assessment_certificate: bool,
    /// Whether the investor is liable to tax in Germany.
    pub is_subject_to_german_tax: bool,
}

redacted_debug!(TaxInformation, DistributorTaxInformation);

impl TaxInformation {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.text("tax_identification_number", &self.tax_identification_number);
    }

    pub(crate) fn to_model(&self) -> model::TaxInformationCreate {
        let number = self.tax_identification_number.clone();
        let mut model = model::TaxInformationCreate::new(number, self.non_assessment_certificate);
        model.is_subject_to_german_tax = self.is_subject_to_german_tax;
        model
    }
}

impl DistributorTaxInformation {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.text("tax_identification_number", &self.tax_identification_number);
    }

    pub(crate) fn to_model(&self) -> model::DistributorTaxInformationCreate {
        let number = self.tax_identification_number.clone();
        model::DistributorTaxInformationCreate::new(
            number,
            self.non_assessment_certificate,
            self.is_subject_to_german_tax,
        )
    }
}
