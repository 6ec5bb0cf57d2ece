//! Parameters that are new.

use serde_json::{Map, Value, json};

use super::{
    Merge,
    draft::{Draft, Unknown},
    names,
};
use crate::import::{compare::Direction, files::put, shape::Site};

impl<'a> Merge<'a> {
    /// Adds the query parameter `name` to an operation.
    pub(super) fn parameter(&mut self, operation: &str, name: &str, site: &Site<'a>) -> Result<(), String> {
        let (file, pointer) = self.bundle.origin(operation);
        let parameter = self.query(&file, name, site)?;
        let map = self.files.at(&file, &pointer)?;
        if !map.contains_key("parameters") {
            put(map, "parameters", json!([]), &["operationId", "tags", "summary", "description", "deprecated"]);
        }
        let parameters = map.get_mut("parameters").and_then(Value::as_array_mut);
        parameters.ok_or("the parameters are no list")?.push(parameter);
        Ok(())
    }

    /// A query parameter in the form of ours, for `file`: one that others have too, or one of its own.
    pub(super) fn query(&mut self, file: &str, name: &str, site: &Site<'a>) -> Result<Value, String> {
        let schema = site.child("schema").ok_or_else(|| format!("the document gives `{name}` no schema"))?;
        let mut draft =
            Draft { merge: self, file: file.to_owned(), direction: Direction::Sent, unknown: Unknown::Refuse };
        let mut schema = draft.part(&schema, (name, ""))?;
        if let Some(map) = schema.as_object_mut() {
            map.shift_remove("nullable");
        }
        if let Some(shared) = self.alike(name, &schema) {
            self.confirm(&shared)?;
            return self.shared(file, "parameters", &shared);
        }
        let required = site.value.get("required").is_some_and(|required| *required == true);
        let text = site.value.get("description").and_then(Value::as_str).map(names::sentence);
        let text = text.filter(|text| !text.is_empty()).unwrap_or_else(|| "Not described in the document.".to_owned());
        Ok(json!({
            "name": name, "in": "query", "required": required, "description": text, "schema": schema,
            "x-evidence": self.evidence(),
        }))
    }

    /// The component for a query parameter `name` whose type is that of `schema`.
    fn alike(&self, name: &str, schema: &Value) -> Option<String> {
        let all = self.files.iter().filter_map(|(_, value)| value.get("parameters")?.as_object()).flatten();
        let mut fitting = all.filter(|(_, parameter)| {
            parameter["name"] == name && parameter["in"] == "query" && parameter["schema"]["type"] == schema["type"]
        });
        fitting.next().map(|(component, _)| component.clone())
    }

    /// The component `name` is in the document too.
    fn confirm(&mut self, name: &str) -> Result<(), String> {
        let pointer = format!("/components/parameters/{name}");
        if self.bundle.document().pointer(&pointer).is_none() {
            return Ok(());
        }
        self.changed(&pointer, "that it exists")
    }

    /// The parameters of the path item for `path`, for `file`.
    pub(super) fn in_path(&self, file: &str, path: &str) -> Result<Vec<Value>, String> {
        let parts = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let mut found = Vec::new();
        for name in parts {
            let all = self.files.iter().filter_map(|(_, value)| value.get("parameters")?.as_object()).flatten();
            let mut known = all.filter(|(_, parameter)| parameter["name"] == name && parameter["in"] == "path");
            if let Some((component, _)) = known.next() {
                found.push(self.shared(file, "parameters", component)?);
                continue;
            }
            let mut schema = Map::new();
            schema.insert("type".to_owned(), json!("string"));
            if let Some(noun) = names::noun(name, "") {
                schema.insert("format".to_owned(), json!("uuid"));
                schema.insert("x-id".to_owned(), json!(noun));
            }
            let text = format!("Identifier of the {}.", names::words(name.strip_suffix("_id").unwrap_or(name)));
            found.push(json!({
                "name": name, "in": "path", "required": true, "description": text, "schema": schema,
            }));
        }
        Ok(found)
    }
}
