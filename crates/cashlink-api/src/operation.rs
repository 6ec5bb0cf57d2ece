//! What is known about an operation beyond its method and its types.

pub use cashlink_types::Method;

/// One operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// What it does, in a few words.
    pub summary: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path below the base address, with `{parameters}`.
    pub path: &'static str,
    /// The parameters of the path that are UUIDs.
    pub uuids: &'static [&'static str],
    /// The scope that the token must have.
    pub scope: Option<&'static str>,
    /// Whether an idempotency key protects it.
    pub idempotency: Idempotency,
    /// Whether it sets absolute values, so that it may be repeated without a key.
    pub repeatable: bool,
    /// Whether its reply has no property that must be there.
    pub empty_reply: bool,
    /// Whether it takes a body.
    pub body: Body,
    /// Whether its body is a multipart form, which the caller writes.
    pub multipart: bool,
}

impl Operation {
    /// Whether it answers with a list.
    pub fn is_list(&self) -> bool {
        self.id.ends_with("_list")
    }
}

/// Whether an operation takes a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Body {
    /// It takes none.
    None,
    /// It may be left out.
    Optional,
    /// It has to be there.
    Required,
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
