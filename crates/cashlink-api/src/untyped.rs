//! Any operation by its path, with bodies as they are: what the generated methods do, without their types.

use std::fmt;

use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo, ResponseValue};
use reqwest::{
    Body, Request, Response,
    header::{ACCEPT, CONTENT_TYPE, HeaderValue},
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
        ResponseValue::from_response(self.success(operation, path, payload).await?).await
    }

    /// The success that a call is answered with, its body not yet read. Compiled once, whatever the body is to become.
    async fn success(
        &self,
        operation: &'static Operation,
        path: &str,
        payload: Payload,
    ) -> Result<Response, Error<()>> {
        let mut request = self.request(operation, path, payload)?;
        let info = OperationInfo { operation_id: operation.id };
        self.pre(&mut request, &info).await?;
        let result = self.exec(request, &info).await;
        self.post(&result, &info).await?;
        let response = result?;
        match response.status().as_u16() {
            200..=299 => Ok(response),
            _ => Err(Error::UnexpectedResponse(response)),
        }
    }

    #[expect(clippy::result_large_err, reason = "it is the error of the calls that need the request")]
    fn request(&self, operation: &Operation, path: &str, payload: Payload) -> Result<Request, Error<()>> {
        let method = match operation.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
            other => return Err(Error::InvalidRequest(format!("{other}: an unknown method"))),
        };
        let url = self.inner().parsed(&format!("{}{path}", self.baseurl()))?;
        let mut request = Request::new(method, url);
        // An empty list would leave a question mark behind.
        if !payload.query.is_empty() {
            request.url_mut().query_pairs_mut().extend_pairs(&payload.query);
        }
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(JSON));
        if let Some(key) = payload.key {
            headers.insert("X-Idempotency-Key", key.try_into()?);
        }
        if let Some((content_type, body)) = payload.body {
            headers.insert(CONTENT_TYPE, content_type.try_into()?);
            *request.body_mut() = Some(body);
        }
        Ok(request)
    }
}
