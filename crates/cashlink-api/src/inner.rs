//! How a request leaves: whoever makes a client brings it along.

use std::{fmt, sync::Arc};

use futures_util::future::BoxFuture;
use progenitor_client::{ClientHooks, OperationInfo};

use crate::Client;

/// Carries one request to the API and brings the response back.
///
/// Implement it to add what the raw client lacks: a token, a time limit, a look at the response. It can fail only with
/// an error of `reqwest`; other findings must travel beside it.
pub trait Exchange: fmt::Debug + Send + Sync {
    /// Sends `request`, which belongs to the operation `operation_id`, by `http`.
    fn exchange<'a>(
        &'a self,
        http: &'a reqwest::Client,
        request: reqwest::Request,
        operation_id: &'static str,
    ) -> BoxFuture<'a, reqwest::Result<reqwest::Response>>;
}

/// What a [`Client`] sends its requests through.
#[derive(Clone, Debug)]
pub struct Inner(Arc<dyn Exchange>);

impl Inner {
    /// Sends everything through `exchange`.
    pub fn new(exchange: Arc<dyn Exchange>) -> Self {
        Self(exchange)
    }
}

impl ClientHooks<Inner> for Client {
    async fn exec(&self, request: reqwest::Request, operation: &OperationInfo) -> reqwest::Result<reqwest::Response> {
        self.inner.0.exchange(&self.client, request, operation.operation_id).await
    }
}
