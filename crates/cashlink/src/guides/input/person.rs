//! Natural persons, as the families want them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{model, model::Salutation, validation::Checks};

/// Declares a form of a person: the fields that all forms share, then what this one requires and allows beside them.
macro_rules! person {
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
            /// Given names.
            pub forename: String,
            /// Family name.
            pub surname: String,
            /// Date of birth.
            pub birth_date: Date,
            /// Place of birth.
            pub birth_place: String,
            /// Citizenship, ISO 3166-1 alpha-3, such as `DEU`.
            pub citizenship: String,
            /// Street and house number of the residence.
            pub street: String,
            /// City of the residence.
            pub city: String,
            /// Postal code of the residence.
            pub zip: String,
            /// Country of the residence, ISO 3166-1 alpha-3.
            pub country: String,
            /// Whether the person is politically exposed.
            pub is_pep: bool,
            $($(#[$required_doc])* pub $required: $required_type,)*
            $(
                $(#[$optional_doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $optional: Option<$optional_type>,
            )*
        }

        impl $name {
            fn check_person(&self, checks: &mut Checks) {
                checks.text("forename", &self.forename);
                checks.text("surname", &self.surname);
                checks.text("birth_place", &self.birth_place);
                checks.country("citizenship", &self.citizenship);
                checks.text("street", &self.street);
                checks.text("city", &self.city);
                checks.text("zip", &self.zip);
                checks.country("country", &self.country);
            }

            pub(crate) fn to_model(&self) -> model::$model {
                let model = model::$model::new(model::$parts {
                    forename: self.forename.clone(),
                    surname: self.surname.clone(),
                    birth_date: self.birth_date,
                    birth_place: self.birth_place.clone(),
                    citizenship: self.citizenship.clone(),
                    street: self.street.clone(),
                    city: self.city.clone(),
                    zip: self.zip.clone(),
                    country: self.country.clone(),
                    is_pep: self.is_pep,
                    $($required: self.$required.clone(),)*
                });
                $(
                    let model = {
                        let mut model = model;
                        model.$optional.clone_from(&self.$optional);
                        model
                    };
                )*
                model
            }
        }

        redacted_debug!($name);
    };
}

person! {
    /// A natural person, as the Cashlink API (`/v2`) wants one.
    NaturalPerson => NaturalPersonCreate from NaturalPersonCreateRequired
    requires {
        /// How the person is addressed: `MR` or `MS`.
        #[cfg_attr(feature = "schemars", schemars(with = "String"))]
        salutation: Salutation,
    }
    allows {
        /// Telephone number.
        phone: String,
        /// Whether the person is liable to tax in the United States. No wallet is opened for such investors.
        is_subject_to_us_tax: bool,
    }
}

person! {
    /// A natural person, as the Distributor API wants one: with the statement about US tax.
    DistributorNaturalPerson => DistributorNaturalPersonCreate from DistributorNaturalPersonCreateRequired
    requires {
        /// How the person is addressed: `MR` or `MS`.
        #[cfg_attr(feature = "schemars", schemars(with = "String"))]
        salutation: Salutation,
        /// Whether the person is liable to tax in the United States. Such investors are not accepted.
        is_subject_to_us_tax: bool,
    }
    allows {
        /// Telephone number.
        phone: String,
    }
}

person! {
    /// A person who ultimately benefits from a company.
    BenefitingPerson => BenefitingPersonCreate from BenefitingPersonCreateRequired
    requires {
        /// How the person is addressed: `MR` or `MS`.
        #[cfg_attr(feature = "schemars", schemars(with = "String"))]
        salutation: Salutation,
    }
    allows {}
}

person! {
    /// Somebody who may act for an issuer, as the Issuer API wants one: the managing director.
    IssuerNaturalPerson => IssuerNaturalPersonCreate from IssuerNaturalPersonCreateRequired
    requires {
        /// Whether the person is liable to tax in the United States.
        is_subject_to_us_tax: bool,
    }
    allows {
        /// How the person is addressed: `MR` or `MS`.
        #[cfg_attr(feature = "schemars", schemars(with = "Option<String>"))]
        salutation: Salutation,
        /// Telephone number.
        phone: String,
    }
}

/// What is said about investors who are liable to tax in the United States.
pub(super) const NO_US_TAX: &str =
    "must be false: investors who are liable to tax in the United States are not accepted";

impl NaturalPerson {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.text("salutation", self.salutation.as_str());
        self.check_person(checks);
        checks.require("is_subject_to_us_tax", self.is_subject_to_us_tax != Some(true), NO_US_TAX);
        checks.optional_text("phone", self.phone.as_deref());
    }
}

impl DistributorNaturalPerson {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.text("salutation", self.salutation.as_str());
        self.check_person(checks);
        checks.require("is_subject_to_us_tax", !self.is_subject_to_us_tax, NO_US_TAX);
        checks.optional_text("phone", self.phone.as_deref());
    }
}

impl BenefitingPerson {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.text("salutation", self.salutation.as_str());
        self.check_person(checks);
    }
}

impl IssuerNaturalPerson {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.optional_text("salutation", self.salutation.as_ref().map(Salutation::as_str));
        self.check_person(checks);
        checks.optional_text("phone", self.phone.as_deref());
    }
}
