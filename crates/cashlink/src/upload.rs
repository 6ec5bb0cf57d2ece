//! Uploads: a document as the body of a call, opened afresh for every attempt.

use std::sync::Arc;

use cashlink_api::{BoxFuture, Client as RawClient, Error as RawError, Operation, ResponseValue};

use crate::{
    Cashlink, DocumentSource, IdempotencyKey,
    call::{AttemptError, Mutation},
    document::Multipart,
    model::Document,
};

type RawResult = Result<ResponseValue<Document>, RawError>;

/// A call that uploads `document`; `post` sends the body with its content type under the key.
pub(crate) fn upload<F>(
    client: &Cashlink,
    operation: &'static Operation,
    document: &DocumentSource,
    post: F,
) -> Mutation<Document>
where
    F: Fn(RawClient, IdempotencyKey, String, reqwest::Body) -> BoxFuture<'static, RawResult> + Send + Sync + 'static,
{
    let limit = client.max_document_bytes();
    let source = Arc::new(document.clone());
    let checked = document.check(limit);
    let post = Arc::new(post);
    let mutation = Mutation::new(client, operation, move |api, key| {
        let (source, post) = (Arc::clone(&source), Arc::clone(&post));
        Box::pin(async move {
            let body = Multipart::open(&source, limit).await.map_err(AttemptError::Document)?;
            let content_type = body.content_type().to_owned();
            let key = key.unwrap_or_else(IdempotencyKey::random);
            Ok(post(api, key, content_type, reqwest::Body::wrap(body)).await?)
        })
    });
    match checked {
        Ok(bytes) => mutation.document_bytes(bytes),
        Err(rule) => mutation.refused("file", &rule),
    }
}
