//! Uploads: a document as the body of a call, opened afresh for every attempt.

use std::sync::Arc;

use cashlink_api::{BoxFuture, Client as RawClient, Error as RawError, Operation, ResponseValue};

use crate::{
    Cashlink, DocumentSource, IdempotencyKey,
    call::{AttemptError, Mutation},
    document::Multipart,
    journal::{Frozen, FrozenBody, Source},
    model::Document,
};

type RawResult = Result<ResponseValue<Document>, RawError>;

/// One attempt to upload a document, as the raw client wants it.
pub(crate) struct Upload {
    pub(crate) content_type: String,
    pub(crate) key: String,
    pub(crate) body: reqwest::Body,
}

/// A call that uploads `document`; `post` makes one attempt.
pub(crate) fn upload<F>(
    client: &Cashlink,
    operation: &'static Operation,
    document: Arc<DocumentSource>,
    post: F,
) -> Mutation<Document>
where
    F: Fn(RawClient, Upload) -> BoxFuture<'static, RawResult> + Send + Sync + 'static,
{
    let limit = client.max_document_bytes();
    let checked = document.check(limit);
    let post = Arc::new(post);
    let body = FrozenBody::Document(Arc::clone(&document));
    let frozen = Frozen { operation, path: operation.path.to_owned(), query: Vec::new(), body };
    let mutation = Mutation::new(client, Source::Frozen(frozen), move |api, key| {
        let (document, post) = (Arc::clone(&document), Arc::clone(&post));
        Box::pin(async move {
            let body = Multipart::open(&document, limit).await.map_err(AttemptError::Document)?;
            let content_type = body.content_type().to_owned();
            // The key was fixed before the first attempt; none is made here.
            let key = key.as_ref().map_or("", IdempotencyKey::as_str).to_owned();
            Ok(post(api, Upload { content_type, key, body: reqwest::Body::wrap(body) }).await?)
        })
    });
    match checked {
        Ok(bytes) => mutation.document_bytes(bytes),
        Err(rule) => mutation.refused("file", &rule),
    }
}
