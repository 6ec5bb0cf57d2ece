//! Rules for what a value is: its type, its form, and what it is checked for.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Report;

/// What a value may be.
const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Forms that have a meaning. Validation and generator take a misspelled one for none.
const FORMATS: [&str; 16] = [
    "binary",
    "byte",
    "date",
    "date-time",
    "decimal",
    "double",
    "email",
    "float",
    "int32",
    "int64",
    "ipv4",
    "ipv6",
    "password",
    "time",
    "uri",
    "uuid",
];

/// Checks the schema `map`. `is_named`: it has a name of its own, and may be anything.
pub(super) fn check(report: &mut Report<'_>, pointer: &str, map: &Map<String, Value>, is_named: bool) {
    let kind = map.get("type");
    if let Some(kind) = kind.filter(|kind| !TYPES.iter().any(|known| kind == known)) {
        report.add(pointer, "schema-type", format!("{kind} is none of {TYPES:?}"));
    }
    let says_what = ["type", "$ref", "allOf", "oneOf", "anyOf"].iter().any(|key| map.contains_key(*key));
    if !is_named && !says_what {
        report.add(pointer, "schema-type", "`type` is missing, so it may be anything");
    }
    if kind.is_some_and(|kind| kind == "array") && !map.contains_key("items") {
        report.add(pointer, "schema-type", "an array says in `items` what is in it");
    }
    if let Some(format) = map.get("format").filter(|format| !FORMATS.iter().any(|known| format == known)) {
        report.add(pointer, "schema-type", format!("format {format} is none of {FORMATS:?}"));
    }
    for key in ["pattern", "default"].into_iter().filter(|key| map.contains_key(*key)) {
        let problem = format!("no `{key}`: what the API checks or fills in is for its description");
        report.add(pointer, "few-checks", problem);
    }
    required(report, pointer, map);
    values(report, pointer, map);
}

/// What is required has to be among the properties.
fn required(report: &mut Report<'_>, pointer: &str, map: &Map<String, Value>) {
    let Some(properties) = map.get("properties") else { return };
    for name in map.get("required").and_then(Value::as_array).into_iter().flatten() {
        if name.as_str().is_none_or(|name| properties.get(name).is_none()) {
            report.add(pointer, "required-declared", format!("{name} is required and is no property"));
        }
    }
}

/// A list of values has each once, and a constant is of its type.
fn values(report: &mut Report<'_>, pointer: &str, map: &Map<String, Value>) {
    let list = |key: &str| map.get(key).and_then(Value::as_array).into_iter().flatten();
    let mut seen = BTreeSet::new();
    for value in list("x-extensible-enum").filter_map(Value::as_str) {
        if !seen.insert(value) {
            report.add(pointer, "enum-values", format!("`{value}` is in the list twice"));
        }
    }
    for value in list("enum") {
        let fits = match map.get("type").and_then(Value::as_str) {
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64(),
            Some("boolean") => value.is_boolean(),
            _ => true,
        };
        if !fits {
            report.add(pointer, "enum-values", format!("{value} is not of the type"));
        }
    }
}
