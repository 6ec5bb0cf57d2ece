//! Documents of the Distributor API (`/distributor/v2`).

use cashlink_api::operations;

use crate::{Cashlink, DocumentSource, call::Mutation, model::Document};

/// Uploads documents. An uploaded document belongs to the client: its id is good in every family.
#[derive(Clone, Copy, Debug)]
pub struct Documents<'a> {
    client: &'a Cashlink,
}

impl<'a> Documents<'a> {
    pub(super) fn new(client: &'a Cashlink) -> Self {
        Self { client }
    }

    /// Uploads a document and returns its id, to be used in later calls.
    ///
    /// The document is streamed, and read afresh for every repetition under the same key. A file is opened at once, to
    /// see that it is there and not too large; where the file system may be slow, call this where blocking does no harm.
    ///
    /// No source states how large a document may be or of which type; every published example is a PDF.
    pub fn upload(&self, document: &DocumentSource) -> Mutation<Document> {
        crate::upload::upload(self.client, &operations::DISTRIBUTOR_V2_DOCUMENTS_CREATE, document, |api, upload| {
            Box::pin(async move {
                api.distributor_v2_documents_create(&upload.content_type, &upload.key, upload.body).await
            })
        })
    }
}
