use serde_json::json;

use super::*;
use crate::journal::SealingKey;

const RUN: Uuid = Uuid::from_u128(7);

const SAMPLE: &str =
    r#"{"investor":{"name":"Erika","born":"1984-06-17"},"documents":[{"kind":"a"},{"kind":"b"}],"units":3}"#;

fn given(text: &str) -> Given {
    Given::read("client api", text.to_owned()).unwrap()
}

fn keys(byte: u8) -> SealingKeys {
    SealingKeys::new(SealingKey::from_bytes([byte; 32]))
}

/// What is said when a run was begun with [`SAMPLE`] and goes on with `now`.
fn said(now: &str, before: Option<&SealingKeys>, after: Option<&SealingKeys>) -> Option<String> {
    let stored = given(SAMPLE).record(RUN, before).unwrap();
    given(now).check(RUN, &stored, after).err().map(|error| error.to_string())
}

#[test]
fn the_fields_are_the_leaves_in_the_order_of_the_input() {
    let fields = given(r#"{"b":{"d":[1,[true]],"c":null},"a":[],"e":{}}"#).fields.0;
    let fields: Vec<_> = fields.iter().map(|(path, value)| (path.as_str(), value.as_str())).collect();
    assert_eq!(fields, [("b.d[0]", "1"), ("b.d[1][0]", "true"), ("b.c", "null"), ("a", "[]"), ("e", "{}")]);
}

#[test]
fn names_that_a_caller_made_up_are_not_in_a_path() {
    let fields = given(r#"{"answers":[{"Erika said":1,"b":2}]}"#).fields.0;
    assert_eq!(fields, [("answers[0]".to_owned(), r#"{"Erika said":1,"b":2}"#.to_owned())]);
}

#[test]
fn the_first_difference_is_named_by_its_path_and_never_by_its_value() {
    let (one, two) = (keys(1), keys(2));
    let rotated = keys(2).or(SealingKey::from_bytes([1; 32]));
    for (before, after) in [(None, None), (Some(&one), Some(&one)), (Some(&one), Some(&rotated)), (None, Some(&two))] {
        let check = |from: &str, to: &str, expected: &str| {
            assert!(SAMPLE.contains(from));
            let said = said(&SAMPLE.replace(from, to), before, after).unwrap();
            assert_eq!(said, format!("invalid input: {expected}"));
        };
        check("Erika", "Maxima", "investor.name: differs from what the run was begun with");
        check("1984", "1985", "investor.born: differs from what the run was begun with");
        check(r#""b""#, r#""c""#, "documents[1].kind: differs from what the run was begun with");
        check(r#""name":"Erika","#, "", "investor.name: is missing: the run was begun with it");
        check(r#","units":3"#, "", "units: is missing: the run was begun with it");
        check(r#"{"name""#, r#"{"title":"Dr","name""#, "investor.title: is new: the run was begun without it");
        check("3}", r#"3,"phone":1}"#, "phone: is new: the run was begun without it");
        check("3}", r#"4,"phone":1}"#, "units: differs from what the run was begun with");
    }
}

#[test]
fn another_api_or_client_is_refused_whatever_key_there_is() {
    let (one, two) = (keys(1), keys(2));
    for (before, after) in [(None, None), (Some(&one), Some(&one)), (Some(&one), Some(&two)), (None, Some(&one))] {
        let stored = given(SAMPLE).record(RUN, before).unwrap();
        let elsewhere = Given::read("client another-api", SAMPLE.to_owned()).unwrap();
        let said = elsewhere.check(RUN, &stored, after).unwrap_err().to_string();
        assert!(said.starts_with("invalid input: api: is not the one that the run was begun at"), "{said}");
    }
}

#[test]
fn the_same_input_is_the_same_whatever_key_there_is() {
    let (one, two) = (keys(1), keys(2));
    for before in [None, Some(&one)] {
        for after in [None, Some(&one), Some(&two)] {
            assert_eq!(said(SAMPLE, before, after), None);
            let reordered = r#"{"units":3,"documents":[{"kind":"a"},{"kind":"b"}],"investor":{"born":"1984-06-17","name":"Erika"}}"#;
            assert_eq!(said(reordered, before, after), None);
        }
    }
}

#[test]
fn what_was_sealed_with_a_key_that_is_gone_differs_somewhere_unless_a_field_came_or_went() {
    let (one, two) = (keys(1), keys(2));
    for after in [None, Some(&two)] {
        let changed = said(&SAMPLE.replace("Erika", "Maxima"), Some(&one), after).unwrap();
        assert!(changed.contains("where cannot be told"), "{changed}");
        let new = said(&SAMPLE.replace("3}", r#"3,"phone":1}"#), Some(&one), after).unwrap();
        assert!(new.contains("phone: is new"), "{new}");
    }
}

#[test]
fn keyed_tags_name_the_field_when_the_value_cannot_be_opened() {
    let stored = InputRecord { sealed: None, ..given(SAMPLE).record(RUN, Some(&keys(1))).unwrap() };
    let changed = given(&SAMPLE.replace("Erika", "Maxima"));
    let error = changed.check(RUN, &stored, Some(&keys(1))).unwrap_err().to_string();
    assert!(error.contains("investor.name: differs"), "{error}");
}

#[test]
fn without_a_key_a_field_leaves_one_byte_and_with_a_key_sixteen() {
    let open = given(SAMPLE).record(RUN, None).unwrap();
    let mut tags: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&open.fields).unwrap();
    assert!(tags.remove(ACCOUNT).is_some());
    assert_eq!(tags.len(), 5);
    assert!(tags.values().all(|tag| tag.as_str().unwrap().len() == 2) && open.sealed.is_none());

    let keyed = given(SAMPLE).record(RUN, Some(&keys(1))).unwrap();
    let tags: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&keyed.fields).unwrap();
    assert!(tags.values().all(|tag| tag.as_str().unwrap().len() == 32));
    assert!(!String::from_utf8_lossy(&keyed.sealed.unwrap()).contains("Erika"));
    assert!(!format!("{} {}", open.fields, keyed.fields).contains("Erika"));
}

#[test]
fn nothing_that_is_kept_is_the_same_in_two_runs() {
    let other = Uuid::from_u128(8);
    let (one, two) = (given(SAMPLE).record(RUN, None).unwrap(), given(SAMPLE).record(other, None).unwrap());
    assert_ne!(one.digest, two.digest);
    assert_ne!(one.fields, two.fields);
    // What was sealed for one run is not opened for another.
    let sealed = given(SAMPLE).record(other, Some(&keys(1))).unwrap().sealed;
    assert!(keys(1).open(&purpose(RUN), &sealed.unwrap()).is_err());
}

#[test]
fn a_document_in_memory_is_its_name_its_kind_and_a_digest() {
    let document = crate::DocumentSource::bytes("a.pdf", "application/pdf", b"%PDF".as_slice());
    let given = Given::new("client api", &json!({ "file": document })).unwrap();
    let paths: Vec<_> = given.fields.0.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["file.file_name", "file.content_type", "file.sha256"]);
    assert!(!given.text.contains("%PDF"));
}
