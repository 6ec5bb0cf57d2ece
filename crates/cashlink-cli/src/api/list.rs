//! `cashlink api --list`: every operation that can be called.

use cashlink::{BodyKind, Operation};
use serde::Serialize;

use crate::{args::Verbosity, exit::Exit, failure::Failure, output};

/// One operation, for a script.
#[derive(Serialize)]
struct Row {
    operation_id: &'static str,
    method: &'static str,
    path: &'static str,
    scope: Option<&'static str>,
    /// Whether it takes an idempotency key.
    key: bool,
    body: &'static str,
    /// Whether it answers with a list.
    list: bool,
    summary: &'static str,
}

impl Row {
    fn of(operation: Operation) -> Self {
        Self {
            operation_id: operation.id(),
            method: operation.method().as_str(),
            path: operation.path(),
            scope: operation.scope().map(cashlink::Scope::as_str),
            key: operation.takes_key(),
            body: match operation.body() {
                BodyKind::Json => "json",
                BodyKind::OptionalJson => "optional_json",
                BodyKind::Document => "document",
                _ => "none",
            },
            list: operation.is_list(),
            summary: operation.summary(),
        }
    }
}

/// Prints all operations.
pub(super) fn show(verbosity: &Verbosity) -> Exit {
    let rows: Vec<_> = Operation::all().map(Row::of).collect();
    if verbosity.json {
        return match output::document(&rows) {
            Ok(()) => Exit::Done,
            Err(error) => {
                Failure::internal("the list cannot be written", &error).show();
                Exit::Internal
            }
        };
    }
    let width = |of: fn(&Row) -> &str| rows.iter().map(|row| of(row).len()).max().unwrap_or_default();
    let (paths, scopes) = (width(|row| row.path), width(|row| row.scope.unwrap_or_default()));
    for row in &rows {
        let Row { method, path, summary, .. } = row;
        let (scope, key) = (row.scope.unwrap_or_default(), if row.key { "key" } else { "" });
        output::result(&format!("{method:<5}  {path:<paths$}  {scope:<scopes$}  {key:<3}  {summary}"));
    }
    Exit::Done
}
