//! What OpenAPI 3.0 itself demands of a document, by the JSON Schema of its makers.

use anyhow::{Context, Result, anyhow};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::{
    bundle::{Bundle, escape},
    cause,
    finding::Finding,
};

/// The JSON Schema; `meta/README.md` says where it is from.
const SCHEMA: &str = include_str!("meta/openapi_3_0.json");

const RULE: &str = "openapi";

/// Everything in `bundle` that is no OpenAPI 3.0. Events stand in an extension, and are held to what path items are.
pub(crate) fn check(bundle: &Bundle) -> Result<Vec<Finding>> {
    let schema: Value = serde_json::from_str(SCHEMA).context("the schema of OpenAPI is no JSON")?;
    let document = bundle.document();
    let mut findings = findings(bundle, &validator(&schema)?, "", document);

    let path_item = json!({
        "$schema": schema["$schema"],
        "definitions": schema["definitions"],
        "allOf": [{ "$ref": "#/definitions/PathItem" }],
    });
    let path_item = validator(&path_item)?;
    let events = document.get("x-webhooks").and_then(Value::as_object);
    for (name, event) in events.into_iter().flat_map(Map::iter) {
        findings.extend(self::findings(bundle, &path_item, &format!("/x-webhooks/{}", escape(name)), event));
    }
    Ok(findings)
}

fn validator(schema: &Value) -> Result<Validator> {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(schema).map_err(|error| anyhow!("the schema of OpenAPI cannot be used: {error}"))
}

fn findings(bundle: &Bundle, validator: &Validator, pointer: &str, value: &Value) -> Vec<Finding> {
    let errors = validator.iter_errors(value);
    let causes = errors.flat_map(|error| cause::of(&error));
    causes.map(|(below, problem)| bundle.finding(&format!("{pointer}{below}"), RULE, problem)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Value {
        json!({
            "openapi": "3.0.3",
            "info": { "title": "Lamps", "version": "1" },
            "paths": { "/lamps/": { "get": { "responses": { "200": {
                "description": "Lamps.",
                "content": { "application/json": { "schema": { "type": "array", "items": { "type": "string" } } } },
            } } } } },
            "components": {
                "parameters": { "Page": { "name": "page", "in": "query", "schema": { "type": "integer" } } },
                "securitySchemes": { "token": { "type": "oauth2", "flows": { "clientCredentials": {
                    "tokenUrl": "https://example.com", "scopes": {},
                } } } },
            },
            "x-webhooks": { "burnt": { "post": { "responses": { "2XX": { "description": "Heard." } } } } },
        })
    }

    #[test]
    fn each_defect_is_told_at_its_place() {
        let get = "/paths/~1lamps~1/get";
        let schema = "/paths/~1lamps~1/get/responses/200/content/application~1json/schema";
        check("", "extra", &json!(1), ": Additional properties are not allowed ('extra' was unexpected)");
        check("", "openapi", &json!("3.1.0"), "/openapi: \"3.1.0\" does not match \"^3\\.0\\.\\d(-.+)?$\"");
        check("/info", "version", &json!(1), "/info/version: 1 is not of type \"string\"");
        check(get, "responses", &json!({}), &format!("{get}/responses: {{}} has less than 1 property"));
        check(get, "tag", &json!([]), &format!("{get}: Additional properties are not allowed ('tag' was unexpected)"));
        check(
            &format!("{get}/responses/200"),
            "description",
            &Value::Null,
            "/description: null is not of type \"string\"",
        );
        check(schema, "items", &json!({ "type": "text" }), "/schema/items/type: \"text\" is not one of ");
        check(schema, "items", &json!({ "$ref": 7 }), "/schema/items/$ref: 7 is not of type \"string\"");
        check(schema, "parts", &json!({}), "/schema: Additional properties are not allowed ('parts' was unexpected)");
        check("/components/parameters/Page", "in", &json!("body"), "/Page/in: \"body\" is not one of");
        check(
            "/components/parameters/Page",
            "lamp",
            &json!({}),
            "/Page: Additional properties are not allowed ('lamp' was",
        );
        check(
            "/components/securitySchemes/token/flows/clientCredentials",
            "scopes",
            &json!([]),
            "/scopes: [] is not of type",
        );
        check(
            "/x-webhooks/burnt/post",
            "responses",
            &json!(1),
            "/x-webhooks/burnt/post/responses: 1 is not of type \"object\"",
        );

        #[track_caller]
        fn check(place: &str, key: &str, defect: &Value, expected: &str) {
            let mut document = document();
            document.pointer_mut(place).unwrap()[key] = defect.clone();
            let found = found(document);

            assert!(found.len() <= 3 && found.iter().any(|line| line.contains(expected)), "{found:#?}");
        }
    }

    #[test]
    fn a_document_without_defects_has_no_findings() {
        assert_eq!(found(document()), [""; 0]);
    }

    /// Place and problem of each finding.
    fn found(document: Value) -> Vec<String> {
        let findings = super::check(&Bundle::of(document)).unwrap();
        findings.iter().map(|Finding { pointer, problem, .. }| format!("{pointer}: {problem}")).collect()
    }
}
