use std::{collections::BTreeMap, sync::OnceLock};

use serde_json::json;

use super::*;
use crate::{import::entry::What, spec};

fn copy() -> Copy {
    Copy::of(&path("tests/import/openapi"))
}

fn document() -> PathBuf {
    path("tests/import/upstream.yaml")
}

/// A description, and what the import of the document made of it.
struct Imported {
    before: Vec<(String, String)>,
    copy: Copy,
    report: Report,
}

/// One import that all tests look at.
fn imported() -> &'static Imported {
    static IMPORTED: OnceLock<Imported> = OnceLock::new();
    IMPORTED.get_or_init(|| {
        let copy = copy();
        let before = copy.files();
        let report = copy.import(&document(), false);
        Imported { before, copy, report }
    })
}

#[test]
fn the_report_has_the_entries_that_were_written_down_before_and_no_others() {
    let report = &imported().report;
    let mut left: Vec<Value> = report.entries.iter().map(|entry| serde_json::to_value(entry).unwrap()).collect();
    let mut missing = Vec::new();
    let changes = read(&path("tests/import/changes.yaml"));
    for change in changes.as_array().unwrap() {
        for expected in change["expect"].as_array().unwrap() {
            let fits = |entry: &Value| expected.as_object().unwrap().iter().all(|(key, value)| entry[key] == *value);
            match left.iter().position(fits) {
                Some(index) => drop(left.remove(index)),
                None => missing.push(format!("{}: {expected}", change["name"])),
            }
        }
    }
    assert_eq!((missing, left), (Vec::new(), Vec::new()), "missing, and not expected");
    assert!(changes.as_array().unwrap().len() >= 40);
}

#[test]
fn conventions_are_counted_by_name() {
    let report = &imported().report;
    let names: Vec<&str> = report.conventions.keys().copied().collect();
    let expected = [
        "bodyless",
        "failures",
        "idempotency-keys",
        "limits",
        "media-types",
        "more-exact",
        "names",
        "open-enums",
        "partial",
        "texts",
        "tolerant-replies",
    ];
    assert_eq!(names, expected);
    assert_eq!((report.conventions["bodyless"], report.conventions["partial"]), (1, 1));
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let copy = copy();
    let before = copy.files();
    let said = copy.import(&document(), true);
    assert_eq!(copy.files(), before);
    let [said, done] = [&said, &imported().report].map(|report| {
        let mut report = serde_json::to_value(report).unwrap();
        // What is written moves the lines.
        report["entries"].as_array_mut().unwrap().iter_mut().for_each(|entry| entry["where"] = Value::Null);
        report
    });
    assert_eq!(said, done);
}

#[test]
fn a_second_import_takes_nothing_and_says_the_same_of_all_else() {
    let Imported { copy, report: first, .. } = imported();
    let once = copy.files();
    let second = copy.import(&document(), false);
    assert_eq!(copy.files(), once);
    assert_eq!(second.entries, rest(&first.entries));
    assert_eq!((second.files, second.breaking), (Vec::<String>::new(), Vec::new()));
    assert_eq!(second.conventions, first.conventions);
    assert_eq!(second.names, first.names);
}

#[test]
fn the_merged_description_keeps_our_rules() {
    let Imported { copy, report, .. } = imported();
    assert_eq!(report.findings, Vec::<String>::new());
    let bundle = spec::read_checked(&copy.workspace()).unwrap();
    spec::normalize::normalize(&bundle).unwrap();
}

#[test]
fn what_nothing_changes_stays_as_it_was_written() {
    let Imported { copy, report, before } = imported();
    let after: BTreeMap<String, String> = copy.files().into_iter().collect();
    for (file, old) in before {
        let new = &after[file];
        assert_eq!(old != new, report.files.contains(file), "{file}");
        let comments =
            |text: &str| text.lines().filter(|line| line.contains("# ")).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(comments(old), comments(new), "{file}");
        let (old, new): (Value, Value) = (serde_saphyr::from_str(old).unwrap(), serde_saphyr::from_str(new).unwrap());
        in_order(&old, &new, file);
    }
}

/// What both `old` and `new` have stands in the same order.
#[track_caller]
fn in_order(old: &Value, new: &Value, place: &str) {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else {
        return;
    };
    let kept: Vec<&String> = old.keys().filter(|key| new.contains_key(*key)).collect();
    let found: Vec<&String> = new.keys().filter(|key| old.contains_key(*key)).collect();
    assert_eq!(kept, found, "{place}");
    for key in kept {
        in_order(&old[key], &new[key], &format!("{place}/{key}"));
    }
}

#[test]
fn what_is_taken_is_evidenced_by_the_document() {
    let bundle = spec::read_checked(&imported().copy.workspace()).unwrap();
    let check = |pointer: &str, level: &str, refs: &[&str]| {
        let evidence = &bundle.document().pointer(pointer).unwrap()["x-evidence"];
        assert_eq!(*evidence, json!({ "level": level, "refs": refs }), "{pointer}");
    };
    check("/components/schemas/Investor/properties/risk_profile", "D", &["upstream-2.7.0"]);
    check("/components/schemas/Salutation", "S", &["002", "003", "upstream-2.7.0"]);
    check("/components/schemas/BankAccount/properties/currency", "D", &["upstream-2.7.0"]);
    check("/paths/~1v2~1transfers~1/post", "D", &["cl-overview", "transfers-d(A)", "upstream-2.7.0"]);
}

#[test]
fn a_removed_property_is_told_with_its_evidence_and_what_may_be_its_new_name() {
    let report = &imported().report;
    let why = |at: &str| {
        let removed = report.entries.iter().find(|entry| entry.at == at && entry.curated.starts_with("integer"));
        removed.unwrap().why.clone()
    };
    assert_eq!(
        why("RedemptionCreate.units"),
        "the document does not have it; ours is evidenced (S: 002, cl-redemptions); its new name may be `amount`"
    );
    assert_eq!(why("Redemption.units"), "the document does not have it; ours is assumed; its new name may be `amount`");
}

#[test]
fn a_person_reads_first_what_has_to_be_decided() {
    let text = imported().report.text(true);
    let titles: Vec<&str> = text.lines().filter(|line| !line.starts_with(' ') && !line.is_empty()).collect();
    let expected = [
        "upstream-2.7.0: operations: 52 in both, 5 added, 3 removed",
        "needs a person: 21",
        "taken: 40",
        "kept as ours has it: 2",
        "breaks clients of the description before: 13",
        "differs by intent, with the number of places: 11",
        "components of the document: 75",
    ];
    assert_eq!(titles[..expected.len()], expected);
    assert!(text.contains("\n  property-added  RedemptionCreate.amount\n"), "{text}");
    assert!(text.trim_end().ends_with("`cargo xtask generate` and `cargo xtask verify`"), "{text}");
}

#[test]
fn an_entry_says_in_which_line_its_place_stands() {
    let Imported { copy, report, .. } = imported();
    for entry in report.entries.iter().filter(|entry| entry.what != What::Family) {
        let (file, line) = entry.location.as_deref().unwrap().split_once(':').unwrap();
        let text = fs::read_to_string(copy.folder.path().join(file)).unwrap();
        let found = text.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap().trim();
        let name = entry.at.rsplit(['.', ' ']).next().unwrap();
        let is_call = ["get:", "post:", "patch:", "schema:"].contains(&found);
        let is_named = found.starts_with(&format!("{name}:")) || found.contains(&format!("schemas/{name}\""));
        assert!(is_named || is_call || entry.at.contains(": "), "{}: {file}:{line}: {found}", entry.at);
    }
}

#[test]
fn what_was_assumed_is_said_to_have_been_so() {
    let Imported { copy, report, .. } = imported();
    let bundle = spec::read_checked(&copy.workspace()).unwrap();
    let note = |pointer: &str| bundle.document().pointer(pointer).unwrap()["x-evidence-note"].clone();
    assert_eq!(
        note("/components/schemas/Campaign/properties/price_per_token"),
        "Assumed before upstream-2.7.0: That it is a money object, and not a plain number, is assumed. Changed by \
         upstream-2.7.0 (the type)."
    );
    assert_eq!(
        note("/components/schemas/BankAccount/properties/currency"),
        "Assumed before upstream-2.7.0. Changed by upstream-2.7.0 (the type)."
    );
    // The document that lacks a thing is no evidence for it, even if it is one for what is around it.
    let why = |at: &str| &report.entries.iter().find(|entry| entry.at == at && entry.upstream.is_empty()).unwrap().why;
    assert_eq!(why("KycStatus"), "the document does not list it; ours is assumed from studio-kyc");
    assert_eq!(why("distributor_v2_products_list: page_size"), "the document does not have it; ours is assumed");
}

#[test]
fn a_document_of_the_next_version_of_openapi_says_the_same() {
    let mut newer = read(&document());
    newer["openapi"] = json!("3.1.0");
    let schemas = std::mem::take(&mut newer["components"]["schemas"]);
    newer["components"]["schemas"] = next_version(&schemas, false);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upstream.json");
    fs::write(&file, newer.to_string()).unwrap();
    assert!(newer.to_string().contains(r#"["string","null"]"#));

    assert_eq!(copy().import(&file, false).entries, imported().report.entries);
}

/// A schema as OpenAPI 3.1 writes it. `names`: the keys of `value` are names of properties.
fn next_version(value: &Value, names: bool) -> Value {
    match value {
        Value::Object(map) => {
            let mut map: serde_json::Map<String, Value> = map
                .iter()
                .map(|(key, child)| (key.clone(), next_version(child, !names && key == "properties")))
                .collect();
            if !names && map.get("nullable") == Some(&json!(true)) && map.contains_key("type") {
                map.shift_remove("nullable");
                let kind = map["type"].clone();
                map.insert("type".to_owned(), json!([kind, "null"]));
            }
            Value::Object(map)
        }
        Value::Array(items) => items.iter().map(|item| next_version(item, false)).collect(),
        other => other.clone(),
    }
}
