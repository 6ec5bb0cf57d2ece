//! One thing written in several ways, and documents that nobody would write.

use serde_json::{Map, Value, json};

use super::rare::{check_schema, document, said};
use crate::diff::compare;

#[test]
fn the_same_limit_written_in_two_ways_is_no_change() {
    let text = json!({ "type": "string" });
    check(
        &json!({ "type": "integer", "maximum": 5, "exclusiveMaximum": true }),
        &json!({ "type": "integer", "maximum": 4 }),
    );
    check(
        &json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true }),
        &json!({ "type": "integer", "minimum": 1 }),
    );
    check(&json!({ "type": "integer" }), &json!({ "type": "integer", "multipleOf": 1 }));
    check(
        &json!({ "allOf": [{ "type": "integer", "minimum": 1 }, { "minimum": 5 }] }),
        &json!({ "type": "integer", "minimum": 5 }),
    );
    check(
        &json!({ "allOf": [{ "type": "string", "enum": ["A", "B"] }, { "enum": ["B"] }] }),
        &json!({ "type": "string", "enum": ["B"] }),
    );
    check(
        &json!({ "oneOf": [text, { "anyOf": [{ "type": "integer" }, { "type": "boolean" }] }] }),
        &json!({ "oneOf": [text, { "type": "integer" }, { "type": "boolean" }] }),
    );

    #[track_caller]
    fn check(old: &Value, new: &Value) {
        check_schema(old, new, &[], &[]);
        check_schema(new, old, &[], &[]);
    }
}

#[test]
fn an_exclusive_limit_of_a_fraction_is_tighter() {
    let (old, new) = (json!({ "maximum": 5 }), json!({ "maximum": 5, "exclusiveMaximum": true }));
    check_schema(&old, &new, &["limit-tightened! @/maximum"], &["limit-tightened @/maximum"]);
}

#[test]
fn each_further_list_of_what_has_to_be_there_lets_more_through() {
    let object = |lists: &[&str]| {
        let lists: Vec<Value> = lists.iter().map(|name| json!({ "required": [name] })).collect();
        json!({ "properties": { "a": {}, "b": {}, "c": {} }, "anyOf": lists })
    };
    check_schema(
        &object(&["a", "b"]),
        &object(&["c", "b", "a"]),
        &["limit-loosened @/anyOf"],
        &["limit-loosened! @/anyOf"],
    );
    check_schema(
        &object(&["a", "b"]),
        &object(&["a", "c"]),
        &["limit-loosened @/anyOf", "limit-tightened! @/anyOf"],
        &["limit-loosened! @/anyOf", "limit-tightened @/anyOf"],
    );
    check_schema(&object(&["a", "b"]), &object(&["b", "a"]), &[], &[]);
}

#[test]
fn what_a_part_in_another_component_says_is_told_there_and_once() {
    let object = |name: &str| json!({ "properties": { name: { "allOf": [{ "$ref": "#/components/schemas/Part" }] } } });
    let with = |part: &Value| {
        let mut document = document(&json!({}));
        let schemas = json!({ "Sent": object("a"), "Received": object("b"), "Part": part });
        document["components"]["schemas"] = schemas;
        document
    };
    let plain = json!({ "type": "object", "properties": { "a": {} } });
    let demanding = json!({ "type": "object", "properties": { "a": {} }, "required": ["b"] });
    let place = "/components/schemas/Part";
    assert_eq!(
        said(&with(&plain), &with(&demanding)),
        [format!("property-required! {place}"), format!("property-required {place}")]
    );
    assert_eq!(
        said(&with(&demanding), &with(&plain)),
        [format!("property-optional! {place}"), format!("property-optional {place}")]
    );
    let either = json!({ "oneOf": [{ "type": "string" }, { "enum": [null] }] });
    let text = json!({ "type": "string" });
    assert_eq!(said(&with(&either), &with(&text)), [format!("null-refused! {place}"), format!("null-refused {place}")]);
}

#[test]
fn the_character_set_of_a_media_type_goes_without_saying() {
    let with = |name: &str| {
        let mut document = document(&json!({}));
        let operation = &mut document["paths"]["/a/"]["post"];
        operation["requestBody"]["content"] = json!({ name: { "schema": {} } });
        document
    };
    assert_eq!(said(&with("application/json"), &with("Application/JSON; charset=\"UTF-8\"")), [""; 0]);
    assert_eq!(said(&with("application/json"), &with("application/json; charset=ascii")).len(), 2);
}

#[test]
fn servers_of_an_operation_take_the_place_of_those_of_the_document() {
    let with = |own: Option<Value>| {
        let mut document = document(&json!({}));
        document["servers"] = json!([{ "url": "https://a" }, { "url": "https://b" }]);
        if let Some(own) = own {
            document["paths"]["/a/"]["post"]["servers"] = own;
        }
        document
    };
    let all = json!([{ "url": "https://b" }, { "url": "https://a" }]);
    let other = json!([{ "url": "https://b" }, { "url": "https://c" }]);
    let place = "/paths/~1a~1/post/servers";
    assert_eq!(said(&with(None), &with(Some(all))), [""; 0]);
    assert_eq!(
        said(&with(None), &with(Some(other.clone()))),
        [format!("server-removed! {place}"), format!("server-added {place}/1")]
    );
    assert_eq!(
        said(&with(Some(other)), &with(None)),
        [format!("server-removed! {place}/1"), format!("server-added {place}")]
    );
}

#[test]
fn another_way_to_a_token_at_the_same_address_is_another_one() {
    let with = |flow: &str| {
        let mut document = document(&json!({}));
        let flows: Map<String, Value> = Map::from_iter([(flow.to_owned(), json!({ "tokenUrl": "https://a" }))]);
        document["components"]["securitySchemes"] = json!({ "oauth": { "type": "oauth2", "flows": flows } });
        document
    };
    let place = "/components/securitySchemes/oauth/flows";
    assert_eq!(
        said(&with("clientCredentials"), &with("password")),
        [
            format!("server-removed! {place}/clientCredentials/tokenUrl"),
            format!("server-added {place}/password/tokenUrl")
        ]
    );
}

#[test]
fn an_operation_is_told_from_its_name_by_what_it_does() {
    let operation = |id: &str, reply: &str| json!({ "operationId": id, "responses": { reply: { "description": "" } } });
    let with = |operations: &[(&str, Value)]| {
        let paths: Map<String, Value> =
            operations.iter().map(|(path, operation)| ((*path).to_owned(), json!({ "get": operation }))).collect();
        json!({ "openapi": "3.0.3", "paths": paths })
    };
    let check = |old: &[(&str, Value)], new: &[(&str, Value)], expected: &[&str]| {
        assert_eq!(said(&with(old), &with(new)), expected);
    };
    let (old_a, old_b) = (("/a", operation("a", "200")), ("/b", operation("b", "201")));
    // The id goes to a newer version, and the older one gets a new id.
    check(
        std::slice::from_ref(&old_a),
        &[("/a", operation("old_a", "200")), ("/v2/a", operation("a", "200"))],
        &["operation-id-changed! /paths/~1a/get", "operation-added /paths/~1v2~1a/get"],
    );
    check(
        &[old_a.clone(), old_b.clone()],
        &[("/a", operation("b", "201")), ("/b", operation("a", "200"))],
        &["operation-moved! /paths/~1a/get", "operation-moved! /paths/~1b/get"],
    );
    check(
        &[old_a.clone(), old_b.clone()],
        &[("/a", operation("b", "200")), ("/b", operation("a", "201"))],
        &["operation-id-changed! /paths/~1a/get", "operation-id-changed! /paths/~1b/get"],
    );
    check(
        &[old_a, old_b],
        &[("/a", operation("b", "201")), ("/c", operation("a", "200"))],
        &["operation-moved! /paths/~1a/get", "operation-moved! /paths/~1c/get"],
    );
}

#[test]
fn references_are_followed_however_many_and_not_in_circles() {
    let chain = |end: Value| {
        let mut document = document(&json!({ "$ref": "#/components/schemas/S0" }));
        for index in 0..100 {
            let next = format!("#/components/schemas/S{}", index + 1);
            document["components"]["schemas"][format!("S{index}")] = json!({ "$ref": next });
        }
        document["components"]["schemas"]["S100"] = end;
        document
    };
    let place = "/components/schemas/S100";
    assert_eq!(
        said(&chain(json!({ "type": "string" })), &chain(json!({ "type": "integer" }))),
        [format!("type-changed! {place}")]
    );
    let circle = chain(json!({ "$ref": "#/components/schemas/S7" }));
    assert_eq!(said(&circle, &circle), [""; 0]);
}

#[test]
fn schemas_that_lead_to_each_other_in_many_ways_take_no_more_time_than_there_are_pairs() {
    let clique = |prefix: &str, kind: &str| {
        let name = |index: usize| format!("{prefix}{index}");
        let mut document = document(&json!({ "$ref": format!("#/components/schemas/{prefix}0") }));
        for index in 0..12 {
            let others = (0..12).map(|other| {
                (format!("to{other}"), json!({ "$ref": format!("#/components/schemas/{}", name(other)) }))
            });
            let mut properties: Map<String, Value> = others.collect();
            properties.insert("leaf".to_owned(), json!({ "type": kind }));
            let either = json!({ "oneOf": [{ "type": "string" }, { "type": "object", "properties": properties }] });
            document["components"]["schemas"][name(index)] = either;
        }
        document
    };
    let changes = said(&clique("S", "string"), &clique("T", "integer"));
    assert_eq!(changes.iter().filter(|text| text.starts_with("type-changed! ")).count(), 12, "{changes:?}");
}

#[test]
fn the_only_new_property_of_its_kind_may_be_the_new_name_of_one_that_is_gone() {
    let text = json!({ "type": "string", "format": "uuid" });
    check(&json!({ "old": text }), &json!({ "new": text }), "`old` is gone (renamed to `new`?)");
    check(
        &json!({ "old": text }),
        &json!({ "new": text, "count": { "type": "integer" } }),
        "`old` is gone (renamed to `new`?)",
    );
    check(&json!({ "old": text }), &json!({ "new": text, "newer": text }), "`old` is gone");
    check(&json!({ "old": text }), &json!({ "new": { "type": "string" } }), "`old` is gone");
    check(&json!({ "old": text, "new": text }), &json!({ "new": text }), "`old` is gone");

    #[track_caller]
    fn check(old: &Value, new: &Value, expected: &str) {
        let [old, new] = [old, new].map(|properties| document(&json!({ "type": "object", "properties": properties })));
        let changes = compare(&old, &new);
        let gone: Vec<&str> = changes
            .iter()
            .filter(|change| change.rule == "property-removed")
            .map(|change| change.text.as_str())
            .collect();
        assert_eq!(gone, [expected, expected]);
    }
}
