//! Calls of any operation by its method and path, JSON in and JSON out, through the same pipeline as all calls.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use cashlink_api::{BoxFuture, Client as RawClient, Payload};

use crate::{
    BodyKind, Cashlink, DocumentSource, Error, IdempotencyKey, Json, Listing, Method, Operation, Result,
    call::{AttemptError, AttemptResult, Form, Plan},
    document::Multipart,
    journal::{Frozen, FrozenBody, Source},
    operation::{Located, locate},
};

mod any_page;

use any_page::AnyPage;

impl Cashlink {
    /// Starts a call of the operation that `method` and `path` name, whatever its types.
    ///
    /// For what the typed calls do not offer: a field that the API has added, an operation chosen at run time, a look
    /// at a reply as it came. The path has its ids filled in, may carry a query, and may begin with the path of the
    /// API's address, as in `/api/external/v2/investors/`, unless it is a path of the API as it stands.
    ///
    /// # Errors
    ///
    /// Refuses what is no operation of the API, and says what comes nearest; see [`Operation::find`]. Nothing is sent.
    ///
    /// # Example
    ///
    /// ```
    /// use cashlink::{Cashlink, Method};
    ///
    /// let cashlink = Cashlink::builder()
    ///     .base_url("http://127.0.0.1:8080/api/external")
    ///     .credentials("client id", "client secret")
    ///     .build()?;
    /// let call = cashlink.call(Method::Get, "/v2/investors/?page_size=50")?;
    /// assert_eq!(call.operation().id(), "v2_investors_list");
    ///
    /// let error = cashlink.call(Method::Get, "/v2/investor/").unwrap_err();
    /// assert!(error.to_string().ends_with("is no path of the API; the nearest is GET /v2/investors/"));
    /// # Ok::<(), cashlink::Error>(())
    /// ```
    pub fn call(&self, method: Method, path: &str) -> Result<AnyCall> {
        let prefix = self.exchanger().base.path().trim_end_matches('/');
        // As it is first: the API's address may itself end like the beginning of a path, as in `/v2`.
        let located = locate(method, path).or_else(|rule| {
            let below = path.strip_prefix(prefix).filter(|rest| rest.starts_with('/'));
            below.map_or(Err(rule), |below| locate(method, below))
        });
        let located = located.map_err(|rule| Error::invalid_field("path", &rule))?;
        let mut plan = Plan::new(located.operation.raw());
        plan.form = Form::AsReceived;
        Ok(AnyCall { client: self.clone(), plan, located, content: Content::None })
    }
}

/// A call of an operation by its path.
///
/// It behaves like the typed calls: the same token, keys, repetitions, limits and outcomes. Only the description of the
/// reply is not checked: a success is whatever JSON came with it.
///
/// ```no_run
/// use cashlink::{Cashlink, IdempotencyKey, Method};
/// use serde_json::json;
///
/// # async fn run(cashlink: Cashlink, investor: serde_json::Value) -> Result<(), Box<dyn std::error::Error>> {
/// let key = IdempotencyKey::new("customer-4711")?;
/// let reply = cashlink.call(Method::Post, "/v2/investors/")?.json(investor).key(key).send().await?;
/// println!("{}: {}", reply.status(), reply.json().value()?["id"]);
/// # Ok(())
/// # }
/// ```
#[must_use = "a call is sent by `send`"]
pub struct AnyCall {
    client: Cashlink,
    plan: Plan,
    located: Located,
    content: Content,
}

#[derive(Clone)]
enum Content {
    None,
    Json(Arc<Json>),
    Document(Arc<DocumentSource>),
}

/// What the API answered to an [`AnyCall`].
#[derive(Clone, Debug)]
pub struct AnyReply {
    status: u16,
    json: Json,
}

impl AnyReply {
    /// The HTTP status, a success.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body as it came; `null` for an empty one.
    pub fn json(&self) -> &Json {
        &self.json
    }
}

impl AnyCall {
    /// The operation that is called.
    pub fn operation(&self) -> Operation {
        self.located.operation
    }

    /// Sets the body. It is sent as it is and not compared with the API's description: that is left to the API.
    pub fn json(mut self, body: impl Into<Json>) -> Self {
        self.content = Content::Json(Arc::new(body.into()));
        self
    }

    /// Sets the document to upload, which is streamed, and read afresh for every repetition.
    pub fn document(mut self, document: DocumentSource) -> Self {
        self.content = Content::Document(Arc::new(document));
        self
    }

    /// Sets the idempotency key; one at random is used unless given. An operation that takes no key sends none.
    pub fn key(mut self, key: IdempotencyKey) -> Self {
        self.plan.key = Some(key);
        self
    }

    /// Adds a parameter to the query; it is encoded here. It need not be one that the description knows.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.located.query.push((name.into(), value.into()));
        self
    }

    /// Bounds the whole call, repetitions and waits included; of a list, the reading of each page.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.plan.timeout = Some(timeout);
        self
    }

    /// Sends the call and returns what the API answered. Of a list it is one page, in the API's own envelope.
    ///
    /// # Errors
    ///
    /// As [`Mutation::send`](crate::Mutation::send). A body that the operation does not take or lacks is refused before
    /// anything is sent; a success that is not JSON is a failure like that of any call.
    pub async fn send(mut self) -> Result<AnyReply> {
        self.plan.document_bytes = self.check()?;
        let source = Source::Frozen(self.frozen());
        let Self { client, mut plan, located, content } = self;
        let limit = client.max_document_bytes();
        let attempt = move |api: RawClient, key: Option<IdempotencyKey>| -> BoxFuture<'static, AttemptResult<Json>> {
            let (located, content) = (located.clone(), content.clone());
            Box::pin(async move {
                let key = key.map(|key| key.as_str().to_owned());
                let payload = content.written(Payload { query: located.query, key, body: None }, limit).await?;
                Ok(api.call(located.operation.raw(), &located.path, payload).await?)
            })
        };
        let reply = match plan.operation.method {
            Method::Get => {
                plan.key = None;
                client.perform_whole(&plan, &attempt).await?.reply
            }
            _ => client.change(plan, &source, &attempt).await?,
        };
        Ok(AnyReply { status: reply.status().as_u16(), json: reply.into_inner() })
    }

    /// Reads the whole list instead, page by page, as [`Listing`] does.
    ///
    /// # Errors
    ///
    /// Fails if the operation does not answer with a list.
    pub fn pages(self) -> Result<Listing<Json>> {
        self.check()?;
        if !self.operation().is_list() {
            let rule = format!("{} does not answer with a list", self.operation());
            return Err(Error::invalid_field("path", &rule));
        }
        let Self { client, mut plan, located, .. } = self;
        plan.key = None;
        let listing = Listing::new::<AnyPage, _>(&client, located.operation.raw(), move |api, filter| {
            let Located { operation, path, mut query } = located.clone();
            query.extend(filter.page_size.map(|items| ("page_size".to_owned(), items.to_string())));
            Box::pin(async move {
                let payload = Payload { query, ..Payload::default() };
                Ok(api.call(operation.raw(), &path, payload).await?)
            })
        });
        Ok(listing.planned(plan))
    }

    fn frozen(&self) -> Frozen {
        let body = match &self.content {
            Content::None => FrozenBody::None,
            Content::Json(json) => FrozenBody::Json(Bytes::copy_from_slice(json.text().as_bytes())),
            Content::Document(document) => FrozenBody::Document(Arc::clone(document)),
        };
        let Located { operation, path, query } = self.located.clone();
        Frozen { operation: operation.raw(), path, query, body }
    }

    /// Compares the body with what the operation takes, and looks at the document. Returns the size of that.
    fn check(&self) -> Result<u64> {
        let operation = self.operation();
        let (path, rule) = match (operation.body(), &self.content) {
            (BodyKind::Document, Content::Document(document)) => {
                let limit = self.client.max_document_bytes();
                return document.check(limit).map_err(|rule| Error::invalid_field("file", &rule));
            }
            (BodyKind::Document, _) => ("file", "is missing: a document is uploaded by"),
            (_, Content::Document(_)) => ("file", "is no part of"),
            (BodyKind::Json, Content::None) => ("body", "is missing: it is needed by"),
            (BodyKind::None, Content::Json(_)) => ("body", "is no part of"),
            _ => return Ok(0),
        };
        Err(Error::invalid_field(path, &format!("{rule} {operation}")))
    }
}

impl Content {
    /// `payload` with the body, made anew for each attempt.
    async fn written(&self, payload: Payload, limit: u64) -> Result<Payload, AttemptError> {
        match self {
            Self::None => Ok(payload),
            Self::Json(json) => Ok(payload.json(json.text().to_owned())),
            Self::Document(document) => {
                let body = Multipart::open(document, limit).await.map_err(AttemptError::Document)?;
                let content_type = body.content_type().to_owned();
                Ok(Payload { body: Some((content_type, reqwest::Body::wrap(body))), ..payload })
            }
        }
    }
}

impl fmt::Debug for AnyCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the query, which may hold what somebody is searched by.
        formatter
            .debug_struct("AnyCall")
            .field("operation_id", &self.plan.operation.id)
            .field("key", &self.plan.key)
            .finish_non_exhaustive()
    }
}
