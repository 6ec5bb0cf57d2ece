//! Holds every control call that these tests make against the description of the control, `control.json`.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use reqwest::{Method, Request};
use serde_json::{Map, Value, json};

use crate::client::Reply;

pub(crate) static DESCRIPTION: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../control.json")).unwrap());

/// A control call, of which the description says something.
pub(crate) struct Asked {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Asked {
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let path = request.url().path().to_owned();
        let bytes = request.body().and_then(reqwest::Body::as_bytes);
        let body = bytes.and_then(|bytes| serde_json::from_slice(bytes).ok());
        path.starts_with("/_sandbox/").then(|| Self { method: request.method().clone(), path, body })
    }

    /// Whether what came back is described, and what was taken, too.
    #[track_caller]
    pub(crate) fn check(&self, reply: &Reply) {
        let Self { method, path, body } = self;
        let Some((described, operation)) = find(method, path) else {
            let is_refused = [404, 405].contains(&reply.status);
            assert!(is_refused, "{method} {path} is answered {} but is not in control.json", reply.status);
            return;
        };
        let called = format!("{method} {described} {}", reply.status);
        let answer = resolve(&operation["responses"][reply.status.to_string()]);
        assert!(answer.is_object(), "{called} is not in control.json: {reply:?}");
        match answer["content"].as_object() {
            None => assert_eq!(reply.text, "", "{called} has a body"),
            Some(content) => {
                let media = &content["application/json"];
                assert_eq!(reply.headers["content-type"], "application/json", "{called}");
                fit(&called, &media["schema"], &reply.body);
            }
        }
        let wanted = &operation["requestBody"]["content"]["application/json"]["schema"];
        if let (200..300 | 409, Some(body), true) = (reply.status, body, wanted.is_object()) {
            fit(&format!("{method} {described}, what it takes"), wanted, &without_nulls(body));
        }
    }
}

/// The operation at an address, with its described path; of several the one that has most of it by name.
fn find(method: &Method, path: &str) -> Option<(&'static str, &'static Value)> {
    let paths = DESCRIPTION["paths"].as_object().unwrap();
    let is_at = |described: &str| {
        let fits = |(described, part): (&str, &str)| described == part || described.starts_with('{');
        described.split('/').count() == path.split('/').count() && described.split('/').zip(path.split('/')).all(fits)
    };
    let found = paths.iter().filter(|(described, _)| is_at(described));
    let (described, item) = found.min_by_key(|(described, _)| described.matches('{').count())?;
    Some((described.as_str(), item.get(method.as_str().to_ascii_lowercase())?))
}

pub(crate) fn resolve(node: &'static Value) -> &'static Value {
    let pointer = node["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.map_or(node, |pointer| DESCRIPTION.pointer(pointer).unwrap())
}

/// Whether `value` is what a schema of the description says.
#[track_caller]
pub(crate) fn fit(what: &str, schema: &Value, value: &Value) {
    let problems: Vec<_> = validator(schema)
        .iter_errors(value)
        .map(|error| format!("{} at {}", error.kind().keyword(), error.instance_path()))
        .collect();
    assert!(problems.is_empty(), "{what}: {problems:#?}\n{value:#}");
}

fn validator(schema: &Value) -> Arc<Validator> {
    static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut compiled = COMPILED.lock().unwrap();
    let new = || {
        let root = json!({ "allOf": [convert(schema)], "components": convert(&DESCRIPTION["components"]) });
        Arc::new(jsonschema::draft202012::options().should_validate_formats(true).build(&root).unwrap())
    };
    Arc::clone(compiled.entry(schema.to_string()).or_insert_with(new))
}

/// A schema of OpenAPI 3.0 as JSON Schema, which knows no `nullable`.
fn convert(node: &Value) -> Value {
    match node {
        Value::Object(map) => {
            let mut schema: Map<_, _> = map.iter().map(|(key, value)| (key.clone(), convert(value))).collect();
            let is_nullable = schema.remove("nullable") == Some(json!(true));
            if is_nullable { json!({ "anyOf": [schema, { "type": "null" }] }) } else { Value::Object(schema) }
        }
        Value::Array(items) => items.iter().map(convert).collect(),
        other => other.clone(),
    }
}

/// What is `null` in a request is as good as left out.
fn without_nulls(value: &Value) -> Value {
    let Some(map) = value.as_object() else {
        return value.clone();
    };
    let members = map.iter().filter(|(_, value)| !value.is_null());
    members.map(|(name, value)| (name.clone(), without_nulls(value))).collect()
}
