//! Examples must be what their schemas describe.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use super::Report;
use crate::spec::{bundle::escape, cause, normalize::collect_schema_names};

pub(super) fn check_all(report: &mut Report<'_>) {
    let bundle = report.bundle;
    let examples = Examples::of(bundle.document());
    examples.walk(report, "", bundle.document(), false);
}

/// What the component schemas of a document accept as an example.
pub(crate) struct Examples {
    /// The component schemas as JSON Schema.
    definitions: Value,
}

impl Examples {
    /// Those of `document`.
    pub(crate) fn of(document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        Self { definitions: schemas.map(each_to_json_schema).unwrap_or_default() }
    }

    /// Whether `example` is what `schema` describes.
    pub(crate) fn accepts(&self, schema: &Value, example: &Value) -> bool {
        self.validator(schema).is_ok_and(|validator| validator.is_valid(example))
    }

    /// Checks every example below `value`. `names`: its keys are property names, not keywords.
    fn walk(&self, report: &mut Report<'_>, pointer: &str, value: &Value, names: bool) {
        match value {
            Value::Object(map) => {
                if !names {
                    self.check(report, pointer, map);
                }
                for (key, child) in
                    map.iter().filter(|(key, _)| names || !matches!(key.as_str(), "example" | "examples"))
                {
                    self.walk(report, &format!("{pointer}/{}", escape(key)), child, !names && key == "properties");
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(report, &format!("{pointer}/{index}"), item, false);
                }
            }
            _ => {}
        }
    }

    /// Checks the examples of a media type, a parameter, a header or a schema.
    fn check(&self, report: &mut Report<'_>, pointer: &str, map: &Map<String, Value>) {
        let mut found = Vec::new();
        for (name, example) in map.get("examples").and_then(Value::as_object).into_iter().flatten() {
            let pointer = format!("{pointer}/examples/{}", escape(name));
            match example.get("value") {
                Some(value) => found.push((format!("{pointer}/value"), value)),
                None => report.add(&pointer, "example-valid", "an example has its `value` in place, to be checked"),
            }
        }
        found.extend(map.get("example").map(|example| (format!("{pointer}/example"), example)));
        if found.is_empty() {
            return;
        }
        let whole = Value::Object(map.clone());
        let schema = map.get("schema").unwrap_or(&whole);
        let validator = match self.validator(schema) {
            Ok(validator) => validator,
            Err(problem) => return report.add(pointer, "example-valid", problem),
        };
        for (pointer, example) in found {
            for (below, problem) in validator.iter_errors(example).flat_map(|error| cause::of(&error)) {
                report.add(&format!("{pointer}{below}"), "example-valid", problem);
            }
        }
    }

    /// The component schemas that `schema` needs. All of them would make every validator as large as the API.
    fn reached_from(&self, schema: &Value) -> Map<String, Value> {
        let mut reached = Map::new();
        let mut waiting = Vec::new();
        collect_schema_names(schema, &mut waiting);
        while let Some(name) = waiting.pop() {
            if let Some(definition) = self.definitions.get(&name).filter(|_| !reached.contains_key(&name)) {
                collect_schema_names(definition, &mut waiting);
                reached.insert(name, definition.clone());
            }
        }
        reached
    }

    fn validator(&self, schema: &Value) -> Result<Validator, String> {
        let mut root = json!({ "allOf": [to_json_schema(schema)] });
        root["components"] = json!({ "schemas": self.reached_from(schema) });
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        options.build(&root).map_err(|error| format!("the schema cannot be used: {error}"))
    }
}

/// Translates an OpenAPI 3.0 schema to JSON Schema.
///
/// Objects with properties are closed, so that a misspelled key in an example is found.
fn to_json_schema(value: &Value) -> Value {
    let map = match value {
        Value::Object(map) => map,
        Value::Array(items) => return items.iter().map(to_json_schema).collect(),
        other => return other.clone(),
    };
    let mut schema = Map::new();
    for (key, child) in map {
        let ignored = matches!(key.as_str(), "example" | "examples" | "nullable") || key.starts_with("x-");
        match child {
            Value::Object(properties) if key == "properties" => {
                schema.insert(key.clone(), each_to_json_schema(properties));
            }
            _ if ignored => {}
            _ => {
                schema.insert(key.clone(), to_json_schema(child));
            }
        }
    }
    if schema.contains_key("properties") {
        schema.entry("additionalProperties").or_insert(json!(false));
    }
    if map.get("nullable") == Some(&json!(true)) {
        return json!({ "anyOf": [{ "type": "null" }, schema] });
    }
    Value::Object(schema)
}

/// The same for a map from names to schemas.
fn each_to_json_schema(schemas: &Map<String, Value>) -> Value {
    schemas.iter().map(|(name, schema)| (name.clone(), to_json_schema(schema))).collect()
}
