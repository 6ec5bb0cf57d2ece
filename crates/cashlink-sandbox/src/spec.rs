//! The bundled description of the API: its operations, and their schemas as validators.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::http::{Method, StatusCode};

use crate::error::Kind;
use crate::world::{Family, Handler, handler};

mod messages;
mod read;
mod schema;
mod shape;

pub(crate) use schema::Schema;
pub(crate) use shape::{Place, Shape};

pub(crate) const DESCRIPTION: &str = include_str!("generated/cashlink.json");

static SPEC: LazyLock<Result<Spec, String>> = LazyLock::new(|| Spec::read(DESCRIPTION));

/// What the API offers. Read once per process and shared by all sandboxes.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    /// With the parameters in braces, below the prefix of the API.
    pub(crate) path: String,
    pub(crate) family: Family,
    /// The scopes a token needs; none for the token call.
    pub(crate) scopes: Vec<String>,
    pub(crate) request: Request,
    pub(crate) success: StatusCode,
    /// Of the successful reply.
    pub(crate) shape: Shape,
    pub(crate) has_product_filter: bool,
    /// What answers it; the token call is answered outside the world.
    pub(crate) handler: Option<Handler>,
    replies: BTreeMap<u16, Schema>,
}

/// What an operation takes as its body.
#[derive(Debug)]
pub(crate) enum Request {
    /// Nothing; what comes has no meaning.
    None,
    Json {
        schema: Schema,
        is_required: bool,
    },
    /// A form with one file.
    Upload,
    /// The form of the token call.
    Form,
}

/// The operation id of the token call.
pub(crate) const TOKEN: &str = "oauth_token_create";

impl Spec {
    pub(crate) fn get() -> Result<&'static Self, Kind> {
        SPEC.as_ref().map_err(|problem| Kind::Description(problem.clone()))
    }

    pub(crate) fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }
}

impl Operation {
    pub(crate) fn is_token(&self) -> bool {
        self.id == TOKEN
    }

    /// Whether it changes anything in the world.
    pub(crate) fn is_mutating(&self) -> bool {
        self.method != Method::GET && !self.is_token()
    }

    /// The names of the parameters in its path, in their order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
    }

    /// Whether something answers it.
    pub(crate) fn is_served(&self) -> bool {
        self.is_token() || self.handler.is_some()
    }

    /// What a reply with `status` looks like; nothing is said of some.
    pub(crate) fn reply(&self, status: StatusCode) -> Option<&Schema> {
        self.replies.get(&status.as_u16())
    }
}

/// The family that a path below the prefix of the API belongs to.
fn family(path: &str) -> Family {
    let prefixes = [("/distributor/", Family::Distributor), ("/issuer/", Family::Issuer)];
    let family = prefixes.into_iter().find(|(prefix, _)| path.starts_with(prefix));
    family.map_or(Family::Platform, |(_, family)| family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_description_is_served() {
        let spec = Spec::get().unwrap();
        let missing: Vec<_> = spec.operations.iter().filter(|operation| !operation.is_served()).collect();
        assert!(missing.is_empty(), "{missing:#?}");
        assert!(spec.operations.len() >= 37);
    }

    #[test]
    fn every_schema_compiles() {
        for operation in &Spec::get().unwrap().operations {
            if let Request::Json { schema, .. } = &operation.request {
                schema.compile().unwrap();
            }
            for schema in operation.replies.values() {
                schema.compile().unwrap();
            }
        }
    }
}
