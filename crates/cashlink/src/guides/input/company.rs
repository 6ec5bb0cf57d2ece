//! Companies, as the families want them.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::person::NO_US_TAX;
use crate::{DocumentId, DocumentSource, model, validation::Checks};

/// Declares a form of a company: the fields that all forms share, then what this one requires and allows beside them.
macro_rules! company {
    (
        $(#[$doc:meta])*
        $name:ident => $model:ident from $parts:ident
        requires { $($(#[$required_doc:meta])* $required:ident: $required_type:ty,)* }
        allows { $($(#[$optional_doc:meta])* $optional:ident: $optional_type:ty,)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub struct $name {
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
            $($(#[$required_doc])* pub $required: $required_type,)*
            $(
                $(#[$optional_doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $optional: Option<$optional_type>,
            )*
        }

        impl $name {
            fn check_company(&self, checks: &mut Checks) {
                checks.text("company_name", &self.company_name);
                checks.text("commercial_register", &self.commercial_register);
                checks.text("commercial_register_number", &self.commercial_register_number);
                checks.document("company_identity_proof", &self.company_identity_proof);
                checks.document("company_structure_proof", &self.company_structure_proof);
                checks.text("street", &self.street);
                checks.text("city", &self.city);
                checks.text("zip", &self.zip);
                checks.country("country", &self.country);
            }

            pub(crate) fn resolve_against(&mut self, folder: &Path) {
                self.company_identity_proof.resolve_against(folder);
                self.company_structure_proof.resolve_against(folder);
            }

            pub(crate) fn to_model(
                &self,
                identity_proof_id: DocumentId,
                structure_proof_id: DocumentId,
            ) -> model::$model {
                let mut model = model::$model::new(model::$parts {
                    company_name: self.company_name.clone(),
                    commercial_register: self.commercial_register.clone(),
                    commercial_register_number: self.commercial_register_number.clone(),
                    company_identity_proof_id: identity_proof_id,
                    company_structure_proof_id: structure_proof_id,
                    street: self.street.clone(),
                    city: self.city.clone(),
                    zip: self.zip.clone(),
                    country: self.country.clone(),
                    $($required: self.$required.clone(),)*
                });
                $(model.$optional.clone_from(&self.$optional);)*
                model
            }
        }

        redacted_debug!($name);
    };
}

company! {
    /// A company as an investor of the Distributor API, with the two proofs that are uploaded first.
    Company => DistributorLegalPersonCreate from DistributorLegalPersonCreateRequired
    requires {
        /// Whether the company is liable to tax in the United States. Such investors are not accepted.
        is_subject_to_us_tax: bool,
    }
    allows {
        /// Telephone number.
        phone: String,
        /// Whether the company is a custodian bank that holds securities for its customers in a collective entry.
        is_custodian_bank: bool,
    }
}

company! {
    /// A company that issues securities, with the two proofs that are uploaded first.
    IssuingCompany => LegalPersonCreate from LegalPersonCreateRequired
    requires {}
    allows {
        /// Telephone number.
        phone: String,
    }
}

impl Company {
    pub(crate) fn check(&self, checks: &mut Checks) {
        self.check_company(checks);
        checks.require("is_subject_to_us_tax", !self.is_subject_to_us_tax, NO_US_TAX);
        checks.optional_text("phone", self.phone.as_deref());
    }
}

impl IssuingCompany {
    pub(crate) fn check(&self, checks: &mut Checks) {
        self.check_company(checks);
        checks.optional_text("phone", self.phone.as_deref());
    }
}
