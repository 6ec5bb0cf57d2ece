//! Calls: what a resource method returns, to be given options and then sent.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use cashlink_api::{BoxFuture, Client as RawClient, Error as RawError, Idempotency, Method, Operation, ResponseValue};
use reqwest::Url;
use serde::de::DeserializeOwned;

use crate::{
    Cashlink, IdempotencyKey, Result,
    failure::{Failure, Proof},
    journal::Source,
    request::Request,
    validation::Problems,
};

/// Why the raw client was not called, or what it returned.
#[derive(Debug)]
pub(crate) enum AttemptError {
    Raw(RawError),
    Document(std::io::Error),
}

impl From<RawError> for AttemptError {
    fn from(error: RawError) -> Self {
        Self::Raw(error)
    }
}

pub(crate) type AttemptResult<T> = std::result::Result<ResponseValue<T>, AttemptError>;

/// What the generated method of an operation returns.
pub(crate) type RawResult<T> = std::result::Result<ResponseValue<T>, RawError>;

/// Makes one attempt with a raw client and the call's key.
pub(crate) type Attempt<T> =
    Arc<dyn Fn(RawClient, Option<IdempotencyKey>) -> BoxFuture<'static, AttemptResult<T>> + Send + Sync>;

/// The form in which the body of a success is given to whoever called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The one that the models describe, where a server may choose between several.
    Described,
    /// The one in which it came.
    AsReceived,
}

/// What the send pipeline needs to know of a call.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) operation: &'static Operation,
    pub(crate) key: Option<IdempotencyKey>,
    pub(crate) timeout: Option<Duration>,
    /// Bytes of a document, for which more time is allowed.
    pub(crate) document_bytes: u64,
    /// The address of a further page, in place of the operation's own.
    pub(crate) url: Option<Url>,
    pub(crate) form: Form,
    /// The effect may have happened already, by an earlier call under the same key.
    pub(crate) is_in_doubt: bool,
}

impl Plan {
    pub(crate) fn new(operation: &'static Operation) -> Self {
        let (document_bytes, form) = (0, Form::Described);
        Self { operation, key: None, timeout: None, document_bytes, url: None, form, is_in_doubt: false }
    }

    /// Makes a key if there is none.
    pub(crate) fn choose_key(&mut self) {
        self.key.get_or_insert_with(IdempotencyKey::random);
    }

    /// Leaves the key away from what is sent if the operation takes none.
    pub(crate) fn hold_key_back(&mut self) {
        if self.operation.idempotency == Idempotency::None {
            self.key = None;
        }
    }

    /// Whether a second arrival does no harm.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.operation.method == Method::Get || self.operation.repeatable || self.is_keyed()
    }

    /// What `failure` proves about the effect; a read has none, whatever became of its reply.
    pub(crate) fn proof(&self, failure: &Failure) -> Proof {
        match failure.proof() {
            Proof::Nothing if self.operation.method == Method::Get => Proof::NotArrived,
            proof => proof,
        }
    }

    /// Whether all attempts carry a key that the API is known or assumed to honor.
    pub(crate) fn is_keyed(&self) -> bool {
        self.key.is_some() && self.operation.idempotency != Idempotency::None
    }

    /// Whether a verdict on one attempt is known to be the verdict on all of them.
    ///
    /// Where it is only assumed that the API honors keys, an earlier attempt may have been applied and be the very
    /// reason why a later one is refused.
    pub(crate) fn is_judged_once(&self) -> bool {
        self.key.is_some() && self.operation.idempotency == Idempotency::Evidenced
    }
}

/// A call that changes something.
///
/// Nothing is sent before [`send`](Self::send). Without [`key`](Self::key) a random idempotency key is used, which
/// protects the repetitions of this call; give a key of your own to be able to repeat it after a crash.
#[must_use = "a call is sent by `send`"]
pub struct Mutation<T> {
    client: Cashlink,
    plan: Plan,
    attempt: Attempt<T>,
    source: Source,
    problems: Problems,
}

impl<T: DeserializeOwned> Mutation<T> {
    pub(crate) fn new<F>(client: &Cashlink, source: Source, attempt: F) -> Self
    where
        F: Fn(RawClient, Option<IdempotencyKey>) -> BoxFuture<'static, AttemptResult<T>> + Send + Sync + 'static,
    {
        Self {
            client: client.clone(),
            plan: Plan::new(source.operation()),
            attempt: Arc::new(attempt),
            source,
            problems: Problems::default(),
        }
    }

    /// A call that sends `request`, whose reply is that of the generated method named by `_like`.
    pub(crate) fn of<F: Future<Output = RawResult<T>>>(
        client: &Cashlink,
        request: Request,
        _like: impl FnOnce(RawClient) -> F,
    ) -> Self
    where
        T: Send + 'static,
    {
        Self::written(client, request)
    }

    fn written(client: &Cashlink, mut request: Request) -> Self
    where
        T: Send + 'static,
    {
        let problems = std::mem::take(&mut request.problems);
        let request = Arc::new(request);
        let source = Source::Request(Arc::clone(&request));
        let call = Self::new(client, source, move |api, key| request.attempt(api, key.as_ref()));
        Self { problems, ..call }
    }

    /// Makes `send` fail with what is wrong with the input.
    pub(crate) fn refused(mut self, path: &str, rule: &str) -> Self {
        self.problems.add(path, rule);
        self
    }

    pub(crate) fn document_bytes(mut self, bytes: u64) -> Self {
        self.plan.document_bytes = bytes;
        self
    }

    /// Sets the idempotency key, the same for every time this effect is asked for.
    ///
    /// A change that sets absolute values, such as the `PATCH` of an investment, carries no key on the wire: it may be
    /// repeated as it is.
    pub fn key(mut self, key: IdempotencyKey) -> Self {
        self.plan.key = Some(key);
        self
    }

    /// Bounds the whole call, repetitions and waits included.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.plan.timeout = Some(timeout);
        self
    }

    /// The operation, by its id in the API's OpenAPI document.
    pub fn operation_id(&self) -> &'static str {
        self.plan.operation.id
    }

    /// Sends the call and returns what the API made of it.
    ///
    /// Dropping the future before it is ready does not take back what was sent. Bound the time with
    /// [`timeout`](Self::timeout) instead, which tells the outcome; or give a [`key`](Self::key) of your own, and send
    /// the call again under it to find out. With a [journal](crate::journal) the intent stays pending there.
    ///
    /// # Errors
    ///
    /// Every failure of the input, the connection, the token or the API; [`Error::outcome`](crate::Error::outcome)
    /// says whether the effect may have happened all the same.
    pub async fn send(self) -> Result<T> {
        if !self.problems.is_empty() {
            return Err(self.problems.into());
        }
        let reply = self.client.change(self.plan, &self.source, &*self.attempt).await?;
        Ok(reply.into_inner())
    }
}

/// A call that reads something.
#[must_use = "a call is sent by `send`"]
pub struct Query<T> {
    client: Cashlink,
    plan: Plan,
    attempt: Attempt<T>,
}

impl<T: DeserializeOwned> Query<T> {
    pub(crate) fn new<F>(client: &Cashlink, operation: &'static Operation, attempt: F) -> Self
    where
        F: Fn(RawClient) -> BoxFuture<'static, AttemptResult<T>> + Send + Sync + 'static,
    {
        Self { client: client.clone(), plan: Plan::new(operation), attempt: Arc::new(move |api, _| attempt(api)) }
    }

    /// A call that sends `request`, whose reply is that of the generated method named by `_like`.
    pub(crate) fn of<F: Future<Output = RawResult<T>>>(
        client: &Cashlink,
        request: Request,
        _like: impl FnOnce(RawClient) -> F,
    ) -> Self
    where
        T: Send + 'static,
    {
        Self::new(client, request.operation, move |api| request.attempt(api, None))
    }

    /// The same call, to be sent once more.
    pub(crate) fn again(&self) -> Self {
        Self { client: self.client.clone(), plan: self.plan.clone(), attempt: Arc::clone(&self.attempt) }
    }

    pub(crate) fn client(&self) -> &Cashlink {
        &self.client
    }

    /// The operation, by its id in the API's OpenAPI document.
    pub fn operation_id(&self) -> &'static str {
        self.plan.operation.id
    }

    /// Bounds the whole call, repetitions and waits included.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.plan.timeout = Some(timeout);
        self
    }

    /// Sends the call and returns what the API answered.
    ///
    /// # Errors
    ///
    /// Every failure of the connection, the token or the API.
    pub async fn send(self) -> Result<T> {
        self.client.perform(&self.plan, &*self.attempt).await
    }
}

impl<T> fmt::Debug for Mutation<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Mutation")
            .field("operation_id", &self.plan.operation.id)
            .field("key", &self.plan.key)
            .finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Query<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Query").field("operation_id", &self.plan.operation.id).finish_non_exhaustive()
    }
}
