//! Identifications that a provider has finished.

use std::path::Path;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    DocumentId, DocumentSource, model,
    model::{DocumentType, IdentityProvider},
    validation::Checks,
};

/// A finished identification to import.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Identification {
    /// Kind of identity document, such as `IDCARD`.
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub document_type: DocumentType,
    /// Number printed on the identity document.
    pub document_id: String,
    /// Authority that issued the identity document.
    pub document_issuer: String,
    /// First day of validity of the identity document.
    pub document_valid_from: Date,
    /// Last day of validity of the identity document. It is compared with `verified_at`, not with today.
    pub document_valid_to: Date,
    /// Who carried out the identification, such as `POSTIDENT`.
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub identity_provider: IdentityProvider,
    /// Number of the identification at the provider.
    pub legitimation_process_id: String,
    /// The protocol of the identification, to be uploaded.
    pub legitimation_protocol: DocumentSource,
    /// When the provider verified the identity.
    pub verified_at: Timestamp,
}

redacted_debug!(Identification);

impl Identification {
    /// Checks the identification of a person who was born on `birth_date`.
    pub(crate) fn check(&self, birth_date: Date, checks: &mut Checks) {
        let verified_on = self.verified_at.to_zoned(TimeZone::UTC).date();
        let (from, to) = (self.document_valid_from, self.document_valid_to);
        checks.text("document_type", self.document_type.as_str());
        checks.text("document_id", &self.document_id);
        checks.text("document_issuer", &self.document_issuer);
        checks.order("document_valid_to", Some(&to), "document_valid_from", Some(&from));
        checks.require("document_valid_to", to >= verified_on, "must not be before verified_at");
        checks.text("identity_provider", self.identity_provider.as_str());
        checks.text("legitimation_process_id", &self.legitimation_process_id);
        checks.document("legitimation_protocol", &self.legitimation_protocol);
        checks.require("verified_at", birth_date < verified_on, "must be after the person's birth_date");
    }

    pub(crate) fn resolve_against(&mut self, folder: &Path) {
        self.legitimation_protocol.resolve_against(folder);
    }

    pub(crate) fn to_model(&self, protocol_id: DocumentId) -> model::IdentificationCreate {
        model::IdentificationImport::new(model::IdentificationImportRequired {
            document_type: self.document_type.clone(),
            document_id: self.document_id.clone(),
            document_issuer: self.document_issuer.clone(),
            document_valid_from: self.document_valid_from,
            document_valid_to: self.document_valid_to,
            identity_provider: self.identity_provider.clone(),
            legitimation_process_id: self.legitimation_process_id.clone(),
            legitimation_protocol_id: protocol_id,
            verified_at: self.verified_at,
        })
        .into()
    }
}
