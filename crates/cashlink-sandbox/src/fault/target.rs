//! Which calls or events a fault is for.

use serde_json::{Map, Value};

use super::EventHead;
use crate::http::PREFIX;
use crate::spec::Operation;
use crate::world::Status;

/// What is known of a call before anything is decided about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallHead<'a> {
    pub(crate) operation: &'static Operation,
    /// The whole path, as it was sent.
    pub(crate) path: &'a str,
    pub(crate) client_id: Option<&'a str>,
    /// There is none where a key has no meaning.
    pub(crate) idempotency_key: Option<&'a str>,
}

/// What calls or events have to be like; whatever is not said may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    /// Any of these.
    pub(super) operation_ids: Vec<String>,
    pub(super) method: Option<String>,
    pub(super) path: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) idempotency_key: Option<String>,
    /// Of an event; no call has it.
    pub(super) investment_status: Option<String>,
}

impl Target {
    pub(super) fn fits(&self, head: &CallHead<'_>) -> bool {
        let is = |wanted: &Option<String>, actual| wanted.as_deref().is_none_or(|wanted| actual == Some(wanted));
        self.names(head.operation)
            && self.path.as_deref().is_none_or(|pattern| path_fits(pattern, head.path, |_| false))
            && is(&self.client_id, head.client_id)
            && is(&self.idempotency_key, head.idempotency_key)
            && self.investment_status.is_none()
    }

    pub(super) fn fits_event(&self, head: &EventHead<'_>) -> bool {
        !self.is_of_calls()
            && self.client_id.as_deref().is_none_or(|wanted| wanted == head.client_id)
            && self.investment_status.as_deref().is_none_or(|wanted| wanted == head.status.to_string())
    }

    /// Whether events can fit.
    pub(super) fn may_fit_events(&self) -> bool {
        let is_told = |wanted: &str| Status::taken_on().any(|status| status.to_string() == wanted);
        !self.is_of_calls() && self.investment_status.as_deref().is_none_or(is_told)
    }

    /// Whether something is said that only calls have.
    fn is_of_calls(&self) -> bool {
        let others = [&self.method, &self.path, &self.idempotency_key];
        !self.operation_ids.is_empty() || others.iter().any(|said| said.is_some())
    }

    /// Whether calls of `operation` can fit.
    pub(super) fn may_fit(&self, operation: &Operation) -> bool {
        let is_parameter = |segment: &str| segment.starts_with('{');
        self.names(operation)
            && self.path.as_deref().is_none_or(|pattern| path_fits(pattern, &operation.path, is_parameter))
            && (self.idempotency_key.is_none() || operation.is_mutating())
            && self.investment_status.is_none()
    }

    pub(super) fn write(&self, properties: &mut Map<String, Value>) {
        match self.operation_ids.as_slice() {
            [] => {}
            [id] => drop(properties.insert("operation_id".to_owned(), id.as_str().into())),
            ids => drop(properties.insert("operation_id".to_owned(), ids.into())),
        }
        let others = [
            ("method", &self.method),
            ("path", &self.path),
            ("client_id", &self.client_id),
            ("idempotency_key", &self.idempotency_key),
            ("investment_status", &self.investment_status),
        ];
        for (name, value) in others {
            if let Some(value) = value {
                properties.insert(name.to_owned(), value.as_str().into());
            }
        }
    }

    fn names(&self, operation: &Operation) -> bool {
        let is_named = self.operation_ids.is_empty() || self.operation_ids.contains(&operation.id);
        is_named && self.method.as_deref().is_none_or(|method| operation.method == method)
    }
}

/// Whether `path` is what `pattern` says, both with or without the prefix of the API. A segment `*` stands for any.
pub(crate) fn path_fits(pattern: &str, path: &str, is_any: impl Fn(&str) -> bool) -> bool {
    let (mut wanted, mut actual) = (below_prefix(pattern).split('/'), below_prefix(path).split('/'));
    loop {
        match (wanted.next(), actual.next()) {
            (None, None) => return true,
            (Some(wanted), Some(actual)) if wanted == actual => {}
            (Some("*"), Some(actual)) if !actual.is_empty() => {}
            (Some(wanted), Some(actual)) if is_any(actual) && !wanted.is_empty() => {}
            _ => return false,
        }
    }
}

fn below_prefix(path: &str) -> &str {
    path.strip_prefix(PREFIX).filter(|rest| rest.starts_with('/')).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_one_whole_segment_and_the_prefix_may_be_left_out() {
        check("/v2/investors/", "/api/external/v2/investors/", true);
        check("/api/external/v2/investors/", "/api/external/v2/investors/", true);
        check("/v2/investors/", "/api/external/v2/investors", false);
        check("/v2/investors/", "/api/external/v2/investors/7/", false);
        check("/v2/investors/*/", "/api/external/v2/investors/7/", true);
        check("/v2/*/7/", "/api/external/v2/investors/7/", true);
        check("/v2/investors/*", "/api/external/v2/investors/", false);
        check("/v2/investors/*/", "/api/external/v2/investors/7/wallets/", false);
        check("/*/", "/api/external/v2/", true);
        check("*", "/api/external/v2/", false);

        #[track_caller]
        fn check(pattern: &str, path: &str, expected: bool) {
            assert_eq!(path_fits(pattern, path, |_| false), expected, "{pattern} {path}");
        }
    }
}
