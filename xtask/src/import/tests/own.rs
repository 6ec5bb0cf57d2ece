use serde_json::{Map, json};

use super::*;
use crate::spec::{
    self,
    operations::{self, resolve},
};

#[test]
fn our_own_description_in_the_form_of_theirs_differs_by_intent_only() {
    let workspace = Workspace::at(&path(""));
    let bundle = spec::read_checked(&workspace).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upstream.json");
    fs::write(&file, theirs(bundle.document()).to_string()).unwrap();

    let options = Options { file, dry_run: true, json: false };
    let report = import(&workspace, &options).unwrap();
    assert_eq!(report.entries, []);
    assert_eq!(report.operations.matched, operations::all(bundle.document()).len());
    assert_eq!((report.operations.added, report.operations.removed, report.files.len()), (0, 0, 0));
    // Nothing of what the two say of values may differ.
    for name in ["bodyless", "limits", "partial", "tolerant-replies"] {
        assert_eq!(report.conventions.get(name), None, "{name}");
    }
}

/// `document` as drf-spectacular would have written it: other names, no server, only success replies.
fn theirs(document: &Value) -> Value {
    let mut paths = Map::new();
    for operation in operations::all(document) {
        let item = paths.entry(format!("/api/external{}", operation.path)).or_insert_with(|| json!({}));
        item[operation.method] = call(document, &operation);
    }
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let schemas: Map<String, Value> =
        schemas.iter().map(|(name, schema)| (format!("External{name}"), plain(schema, false))).collect();
    json!({ "openapi": "3.0.3", "info": { "version": "1" }, "paths": paths, "components": { "schemas": schemas } })
}

fn call(document: &Value, operation: &operations::Operation<'_>) -> Value {
    let content = |part: &Value| {
        let schema = part["content"].as_object()?.values().next()?["schema"].clone();
        let schema = json!({ "schema": plain(&schema, false) });
        Some(json!({ "application/json": schema, "multipart/form-data": schema }))
    };
    let listed = [operation.item, operation.value].into_iter().filter_map(|holder| holder["parameters"].as_array());
    let parameters = listed.flatten().map(|parameter| resolve(document, parameter));
    let parameters: Vec<Value> = parameters
        .filter(|parameter| parameter["in"] != "header")
        .map(|parameter| json!({ "name": parameter["name"], "in": parameter["in"], "schema": plain(&parameter["schema"], false) }))
        .collect();
    let (status, reply) = operation.success().unwrap();
    let mut reply_of_theirs = json!({ "description": "" });
    if let Some(content) = content(resolve(document, reply)) {
        reply_of_theirs["content"] = content;
    }
    let scopes = operation.scopes();
    let security = if scopes.is_empty() { json!([{}]) } else { json!([{ "external": scopes }]) };
    let mut call = json!({
        "operationId": format!("api_{}", operation.text("operationId").unwrap()),
        "parameters": parameters, "security": security, "responses": { status: reply_of_theirs },
    });
    if let Some(content) = operation.value.get("requestBody").and_then(content) {
        call["requestBody"] = json!({ "content": content });
    }
    call
}

/// A schema without texts and extensions, and with closed enums. `names`: the keys of `value` are names of properties.
fn plain(value: &Value, names: bool) -> Value {
    match value {
        Value::Object(map) => {
            let mut plain_map = Map::new();
            for (key, child) in map {
                let is_text = matches!(key.as_str(), "description" | "example") || key.starts_with("x-");
                match (names, key.as_str(), child) {
                    (false, "x-extensible-enum", _) => drop(plain_map.insert("enum".to_owned(), child.clone())),
                    (false, "$ref", Value::String(target)) => {
                        let target = target.replace("/schemas/", "/schemas/External");
                        plain_map.insert(key.clone(), json!(target));
                    }
                    (false, ..) if is_text => {}
                    _ => drop(plain_map.insert(key.clone(), plain(child, !names && key == "properties"))),
                }
            }
            Value::Object(plain_map)
        }
        Value::Array(items) => items.iter().map(|item| plain(item, false)).collect(),
        other => other.clone(),
    }
}
