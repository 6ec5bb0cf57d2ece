//! Operations: bodies and replies.

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use crate::spec::operations;

/// Simplifies every operation of `document`, in which the schemas `pages` are pages of lists.
pub(super) fn simplify_all(document: &mut Value, pages: &[String]) -> Result<()> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).context("/paths: missing")?;
    for (path, item) in paths {
        for method in operations::METHODS {
            let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            operation.remove("security");
            body(operation).and_then(|()| replies(operation)).with_context(|| format!("{method} {path}"))?;
            bare_list(operation, pages);
        }
    }
    Ok(())
}

fn body(operation: &mut Map<String, Value>) -> Result<()> {
    if operation.get("x-client-body").is_some_and(|value| value == "omit") {
        operation.remove("requestBody");
        return Ok(());
    }
    let Some(body) = operation.get_mut("requestBody").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    let content = body.get_mut("content").and_then(Value::as_object_mut).context("requestBody: no content")?;
    if content.len() != 1 {
        bail!("requestBody: the generator needs exactly one media type");
    }
    for media in content.values_mut().filter_map(Value::as_object_mut) {
        media.retain(|key, _| key == "schema");
    }
    if content.contains_key("multipart/form-data") {
        *content = Map::new();
        content.insert(
            "application/octet-stream".to_owned(),
            json!({ "schema": { "type": "string", "format": "binary" } }),
        );
        let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
        let parameters = parameters.as_array_mut().context("parameters: must be an array")?;
        parameters.push(json!({
            "name": "Content-Type", "in": "header", "required": true,
            "description": "Media type of `body` with its boundary.",
            "schema": { "type": "string" },
        }));
    }
    Ok(())
}

/// Leaves the success reply only, under any 2xx status.
fn replies(operation: &mut Map<String, Value>) -> Result<()> {
    let replies = operation.get_mut("responses").and_then(Value::as_object_mut).context("responses: missing")?;
    replies.retain(|status, _| status.starts_with('2'));
    let mut success: Vec<Value> = replies.values().cloned().collect();
    let (Some(mut reply), true) = (success.pop(), success.is_empty()) else {
        bail!("responses: the generator needs exactly one success reply");
    };
    if let Some(content) = reply.get_mut("content").and_then(Value::as_object_mut) {
        for media in content.values_mut().filter_map(Value::as_object_mut) {
            media.retain(|key, _| key == "schema");
        }
    }
    replies.clear();
    replies.insert("2XX".to_owned(), reply);
    Ok(())
}

/// A list that answers with a bare array answers with a page for the client, which accepts both.
fn bare_list(operation: &mut Map<String, Value>, pages: &[String]) {
    let is_list = operation.get("operationId").and_then(Value::as_str).is_some_and(|id| id.ends_with("_list"));
    let schema = operation.get_mut("responses").and_then(|replies| {
        replies.pointer_mut("/2XX/content/application~1json/schema").filter(|schema| schema["type"] == "array")
    });
    let Some(schema) = schema.filter(|_| is_list) else {
        return;
    };
    let page = schema.pointer("/items/$ref").and_then(Value::as_str).map(|item| format!("{item}Page"));
    if let Some(page) = page.filter(|page| pages.iter().any(|known| page.ends_with(&format!("/{known}")))) {
        *schema = json!({ "$ref": page });
    }
}
