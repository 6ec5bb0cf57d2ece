//! Shapes that the seeded edits lack.

use serde_json::{Value, json};

use crate::diff::{Verdict, compare};

/// A document with one operation that sends and receives `schema`, each by a reference of its own.
pub(super) fn document(schema: &Value) -> Value {
    let body =
        |name: &str| json!({ "application/json": { "schema": { "$ref": format!("#/components/schemas/{name}") } } });
    json!({
        "openapi": "3.0.3",
        "paths": { "/a/": { "post": {
            "operationId": "a_create",
            "requestBody": { "content": body("Sent") },
            "responses": { "200": { "description": "", "content": body("Received") } },
        } } },
        "components": { "schemas": { "Sent": schema, "Received": schema } },
    })
}

/// What is said of an edit: rule, `!` if it breaks, and place.
pub(super) fn said(old: &Value, new: &Value) -> Vec<String> {
    let changes = compare(old, new);
    let mark = |verdict| if verdict == Verdict::Breaking { "!" } else { "" };
    changes.iter().map(|change| format!("{}{} {}", change.rule, mark(change.verdict), change.at)).collect()
}

#[track_caller]
pub(super) fn check_schema(old: &Value, new: &Value, sent: &[&str], received: &[&str]) {
    let of = |place: &str, list: &[&str]| -> Vec<String> {
        list.iter().map(|text| text.replace('@', &format!("/components/schemas/{place}"))).collect()
    };
    let mut expected = [of("Sent", sent), of("Received", received)].concat();
    let mut found = said(&document(old), &document(new));
    expected.sort();
    found.sort();
    assert_eq!(found, expected, "{old} → {new}");
}

#[test]
fn limits_are_compared_exactly() {
    check(
        &json!({ "multipleOf": 0.1 }),
        &json!({ "multipleOf": 0.3 }),
        "limit-tightened! @/multipleOf",
        "limit-tightened @/multipleOf",
    );
    check(
        &json!({ "multipleOf": 1 }),
        &json!({ "multipleOf": 1e-2 }),
        "limit-loosened @/multipleOf",
        "limit-loosened! @/multipleOf",
    );
    check(
        &json!({ "minimum": 9_007_199_254_740_992_u64 }),
        &json!({ "minimum": 9_007_199_254_740_993_u64 }),
        "limit-tightened! @/minimum",
        "limit-tightened @/minimum",
    );
    check(
        &json!({ "maximum": 1.5 }),
        &json!({ "maximum": 1.25 }),
        "limit-tightened! @/maximum",
        "limit-tightened @/maximum",
    );

    #[track_caller]
    fn check(old: &Value, new: &Value, sent: &str, received: &str) {
        check_schema(old, new, &[sent], &[received]);
    }
}

#[test]
fn what_a_schema_must_not_be_is_a_limit() {
    check_schema(
        &json!({}),
        &json!({ "not": { "type": "string" } }),
        &["limit-tightened! @/not"],
        &["limit-tightened @/not"],
    );
    let (old, new) = (json!({ "not": { "type": "string" } }), json!({ "not": { "type": "object" } }));
    check_schema(&old, &new, &["pattern-changed! @/not"], &["pattern-changed! @/not"]);
}

#[test]
fn a_default_that_goes_with_its_type_still_breaks() {
    let old = json!({ "type": "string", "default": "A", "maxLength": 9 });
    check_schema(
        &old,
        &json!({}),
        &["default-changed! @/default", "type-widened @"],
        &["default-changed @/default", "type-widened! @"],
    );
}

#[test]
fn an_object_in_the_place_of_another_one_is_another_alternative() {
    let money = json!({ "type": "object", "properties": { "amount": {}, "currency": {} } });
    let share = json!({ "type": "object", "properties": { "percent": {} } });
    let more_money = json!({ "type": "object", "properties": { "amount": {}, "currency": {}, "decimals": {} } });
    let either = |schema: &Value| json!({ "oneOf": [{ "type": "string" }, schema] });
    check_schema(
        &either(&money),
        &either(&share),
        &["alternative-added @/oneOf/1", "alternative-removed! @/oneOf/1"],
        &["alternative-added! @/oneOf/1", "alternative-removed @/oneOf/1"],
    );
    check_schema(
        &either(&money),
        &either(&more_money),
        &["property-added @/oneOf/1/properties/decimals"],
        &["property-added @/oneOf/1/properties/decimals"],
    );
}

#[test]
fn a_property_that_two_parts_define_is_compared_by_both() {
    let joined = |kind: &str| {
        json!({ "allOf": [
            { "type": "object", "properties": { "a": { "type": "string" } } },
            { "type": "object", "properties": { "a": { "type": "string", "enum": [kind] } } },
        ] })
    };
    let place = "@/allOf/1/properties/a/enum/0";
    check_schema(
        &joined("A"),
        &joined("B"),
        &[&format!("value-added {place}"), &format!("value-removed! {place}")],
        &[&format!("value-added! {place}"), &format!("value-removed {place}")],
    );
}

#[test]
fn a_schema_that_comes_or_goes_is_compared_with_any() {
    let mut old = document(&json!({ "type": "string" }));
    old["paths"]["/a/"]["post"]["requestBody"]["content"]["application/json"] = json!({});
    let new = document(&json!({ "type": "string" }));
    // The type is that of the schema that is referred to.
    assert_eq!(said(&old, &new), ["type-narrowed! /components/schemas/Sent"]);
    assert_eq!(said(&new, &old), ["type-widened /paths/~1a~1/post/requestBody/content/application~1json/schema"]);
}

#[test]
fn a_parameter_is_found_by_its_place_in_the_path() {
    check("/a/{id}/", "/a/{a_id}/", &["text-changed /paths/~1a~1{a_id}~1/get"]);
    check("/a/{id}.pdf", "/a/{a_id}.pdf", &["text-changed /paths/~1a~1{a_id}.pdf/get"]);
    check("/a/{id}/", "/a/{id}/b/", &["operation-moved! /paths/~1a~1{id}~1b~1/get"]);

    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        let [old, new] = [old, new].map(|path| {
            let name = path.split(['{', '}']).nth(1).unwrap();
            let parameter = json!({ "in": "path", "name": name, "required": true, "schema": { "type": "string" } });
            let operation = json!({ "operationId": "a", "parameters": [parameter], "responses": {} });
            json!({ "openapi": "3.0.3", "paths": { path: { "get": operation } } })
        });
        assert_eq!(said(&old, &new), expected);
    }
}

#[test]
fn a_parameter_that_becomes_a_document_is_written_in_another_way() {
    let [old, new] = [json!({ "schema": {} }), json!({ "content": { "application/json": { "schema": {} } } })].map(|mut parameter| {
        parameter["in"] = json!("query");
        parameter["name"] = json!("filter");
        json!({ "openapi": "3.0.3", "paths": { "/a/": { "get": { "operationId": "a", "parameters": [parameter] } } } })
    });
    assert_eq!(said(&old, &new), ["parameter-style-changed! /paths/~1a~1/get/parameters/0"]);
}

#[test]
fn a_further_way_to_a_token_is_only_another_address() {
    let [old, new] = [&["a"][..], &["a", "b"]].map(|flows| {
        let flows: serde_json::Map<String, Value> =
            flows.iter().map(|flow| ((*flow).to_owned(), json!({ "tokenUrl": format!("https://{flow}/") }))).collect();
        let operation = json!({ "operationId": "a", "security": [{ "oauth": ["read"] }] });
        let schemes = json!({ "oauth": { "type": "oauth2", "flows": flows } });
        json!({ "openapi": "3.0.3", "paths": { "/a/": { "get": operation } }, "components": { "securitySchemes": schemes } })
    });
    let address = "/components/securitySchemes/oauth/flows/b/tokenUrl";
    assert_eq!(said(&old, &new), [format!("server-added {address}")]);
    assert_eq!(said(&new, &old), [format!("server-removed! {address}")]);
}

#[test]
fn an_event_is_judged_the_other_way_round() {
    let event = |required: bool, kind: &str| {
        let body = json!({ "required": required, "content": { "application/json": { "schema": { "type": kind } } } });
        let reply =
            json!({ "200": { "description": "", "content": { "application/json": { "schema": { "type": kind } } } } });
        json!({ "openapi": "3.0.3", "paths": {}, "x-webhooks": { "paid": { "post": {
            "operationId": "paid", "requestBody": body, "responses": reply } } } })
    };
    let (old, new) = (event(true, "integer"), event(false, "number"));
    let place = "/x-webhooks/paid/post";
    assert_eq!(
        said(&old, &new),
        [
            format!("body-optional! {place}/requestBody"),
            format!("type-widened! {place}/requestBody/content/application~1json/schema"),
            format!("type-widened {place}/responses/200/content/application~1json/schema"),
        ]
    );
}
