use super::*;
use crate::spec::{bundle::bundle, load::Source};

const ENTRY: &str = r#"
openapi: 3.0.3
info: {title: Test, version: "1"}
tags: [{name: Lamps}]
paths:
  /v2/lamps/: {$ref: "lamps.yaml#/paths/collection"}
  /v2/lamps/{lamp_id}/: {$ref: "lamps.yaml#/paths/item"}
x-webhooks:
  lamp_burnt:
    post:
      requestBody:
        content: {application/json: {schema: {$ref: "lamps.yaml#/schemas/Lamp"}, example: {id: 6f1f7f0a-3c52-4a5e-9d53-2a1b7c9e4d10}}}
      responses: {2XX: {description: Heard.}}
      x-evidence: {level: I, refs: []}
components:
  securitySchemes:
    oauth2: {type: oauth2, flows: {clientCredentials: {tokenUrl: "https://example.com", scopes: {"lamps:read": Read., "lamps:write": Write.}}}}
x-evidence-sources: {"002": "https://example.com"}
"#;

const LAMPS: &str = r##"
paths:
  collection:
    post:
      operationId: v2_lamps_create
      tags: [Lamps]
      summary: Create a lamp
      parameters: [{$ref: "#/parameters/Key"}]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/schemas/LampCreate"}, example: {email: a@example.org}}}
      responses:
        "201": {description: Done., content: {application/json: {schema: {$ref: "#/schemas/Lamp"}, example: {id: 6f1f7f0a-3c52-4a5e-9d53-2a1b7c9e4d10, color: null}}}}
        "400": {description: Bad.}
        "401": {description: No.}
        "403": {description: No.}
      security: [{oauth2: ["lamps:write"]}]
      x-idempotency: evidenced
      x-evidence: {level: S, refs: ["002(A)"]}
  item:
    parameters:
      - {name: lamp_id, in: path, required: true, description: The lamp., schema: {type: string, format: uuid, x-id: Wallet}}
    get:
      operationId: v2_lamps_retrieve
      tags: [Lamps]
      summary: Read a lamp
      responses:
        "200": {description: Done., content: {application/json: {schema: {$ref: "#/schemas/Lamp"}, example: {id: 6f1f7f0a-3c52-4a5e-9d53-2a1b7c9e4d10}}}}
        "401": {description: No.}
        "403": {description: No.}
        "404": {description: No.}
      security: [{oauth2: ["lamps:read"]}]
      x-evidence: {level: I, refs: []}
parameters:
  Key: {name: X-Idempotency-Key, in: header, required: true, description: The key., schema: {type: string}}
schemas:
  LampCreate:
    type: object
    description: A lamp, as sent.
    required: [email]
    properties:
      email: {type: string, description: Whom to write to., x-sensitive: true, x-evidence: {level: I, refs: []}}
  Lamp:
    type: object
    description: A lamp.
    required: [id]
    properties:
      id: {type: string, format: uuid, description: Identifier., x-id: Wallet, x-evidence: {level: I, refs: []}}
      color: {description: Color., allOf: [{$ref: "#/schemas/Color"}], x-evidence: {level: I, refs: []}}
  Color: {type: string, nullable: true, description: A color., x-extensible-enum: [RED], x-evidence: {level: I, refs: []}}
"##;

fn findings(entry: &str, lamps: &str) -> Vec<String> {
    let source = Source::from_texts(&[("cashlink.yaml", entry), ("lamps.yaml", lamps)]).unwrap();
    let (bundle, mut findings) = bundle(&source);
    findings.extend(lint(&bundle));
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_spec_without_defects_has_no_findings() {
    assert_eq!(findings(ENTRY, LAMPS), [""; 0]);
}

#[test]
fn each_planted_defect_is_found_with_file_path_and_rule() {
    let collection = "/paths/collection/post";
    check("v2_lamps_create", "create_lamp", &format!("{collection}: operation-id"));
    check("tags: [Lamps]", "tags: [Other]", &format!("{collection}: operation-tag"));
    check("summary: Create a lamp", "summary: \"\"", &format!("{collection}: operation-summary"));
    check("[{oauth2: [\"lamps:write\"]}]", "[{oauth2: [\"x\"]}]", &format!("{collection}: operation-scope"));
    check(", example: {email: a@example.org}", "", &format!("{collection}: operation-examples"));
    check("        \"400\": {description: Bad.}\n", "", &format!("{collection}: operation-replies"));
    check("      x-idempotency: evidenced\n", "", &format!("{collection}: idempotency-marked"));
    check("x-idempotency: evidenced", "x-idempotency: none", &format!("{collection}: idempotency-marked"));
    check("      parameters: [{$ref: \"#/parameters/Key\"}]\n", "", &format!("{collection}: idempotency-key"));
    check("header, required: true", "header, required: false", &format!("{collection}: idempotency-key"));
    check("x-idempotency: evidenced", "x-idempotency: none", &format!("{collection}: idempotency-key"));
    check("name: lamp_id", "name: lamp", "/paths/item/get: path-parameters");
    check("refs: [\"002(A)\"]", "refs: [\"009\"]", &format!("{collection}: evidence"));
    check("refs: [\"002(A)\"]", "refs: []", &format!("{collection}: evidence"));
    check(
        ", x-evidence: {level: I, refs: []}}\n  Lamp:",
        "}\n  Lamp:",
        "/schemas/LampCreate/properties/email: evidence",
    );
    check("[RED], x-evidence: {level: I, refs: []}", "[RED]", "/schemas/Color: evidence");
    check("A lamp.", "A lamp.\n    x-evidence: {level: X, refs: []}", "/schemas/Lamp: evidence");
    check(
        "\"403\": {description: No.",
        "\"403\": {description: No., x-evidence: {level: S, refs: []}",
        "/responses/403: evidence",
    );
    check("email: {type: string", "email: {type: text", "/schemas/LampCreate/properties/email: schema-type");
    check("x-sensitive", "x-sensitve", "/schemas/LampCreate/properties/email: extension-known");
    check("x-sensitive: true, ", "", "/schemas/LampCreate/properties/email: sensitive");
    check("description: Color., ", "", "/schemas/Lamp/properties/color: described");
    check("description: A color., ", "", "/schemas/Color: described");
    check("x-id: Wallet, ", "", "/schemas/Lamp/properties/id: uuid-id");
    check("x-id: Wallet, ", "x-id: Lamp, ", "/schemas/Lamp/properties/id: uuid-id");
    check("x-extensible-enum: [RED]", "enum: [RED, BLUE]", "/schemas/Color: open-enum");
    check("x-extensible-enum: [RED]", "x-extensible-enum: []", "/schemas/Color: open-enum");
    check("allOf: [", "type: string, allOf: [", "/schemas/Lamp/properties/color: bare-reference");
    check("allOf: [", "nullable: true, allOf: [", "/schemas/Lamp/properties/color: bare-reference");
    let shade = |values: &str| {
        format!(
            "      shade: {{type: string, nullable: true, x-enum: Color, x-extensible-enum: [{values}], description: x,\n"
        ) + "        x-evidence: {level: I, refs: []}}\n  Color:"
    };
    check("  Color:", &shade("BLUE"), "/schemas/Lamp/properties/shade: open-enum");
    assert_eq!(findings(ENTRY, &LAMPS.replacen("  Color:", &shade("RED"), 1)), Vec::<String>::new());
    check(", nullable: true", "", "/schemas/Lamp/properties/color: tolerant-replies");
    check("{email: a@example.org}", "{email: 1}", "application~1json/example/email: example-valid");
    check("{email: a@example.org}", "{mail: a}", "application~1json/example: example-valid");
    check("color: null", "color: 7", "application~1json/example/color: example-valid");
    check(
        "schema: {$ref: \"#/schemas/LampCreate\"}",
        "schema: {type: object, properties: {}}",
        "schema: named-objects",
    );

    #[track_caller]
    fn check(correct: &str, defect: &str, place: &str) {
        assert!(LAMPS.contains(correct), "{correct}");
        let found = findings(ENTRY, &LAMPS.replacen(correct, defect, 1));
        let fits = |line: &&String| line.starts_with("openapi/lamps.yaml: /") && line.contains(&format!("{place}: "));
        assert!(found.iter().any(|line| fits(&line)), "{place} is not in {found:#?}");
    }
}

#[test]
fn examples_of_parameters_and_headers_are_held_to_their_schemas_and_none_is_out_of_reach() {
    check("schema: {type: string}}", "schema: {type: string}, example: 7}", "/parameters/Key/example: example-valid");
    check(
        "\"400\": {description: Bad.}",
        "\"400\": {description: Bad., headers: {Retry-After: {schema: {type: integer}, example: soon}}}",
        "/responses/400/headers/Retry-After/example: example-valid",
    );
    check(
        "example: {email: a@example.org}",
        "examples: {far: {$ref: \"#/examples/Far\"}}",
        "/application~1json/examples/far: example-valid",
    );

    #[track_caller]
    fn check(correct: &str, defect: &str, place: &str) {
        assert!(LAMPS.contains(correct), "{correct}");
        let found = findings(ENTRY, &LAMPS.replacen(correct, defect, 1));
        assert!(found.iter().any(|line| line.contains(place)), "{place} is not in {found:#?}");
    }
}

#[test]
fn an_event_has_evidence_and_an_example_that_fits() {
    check(
        ", example: {id: 6f1f7f0a-3c52-4a5e-9d53-2a1b7c9e4d10}",
        "",
        "/x-webhooks/lamp_burnt/post: operation-examples",
    );
    check("example: {id: 6f1f7f0a", "example: {id: lamp", "application~1json/example/id: example-valid");
    check("      x-evidence: {level: I, refs: []}\n", "", "/x-webhooks/lamp_burnt/post: evidence");

    #[track_caller]
    fn check(correct: &str, defect: &str, place: &str) {
        assert!(ENTRY.contains(correct), "{correct}");
        let found = findings(&ENTRY.replacen(correct, defect, 1), LAMPS);
        let fits = |line: &String| line.starts_with("openapi/cashlink.yaml: ") && line.contains(&format!("{place}: "));
        assert!(found.iter().any(fits), "{place} is not in {found:#?}");
    }
}

#[test]
fn a_path_without_slash_is_found() {
    let entry = ENTRY.replace("/v2/lamps/:", "/v2/lamps:");
    assert_eq!(
        findings(&entry, LAMPS),
        ["openapi/lamps.yaml: /paths/collection/post: path-slash: `/v2/lamps` must end with a slash"]
    );
}

#[test]
fn what_is_said_of_an_operation_holds_nothing_else() {
    let collection = "/paths/collection/post";
    let scope = "security: [{oauth2: [\"lamps:write\"]}]";
    check(scope, "security: [{oauth2: [\"lamps:read\"]}]", &format!("{collection}: operation-scope"));
    check(scope, "security: []", &format!("{collection}: operation-scope"));
    check(scope, "security: [{oauth2: [\"lamps:write\"]}, {}]", &format!("{collection}: operation-scope"));
    check(scope, "security: [{oauth2: [\"lamps:write\"]}, {key: []}]", &format!("{collection}: operation-scope"));
    check("in: header", "in: query", &format!("{collection}: idempotency-key"));
    check("evidenced\n", "evidenced\n      x-repeatable: true\n", &format!("{collection}: repeatable"));
    check("evidenced\n", "evidenced\n      x-client-body: omit\n", &format!("{collection}: client-body"));
    check("a lamp\n      responses", "a lamp\n      requestBody: {}\n      responses", "/paths/item/get: client-body");
    check("\"200\": {", "2XX: {", "/paths/item/get: operation-replies");
    check("#/parameters/Key\"}", "#/parameters/Key\"}, {$ref: \"#/parameters/Key\"}", "post: path-parameters");
    check(
        "path, required: true, description: The lamp.",
        "path, required: true",
        "/paths/item/parameters/0: described",
    );
    check("parameters: [", "parameters: [{name: lamp, in: path, required: true}, ", "post: path-parameters");
    check("    get:\n", "    head: {}\n    get:\n", "/paths/item: path-methods");
    check("{level: S, refs", "{level: S, note: x, refs", &format!("{collection}: evidence"));
    check("header, required", "header, x-obligatory: true, required", "/parameters/Key: extension-known");

    #[track_caller]
    fn check(correct: &str, defect: &str, place: &str) {
        assert!(LAMPS.contains(correct), "{correct}");
        let found = findings(ENTRY, &LAMPS.replacen(correct, defect, 1));
        assert!(found.iter().any(|line| line.contains(&format!("{place}: "))), "{place} is not in {found:#?}");
    }
}

#[test]
fn a_schema_says_what_a_value_is_and_nothing_that_nobody_reads() {
    check("email: {type: string,", "email: {", "/properties/email: schema-type: `type` is missing");
    check("email: {type: string,", "email: {type: array,", "/properties/email: schema-type: an array");
    check("email: {type: string,", "email: {type: string, format: e-mail,", "/properties/email: schema-type: format");
    check("email: {type: string,", "email: {type: string, pattern: a,", "/properties/email: few-checks");
    check("email: {type: string,", "email: {type: string, default: a,", "/properties/email: few-checks");
    check("email: {type: string,", "email: {type: string, enum: [7],", "/properties/email: enum-values");
    check("required: [email]", "required: [email, mail]", "/schemas/LampCreate: required-declared");
    check("[RED]", "[RED, RED]", "/schemas/Color: enum-values");

    #[track_caller]
    fn check(correct: &str, defect: &str, expected: &str) {
        assert!(LAMPS.contains(correct), "{correct}");
        let found = findings(ENTRY, &LAMPS.replacen(correct, defect, 1));
        assert!(found.iter().any(|line| line.contains(expected)), "{expected} is not in {found:#?}");
    }
}

#[test]
fn what_the_entry_declares_is_there_once_and_used() {
    check("tags: [{name: Lamps}]", "tags: [{name: Lamps}, {name: Lamps}]", "/tags/1: declared-once");
    check("tags: [{name: Lamps}]", "tags: [{name: Lamps}, {name: Moons}]", "/tags/1: declared-used");
    check("\"lamps:read\": Read.", "\"lamps:read\": Read., \"moons:read\": Read.", "/scopes/moons:read: declared-used");
    check("x-evidence-sources: {", "x-evidence-sources: {\"009\": x, ", "/x-evidence-sources/009: declared-used");
    check("x-evidence-sources: {\"002\": \"https://example.com\"}", "", "/paths/collection/post: evidence: source");
    check("tokenUrl: \"https", "tokenUrl: \"http", "/flows/clientCredentials: server-https");
    check("tags:", "servers: [{url: \"http://example.com\"}]\ntags:", "/servers/0: server-https");
    let twin = "  /v2/lamps/{id}/: {$ref: \"lamps.yaml#/paths/item\"}\nx-webhooks:";
    check("x-webhooks:", twin, "path-unique: `/v2/lamps/{id}/` and `/v2/lamps/{lamp_id}/`");
    check("x-webhooks:", twin, "operation-id: `v2_lamps_retrieve` is also the id");

    #[track_caller]
    fn check(correct: &str, defect: &str, expected: &str) {
        assert!(ENTRY.contains(correct), "{correct}");
        let found = findings(&ENTRY.replacen(correct, defect, 1), LAMPS);
        assert!(found.iter().any(|line| line.contains(expected)), "{expected} is not in {found:#?}");
    }
}
