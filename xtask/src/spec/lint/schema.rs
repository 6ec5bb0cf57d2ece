//! Rules for schemas and their properties.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Report, evidence, kind};
use crate::spec::{bundle::escape, normalize::collect_schema_names, operations};

/// What a UUID may identify.
pub(crate) const NOUNS: [&str; 17] = [
    "Investor",
    "Document",
    "Identification",
    "Person",
    "Wallet",
    "Campaign",
    "Product",
    "Invitation",
    "Investment",
    "Credit",
    "Redemption",
    "Issuer",
    "DistributionPlatform",
    "Listing",
    "Transfer",
    "SignedDocument",
    "RegistryStatement",
];

/// Names of properties whose values are personal or secret wherever they stand.
pub(crate) const PERSONAL: &[&str] = &[
    "access_token",
    "account_holder",
    "account_number",
    "address",
    "bank",
    "bic",
    "birth_date",
    "birth_place",
    "citizenship",
    "city",
    "client_secret",
    "commercial_register",
    "commercial_register_number",
    "company_name",
    "document_id",
    "document_issuer",
    "document_valid_from",
    "document_valid_to",
    "email",
    "file",
    "forename",
    "iban",
    "is_pep",
    "is_subject_to_german_tax",
    "is_subject_to_us_tax",
    "legitimation_process_id",
    "non_assessment_certificate",
    "phone",
    "reference",
    "salutation",
    "self_disclosure_monthly_income",
    "self_disclosure_net_worth_100k",
    "start_url",
    "street",
    "surname",
    "survey",
    "tax_identification_number",
    "url",
    "verified_at",
    "zip",
];

pub(super) fn check_all(report: &mut Report<'_>) {
    let bundle = report.bundle;
    let replies = reply_schemas(bundle.document());
    let schemas = bundle.document().pointer("/components/schemas").and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let pointer = format!("/components/schemas/{}", escape(name));
        described(report, &pointer, schema);
        if schema.get("x-extensible-enum").is_some() || schema.get("x-evidence").is_some() {
            evidence::must_have(report, &pointer, schema);
        }
        walk(report, &pointer, schema, Place::Named);
        if replies.contains(name) {
            tolerant(report, &pointer, schema);
        }
    }
    walk_outside(report, "", bundle.document());
}

/// Whether a schema has a name of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Named,
    Inside,
    Multipart,
}

/// Checks the schemas of parameters, headers and bodies.
fn walk_outside(report: &mut Report<'_>, pointer: &str, value: &Value) {
    match value {
        Value::Object(map) => {
            if map.contains_key("x-evidence") {
                evidence::must_have(report, pointer, value);
            }
            for (key, child) in map {
                let below = format!("{pointer}/{}", escape(key));
                let is_data = matches!(key.as_str(), "example" | "examples");
                if key == "schema" {
                    let multipart = pointer.ends_with("multipart~1form-data");
                    walk(report, &below, child, if multipart { Place::Multipart } else { Place::Inside });
                } else if !is_data && below != "/components/schemas" {
                    walk_outside(report, &below, child);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk_outside(report, &format!("{pointer}/{index}"), item);
            }
        }
        _ => {}
    }
}

fn walk(report: &mut Report<'_>, pointer: &str, schema: &Value, place: Place) {
    let Some(map) = schema.as_object() else {
        return;
    };
    kind::check(report, pointer, map, place == Place::Named);
    identifier(report, pointer, map);
    enumeration(report, pointer, map, place);
    reference(report, pointer, map);
    let properties = map.get("properties").and_then(Value::as_object);
    if properties.is_some() && place == Place::Inside {
        report.add(pointer, "named-objects", "move the object to `schemas` and refer to it: its type needs a name");
    }
    for (name, property) in properties.into_iter().flatten() {
        let below = format!("{pointer}/properties/{}", escape(name));
        evidence::must_have(report, &below, property);
        described(report, &below, property);
        personal(report, &below, name, property);
        walk(report, &below, property, Place::Inside);
    }
    for key in ["items", "additionalProperties", "not"] {
        if let Some(child) = map.get(key) {
            walk(report, &format!("{pointer}/{key}"), child, Place::Inside);
        }
    }
    for key in ["allOf", "oneOf", "anyOf"] {
        let parts = map.get(key).and_then(Value::as_array).into_iter().flatten();
        for (index, child) in parts.enumerate() {
            walk(report, &format!("{pointer}/{key}/{index}"), child, Place::Inside);
        }
    }
}

fn described(report: &mut Report<'_>, pointer: &str, schema: &Value) {
    if schema.get("description").and_then(Value::as_str).is_none_or(|text| text.trim().is_empty()) {
        report.add(pointer, "described", "a description is missing");
    }
}

fn identifier(report: &mut Report<'_>, pointer: &str, map: &Map<String, Value>) {
    let is_uuid = map.get("format").is_some_and(|format| format == "uuid");
    let problem = match map.get("x-id").map(|noun| noun.as_str().unwrap_or_default()) {
        None if is_uuid => "a UUID needs `x-id` with the noun that it identifies".to_owned(),
        Some(_) if !is_uuid => "`x-id` belongs on `format: uuid`".to_owned(),
        Some(noun) if !NOUNS.contains(&noun) => format!("`{noun}` is none of {NOUNS:?}"),
        _ => return,
    };
    report.add(pointer, "uuid-id", problem);
}

fn reference(report: &mut Report<'_>, pointer: &str, map: &Map<String, Value>) {
    for key in ["type", "nullable"] {
        if map.contains_key("allOf") && map.contains_key(key) {
            let problem =
                format!("no `{key}` beside `allOf`: say it of the schema referred to, where all tools read it");
            report.add(pointer, "bare-reference", problem);
        }
    }
}

fn enumeration(report: &mut Report<'_>, pointer: &str, map: &Map<String, Value>, place: Place) {
    let constants = map.get("enum").and_then(Value::as_array).map(Vec::len);
    if constants.is_some_and(|count| count != 1) {
        let problem = "`enum` is for one constant; values that may grow go into `x-extensible-enum`";
        report.add(pointer, "open-enum", problem);
    }
    let Some(values) = map.get("x-extensible-enum") else {
        return;
    };
    let is_list = values.as_array().is_some_and(|values| !values.is_empty() && values.iter().all(Value::is_string));
    let is_text = map.get("type").is_some_and(|kind| kind == "string");
    let named = map.get("x-enum").and_then(Value::as_str).and_then(|name| report.bundle.schema(name));
    let repeats = named.is_some_and(|named| named.get("x-extensible-enum") == Some(values));
    if !is_list || !is_text || !(repeats || place == Place::Named) {
        let problem = "`x-extensible-enum` is a list of texts on a named schema of type string, or repeats the list of \
                       the schema that `x-enum` names";
        report.add(pointer, "open-enum", problem);
    }
}

fn personal(report: &mut Report<'_>, pointer: &str, name: &str, property: &Value) {
    let mark = property.get("x-sensitive");
    if mark.is_some_and(|mark| *mark != true) {
        report.add(pointer, "sensitive", "`x-sensitive` is `true` or absent");
    }
    // What identifies an object of the API is not personal, whatever its name.
    let is_id = property.get("x-id").is_some();
    if PERSONAL.contains(&name) && !is_id && mark.is_none() {
        report.add(pointer, "sensitive", format!("`{name}` is personal or secret: `x-sensitive: true` is missing"));
    }
}

fn tolerant(report: &mut Report<'_>, pointer: &str, schema: &Value) {
    let required: Vec<&Value> = schema.get("required").and_then(Value::as_array).into_iter().flatten().collect();
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let nullable = operations::is_nullable(report.bundle.document(), property);
        let is_required = required.iter().any(|value| *value == name);
        if !is_required && !nullable {
            let pointer = format!("{pointer}/properties/{}", escape(name));
            report.add(
                &pointer,
                "tolerant-replies",
                "a property that a reply need not have must be `nullable: true`, or refer to a schema that is",
            );
        }
    }
}

/// Names of the schemas that success replies reach.
fn reply_schemas(document: &Value) -> BTreeSet<String> {
    let mut waiting = Vec::new();
    for operation in operations::all(document) {
        if let Some((_, reply)) = operation.success() {
            collect_schema_names(reply, &mut waiting);
        }
    }
    let mut found = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        let schema = document.pointer(&format!("/components/schemas/{}", escape(&name)));
        if let Some(schema) = schema.filter(|_| found.insert(name)) {
            collect_schema_names(schema, &mut waiting);
        }
    }
    found
}
