//! Our own rules for the spec, beyond what OpenAPI demands (`meta.rs`).
//!
//! | Rule | What it demands |
//! |---|---|
//! | `operation-id` | path words without parameters, then `list`, `create`, `retrieve` or `partial_update`; no two alike |
//! | `operation-tag`, `operation-summary` | one declared tag; a summary |
//! | `operation-scope` | one declared scope of `oauth2`, `…:read` for `GET` and `…:write` for changes; `[]` for the token |
//! | `operation-examples` | an example of the request body and of the success reply, also of events |
//! | `operation-replies` | one success status, no range; 400 with a body, 401 and 403 with a token, 404 with a parameter in the path |
//! | `idempotency-marked` | `x-idempotency` on `POST` and `PATCH`, and only there; `none` on no `POST` but the token's |
//! | `idempotency-key` | the header where `x-idempotency` says so, and only there |
//! | `repeatable` | `x-repeatable: true`, on a `PATCH` |
//! | `client-body` | `x-client-body: omit` where the body is optional; no body of a `GET` |
//! | `path-slash` | a slash at the end of every path but the token's |
//! | `path-parameters` | every parameter in a path declared, none that is not in it, none twice |
//! | `path-unique`, `path-methods` | no path with two names for its parameters; no method that nothing here looks at |
//! | `declared-once`, `declared-used` | tags, scopes and sources that are declared once, and used |
//! | `server-https` | addresses with `https` |
//! | `evidence` | `x-evidence` on operations, properties and enums; wherever it stands, levels and sources that exist |
//! | `schema-type` | a `type` that JSON knows, a `format` that has a meaning, `items` of an array |
//! | `few-checks` | no `pattern`, no `default` |
//! | `required-declared` | what is required among the properties |
//! | `enum-values` | constants of their type, no value twice |
//! | `extension-known` | no misspelled `x-` key |
//! | `described` | a description of every named schema, property and parameter |
//! | `named-objects` | objects with properties in `schemas`, not inside others |
//! | `uuid-id` | `x-id` with a known noun on every UUID, and nowhere else |
//! | `open-enum` | no `enum` of several values; `x-extensible-enum` on named text schemas, or repeated beside `x-enum` |
//! | `sensitive` | `x-sensitive: true` on personal and secret properties |
//! | `bare-reference` | a property that refers to a schema has no `type` and no `nullable` of its own |
//! | `tolerant-replies` | what a reply need not have may be null too |
//! | `example-valid` | examples that their schemas accept, without unknown properties |
//!
//! Joining the files adds `ref-alone`, `ref-resolves`, `ref-target`, `component-name-unique`, `component-used` and
//! `file-used`.

mod document;
mod evidence;
mod example;
mod kind;
mod operation;
mod schema;

pub(crate) use self::{
    example::Examples,
    operation::operation_id,
    schema::{NOUNS, PERSONAL},
};
use super::{bundle::Bundle, finding::Finding};

/// Every broken rule of `bundle`.
pub(crate) fn lint(bundle: &Bundle) -> Vec<Finding> {
    let mut report = Report { bundle, findings: Vec::new() };
    document::check_all(&mut report);
    operation::check_all(&mut report);
    schema::check_all(&mut report);
    example::check_all(&mut report);
    report.findings
}

/// Collects findings about one bundle.
struct Report<'a> {
    bundle: &'a Bundle,
    findings: Vec<Finding>,
}

impl Report<'_> {
    fn add(&mut self, pointer: &str, rule: &'static str, problem: impl Into<String>) {
        let finding = self.bundle.finding(pointer, rule, problem);
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests;
