//! Documents of the Issuer API (`/issuer/v2`).

use crate::{DocumentSource, Mutation, model::Document, resource::resource};

resource! {
    /// Uploads documents. An uploaded document belongs to the client: its id is good in every family.
    pub struct Documents;

    /// Uploads a document and returns its id, to be used in later calls.
    ///
    /// The document is streamed, and read afresh for every repetition under the same key. A file is opened at once, to
    /// see that it is there and not too large; where the file system may be slow, call this where blocking does no harm.
    ///
    /// No source states how large a document may be or of which type; every published example is a PDF.
    pub fn upload(document: &DocumentSource) -> Mutation<Document> = issuer_v2_documents_create with upload;
}
