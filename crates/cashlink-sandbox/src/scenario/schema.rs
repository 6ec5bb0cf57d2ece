//! The JSON Schema of scenario files, by which editors complete them.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Value, json};

use super::document::Document;
use crate::clients::SCOPES;
use crate::fault;
use crate::settings::Configuration;
use crate::spec::Spec;

/// Where the schema is kept.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/schema.json");

pub(super) fn scopes(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "enum": SCOPES } })
}

pub(super) fn operations(_: &mut SchemaGenerator) -> Schema {
    let operations = &Spec::get().unwrap().operations;
    let ids = operations.iter().filter(|operation| !operation.is_token()).map(|operation| operation.id.as_str());
    json_schema!({ "type": "string", "enum": ids.collect::<Vec<_>>() })
}

pub(super) fn duration(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["string", "integer"], "minimum": 0 })
}

/// Each setting by its name, with the type of the value that it has at first.
pub(super) fn settings(_: &mut SchemaGenerator) -> Schema {
    const DURATIONS: [&str; 3] = ["latency", "settlement", "token_lifetime"];

    let all = Configuration::default().show();
    let setting = |(name, value): (&String, &Value)| {
        let kinds = match value {
            _ if DURATIONS.contains(&name.as_str()) => json!(["string", "integer"]),
            Value::Bool(_) => json!("boolean"),
            Value::Number(_) => json!("integer"),
            _ => json!("string"),
        };
        (name.clone(), json!({ "type": kinds, "default": value }))
    };
    let properties: serde_json::Map<_, _> = all.as_object().unwrap().iter().map(setting).collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

pub(super) fn fault(_: &mut SchemaGenerator) -> Schema {
    let kinds: Vec<&str> = fault::kinds().iter().map(|recipe| recipe.name).collect();
    json_schema!({ "type": "object", "properties": { "kind": { "enum": kinds } }, "required": ["kind"] })
}

fn schema() -> String {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Document>();
    format!("{:#}\n", Value::from(schema))
}

/// `UPDATE_SCHEMA=1 cargo test -p cashlink-sandbox schema` writes it anew.
#[test]
fn the_schema_that_editors_use_is_that_of_the_program() {
    let schema = schema();
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(FILE, &schema).unwrap();
    }
    let kept = std::fs::read_to_string(FILE).unwrap();
    assert!(kept == schema, "scenarios/schema.json is old: UPDATE_SCHEMA=1 cargo test -p cashlink-sandbox schema");
}

#[test]
fn every_scenario_that_comes_with_the_sandbox_is_one_by_the_schema() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, text) in super::shipped::SHIPPED {
        let document: Value = serde_saphyr::from_str(text).unwrap();
        let problems: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(problems, [""; 0], "{name}");
    }
    let misspelled = json!({"name": "a", "steps": [{"trigger": {"investment": "$a", "event": "accepted"}}]});
    assert!(!validator.is_valid(&misspelled));
}
