//! What is known about an operation beyond its method and its types.

/// One operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base address, with `{parameters}`.
    pub path: &'static str,
    /// The scope that the token must have.
    pub scope: Option<&'static str>,
    /// Whether an idempotency key protects it.
    pub idempotency: Idempotency,
    /// Whether it sets absolute values, so that it may be repeated without a key.
    pub repeatable: bool,
    /// Whether its reply has no property that must be there.
    pub empty_reply: bool,
    /// Whether its body is a multipart form, which the caller writes.
    pub multipart: bool,
}

impl Operation {
    /// Whether it answers with a list.
    pub fn is_list(&self) -> bool {
        self.id.ends_with("_list")
    }
}

/// The HTTP method of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
    /// Changes.
    Patch,
}

/// Whether an operation honors an idempotency key, and how sure that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Idempotency {
    /// The documentation shows it.
    Evidenced,
    /// It is assumed by analogy.
    Assumed,
    /// It takes no key, or has no effect that would need one.
    None,
}
