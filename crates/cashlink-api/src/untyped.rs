//! Any operation by its path, with bodies as they are: what the generated methods do, without their types.

use std::fmt;

use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo, ResponseValue};
use reqwest::{
    Body,
    header::{ACCEPT, CONTENT_TYPE},
};
use serde::de::DeserializeOwned;

use crate::{Client, Method, Operation};

const JSON: &str = "application/json";

/// What an untyped request carries.
#[derive(Default)]
pub struct Payload {
    /// The parameters of the query, not yet encoded.
    pub query: Vec<(String, String)>,
    /// The idempotency key, for an operation that takes one.
    pub key: Option<String>,
    /// The content type and the bytes of the body.
    pub body: Option<(String, Body)>,
}

impl Payload {
    /// Sets the body to a JSON text.
    #[must_use]
    pub fn json(mut self, text: impl Into<Body>) -> Self {
        self.body = Some((JSON.to_owned(), text.into()));
        self
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A query may hold what somebody searched for.
        formatter.debug_struct("Payload").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Client {
    /// Calls `operation` at `path`, which is its own with parameters filled in and encoded.
    ///
    /// # Errors
    ///
    /// As the generated methods: no connection, a reply that is no success, or one that is no `T`.
    pub async fn call<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        path: &str,
        payload: Payload,
    ) -> Result<ResponseValue<T>, Error<()>> {
        let url = format!("{}{path}", self.baseurl());
        let builder = match operation.method {
            Method::Get => self.client().get(url),
            Method::Post => self.client().post(url),
            Method::Patch => self.client().patch(url),
        };
        let mut builder = builder.header(ACCEPT, JSON);
        // An empty list would leave a question mark behind.
        if !payload.query.is_empty() {
            builder = builder.query(&payload.query);
        }
        if let Some(key) = payload.key {
            builder = builder.header("X-Idempotency-Key", key);
        }
        if let Some((content_type, body)) = payload.body {
            builder = builder.header(CONTENT_TYPE, content_type).body(body);
        }
        let mut request = builder.build()?;
        let info = OperationInfo { operation_id: operation.id };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => ResponseValue::from_response(response).await,
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }
}
