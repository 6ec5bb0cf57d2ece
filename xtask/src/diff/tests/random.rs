//! Documents edited at random: whatever they have become, they are compared, and both ways alike.

use std::collections::BTreeSet;

use fastrand::Rng;
use serde_json::{Value, json};

use crate::{
    diff::{Change, compare},
    spec::bundle::escape,
};

const CURATED: &str = include_str!("../../../../openapi/cashlink.json");
const SMALL: &str = include_str!("../../../../tests/diff/base.json");

#[test]
fn whatever_a_document_has_become_is_compared_and_both_ways_alike() {
    check(SMALL, 0..80);
    check(CURATED, 80..83);

    #[track_caller]
    fn check(text: &str, seeds: std::ops::Range<u64>) {
        let original: Value = serde_json::from_str(text).unwrap();
        for seed in seeds {
            let mut random = Rng::with_seed(seed);
            let mut edited = original.clone();
            for _ in 0..random.usize(1..=6) {
                edit(&mut edited, &mut random);
            }
            assert_eq!(compare(&edited, &edited), [], "seed {seed}: a document differs from itself");
            let forth = compare(&original, &edited);
            let back = compare(&edited, &original);
            for change in forth.iter().chain(&back) {
                let is_somewhere = [&original, &edited].iter().any(|document| document.pointer(&change.at).is_some());
                assert!(is_somewhere, "seed {seed}: no document has the place of {change:?}");
            }
            assert_eq!(forth.is_empty(), back.is_empty(), "seed {seed}: only one way has changes");
            let kinds = |changes: &[Change]| changes.iter().filter_map(|change| kind(change.rule)).collect();
            let forth: BTreeSet<&str> = kinds(&forth);
            let back: BTreeSet<&str> = kinds(&back);
            let opposites: BTreeSet<&str> = back.into_iter().map(opposite).collect();
            assert_eq!(forth, opposites, "seed {seed}: the two ways differ");
        }
    }
}

/// What `rule` says, if the reverse edit has to say the opposite.
fn kind(rule: &'static str) -> Option<&'static str> {
    match rule {
        "known-value-added" => Some("value-added"),
        "known-value-removed" => Some("value-removed"),
        "scope-dropped" => Some("scope-changed"),
        "operation-deprecated" | "text-changed" => None,
        rule => Some(rule),
    }
}

/// The rule of the reverse edit.
fn opposite(rule: &'static str) -> &'static str {
    let pairs = [
        ("operation-added", "operation-removed"),
        ("server-added", "server-removed"),
        ("idempotency-lost", "idempotency-gained"),
        ("repeatable-lost", "repeatable-gained"),
        ("parameter-added", "parameter-removed"),
        ("parameter-required", "parameter-optional"),
        ("body-added", "body-removed"),
        ("body-required", "body-optional"),
        ("media-type-added", "media-type-removed"),
        ("status-added", "status-removed"),
        ("header-added", "header-removed"),
        ("header-required", "header-optional"),
        ("property-added", "property-removed"),
        ("property-required", "property-optional"),
        ("null-allowed", "null-refused"),
        ("type-widened", "type-narrowed"),
        ("format-added", "format-removed"),
        ("value-added", "value-removed"),
        ("values-closed", "values-opened"),
        ("known-values-given", "known-values-dropped"),
        ("limit-tightened", "limit-loosened"),
        ("alternative-added", "alternative-removed"),
        ("object-closed", "object-opened"),
        ("sensitive-marked", "sensitive-unmarked"),
    ];
    let found = pairs.iter().find_map(|(one, other)| match rule {
        rule if rule == *one => Some(*other),
        rule if rule == *other => Some(*one),
        _ => None,
    });
    found.unwrap_or(rule)
}

/// Changes something somewhere.
fn edit(document: &mut Value, random: &mut Rng) {
    let mut all = Vec::new();
    pointers(document, "", &mut all);
    let place = all[random.usize(..all.len())].clone();
    let other = all[random.usize(..all.len())].clone();
    let copied = document.pointer(&other).cloned().unwrap_or_default();
    let Some(value) = document.pointer_mut(&place) else {
        return;
    };
    match random.u8(..8) {
        0 => *value = odd(random),
        1 => *value = copied,
        2 => *value = json!({ "$ref": format!("#{other}") }),
        3 => *value = json!({ "allOf": [value.take()] }),
        4 => *value = json!({ "oneOf": [value.take(), copied] }),
        5 => take_from(value, random),
        _ => add_to(value, random),
    }
}

fn take_from(value: &mut Value, random: &mut Rng) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(random.usize(..map.len())).cloned().unwrap();
            map.shift_remove(&key);
        }
        Value::Array(items) if !items.is_empty() => {
            items.remove(random.usize(..items.len()));
        }
        _ => *value = Value::Null,
    }
}

fn add_to(value: &mut Value, random: &mut Rng) {
    const KEYS: [&str; 24] = [
        "$ref",
        "type",
        "nullable",
        "enum",
        "x-extensible-enum",
        "properties",
        "required",
        "items",
        "allOf",
        "oneOf",
        "additionalProperties",
        "default",
        "minimum",
        "multipleOf",
        "format",
        "readOnly",
        "parameters",
        "schema",
        "content",
        "headers",
        "security",
        "deprecated",
        "x-idempotency",
        "description",
    ];
    let added = odd(random);
    match value {
        Value::Object(map) => {
            map.insert(random.choice(KEYS).unwrap().to_owned(), added);
        }
        Value::Array(items) => items.push(added),
        other => *other = added,
    }
}

fn odd(random: &mut Rng) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(false),
        json!(-1),
        json!(1e300),
        json!(0.25),
        json!(""),
        json!("object"),
        json!("#/components/schemas/Nowhere"),
        json!([]),
        json!([null, "A", 1]),
        json!({}),
        json!({ "type": ["string", "null"] }),
        json!({ "type": "string", "nullable": true }),
        json!({ "$ref": "#/components/schemas/Nowhere" }),
        json!({ "$ref": "#" }),
        json!({ "$ref": 1 }),
        json!({ "oneOf": [{ "$ref": "#/components/schemas" }, { "enum": [null] }] }),
    ];
    random.choice(values).unwrap()
}

fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    for (key, child) in value.as_object().into_iter().flatten() {
        pointers(child, &format!("{at}/{}", escape(key)), found);
    }
    for (index, child) in value.as_array().into_iter().flatten().enumerate() {
        pointers(child, &format!("{at}/{index}"), found);
    }
}
