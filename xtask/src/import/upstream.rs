//! Reads the document of the API's makers: one file, checked before anything is made of it.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

/// No description of an API is larger, and none need be read by a person that is.
const LARGEST: u64 = 32 << 20;

/// Reads the document in `file`.
pub(super) fn read(file: &Path) -> Result<Value> {
    let name = file.display();
    let size = fs::metadata(file).with_context(|| format!("{name}: cannot be read"))?.len();
    if size > LARGEST {
        bail!("{name}: {size} bytes are more than a description has; the limit is {LARGEST}");
    }
    let text = fs::read_to_string(file).with_context(|| format!("{name}: cannot be read"))?;
    parse(&text).with_context(|| format!("{name}"))
}

/// Reads the document `text`, YAML or JSON, whose parsers bound how deep it nests, and brings what OpenAPI 3.1 writes in another way into the form of 3.0.
pub(super) fn parse(text: &str) -> Result<Value> {
    let parsed = if text.trim_start().starts_with('{') { serde_json::from_str(text).ok() } else { None };
    let mut document: Value = match parsed {
        Some(document) => document,
        None => serde_saphyr::from_str(text).context("neither JSON nor YAML that JSON can express")?,
    };
    let version = document.get("openapi").and_then(Value::as_str).unwrap_or_default().to_owned();
    if !version.starts_with("3.0") && !version.starts_with("3.1") {
        bail!("`openapi` must say 3.0 or 3.1 and says `{version}`: this is no document that can be imported");
    }
    if !document.get("paths").is_some_and(Value::is_object) {
        bail!("`paths` is missing: this is no description of an API");
    }
    if version.starts_with("3.1") {
        plain(&mut document, false);
    }
    Ok(document)
}

/// Writes a list of types as one type that may be null, and a constant as a list of one value. `names`: the keys of
/// `value` are names of properties.
fn plain(value: &mut Value, names: bool) {
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

/// The name under which the document becomes a source.
pub(super) fn source_name(document: &Value) -> String {
    let version = document.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
    let kept = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_');
    let version: String = version.chars().filter(kept).take(40).collect();
    if version.is_empty() { "upstream".to_owned() } else { format!("upstream-{version}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_description_is_refused_with_a_sentence() {
        check("", "`openapi` must say 3.0 or 3.1 and says ``: this is no document that can be imported");
        check(
            "swagger: '2.0'\npaths: {}",
            "`openapi` must say 3.0 or 3.1 and says ``: this is no document that can be imported",
        );
        check("openapi: 3.0.3", "`paths` is missing: this is no description of an API");
        check("a: [", "neither JSON nor YAML that JSON can express");
        check(
            &format!("openapi: 3.0.3\npaths: {}", "[".repeat(100_000)),
            "neither JSON nor YAML that JSON can express",
        );
        check(&format!("{{\"paths\": {}", "[".repeat(100_000)), "neither JSON nor YAML that JSON can express");
        check("a: &a [*a]", "neither JSON nor YAML that JSON can express");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(parse(text).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn json_and_yaml_are_read_alike() {
        let yaml = parse("openapi: 3.0.3\npaths: {/a/: {}}").unwrap();
        assert_eq!(yaml, parse(r#"{"openapi": "3.0.3", "paths": {"/a/": {}}}"#).unwrap());
    }

    #[test]
    fn types_of_a_newer_version_are_understood() {
        let text = "openapi: 3.1.0\npaths: {}\na: {type: [string, 'null']}\nb: {const: x}\nc: {properties: {type: {type: [integer, string]}}}";
        let document = parse(text).unwrap();
        assert_eq!(document["a"], json!({ "type": "string", "nullable": true }));
        assert_eq!(document["b"], json!({ "enum": ["x"] }));
        assert_eq!(
            document["c"],
            json!({ "properties": { "type": { "anyOf": [{ "type": "integer" }, { "type": "string" }] } } })
        );
    }

    #[test]
    fn a_source_is_named_by_the_version() {
        check(&json!({ "info": { "version": "2.7.0" } }), "upstream-2.7.0");
        check(&json!({ "info": { "version": "2.7 (beta)\n" } }), "upstream-2.7beta");
        check(&json!({}), "upstream");

        #[track_caller]
        fn check(document: &Value, expected: &str) {
            assert_eq!(source_name(document), expected);
        }
    }
}
