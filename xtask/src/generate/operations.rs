//! What the facade must know about an operation beyond its method.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::spec::{
    bundle::Bundle,
    operations::{self, Operation},
};

/// The file of the operations.
pub(super) fn text(bundle: &Bundle) -> Result<String> {
    let mut text = String::from("use crate::operation::{Idempotency, Method, Operation};\n");
    let mut names = Vec::new();
    for operation in operations::all(bundle.document()) {
        let place = format!("openapi/: {}", operation.pointer());
        text.push_str(&constant(bundle, &operation, &mut names).with_context(|| place)?);
    }
    text.push_str("\n/// Every operation, in the order of the spec.\npub const ALL: &[&Operation] = &[\n");
    for name in names {
        writeln!(text, "    &{name},")?;
    }
    text.push_str("];\n");
    Ok(text)
}

fn constant(bundle: &Bundle, operation: &Operation<'_>, names: &mut Vec<String>) -> Result<String> {
    let id = operation.text("operationId").context("operationId: missing")?;
    let name = id.to_ascii_uppercase();
    let method = match operation.method {
        "get" => "Get",
        "post" => "Post",
        "patch" => "Patch",
        other => bail!("method `{other}` is not one that the client knows"),
    };
    let idempotency = match operation.text("x-idempotency") {
        Some("evidenced") => "Evidenced",
        Some("assumed") => "Assumed",
        Some("none") | None => "None",
        Some(other) => bail!("x-idempotency: `{other}` is not evidenced, assumed or none"),
    };
    let summary = operation.text("summary").unwrap_or(id).trim_end_matches('.');
    let mut text = String::new();
    writeln!(text, "\n/// {summary}: `{} {}`.", operation.method.to_ascii_uppercase(), operation.path)?;
    writeln!(text, "pub const {name}: Operation = Operation {{")?;
    writeln!(text, "    id: {id:?},")?;
    writeln!(text, "    method: Method::{method},")?;
    writeln!(text, "    path: {:?},", operation.path)?;
    writeln!(text, "    scope: {:?},", operation.scopes().first())?;
    writeln!(text, "    idempotency: Idempotency::{idempotency},")?;
    writeln!(text, "    repeatable: {},", operation.value.get("x-repeatable").is_some_and(|value| value == true))?;
    writeln!(text, "    empty_reply: {},", accepts_empty(bundle, operation))?;
    writeln!(text, "    multipart: {},", is_multipart(operation))?;
    text.push_str("};\n");
    names.push(name);
    Ok(text)
}

/// Whether the reply has no property that must be there, so that no body at all can stand for it.
fn accepts_empty(bundle: &Bundle, operation: &Operation<'_>) -> bool {
    let schema = operation.success().and_then(|(_, reply)| reply.pointer("/content/application~1json/schema"));
    schema.is_none_or(|schema| {
        let schema = operations::resolve(bundle.document(), schema);
        let is_object = schema.get("type").is_some_and(|kind| kind == "object");
        is_object && schema.get("required").and_then(Value::as_array).is_none_or(Vec::is_empty)
    })
}

fn is_multipart(operation: &Operation<'_>) -> bool {
    operation.value.pointer("/requestBody/content/multipart~1form-data").is_some()
}
