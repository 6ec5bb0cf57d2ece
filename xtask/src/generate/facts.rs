//! What the spec says about the types that the generator made.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::spec::{bundle::Bundle, normalize::collect_schema_names, operations};

/// The spec, asked by the name of a type.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    bundle: &'a Bundle,
    /// Schemas that requests are made of.
    requests: BTreeSet<String>,
}

/// One property of an object schema.
#[derive(Debug)]
pub(super) struct Property<'a> {
    /// Its key.
    pub(super) name: &'a str,
    /// Its documentation, never empty.
    pub(super) description: String,
    /// Whether its value must not be printed.
    pub(super) sensitive: bool,
    /// Whether a change can leave it alone, clear it or set it.
    pub(super) tri_state: bool,
}

impl<'a> Facts<'a> {
    /// Reads `bundle`.
    pub(super) fn new(bundle: &'a Bundle) -> Self {
        Self { bundle, requests: requests(bundle) }
    }

    /// Documentation of the type `name`, never empty.
    pub(super) fn description(&self, name: &str) -> String {
        let schema = self.bundle.schema(name);
        schema.and_then(description).unwrap_or_else(|| format!("The schema `{name}` of the API."))
    }

    /// Whether values of the type `name` are sent.
    pub(super) fn is_request(&self, name: &str) -> bool {
        self.requests.contains(name)
    }

    /// The properties of the type `name` in the order of the spec, or nothing if it has no schema of its own.
    pub(super) fn properties(&self, name: &str) -> Option<Vec<Property<'a>>> {
        let schema = self.bundle.schema(name)?;
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        Some(
            properties
                .map(|(key, property)| {
                    let nullable = operations::is_nullable(self.bundle.document(), property);
                    let optional = !required.contains(&key.as_str());
                    Property {
                        name: key,
                        description: self.property_description(key, property),
                        sensitive: property.get("x-sensitive").is_some_and(|value| value == true),
                        tri_state: name.ends_with("Update") && nullable && optional,
                    }
                })
                .collect(),
        )
    }

    fn property_description(&self, key: &str, property: &Value) -> String {
        let target = property.get("allOf").and_then(|parts| parts.get(0)).unwrap_or(property);
        let target = operations::resolve(self.bundle.document(), target);
        description(property).or_else(|| description(target)).unwrap_or_else(|| format!("The property `{key}`."))
    }
}

fn description(value: &Value) -> Option<String> {
    let text = value.get("description")?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Names of the schemas that request bodies reach.
fn requests(bundle: &Bundle) -> BTreeSet<String> {
    let mut waiting = Vec::new();
    for operation in operations::all(bundle.document()) {
        if let Some(body) = operation.value.get("requestBody") {
            collect_schema_names(body, &mut waiting);
        }
    }
    let mut found = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if let Some(schema) = bundle.schema(&name).filter(|_| found.insert(name.clone())) {
            collect_schema_names(schema, &mut waiting);
        }
    }
    found
}
