//! A schema as far as it is compared: the fields, what they hold, and which are required.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::kinds;
use crate::spec;

/// The fields of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// By name.
    pub fields: BTreeMap<String, Field>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The forms that it may have: JSON types with the format where it matters, or names of schemas of the API.
    pub kinds: BTreeSet<String>,
    /// The smallest number.
    pub minimum: Option<i64>,
    /// Whether it must be there.
    pub is_required: bool,
    /// Whether that may be otherwise in the input.
    pub may_differ: bool,
}

impl Field {
    /// Why an input with this field would be refused where `api` is expected.
    pub(super) fn misfit(&self, api: &Self) -> Option<String> {
        if !self.kinds.is_subset(&api.kinds) || self.kinds.is_empty() {
            return Some(format!("holds {:?}, in the API {:?}", self.kinds, api.kinds));
        }
        if api.minimum > self.minimum {
            return Some(format!("may be as small as {:?}, in the API {:?}", self.minimum, api.minimum));
        }
        let differs = self.is_required != api.is_required && !api.may_differ;
        differs.then(|| "is required on one side only".to_owned())
    }
}

impl Shape {
    /// The shape of a component of the API.
    #[track_caller]
    pub fn of_api(name: &str) -> Self {
        Self::read(spec::schema(name), &kinds_of)
    }

    /// The shape of `schema`, with what `kinds` says of its properties.
    pub(super) fn read(schema: &Value, kinds: &dyn Fn(&Value) -> BTreeSet<String>) -> Self {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let field = |(name, field): (&String, &Value)| {
            let is_required = required.contains(&name.as_str());
            let minimum = field["minimum"].as_i64();
            (name.clone(), Field { kinds: kinds(field), minimum, is_required, may_differ: false })
        };
        Self { fields: schema["properties"].as_object().into_iter().flatten().map(field).collect() }
    }

    /// The same with one field more, or another in its place.
    #[must_use]
    pub fn with(mut self, name: &str, kind: &str, is_required: bool) -> Self {
        let field = Field { kinds: kinds(&[kind]), minimum: None, is_required, may_differ: false };
        self.fields.insert(name.to_owned(), field);
        self
    }

    /// The same without a field.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.remove(name);
        self
    }

    /// Removes and returns a field.
    pub(super) fn take(&mut self, name: &str) -> Result<Field, String> {
        self.fields.remove(name).ok_or_else(|| format!("{name} is not a field of the API"))
    }
}

/// The forms of a value of the API. What a program builds as an object has the name of its schema.
pub fn kinds_of(schema: &Value) -> BTreeSet<String> {
    let only = schema["allOf"].as_array().filter(|all| all.len() == 1).map(|all| &all[0]);
    if let Some(name) = only.unwrap_or(schema)["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
        let target = spec::schema(name);
        let is_named = target["properties"].is_object() || name == "Decimal";
        return if is_named { kinds(&[name]) } else { kinds_of(target) };
    }
    if let Some(forms) = schema["oneOf"].as_array() {
        return forms.iter().flat_map(kinds_of).collect();
    }
    match schema["type"].as_str() {
        Some("array") => kinds_of(&schema["items"]).iter().map(|kind| format!("list of {kind}")).collect(),
        _ => BTreeSet::from([plain(schema, schema["type"].as_str().unwrap_or("anything"))]),
    }
}

/// A value that refers to nothing: its JSON type, and the format where it changes what may be written.
pub(super) fn plain(schema: &Value, type_name: &str) -> String {
    match (schema["format"].as_str(), schema["x-id"].as_str()) {
        (Some("uuid"), Some(noun)) => format!("id of {noun}"),
        (Some(format @ ("date" | "date-time" | "uuid")), _) => format!("{type_name} {format}"),
        _ => type_name.to_owned(),
    }
}
