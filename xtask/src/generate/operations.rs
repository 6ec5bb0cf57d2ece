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
    let mut text = String::from("use crate::operation::{Body, Idempotency, Method, Operation};\n");
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
    writeln!(text, "    summary: {summary:?},")?;
    writeln!(text, "    method: Method::{method},")?;
    writeln!(text, "    path: {:?},", operation.path)?;
    writeln!(text, "    uuids: &{:?},", uuids(bundle, operation))?;
    writeln!(text, "    scope: {:?},", operation.scopes().first())?;
    writeln!(text, "    idempotency: Idempotency::{idempotency},")?;
    writeln!(text, "    repeatable: {},", operation.value.get("x-repeatable").is_some_and(|value| value == true))?;
    writeln!(text, "    empty_reply: {},", accepts_empty(bundle, operation))?;
    writeln!(text, "    body: Body::{},", body(operation))?;
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

/// The names of the path's parameters that are UUIDs.
fn uuids<'a>(bundle: &'a Bundle, operation: &Operation<'a>) -> Vec<&'a str> {
    let listed = |value: &'a Value| value.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let all = listed(operation.item).chain(listed(operation.value));
    let parameters = all.map(|parameter| operations::resolve(bundle.document(), parameter));
    let is_uuid = |parameter: &&Value| {
        let schema = parameter.get("schema").map(|schema| operations::resolve(bundle.document(), schema));
        let format = schema.and_then(|schema| schema.get("format"));
        parameter.get("in").is_some_and(|place| place == "path") && format.is_some_and(|format| format == "uuid")
    };
    parameters.filter(is_uuid).filter_map(|parameter| parameter.get("name")?.as_str()).collect()
}

/// The variant of `Body`: a body is optional unless the spec says otherwise.
fn body(operation: &Operation<'_>) -> &'static str {
    match operation.value.get("requestBody").map(|body| body.get("required")) {
        None => "None",
        Some(Some(Value::Bool(true))) => "Required",
        Some(_) => "Optional",
    }
}

fn is_multipart(operation: &Operation<'_>) -> bool {
    operation.value.pointer("/requestBody/content/multipart~1form-data").is_some()
}
