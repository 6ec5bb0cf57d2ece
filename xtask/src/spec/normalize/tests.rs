#![expect(clippy::needless_pass_by_value, reason = "the data of a test reads better without references")]

use super::*;

/// Normalizes a document whose only operation is `post /a/` and whose schemas are `schemas`.
#[track_caller]
fn normalized(operation: Value, schemas: Value) -> Normalized {
    let document = json!({
        "paths": { "/a/": { "post": operation } }, "components": { "schemas": schemas, "responses": {} },
    });
    normalize(&Bundle::of(document)).unwrap()
}

fn reply(schema: Value) -> Value {
    json!({ "operationId": "a_list", "responses": {
        "200": { "description": "", "content": { "application/json": { "schema": schema, "example": 1 } } },
        "400": { "$ref": "#/components/responses/BadRequest" },
    } })
}

#[test]
fn properties_take_the_form_that_becomes_the_right_type() {
    let reference = |name: &str| json!({ "allOf": [{ "$ref": format!("#/components/schemas/{name}") }] });
    let with = |mut value: Value, key: &str, content: Value| {
        value[key] = content;
        value
    };
    check(json!({ "type": "string", "format": "uuid", "x-id": "Wallet" }), reference("WalletId"));
    check(json!({ "type": "string", "format": "date", "nullable": true }), reference("CivilDate"));
    check(json!({ "type": "string", "format": "date-time", "description": "x" }), reference("Timestamp"));
    check(json!({ "type": "number" }), reference("JsonNumber"));
    check(json!({ "type": "string", "pattern": "a", "maxLength": 1, "default": "a" }), json!({ "type": "string" }));
    check(json!({ "type": "string", "format": "uri", "nullable": true }), json!({ "type": "string" }));
    check(
        json!({ "type": "integer", "format": "int64", "minimum": 1 }),
        json!({ "type": "integer", "format": "int64" }),
    );
    check(with(reference("B"), "nullable", json!(true)), reference("B"));
    check(with(with(reference("B"), "type", json!("object")), "nullable", json!(true)), reference("B"));
    let array = json!({ "type": "array", "items": { "type": "string" } });
    check(array.clone(), with(array, "nullable", json!(true)));

    #[track_caller]
    fn check(property: Value, expected: Value) {
        let schemas = json!({
            "A": { "type": "object", "properties": { "p": property } }, "B": { "type": "object" },
        });
        let document = normalized(reply(json!({ "$ref": "#/components/schemas/A" })), schemas).document;
        assert_eq!(document["components"]["schemas"]["A"]["properties"]["p"], expected);
    }
}

#[test]
fn only_the_success_reply_stays_and_it_counts_for_every_2xx() {
    let document = normalized(reply(json!({ "type": "string" })), json!({ "Unused": {} })).document;
    let replies = &document["paths"]["/a/"]["post"]["responses"];
    assert_eq!(
        replies,
        &json!({
            "2XX": { "description": "", "content": { "application/json": { "schema": { "type": "string" } } } },
        })
    );
    assert_eq!(document["components"]["schemas"], json!({}));
}

#[test]
fn a_list_that_is_a_bare_array_becomes_a_page() {
    let array = json!({ "type": "array", "items": { "$ref": "#/components/schemas/A" } });
    let path = "/paths/~1a~1/post/responses/2XX/content/application~1json/schema";
    let page = normalized(reply(array.clone()), json!({ "A": {}, "APage": {} })).document;
    assert_eq!(page.pointer(path), Some(&json!({ "$ref": "#/components/schemas/APage" })));
    let no_page = normalized(reply(array.clone()), json!({ "A": {} })).document;
    assert_eq!(no_page.pointer(path), Some(&array));
}

#[test]
fn a_form_with_files_becomes_bytes_with_a_content_type() {
    let mut operation = reply(json!({ "type": "string" }));
    operation["requestBody"] = json!({ "content": { "multipart/form-data": { "schema": { "type": "object" } } } });
    let document = normalized(operation, json!({})).document;
    let operation = &document["paths"]["/a/"]["post"];
    let content = operation["requestBody"]["content"].as_object().unwrap();
    assert_eq!(content.keys().collect::<Vec<_>>(), ["application/octet-stream"]);
    assert_eq!(operation["parameters"][0]["name"], "Content-Type");
    assert_eq!(operation["parameters"][0]["required"], true);
}

#[test]
fn a_body_that_the_client_never_sends_is_dropped() {
    let mut operation = reply(json!({ "type": "string" }));
    operation["x-client-body"] = json!("omit");
    operation["requestBody"] = json!({ "content": { "application/json": {} } });
    assert_eq!(normalized(operation, json!({})).document["paths"]["/a/"]["post"]["requestBody"], Value::Null);
}

#[test]
fn money_and_open_enums_are_replaced_by_types() {
    let schemas = json!({
        "A": { "type": "object", "properties": {
            "money": { "$ref": "#/components/schemas/Money" }, "color": { "$ref": "#/components/schemas/Color" },
        } },
        "Money": { "type": "object", "properties": { "amount": { "type": "string" } } },
        "Color": { "type": "string", "x-extensible-enum": ["RED"] },
    });
    let replacements = normalized(reply(json!({ "$ref": "#/components/schemas/A" })), schemas).replacements;
    assert_eq!(replacements["Money"], "::cashlink_types::Money");
    assert_eq!(replacements["Color"], "crate::enums::Color");
}
