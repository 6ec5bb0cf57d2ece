//! Schemas: stand-ins for types, no constraints, optional instead of nullable.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// What would make typify generate a type per field, or restrict what can be read.
const CONSTRAINTS: [&str; 18] = [
    "default",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "pattern",
    "title",
    "uniqueItems",
];

/// Simplifies every schema below `value`. `names`: its keys are property names, not keywords.
pub(super) fn simplify(value: &mut Value, replacements: &mut BTreeMap<String, String>, names: bool) {
    match value {
        Value::Object(map) => {
            if !names {
                keywords(map, replacements);
            }
            for (key, child) in map.iter_mut() {
                simplify(child, replacements, !names && key == "properties");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| simplify(item, replacements, false)),
        _ => {}
    }
}

fn keywords(map: &mut Map<String, Value>, replacements: &mut BTreeMap<String, String>) {
    if map.contains_key("type") || map.contains_key("allOf") || map.contains_key("oneOf") {
        map.retain(|key, _| !CONSTRAINTS.contains(&key.as_str()));
    }
    let of_kind = |kind: &str| map.get("type").is_some_and(|value| value == kind);
    let format = map.get("format").and_then(Value::as_str).map(str::to_owned);
    if let Some(name) = map.get("x-enum").and_then(Value::as_str).map(str::to_owned) {
        refer_to(map, &name);
    } else if of_kind("string") {
        if let Some((name, path)) = stand_in(map.get("x-id").and_then(Value::as_str), format.as_deref()) {
            replacements.insert(name.clone(), path);
            refer_to(map, &name);
        } else if format.is_some_and(|format| format != "binary") {
            map.remove("format");
        }
    } else if of_kind("number") {
        replacements.insert("JsonNumber".to_owned(), "::serde_json::Number".to_owned());
        refer_to(map, "JsonNumber");
    }
    let required: Vec<Value> = map.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    for (name, property) in map.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        let is_required = required.iter().any(|value| value == name);
        if let Some(property) = property.as_object_mut() {
            optional(property, is_required);
        }
    }
}

/// The component that stands for a type with a meaning, and the path of that type.
fn stand_in(id: Option<&str>, format: Option<&str>) -> Option<(String, String)> {
    match (id, format) {
        (Some(noun), _) => Some((format!("{noun}Id"), format!("::cashlink_types::{noun}Id"))),
        (None, Some("date")) => Some(("CivilDate".to_owned(), "::jiff::civil::Date".to_owned())),
        (None, Some("date-time")) => Some(("Timestamp".to_owned(), "::jiff::Timestamp".to_owned())),
        _ => None,
    }
}

/// Turns a schema into a reference to the component `name`. Whether it is nullable stays beside it.
fn refer_to(map: &mut Map<String, Value>, name: &str) {
    let nullable = map.remove("nullable");
    map.clear();
    map.insert("allOf".to_owned(), json!([{ "$ref": format!("#/components/schemas/{name}") }]));
    map.extend(nullable.map(|nullable| ("nullable".to_owned(), nullable)));
}

/// Brings a property into the form that typify makes a plain type or an `Option` of.
fn optional(property: &mut Map<String, Value>, is_required: bool) {
    if property.contains_key("allOf") {
        // Other people's documents write it to give `nullable` something to work on.
        property.remove("type");
    }
    if is_required {
        return;
    }
    let of_kind = |kind: &str| property.get("type").is_some_and(|value| value == kind);
    if of_kind("array") || of_kind("object") {
        // Without this a missing one and an empty one would be the same.
        property.insert("nullable".to_owned(), json!(true));
    } else {
        property.remove("nullable");
    }
}
