//! The JSON Schema of what a guide is given.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use super::{Row, Shape, kinds, shape::plain};

/// Types that stand for a value wherever they are, and are compared as such.
const VALUES: [&str; 2] = ["Decimal", "Money"];

/// The type of a file to upload, and the form with a name and a content type in which it may be written.
const FILE: [&str; 2] = ["DocumentSource", "WrittenMap"];

/// A guide's input, with everything that it holds.
#[derive(Clone, Debug)]
pub struct Guide {
    name: &'static str,
    root: Value,
}

impl Guide {
    /// The guide `name`, whose input is `T`.
    pub fn of<T: JsonSchema>(name: &'static str) -> Self {
        Self { name, root: SchemaGenerator::default().into_root_schema_for::<T>().to_value() }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Every object that a caller fills in, by the name of its type: `Input` and what it holds.
    pub fn types(&self) -> BTreeMap<&str, &Value> {
        let held = self.root["$defs"].as_object().into_iter().flatten().map(|(name, schema)| (name.as_str(), schema));
        let objects = held
            .filter(|(name, schema)| !FILE.contains(name) && !VALUES.contains(name) && id_of(name, schema).is_none());
        objects.chain([("Input", &self.root)]).collect()
    }

    /// The row of `table` for the type `name`: the one of this guide, or the one of all guides.
    pub fn row<'a>(&self, table: &'a [Row], name: &str) -> Option<&'a Row> {
        let own = format!("{}::{name}", self.name);
        table.iter().find(|row| row.input == own).or_else(|| table.iter().find(|row| row.input == name))
    }

    /// The shape of one of its types. What has a row in `table` counts as what it becomes.
    pub fn shape(&self, table: &[Row], schema: &Value) -> Shape {
        Shape::read(schema, &|field| self.kinds(table, field))
    }

    /// The shape of the type that it was made of.
    pub fn root_shape(&self, table: &[Row]) -> Shape {
        self.shape(table, &self.root)
    }

    /// The forms that its type may have.
    pub fn forms(&self, table: &[Row]) -> BTreeSet<String> {
        self.kinds(table, &self.root)
    }

    fn kinds(&self, table: &[Row], schema: &Value) -> BTreeSet<String> {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
            return kinds(&[&self.held(table, name)]);
        }
        let forms = schema["anyOf"].as_array().or(schema["oneOf"].as_array());
        if let Some(forms) = forms {
            let present = forms.iter().filter(|form| form["type"] != "null");
            return present.flat_map(|form| self.kinds(table, form)).collect();
        }
        let types = schema["type"].as_array().map_or(std::slice::from_ref(&schema["type"]), Vec::as_slice);
        let types = types.iter().filter_map(Value::as_str).filter(|name| *name != "null");
        types
            .flat_map(|name| match name {
                "array" => self.kinds(table, &schema["items"]).iter().map(|kind| format!("list of {kind}")).collect(),
                name => vec![plain(schema, name)],
            })
            .collect()
    }

    /// What the API would call the type `name`.
    fn held(&self, table: &[Row], name: &str) -> String {
        match (name, id_of(name, &self.root["$defs"][name]), self.row(table, name)) {
            (name, ..) if FILE.contains(&name) => "file".to_owned(),
            (_, Some(noun), _) => format!("id of {noun}"),
            (_, _, Some(row)) => row.component.to_owned(),
            _ => name.to_owned(),
        }
    }
}

/// The noun whose ids the type `name` has.
fn id_of<'a>(name: &'a str, schema: &Value) -> Option<&'a str> {
    name.strip_suffix("Id").filter(|_| schema["format"] == "uuid")
}
