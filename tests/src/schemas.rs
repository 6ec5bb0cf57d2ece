//! Compares the JSON Schemas of the facade's inputs with the schemas of the API.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use crate::spec;

/// What an input has in place of a field of the API.
#[derive(Clone, Copy, Debug)]
pub enum Instead {
    /// The file to upload, in place of the id of the uploaded document.
    File {
        /// The field of the input.
        input: &'static str,
        /// The field of the API.
        api: &'static str,
    },
}

/// A schema as far as it is compared: the fields, what they hold, and which are required.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    fields: BTreeMap<String, String>,
    required: BTreeSet<String>,
}

impl Shape {
    /// The shape of a type of the facade.
    pub fn of_input<T: JsonSchema>() -> Self {
        let root = SchemaGenerator::default().into_root_schema_for::<T>().to_value();
        Self::read(&root, &|schema| input_kind(schema, &root))
    }

    /// The shape of a component of the spec.
    #[track_caller]
    pub fn of_api(name: &str) -> Self {
        Self::read_static(spec::schema(name))
    }

    fn read_static(schema: &'static Value) -> Self {
        let fields = schema["properties"].as_object().into_iter().flatten();
        let fields = fields.map(|(name, property)| (name.clone(), kind(spec::resolve(property)))).collect();
        Self { fields, required: required(schema) }
    }

    fn read(schema: &Value, kind: &dyn Fn(&Value) -> String) -> Self {
        let fields = schema["properties"].as_object().into_iter().flatten();
        Self { fields: fields.map(|(name, field)| (name.clone(), kind(field))).collect(), required: required(schema) }
    }

    /// Adds or replaces a field, to plant a difference.
    #[must_use]
    pub fn with(mut self, name: &str, kind: &str, is_required: bool) -> Self {
        self.fields.insert(name.to_owned(), kind.to_owned());
        self.required.remove(name);
        if is_required {
            self.required.insert(name.to_owned());
        }
        self
    }

    /// The same fields under longer names.
    #[must_use]
    pub fn prefixed(self, prefix: &str) -> Self {
        let longer = |name: String| format!("{prefix}{name}");
        Self {
            fields: self.fields.into_iter().map(|(name, kind)| (longer(name), kind)).collect(),
            required: self.required.into_iter().map(longer).collect(),
        }
    }

    /// The same with one field under another name.
    #[must_use]
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        match self.fields.remove(from) {
            Some(kind) => {
                let is_required = self.required.remove(from);
                self.with(to, &kind, is_required)
            }
            None => self,
        }
    }

    /// Only the named fields.
    #[must_use]
    pub fn only(mut self, names: &[&str]) -> Self {
        self.fields.retain(|name, _| names.contains(&name.as_str()));
        self.required.retain(|name| names.contains(&name.as_str()));
        self
    }

    /// The fields of both.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.fields.extend(other.fields);
        self.required.extend(other.required);
        self
    }

    /// The names of the fields, in order.
    pub fn names(&self) -> Vec<&str> {
        self.fields.keys().map(String::as_str).collect()
    }

    /// What the fields hold, in the order of their names.
    pub fn kinds(&self) -> Vec<&str> {
        self.fields.values().map(String::as_str).collect()
    }

    /// Removes a field, to plant a difference.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.remove(name);
        self.required.remove(name);
        self
    }
}

/// In what an input differs from the API, once `instead` is taken into account.
pub fn differences(input: &Shape, api: &Shape, instead: &[Instead]) -> Vec<String> {
    let mut found = Vec::new();
    let mut expected = api.clone();
    for Instead::File { input, api } in instead {
        let is_required = expected.required.remove(*api);
        match expected.fields.remove(*api).as_deref() {
            Some("string uuid") => expected = expected.with(input, "file", is_required),
            Some(kind) => found.push(format!("{api} is not the id of a document but a {kind}")),
            None => found.push(format!("{api} is not a field of the API")),
        }
    }
    let names: BTreeSet<_> = input.fields.keys().chain(expected.fields.keys()).collect();
    for name in names {
        match (input.fields.get(name), expected.fields.get(name)) {
            (Some(_), None) => found.push(format!("{name} is unknown to the API")),
            (None, Some(_)) => found.push(format!("{name} is missing in the input")),
            (ours, theirs) if ours != theirs => found.push(format!("{name} holds {ours:?}, in the API {theirs:?}")),
            _ if input.required.contains(name) != expected.required.contains(name) => {
                found.push(format!("{name} is required on one side only"));
            }
            _ => {}
        }
    }
    found
}

fn required(schema: &Value) -> BTreeSet<String> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What a field holds: its JSON type, and the format where it changes what may be written.
fn kind(schema: &Value) -> String {
    let type_name = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("any"),
        name => name.as_str().unwrap_or("any"),
    };
    match schema["format"].as_str() {
        Some(format @ ("date" | "date-time" | "uuid")) => format!("{type_name} {format}"),
        _ => type_name.to_owned(),
    }
}

fn input_kind(schema: &Value, root: &Value) -> String {
    let alternatives = schema["anyOf"].as_array().into_iter().flatten();
    let present: Vec<&Value> = alternatives.filter(|schema| schema["type"] != "null").collect();
    if let [only] = present[..] {
        return input_kind(only, root);
    }
    match schema["$ref"].as_str() {
        Some(reference) if reference.ends_with("/DocumentSource") => "file".to_owned(),
        Some(reference) => input_kind(root.pointer(reference.trim_start_matches('#')).unwrap_or(&Value::Null), root),
        None => kind(schema),
    }
}
