//! Bends the joined spec, in memory, into what progenitor turns into the client that we want.
//!
//! The committed spec describes the API as it is. What only the generator needs is done here:
//!
//! | In the spec | For the generator | Because |
//! |---|---|---|
//! | `multipart/form-data` | octet stream with a `Content-Type` header | progenitor refuses multipart; the facade builds the body |
//! | replies other than 2xx | none | each failure then arrives with status, headers and unread body |
//! | one success status | `2XX` | the API may answer any of them |
//! | a list that is a bare array | the page of its items | one list exists in both forms; the facade reads both as a page |
//! | ids, dates, open enums (also repeated ones), money | references to stand-ins that are replaced by types | one type per meaning |
//! | lengths, patterns, bounds, defaults | none | each would become a type of its own |
//! | optional arrays and maps | nullable too | `Option` can be sent empty and tolerates `null` |
//! | `x-client-body: omit` | no body | the client never sends it |

mod operation;
mod schema;

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::bundle::Bundle;

/// Components that are types written by hand.
const VALUES: [&str; 3] = ["Decimal", "Money", "Price"];

/// The bent document with the types that stand in for some of its schemas.
#[derive(Debug)]
pub(crate) struct Normalized {
    /// The document to give to the generator.
    pub(crate) document: Value,
    /// Component name → path of the Rust type that replaces it.
    pub(crate) replacements: BTreeMap<String, String>,
}

/// Bends the document of `bundle`.
pub(crate) fn normalize(bundle: &Bundle) -> Result<Normalized> {
    let mut document = bundle.document().clone();
    let mut replacements = BTreeMap::new();

    let pages = page_names(bundle);
    operation::simplify_all(&mut document, &pages)?;
    let components = document.get_mut("components").and_then(Value::as_object_mut).context("no components")?;
    components.remove("responses");
    components.remove("securitySchemes");
    let mut schemas = components.remove("schemas").unwrap_or_default();
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        if VALUES.contains(&name.as_str()) {
            replacements.insert(name.clone(), format!("::cashlink_types::{name}"));
            *schema = json!({ "type": "object" });
        } else if schema.get("x-extensible-enum").is_some() {
            replacements.insert(name.clone(), format!("crate::enums::{name}"));
            *schema = json!({ "type": "string" });
        } else if let Some(schema) = schema.as_object_mut() {
            // What refers to it is optional in Rust, by itself.
            schema.remove("nullable");
        }
    }

    schema::simplify(&mut schemas, &mut replacements, false);
    schema::simplify(&mut document, &mut replacements, false);
    for name in replacements.keys() {
        if let Some(schemas) = schemas.as_object_mut() {
            schemas.entry(name.clone()).or_insert_with(|| json!({ "type": "string" }));
        }
    }
    keep_reachable(&mut document, schemas)?;
    strip_extensions(&mut document);
    Ok(Normalized { document, replacements })
}

/// Names of the component schemas that are pages of a list.
fn page_names(bundle: &Bundle) -> Vec<String> {
    let schemas = bundle.document().pointer("/components/schemas").and_then(Value::as_object);
    schemas.into_iter().flat_map(Map::keys).filter(|name| name.ends_with("Page")).cloned().collect()
}

/// Gives `document` those of `schemas` that it reaches; the rest would become types that nothing uses.
fn keep_reachable(document: &mut Value, schemas: Value) -> Result<()> {
    let Value::Object(mut schemas) = schemas else {
        bail!("components/schemas: must be an object");
    };
    let mut reached = Map::new();
    let mut waiting = Vec::new();
    collect_schema_names(document, &mut waiting);
    while let Some(name) = waiting.pop() {
        if let Some(schema) = schemas.remove(&name) {
            collect_schema_names(&schema, &mut waiting);
            reached.insert(name, schema);
        }
    }
    reached.sort_keys();
    document["components"]["schemas"] = Value::Object(reached);
    Ok(())
}

/// Adds the name of every component schema that `value` refers to.
pub(crate) fn collect_schema_names(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let reference = map.get("$ref").and_then(Value::as_str);
            names.extend(reference.and_then(|text| text.strip_prefix("#/components/schemas/")).map(str::to_owned));
            map.values().for_each(|child| collect_schema_names(child, names));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_schema_names(item, names)),
        _ => {}
    }
}

/// Removes vendor extensions and examples, which the generator does not read.
fn strip_extensions(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !key.starts_with("x-"));
            map.values_mut().for_each(strip_extensions);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_extensions),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
