//! Rules for the document as a whole: what is declared is used, and nothing is there twice or unnoticed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Report, evidence};
use crate::spec::{
    bundle::escape,
    load::is_data,
    operations::{self, METHODS},
};

/// What a path item has beside its methods.
const OF_PATH_ITEM: [&str; 1] = ["parameters"];

pub(super) fn check_all(report: &mut Report<'_>) {
    let document = report.bundle.document();
    paths(report, document);
    declared(report, document);
    servers(report, document);
    walk(report, "", document, false);
}

/// Each path and each operation id is there once, and each method is one that the rest of the rules look at.
fn paths(report: &mut Report<'_>, document: &Value) {
    let mut known = BTreeMap::new();
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        let pointer = format!("/paths/{}", escape(path));
        let plain: Vec<&str> = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
        if let Some(other) = known.insert(plain, path) {
            let problem = format!("`{path}` and `{other}` are one path with two names for its parameters");
            report.add(&pointer, "path-unique", problem);
        }
        for key in item.as_object().into_iter().flat_map(Map::keys) {
            if !METHODS.contains(&key.as_str()) && !OF_PATH_ITEM.contains(&key.as_str()) && !key.starts_with("x-") {
                let problem = format!("`{key}`: a path has `parameters` and the methods {METHODS:?}");
                report.add(&pointer, "path-methods", problem);
            }
        }
    }
    let mut ids = BTreeMap::new();
    for operation in operations::all(document) {
        let id = operation.text("operationId").unwrap_or_default();
        if let Some(other) = ids.insert(id, operation.path) {
            report.add(&operation.pointer(), "operation-id", format!("`{id}` is also the id of `{other}`"));
        }
    }
}

/// Tags, scopes and sources are declared once and used.
fn declared(report: &mut Report<'_>, document: &Value) {
    let operations = operations::all(document);
    let tags: BTreeSet<&str> = operations.iter().flat_map(|operation| texts(operation.value.get("tags"))).collect();
    let mut seen = BTreeSet::new();
    for (index, tag) in document.get("tags").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let name = tag.get("name").and_then(Value::as_str).unwrap_or_default();
        let pointer = format!("/tags/{index}");
        if !seen.insert(name) {
            report.add(&pointer, "declared-once", format!("the tag `{name}` is declared twice"));
        }
        if !tags.contains(name) {
            report.add(&pointer, "declared-used", format!("no operation has the tag `{name}`"));
        }
    }
    let scopes: BTreeSet<&str> = operations.iter().flat_map(operations::Operation::scopes).collect();
    let place = "/components/securitySchemes/oauth2/flows/clientCredentials/scopes";
    for scope in document.pointer(place).and_then(Value::as_object).into_iter().flat_map(Map::keys) {
        if !scopes.contains(scope.as_str()) {
            let pointer = format!("{place}/{}", escape(scope));
            report.add(&pointer, "declared-used", format!("no operation needs the scope `{scope}`"));
        }
    }
    let mut sources = BTreeSet::new();
    mentioned(document, &mut sources);
    for source in document.get("x-evidence-sources").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
        if !sources.contains(source.as_str()) {
            let pointer = format!("/x-evidence-sources/{}", escape(source));
            report.add(&pointer, "declared-used", format!("no `x-evidence` names the source `{source}`"));
        }
    }
}

/// Tokens and personal data leave over TLS only.
fn servers(report: &mut Report<'_>, document: &Value) {
    let servers = document.get("servers").and_then(Value::as_array).into_iter().flatten().enumerate();
    let mut addresses: Vec<(String, Option<&Value>)> =
        servers.map(|(index, server)| (format!("/servers/{index}"), server.get("url"))).collect();
    let place = "/components/securitySchemes/oauth2/flows/clientCredentials";
    let flow = document.pointer(place).and_then(Value::as_object);
    addresses.extend(flow.into_iter().map(|flow| (place.to_owned(), flow.get("tokenUrl"))));
    for (pointer, address) in addresses {
        if !address.and_then(Value::as_str).is_some_and(|address| address.starts_with("https://")) {
            report.add(&pointer, "server-https", "an address begins with `https://`");
        }
    }
}

/// No extension that nobody knows, and no parameter without a description. `names`: the keys are names, not keywords.
fn walk(report: &mut Report<'_>, pointer: &str, value: &Value, names: bool) {
    match value {
        Value::Object(map) => {
            if !names {
                evidence::known_extensions(report, pointer, map);
                let is_parameter = map.contains_key("in") && map.contains_key("name");
                if is_parameter && map.get("description").and_then(Value::as_str).is_none_or(str::is_empty) {
                    report.add(pointer, "described", "a description is missing");
                }
            }
            for (key, child) in map.iter().filter(|(key, _)| names || !is_data(key)) {
                let holds_names = !names && matches!(key.as_str(), "properties" | "x-webhooks");
                walk(report, &format!("{pointer}/{}", escape(key)), child, holds_names);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(report, &format!("{pointer}/{index}"), item, false);
            }
        }
        _ => {}
    }
}

/// Adds the sources that any `x-evidence` below `value` names.
fn mentioned<'a>(value: &'a Value, sources: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(map) => {
            let refs = map.get("x-evidence").and_then(|evidence| evidence.get("refs"));
            sources.extend(texts(refs).flat_map(evidence::names));
            map.values().for_each(|child| mentioned(child, sources));
        }
        Value::Array(items) => items.iter().for_each(|item| mentioned(item, sources)),
        _ => {}
    }
}

fn texts(list: Option<&Value>) -> impl Iterator<Item = &str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
