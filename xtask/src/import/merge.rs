//! Writes what is taken into the files of the curated description.

mod body;
mod draft;
mod example;
mod family;
mod home;
mod names;
mod nullable;
mod operation;
mod parameter;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

pub(super) use self::{
    example::complete,
    source::{CHANGED_BY, assumed_before},
};
use super::{
    compare::{Direction, Place},
    decide::Take,
    files::{Files, put},
};
use crate::{generate::variants, spec::bundle::Bundle};

/// What is known while the files are changed.
#[derive(Clone, Debug)]
pub(super) struct Merge<'a> {
    /// The document.
    pub(super) upstream: &'a Value,
    /// The curated description as it was before.
    pub(super) bundle: &'a Bundle,
    /// The name of the document as a source.
    pub(super) source: &'a str,
    /// Component of the document and direction → components of ours.
    pub(super) names: &'a BTreeMap<(String, Direction), BTreeSet<String>>,
    pub(super) files: Files,
    /// The same for what was written since.
    pub(super) made: BTreeMap<(String, Direction), String>,
}

impl<'a> Merge<'a> {
    /// Writes `take`, or changes nothing and says why a person has to.
    pub(super) fn apply(&mut self, take: &Take<'a>) -> Result<(), String> {
        let mut attempt = self.clone();
        attempt.write(take)?;
        *self = attempt;
        Ok(())
    }

    fn write(&mut self, take: &Take<'a>) -> Result<(), String> {
        match take {
            Take::Operation { path, operation } => self.operation(path, operation),
            Take::Deprecated { operation } => {
                let map = self.object(operation)?;
                put(map, "deprecated", json!(true), &["operationId", "tags", "summary", "description"]);
                self.changed(operation, "deprecated")
            }
            Take::Scope { operation, scope } => self.scope(operation, scope.as_deref()),
            Take::Status { operation, from, to } => self.status(operation, from, to),
            Take::Key { operation } => self.key(operation),
            Take::Parameter { operation, name, site } => self.parameter(operation, name, site),
            Take::Property(added) => self.property(added),
            Take::Type { place, direction, site } => self.kind(place, *direction, site),
            Take::Required { place, required } => self.required(place, *required),
            Take::Nullable { place, nullable } => self.nullable(place, *nullable),
            Take::Value { place, value } => self.value(place, value),
        }
    }

    /// The object at `pointer` of the joined document, in its file.
    fn object(&mut self, pointer: &str) -> Result<&mut Map<String, Value>, String> {
        let (file, pointer) = self.bundle.origin(pointer);
        self.files.at(&file, &pointer)
    }

    fn scope(&mut self, operation: &str, scope: Option<&str>) -> Result<(), String> {
        let security = match scope {
            Some(scope) => json!([{ "oauth2": [scope] }]),
            None => json!([]),
        };
        put(self.object(operation)?, "security", security, &["responses"]);
        if let Some(scope) = scope {
            self.declare(scope)?;
        }
        self.changed(operation, "the scope")
    }

    /// Adds `scope` to those that the entry knows.
    fn declare(&mut self, scope: &str) -> Result<(), String> {
        const SCHEMES: &str = "/components/securitySchemes";
        let described = self.upstream.pointer(SCHEMES).and_then(Value::as_object).into_iter().flatten();
        let flows = described.filter_map(|(_, scheme)| scheme.get("flows")?.as_object()).flatten();
        let text = flows.filter_map(|(_, flow)| flow.get("scopes")?.get(scope)?.as_str()).find(|text| !text.is_empty());
        let text = text.map_or_else(|| "What it unlocks is not documented.".to_owned(), names::sentence);
        let entry = self.files.entry()?;
        let scopes = entry.get_mut("components").and_then(|components| {
            components.pointer_mut("/securitySchemes/oauth2/flows/clientCredentials/scopes")?.as_object_mut()
        });
        let scopes = scopes.ok_or("the entry declares no scopes")?;
        scopes.entry(scope).or_insert_with(|| json!(text));
        Ok(())
    }

    fn status(&mut self, operation: &str, from: &str, to: &str) -> Result<(), String> {
        let replies = self.object(operation)?.get_mut("responses").and_then(Value::as_object_mut);
        let replies = replies.ok_or("the operation has no replies")?;
        let index = replies.keys().position(|status| status == from).ok_or("the reply is gone")?;
        let reply = replies.shift_remove(from).unwrap_or_default();
        replies.shift_insert(index, to.to_owned(), reply);
        self.changed(operation, "the status of success")
    }

    fn key(&mut self, operation: &str) -> Result<(), String> {
        let (file, pointer) = self.bundle.origin(operation);
        let is_post = operation.ends_with("/post");
        let name = if is_post { "IdempotencyKey" } else { "IdempotencyKeyOptional" };
        let parameter = self.shared(&file, "parameters", name)?;
        let replies = [("409", "Conflict"), ("422", "KeyReused")];
        let replies: Vec<_> = replies
            .into_iter()
            .filter_map(|(status, name)| Some((status, self.files.reference(&file, "responses", name)?)))
            .collect();
        let map = self.files.at(&file, &pointer)?;
        if map.get("x-idempotency").is_some_and(|mark| mark == "none") {
            if !map.contains_key("parameters") {
                put(map, "parameters", json!([]), &["operationId", "tags", "summary", "description", "deprecated"]);
            }
            let parameters = map.get_mut("parameters").and_then(Value::as_array_mut);
            parameters.ok_or("the parameters are no list")?.push(parameter);
            let known =
                map.get_mut("responses").and_then(Value::as_object_mut).ok_or("the operation has no replies")?;
            for (status, reply) in replies {
                let index = known.keys().take_while(|key| key.as_str() < status).count();
                if !known.contains_key(status) {
                    known.shift_insert(index, status.to_owned(), reply);
                }
            }
        }
        map.insert("x-idempotency".to_owned(), json!("evidenced"));
        self.changed(operation, "the key")
    }

    /// A reference to what the description has to have in `section`.
    fn shared(&self, file: &str, section: &str, name: &str) -> Result<Value, String> {
        self.files.reference(file, section, name).ok_or_else(|| format!("no file defines `{name}` in `{section}`"))
    }

    fn value(&mut self, place: &Place, value: &str) -> Result<(), String> {
        let name = super::shape::component(&place.pointer);
        let listed = self.object(&place.pointer)?.get_mut("x-extensible-enum").and_then(Value::as_array_mut);
        let (Some(listed), Some(name)) = (listed, name) else {
            return Err("ours is a constant: whether it becomes a list is for a person".to_owned());
        };
        listed.push(json!(value));
        let list = listed.clone();
        variants(&list).map_err(|problem| problem.to_string())?;
        for file in self.files.iter_mut() {
            repeat(file, &name, &list);
        }
        self.changed(&place.pointer, &format!("the value {value}"))
    }
}

/// Repeats the values `list` of the enum `name` wherever `value` does.
fn repeat(value: &mut Value, name: &str, list: &[Value]) {
    match value {
        Value::Object(map) => {
            if map.get("x-enum").is_some_and(|known| known == name) && map.contains_key("x-extensible-enum") {
                map.insert("x-extensible-enum".to_owned(), Value::Array(list.to_vec()));
            }
            map.values_mut().for_each(|child| repeat(child, name, list));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| repeat(item, name, list)),
        _ => {}
    }
}
