//! What the generators below refuse, lose or get wrong by themselves, one test for each.
//!
//! The document is none of ours: it has everything in it that progenitor or typify is known to stumble over. How the
//! generated code behaves is tested beside it, in `crates/cashlink-api/tests/raw_client.rs`.

use super::*;

const SPEC: &str = r##"
openapi: 3.0.3
info: {title: Holes, version: "1"}
paths:
  /files/: {$ref: "#/items/files"}
  /lamps/: {$ref: "#/items/lamps"}
  /lamps/{lamp_id}/: {$ref: "#/items/lamp"}
components: {}
items:
  files:
    post:
      operationId: files_create
      summary: Upload
      parameters: [{name: X-Idempotency-Key, in: header, required: true, schema: {type: string}}]
      requestBody:
        content: {multipart/form-data: {schema: {type: object, properties: {file: {type: string, format: binary}}}}}
      responses:
        "201": {description: Done., content: {application/json: {schema: {$ref: "#/schemas/Lamp"}}}}
        default: {description: Failed., content: {application/problem+json: {schema: {$ref: "#/schemas/Problem"}}}}
      security: [{oauth2: ["lamps:write"]}]
      x-idempotency: evidenced
  lamps:
    get:
      operationId: lamps_list
      summary: List lamps
      responses:
        "200":
          description: Lamps.
          content: {application/json: {schema: {type: array, items: {$ref: "#/schemas/Lamp"}}}}
        "400": {description: Bad., content: {application/json: {schema: {$ref: "#/schemas/Problem"}}}}
        "404": {description: None., content: {text/html: {schema: {type: string}}}}
      security: [{oauth2: ["lamps:read"]}]
  lamp:
    patch:
      operationId: lamps_partial_update
      summary: Change a lamp
      parameters: [{name: lamp_id, in: path, required: true, schema: {type: string, format: uuid, x-id: Wallet}}]
      requestBody:
        content: {application/json: {schema: {$ref: "#/schemas/LampUpdate"}}}
      responses:
        "200": {description: Done., content: {application/json: {schema: {$ref: "#/schemas/Lamp"}}}}
      security: [{oauth2: ["lamps:write"]}]
      x-idempotency: none
      x-repeatable: true
schemas:
  Problem: {type: object, properties: {detail: {type: string, description: Why.}}}
  LampUpdate:
    type: object
    description: Changes to a lamp.
    properties:
      color: {allOf: [{$ref: "#/schemas/Color"}], description: Its color.}
      shade: {type: string, nullable: true, description: Its shade.}
      wires: {type: array, nullable: true, items: {type: string}, description: Its wires.}
      bulbs: {type: array, items: {type: string}, description: Its bulbs.}
      watts: {type: integer, format: int64, minimum: 1, default: 40, description: Its power.}
  Lamp: {type: object, required: [color], properties: {color: {$ref: "#/schemas/Color"}}}
  Color: {type: string, description: A color., x-extensible-enum: [RED]}
"##;

#[track_caller]
fn check(file: &str, expected: &str) {
    let text = text(file);
    assert!(text.contains(expected), "{text}");
}

fn text(file: &str) -> String {
    let output = generated(SPEC).unwrap();
    output.text(&format!("crates/cashlink-api/src/generated/{file}.rs")).to_owned()
}

/// progenitor: `multipart/form-data` is refused.
#[test]
fn an_upload_takes_a_body_of_bytes_and_its_content_type() {
    check("client", "body: B,");
    check("client", "content_type: &'a str,");
    check("operations", "multipart: true,");
}

/// progenitor: several error replies of different types end in a panic of the generator; `default` beside a success makes
/// every status one type.
#[test]
fn replies_other_than_success_are_left_to_the_facade_with_status_and_body() {
    for method in ["files_create", "lamps_list", "lamps_partial_update"] {
        let client = text("client");
        let start = client.find(&format!("fn {method}<")).unwrap();
        let body = client[start..].split("pub async fn").next().unwrap();
        assert!(body.contains("200..=299 => ResponseValue::from_response(response).await"), "{body}");
        assert!(body.contains("_ => Err(Error::UnexpectedResponse(response))"), "{body}");
    }
}

/// progenitor: two success replies are a type that cannot be named. Nothing here has them; a spec that gains them is
/// refused by name instead.
#[test]
fn several_success_replies_are_refused_by_the_name_of_the_operation() {
    let reply = r##""200": {description: Done., content: {application/json: {schema: {$ref: "#/schemas/Lamp"}}}}"##;
    let two = SPEC.replacen(reply, &format!("{reply}\n        \"202\": {{description: Later.}}"), 1);
    let error = format!("{:#}", generated(&two).unwrap_err());
    assert_eq!(error, "patch /lamps/{lamp_id}/: responses: the generator needs exactly one success reply");
}

/// typify: an enum refuses the values that it does not know.
#[test]
fn an_enum_keeps_values_that_nobody_knew() {
    check("types", "pub color: Color,");
    check("enums", "Red = \"RED\",");
}

/// typify: `null` and absence are the same `Option`, so that a PATCH cannot clear.
#[test]
fn a_change_tells_null_from_absence_only_where_null_is_allowed() {
    check("types", "pub shade: ::cashlink_types::Patch<String>,");
    check("types", "pub fn clear_shade(mut self) -> Self {");
    check("types", "pub wires: ::cashlink_types::Patch<Vec<String>>,");
    check("types", "pub color: Option<Color>,");
    assert!(!text("types").contains("clear_color"));
}

/// typify: an array that is empty is left out, so that a PATCH cannot empty it.
#[test]
fn a_change_can_send_an_empty_array() {
    check("types", "pub bulbs: Option<Vec<String>>,");
    check("types", "#[serde(skip_serializing_if = \"Option::is_none\")]\n    pub bulbs:");
}

/// typify: bounds become types of their own, and a default is sent by a PATCH that leaves the field alone.
#[test]
fn bounds_and_defaults_neither_make_types_nor_values() {
    check("types", "pub watts: Option<i64>,");
    assert!(!text("types").contains("NonZero"));
    assert!(!text("types").contains("fn default_"));
}
