//! Requests: what a call sends, written once when it is made and sent as often as it takes.

use std::fmt::Display;

use bytes::Bytes;
use cashlink_api::{BoxFuture, Client as RawClient, Operation, Payload};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    IdempotencyKey,
    call::AttemptResult,
    journal::{Frozen, FrozenBody},
    page::Filter,
    validation::Problems,
};

/// An operation with its path filled in and its body as it is sent.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    /// Why it cannot be sent.
    pub(crate) problems: Problems,
    path: String,
    query: Vec<(String, String)>,
    body: Option<Bytes>,
    /// Whether a list comes page by page.
    paged: bool,
}

impl Request {
    /// The request of `operation` with `ids` in its path.
    pub(crate) fn new(operation: &'static Operation, ids: &[&dyn Display]) -> Self {
        let path = filled(operation.path, ids);
        Self { operation, problems: Problems::default(), path, query: Vec::new(), body: None, paged: true }
    }

    /// Sets the body.
    pub(crate) fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(bytes) => self.body = Some(bytes.into()),
            Err(_) => self.problems.add("body", "cannot be written as JSON"),
        }
        self
    }

    /// Asks for a list that knows neither pages nor their size.
    pub(crate) fn whole(mut self) -> Self {
        self.paged = false;
        self
    }

    /// The same request, narrowed to what `filter` asks for.
    pub(crate) fn narrowed(&self, filter: Filter) -> Self {
        let mut narrowed = self.clone();
        if self.paged {
            let page_size = filter.page_size.map(|items| ("page_size".to_owned(), items.to_string()));
            let product_id = filter.product_id.map(|id| ("product_id".to_owned(), id.to_string()));
            narrowed.query.extend(page_size.into_iter().chain(product_id));
        }
        narrowed
    }

    /// What a change sends, as a journal sees it.
    pub(crate) fn frozen(&self) -> Frozen {
        let body = self.body.clone().map_or(FrozenBody::None, FrozenBody::Json);
        Frozen { operation: self.operation, path: self.path.clone(), query: self.query.clone(), body }
    }

    /// Makes one attempt by `api`.
    pub(crate) fn attempt<T: DeserializeOwned + Send + 'static>(
        &self,
        api: RawClient,
        key: Option<&IdempotencyKey>,
    ) -> BoxFuture<'static, AttemptResult<T>> {
        let (operation, path) = (self.operation, self.path.clone());
        let payload = self.payload(key);
        Box::pin(async move { Ok(api.call(operation, &path, payload).await?) })
    }

    fn payload(&self, key: Option<&IdempotencyKey>) -> Payload {
        let key = key.map(|key| key.as_str().to_owned());
        let payload = Payload { query: self.query.clone(), key, body: None };
        match &self.body {
            Some(body) => payload.json(body.clone()),
            None => payload,
        }
    }
}

/// The path that `template` becomes with `ids` in the places of its parameters. Ids need no encoding.
fn filled(template: &str, ids: &[&dyn Display]) -> String {
    let mut parts = template.split('{');
    let mut path = parts.next().unwrap_or_default().to_owned();
    for (part, id) in parts.zip(ids) {
        path += &id.to_string();
        path += part.split_once('}').map_or("", |(_, rest)| rest);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_take_the_places_of_the_parameters_in_order() {
        check("/v2/investors/", &[], "/v2/investors/");
        check("/v2/investors/{investor_id}/", &[&1], "/v2/investors/1/");
        check("/v2/investors/{investor_id}/wallets/{wallet_id}/", &[&1, &2], "/v2/investors/1/wallets/2/");

        #[track_caller]
        fn check(template: &str, ids: &[&dyn Display], expected: &str) {
            assert_eq!(filled(template, ids), expected);
        }
    }
}
