use serde_json::{Map, json};

use super::*;
use crate::{
    import::{files::Files, plan::plan, write},
    spec::load::Source,
};

/// How many documents are tried.
const DOCUMENTS: usize = 6;

#[test]
fn a_document_gone_wrong_is_refused_or_imported_once_and_for_all() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let folder = path("tests/import/openapi");
    let source = Source::read(&folder, "cashlink.yaml").unwrap();
    let document = read(&path("tests/import/upstream.yaml"));
    let mut imported = 0;
    for index in 0..DOCUMENTS {
        let mut mutant = document.clone();
        for _ in 0..random.usize(1..20) {
            mutate(&mut mutant, &mut random);
        }
        imported += usize::from(check(index, &folder, &source, &mutant));
    }
    assert!(imported > 0, "every document was refused");
}

/// Imports `document`, twice. Whether it can be imported.
fn check(index: usize, folder: &Path, source: &Source, document: &Value) -> bool {
    let first = match plan(source, document) {
        Ok(first) => first,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            return false;
        }
    };
    write::changes(folder, source, &first.files).unwrap_or_else(|error| panic!("document {index}: {error:#}"));
    let second = plan(&first.files.source(), document).unwrap();
    assert_eq!(second.report.entries, rest(&first.report.entries), "document {index}");
    let values = |files: &Files| files.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect::<Vec<_>>();
    assert_eq!(values(&second.files), values(&first.files), "document {index}");
    true
}

/// Changes one place of `value`, somewhere inside.
fn mutate(value: &mut Value, random: &mut fastrand::Rng) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            let keys: Vec<String> = map.keys().cloned().collect();
            let key = random.choice(&keys).unwrap().clone();
            match random.u8(..20) {
                0 => drop(map.shift_remove(&key)),
                1 => drop(map.insert(format!("{key}_new"), map[&key].clone())),
                2 => drop(map.insert(key, junk(random))),
                _ => mutate(&mut map[&key], random),
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let index = random.usize(..items.len());
            match random.u8(..8) {
                0 => drop(items.remove(index)),
                1 => items.push(junk(random)),
                _ => mutate(&mut items[index], random),
            }
        }
        other => *other = junk(random),
    }
}

/// Something that stands anywhere, and rarely where it may.
fn junk(random: &mut fastrand::Rng) -> Value {
    let schema = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let all = [
        json!(null),
        json!(true),
        json!(-7.5),
        json!("NEW_VALUE"),
        json!("string"),
        json!("uuid"),
        json!("a: \u{85}[\"\n#"),
        json!([]),
        json!({}),
        json!({ "type": "array", "items": schema("ExternalInvestor") }),
        json!({ "allOf": [schema("ExternalInvestor"), { "nullable": true }] }),
        json!({ "oneOf": [schema("SalutationEnum"), schema("Nothing"), { "type": "null" }] }),
        json!({ "type": "object", "properties": { "self": { "type": "object", "properties": {} }, "ä/b~c": {} } }),
        json!(["a", ["b"], { "c": null }]),
        schema("ExternalWallet"),
        json!({ "$ref": "#/paths" }),
        json!({ "$ref": "#" }),
    ];
    random.choice(all).unwrap()
}

#[test]
fn schemas_that_hold_themselves_come_to_an_end() {
    let source = Source::read(&path("tests/import/openapi"), "cashlink.yaml").unwrap();
    let mut document = read(&path("tests/import/upstream.yaml"));
    let schemas = document["components"]["schemas"].as_object_mut().unwrap();
    let all: Map<String, Value> =
        (0..12).map(|index| (format!("p{index}"), json!({ "$ref": "#/components/schemas/Loop" }))).collect();
    let many = |name: &str| vec![json!({ "$ref": format!("#/components/schemas/{name}") }); 30];
    schemas.insert("Loop".to_owned(), json!({ "type": "object", "properties": all, "required": ["p0"] }));
    schemas.insert("Self".to_owned(), json!({ "$ref": "#/components/schemas/Self" }));
    schemas.insert("Both".to_owned(), json!({ "allOf": many("Both"), "oneOf": many("Self"), "anyOf": many("Both") }));
    let investor = schemas["ExternalInvestor"]["properties"].as_object_mut().unwrap();
    for name in ["Loop", "Self", "Both"] {
        investor.insert(name.to_lowercase(), json!({ "$ref": format!("#/components/schemas/{name}") }));
    }
    let plan = plan(&source, &document).unwrap();
    assert!(plan.report.entries.iter().any(|entry| entry.at == "Investor.loop"));
}
