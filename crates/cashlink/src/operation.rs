//! The operations of the API, as a program may look them up: from the table that the description becomes.

use std::fmt;

use cashlink_api::{Body, Idempotency, Operation as RawOperation, operations};
use cashlink_types::Method;

use crate::{Error, Result, Scope};

mod locate;

pub(crate) use locate::{Located, locate};

/// What an operation takes as its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BodyKind {
    /// Nothing.
    None,
    /// JSON, or nothing.
    OptionalJson,
    /// JSON.
    Json,
    /// A document.
    Document,
}

/// One operation of the API, and what is known about it.
///
/// `Display` prints method and path, such as `GET /v2/investors/{investor_id}/`.
///
/// ```
/// use cashlink::{Method, Operation, Scope};
///
/// let operation = Operation::find(Method::Post, "/v2/investors/")?;
/// assert_eq!(operation.id(), "v2_investors_create");
/// assert_eq!(operation.scope(), Some(Scope::InvestorsWrite));
/// assert!(operation.takes_key() && !operation.is_list());
///
/// let error = Operation::find(Method::Post, "/v2/investors").unwrap_err();
/// assert_eq!(error.to_string(), "invalid input: path: needs a slash at its end: POST /v2/investors/");
/// # Ok::<(), cashlink::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Operation(&'static RawOperation);

impl Operation {
    /// Every operation that a [`call`](crate::Cashlink::call) may name, in the order of the API's description. Fetching
    /// the access token is none of them: the client does it.
    pub fn all() -> impl Iterator<Item = Self> {
        operations::ALL.iter().copied().filter(|operation| operation.scope.is_some()).map(Self)
    }

    /// The operation that `path`, with its ids filled in, belongs to. The path is the one below the API's address, from
    /// its family on; a query may follow it.
    ///
    /// # Errors
    ///
    /// Says what is wrong with the path: the methods that it allows, the slash or the id that it lacks, or the operation
    /// that comes nearest.
    pub fn find(method: Method, path: &str) -> Result<Self> {
        locate(method, path).map(|located| located.operation).map_err(|rule| Error::invalid_field("path", &rule))
    }

    pub(crate) fn raw(self) -> &'static RawOperation {
        self.0
    }

    /// The id in the API's OpenAPI document, such as `v2_investors_create`.
    pub fn id(&self) -> &'static str {
        self.0.id
    }

    /// What it does, in a few words.
    pub fn summary(&self) -> &'static str {
        self.0.summary
    }

    /// The HTTP method.
    pub fn method(&self) -> Method {
        self.0.method
    }

    /// The path below the API's address, with `{parameters}`.
    pub fn path(&self) -> &'static str {
        self.0.path
    }

    /// The scope that the access token must have, if it is one that this version knows.
    pub fn scope(&self) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| Some(scope.as_str()) == self.0.scope)
    }

    /// Whether it takes an idempotency key.
    pub fn takes_key(&self) -> bool {
        self.0.idempotency != Idempotency::None
    }

    /// Whether it is only assumed, by analogy with other operations, that the API heeds the key.
    ///
    /// Such a call is repeated under its key like any other; but once an attempt may have been applied, no refusal of a
    /// later one proves that it was not.
    pub fn is_key_assumed(&self) -> bool {
        self.0.idempotency == Idempotency::Assumed
    }

    /// What it takes as its body.
    pub fn body(&self) -> BodyKind {
        match self.0.body {
            _ if self.0.multipart => BodyKind::Document,
            Body::Required => BodyKind::Json,
            Body::Optional => BodyKind::OptionalJson,
            _ => BodyKind::None,
        }
    }

    /// Whether it answers with a list, whose pages can be followed.
    pub fn is_list(&self) -> bool {
        self.0.is_list()
    }
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Operation {}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method(), self.path())
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Operation").field(&self.0.id).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_of_the_description_is_known() {
        for operation in Operation::all() {
            assert!(operation.scope().is_some(), "{operation}");
        }
    }

    #[test]
    fn only_fetching_the_token_is_not_to_be_called() {
        let called: Vec<_> = Operation::all().map(|operation| operation.id()).collect();
        let left_out = operations::ALL.iter().filter(|operation| !called.contains(&operation.id));
        assert_eq!(left_out.map(|operation| operation.path).collect::<Vec<_>>(), ["/oauth/token"]);
    }
}
