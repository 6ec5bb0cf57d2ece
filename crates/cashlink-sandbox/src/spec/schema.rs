//! Schemas of the description as JSON Schema validators.

use std::fmt;
use std::sync::{Arc, OnceLock};

use jiff::fmt::temporal::Pieces;
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Registry, RegistryBuilder, ValidationError, Validator};
use serde_json::{Map, Value, json};

use super::messages;
use crate::requests::Problem;
use crate::world::Refusal;

/// The address that references between schemas are relative to; it is never fetched.
const BASE: &str = "https://sandbox.invalid/description";

/// The formats that are checked. An unusual e-mail address is not refused by the API.
const FORMATS: [&str; 4] = ["uuid", "date", "date-time", "uri"];

/// The named schemas that others refer to.
pub(super) struct Library {
    registry: Registry<'static>,
    components: Value,
}

impl Library {
    pub(super) fn read(document: &Value) -> Result<Self, String> {
        let mut schemas = convert(&document["components"]["schemas"]);
        if let Some(decimal) = schemas.get_mut("Decimal") {
            // Text is what clients are told to send; a number is read all the same.
            decimal["type"] = json!(["string", "number", "null"]);
        }
        let components = json!({ "components": { "schemas": schemas } });
        let registry = Registry::new()
            .add(BASE, components.clone())
            .and_then(RegistryBuilder::prepare)
            .map_err(|error| error.to_string())?;
        Ok(Self { registry, components })
    }
}

/// A schema that is compiled when it is first used.
pub(crate) struct Schema {
    source: Value,
    library: Arc<Library>,
    validator: OnceLock<Option<Validator>>,
}

impl fmt::Debug for Schema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Schema").field(&self.source).finish()
    }
}

impl Schema {
    pub(super) fn new(source: &Value, library: &Arc<Library>) -> Self {
        Self { source: convert(source), library: Arc::clone(library), validator: OnceLock::new() }
    }

    /// The first place in `value` that breaks a rule, and the keyword of that rule.
    pub(crate) fn first_problem(&self, value: &Value) -> Option<Problem> {
        let Some(validator) = self.validator() else {
            return Some(Problem { place: String::new(), problem: "$schema".to_owned() });
        };
        if validator.is_valid(value) {
            return None;
        }
        validator.validate(value).err().map(|error| problem(&error))
    }

    /// Refuses `value` with a message for every problem.
    pub(crate) fn check(&self, value: &Value) -> Result<(), Refusal> {
        let Some(validator) = self.validator() else {
            return Err(Refusal::rule("The body cannot be checked."));
        };
        if validator.is_valid(value) {
            return Ok(());
        }
        messages::problems(value, validator, &self.branches()).into_result()
    }

    pub(crate) fn compile(&self) -> Result<Validator, String> {
        jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_registry(&self.library.registry)
            .should_validate_formats(true)
            .with_format("date-time", is_point_in_time)
            .build(&self.source)
            .map_err(|error| error.to_string())
    }

    fn validator(&self) -> Option<&Validator> {
        let compiled = self.validator.get_or_init(|| {
            let compiled = self.compile();
            if let Err(problem) = &compiled {
                tracing::error!(problem, "a schema of the description does not compile");
            }
            compiled.ok()
        });
        compiled.as_ref()
    }

    /// The alternatives this schema consists of; empty unless it is a choice.
    fn branches(&self) -> Vec<&Value> {
        let choice = &self.resolve(&self.source)["oneOf"];
        choice.as_array().into_iter().flatten().map(|branch| self.resolve(branch)).collect()
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let pointer = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix(BASE));
        let pointer = pointer.and_then(|pointer| pointer.strip_prefix('#'));
        pointer.and_then(|pointer| self.library.components.pointer(pointer)).unwrap_or(schema)
    }
}

/// Of a choice that nothing fits, what is wrong in its first branch: the others are `null` or forms that are not meant.
fn problem(error: &ValidationError<'_>) -> Problem {
    match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            let first = context.first().and_then(|branch| branch.first());
            first.map_or_else(|| plain(error), problem)
        }
        _ => plain(error),
    }
}

fn plain(error: &ValidationError<'_>) -> Problem {
    Problem { place: error.instance_path().to_string(), problem: error.kind().keyword().to_owned() }
}

/// Whether `text` is a date and a time with its distance from UTC, in any of the ways of ISO 8601.
fn is_point_in_time(text: &str) -> bool {
    Pieces::parse(text).is_ok_and(|pieces| pieces.time().is_some() && pieces.offset().is_some())
}

/// An `OpenAPI` 3.0 schema, or a map of such, as JSON Schema 2020-12.
fn convert(node: &Value) -> Value {
    match node {
        Value::Object(map) => convert_object(map),
        Value::Array(items) => items.iter().map(convert).collect(),
        other => other.clone(),
    }
}

fn convert_object(map: &Map<String, Value>) -> Value {
    if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
        return json!({ "$ref": format!("{BASE}{reference}") });
    }
    let is_nullable = map.get("nullable") == Some(&Value::Bool(true));
    let mut schema = Map::new();
    for (key, value) in map {
        let is_annotation = key.starts_with("x-") || matches!(key.as_str(), "nullable" | "example" | "discriminator");
        let is_unchecked = key == "format" && !value.as_str().is_some_and(|format| FORMATS.contains(&format));
        // Below `properties` a key is a name, and its value always an object.
        let is_keyword = !value.is_object() || key.starts_with("x-");
        if is_keyword && (is_annotation || is_unchecked) {
            continue;
        }
        schema.insert(key.clone(), convert(value));
    }
    free_optional(&mut schema, map);
    if is_nullable { or_null(schema) } else { Value::Object(schema) }
}

/// Lets optional properties be `null`: many clients write what they leave out like that.
fn free_optional(schema: &mut Map<String, Value>, source: &Map<String, Value>) {
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    let required = source.get("required").and_then(Value::as_array);
    for (name, property) in properties {
        let is_required = required.is_some_and(|required| required.contains(&Value::from(name.as_str())));
        let is_nullable = source["properties"][name]["nullable"] == Value::Bool(true);
        if let (false, false, Value::Object(free)) = (is_required, is_nullable, &property) {
            *property = or_null(free.clone());
        }
    }
}

fn or_null(mut schema: Map<String, Value>) -> Value {
    let restricts_more = ["enum", "allOf", "anyOf", "oneOf"].iter().any(|keyword| schema.contains_key(*keyword));
    if let (Some(Value::String(name)), false) = (schema.get("type"), restricts_more) {
        let either = json!([name, "null"]);
        schema.insert("type".to_owned(), either);
        return Value::Object(schema);
    }
    json!({ "anyOf": [schema, { "type": "null" }] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nullable_becomes_a_type_or_an_alternative() {
        check(&json!({"type": "string", "nullable": true}), &json!({"type": ["string", "null"]}));
        check(
            &json!({"type": "object", "allOf": [{"$ref": "#/components/schemas/Money"}], "nullable": true}),
            &json!({"anyOf": [
                {"type": "object", "allOf": [{"$ref": "https://sandbox.invalid/description#/components/schemas/Money"}]},
                {"type": "null"},
            ]}),
        );
    }

    #[test]
    fn what_does_not_restrict_is_left_out() {
        check(
            &json!({"type": "string", "format": "email", "x-sensitive": true, "example": "a@example.org"}),
            &json!({"type": "string"}),
        );
        check(
            &json!({"required": ["example", "format"], "properties": {
                "example": {"type": "string"}, "format": {"type": "string"},
            }}),
            &json!({"required": ["example", "format"], "properties": {
                "example": {"type": "string"}, "format": {"type": "string"},
            }}),
        );
    }

    #[test]
    fn what_may_be_left_out_may_be_null() {
        check(
            &json!({"type": "object", "required": ["a"], "properties": {
                "a": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "string", "nullable": true},
            }}),
            &json!({"type": "object", "required": ["a"], "properties": {
                "a": {"type": "string"}, "b": {"type": ["string", "null"]}, "c": {"type": ["string", "null"]},
            }}),
        );
    }

    #[test]
    fn a_point_in_time_has_a_time_and_an_offset() {
        for text in
            ["2022-03-01T10:15:00.123Z", "2022-03-01T10:15Z", "2022-03-01 10:15:00+0100", "9999-12-31T23:59:59Z"]
        {
            assert!(is_point_in_time(text), "{text}");
        }
        for text in ["2022-03-01", "2022-03-01T10:15:00", "2022-02-30T10:15:00Z", "10:15Z", "now", ""] {
            assert!(!is_point_in_time(text), "{text}");
        }
    }

    #[track_caller]
    fn check(openapi: &Value, expected: &Value) {
        assert_eq!(&convert(openapi), expected);
    }
}
