//! Documents that an investor signed.

use serde::{Deserialize, Serialize};

use crate::{DocumentId, DocumentSource, model, validation::Checks};

/// A document that the investor signed, to be uploaded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SignedDocument {
    /// The document.
    pub file: DocumentSource,
    /// Kind of document. Free text; a product may ask for certain kinds.
    pub category: String,
    /// Title of the document. Free text.
    pub subject: String,
}

impl SignedDocument {
    pub(crate) fn check(&self, checks: &mut Checks) {
        checks.document("file", &self.file);
        checks.text("category", &self.category);
        checks.text("subject", &self.subject);
    }

    pub(crate) fn to_model(&self, document_id: DocumentId) -> model::SignedDocumentCreate {
        model::SignedDocumentCreate::new(document_id, self.category.clone(), self.subject.clone())
    }
}
