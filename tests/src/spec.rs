//! The bundled OpenAPI document, as a test reads it.

use std::{collections::BTreeSet, sync::LazyLock};

use serde_json::Value;

/// `openapi/cashlink.json`.
pub static SPEC: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../openapi/cashlink.json")).unwrap_or_default());

/// The component schema of a name.
#[track_caller]
pub fn schema(name: &str) -> &'static Value {
    let schema = &SPEC["components"]["schemas"][name];
    assert!(schema.is_object(), "openapi/cashlink.json has no schema {name}");
    schema
}

/// The names and schemas of all components.
pub fn schemas() -> impl Iterator<Item = (&'static str, &'static Value)> {
    let all = SPEC["components"]["schemas"].as_object();
    all.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema))
}

/// Follows `$ref`, also where it is wrapped in an `allOf` of one.
pub fn resolve(schema: &'static Value) -> &'static Value {
    let only = schema["allOf"].as_array().filter(|all| all.len() == 1).map(|all| &all[0]);
    match only.unwrap_or(schema)["$ref"].as_str() {
        Some(reference) => resolve(SPEC.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null)),
        None => schema,
    }
}

/// The names of all properties that are marked `x-sensitive` anywhere.
pub fn sensitive_names() -> BTreeSet<&'static str> {
    let mut names = BTreeSet::new();
    for (_, schema) in schemas() {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if property["x-sensitive"] == true {
                names.insert(name.as_str());
            }
        }
    }
    names
}

/// An operation by its id: its path, its method and its description.
#[track_caller]
pub fn operation(id: &str) -> (&'static str, &'static str, &'static Value) {
    let found = operations().find(|(_, _, operation)| operation["operationId"] == id);
    assert!(found.is_some(), "openapi/cashlink.json has no operation {id}");
    found.unwrap_or(("", "", &Value::Null))
}

/// All operations: path, method, description.
pub fn operations() -> impl Iterator<Item = (&'static str, &'static str, &'static Value)> {
    let paths = SPEC["paths"].as_object().into_iter().flatten();
    paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        let operations = methods.filter(|(_, operation)| operation["operationId"].is_string());
        operations.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    })
}
