//! Brings what OpenAPI 3.1 writes in another way into the form of 3.0.

use serde_json::{Map, Value, json};

/// Writes a list of types as one type that may be null, and a constant as a list of one value. `names`: the keys of
/// `value` are names of properties.
pub(super) fn plain(value: &mut Value, names: bool) {
    match value {
        Value::Object(map) => {
            if !names {
                keywords(map);
            }
            for (key, child) in map.iter_mut() {
                plain(child, !names && key == "properties");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| plain(item, false)),
        _ => {}
    }
}

fn keywords(map: &mut Map<String, Value>) {
    if let Some(kinds) = map.get("type").and_then(Value::as_array).cloned() {
        let mut plain: Vec<Value> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
        if plain.len() < kinds.len() {
            map.insert("nullable".to_owned(), json!(true));
        }
        let alternatives: Vec<Value> = plain.iter().map(|kind| json!({ "type": kind })).collect();
        if let (Some(kind), true) = (plain.pop(), plain.is_empty()) {
            map.insert("type".to_owned(), kind);
        } else {
            map.remove("type");
            map.insert("anyOf".to_owned(), Value::Array(alternatives));
        }
    }
    if let Some(constant) = map.remove("const") {
        map.insert("enum".to_owned(), json!([constant]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_a_newer_version_are_understood() {
        check(&json!({ "type": ["string", "null"] }), &json!({ "type": "string", "nullable": true }));
        check(&json!({ "const": "x" }), &json!({ "enum": ["x"] }));
        check(
            &json!({ "properties": { "type": { "type": ["integer", "string"] }, "const": { "type": "string" } } }),
            &json!({ "properties": { "type": { "anyOf": [{ "type": "integer" }, { "type": "string" }] },
                "const": { "type": "string" } } }),
        );

        #[track_caller]
        fn check(schema: &Value, expected: &Value) {
            let mut plained = schema.clone();
            plain(&mut plained, false);
            assert_eq!(plained, *expected);
        }
    }
}
