//! How an investor is reached.

use serde::{Deserialize, Serialize};

use crate::{model, validation::Checks};

/// How an investor is reached.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Communication {
    /// E-mail address. Two investors may share one.
    pub email: String,
    /// Whether you have verified that the address belongs to the investor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_confirmed: Option<bool>,
}

redacted_debug!(Communication);

impl Communication {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.email("email", &self.email);
    }

    pub(crate) fn to_model(&self) -> model::CommunicationCreate {
        let mut model = model::CommunicationCreate::new(self.email.clone());
        model.email_confirmed = self.email_confirmed;
        model
    }
}
