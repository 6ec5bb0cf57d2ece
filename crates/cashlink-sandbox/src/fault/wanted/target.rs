//! Which calls or events the fault is wanted for.

use axum::http::Method;
use serde_json::Value;

use super::{INVESTMENT_STATUS, Reader};
use crate::fault::target::Target;
use crate::spec::Spec;
use crate::world::Status;

impl Reader<'_> {
    pub(super) fn target(&mut self) -> Target {
        Target {
            operation_ids: self.operation_ids(),
            method: self.method(),
            path: self.path(),
            client_id: self.text("client_id").map(str::to_owned),
            idempotency_key: self.text("idempotency_key").map(str::to_owned),
            investment_status: self.investment_status(),
        }
    }

    fn investment_status(&mut self) -> Option<String> {
        let status = self.text(INVESTMENT_STATUS)?;
        let mut known: Vec<String> = Status::taken_on().map(|status| status.to_string()).collect();
        if self.spec.is_some() && !known.iter().any(|known| known == status) {
            known.sort_unstable();
            known.dedup();
            self.problems.field(INVESTMENT_STATUS, &format!("Must be one of: {}.", known.join(", ")));
        }
        Some(status.to_owned())
    }

    /// One operation or a list of them.
    fn operation_ids(&mut self) -> Vec<String> {
        let Some(value) = self.get("operation_id") else {
            return Vec::new();
        };
        let ids = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let is_known = |id: &&str| self.spec.is_none_or(|spec| has_operation(spec, id));
        let known: Vec<_> = ids.iter().filter_map(Value::as_str).filter(is_known).map(str::to_owned).collect();
        if ids.is_empty() || known.len() < ids.len() {
            self.problems
                .field("operation_id", "Must be the operationId of an operation of the API, or a list of such.");
        }
        known
    }

    fn method(&mut self) -> Option<String> {
        let method = self.text("method")?.to_ascii_uppercase();
        let known = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        if self.spec.is_some() && !known.iter().any(|known| known.as_str() == method) {
            self.problems.field("method", "Must be GET, POST, PUT, PATCH or DELETE.");
        }
        Some(method)
    }

    fn path(&mut self) -> Option<String> {
        let path = self.text("path")?;
        let is_well_formed =
            path.starts_with('/') && path.split('/').all(|part| part == "*" || !part.contains(['*', '?']));
        if self.spec.is_some() && !is_well_formed {
            let rule = "Must be a path without a query, in which an asterisk stands for a whole segment.";
            self.problems.field("path", rule);
        }
        Some(path.to_owned())
    }
}

fn has_operation(spec: &Spec, id: &str) -> bool {
    spec.operations.iter().any(|operation| operation.id == id)
}
