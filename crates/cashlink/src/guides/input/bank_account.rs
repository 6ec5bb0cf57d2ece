//! Bank accounts.

use serde::{Deserialize, Serialize};

use crate::{model, validation::Checks};

/// Where payments to an investor go.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BankAccount {
    /// IBAN without spaces.
    pub iban: String,
    /// BIC of the bank.
    pub bic: String,
    /// Currency of the account, ISO 4217, such as `EUR`.
    pub currency: String,
    /// Name of the account holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_holder: Option<String>,
    /// Name of the bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bank: Option<String>,
    /// Country of the bank, ISO 3166-1 alpha-3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

redacted_debug!(BankAccount);

impl BankAccount {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.iban("iban", &self.iban);
        checks.bic("bic", &self.bic);
        checks.currency("currency", &self.currency);
        checks.optional_text("account_holder", self.account_holder.as_deref());
        checks.optional_text("bank", self.bank.as_deref());
        if let Some(country) = &self.country {
            checks.country("country", country);
        }
    }

    pub(crate) fn to_model(&self) -> model::BankAccountCreate {
        let mut model = model::BankAccountCreate::new(self.iban.clone(), self.bic.clone(), self.currency.clone());
        model.account_holder.clone_from(&self.account_holder);
        model.bank.clone_from(&self.bank);
        model.country.clone_from(&self.country);
        model
    }
}
