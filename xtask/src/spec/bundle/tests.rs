use super::*;

const ENTRY: &str = "openapi: 3.0.3\npaths:\n  /a/: {$ref: 'nouns/a.yaml#/paths/a'}";

#[track_caller]
fn join(a: &str, b: &str) -> (Bundle, Vec<String>) {
    let source =
        Source::from_texts(&[("cashlink.yaml", ENTRY), ("nouns/a.yaml", a), ("components/b.yaml", b)]).unwrap();
    let (bundle, findings) = bundle(&source);
    (bundle, findings.iter().map(ToString::to_string).collect())
}

#[test]
fn references_become_components_and_path_items_are_copied() {
    let a = "
paths: {a: {get: {x: {$ref: '#/schemas/A'}}}}
schemas: {A: {properties: {self: {$ref: '#/schemas/A'}, b: {$ref: '../components/b.yaml#/schemas/B'}}}}";
    let (bundle, findings) = join(a, "schemas: {B: {type: string}}");
    assert_eq!(findings, [""; 0]);
    let expected = json!({
        "openapi": "3.0.3",
        "paths": { "/a/": { "get": { "x": { "$ref": "#/components/schemas/A" } } } },
        "components": { "schemas": {
            "A": { "properties": {
                "self": { "$ref": "#/components/schemas/A" }, "b": { "$ref": "#/components/schemas/B" },
            } },
            "B": { "type": "string" },
        } },
    });
    assert_eq!(bundle.document(), &expected);
    assert!(bundle.text().ends_with("}\n"));
}

#[test]
fn a_finding_names_the_file_in_which_the_part_was_written() {
    let a = "paths: {a: {get: {x: {$ref: '../components/b.yaml#/schemas/B'}}}}";
    let (bundle, _) = join(a, "schemas: {B: {type: string}}");
    let place = |pointer: &str| bundle.finding(pointer, "rule", "problem").to_string();
    assert_eq!(place("/components/schemas/B/type"), "openapi/components/b.yaml: /schemas/B/type: rule: problem");
    assert_eq!(place("/paths/~1a~1/get/x"), "openapi/nouns/a.yaml: /paths/a/get/x: rule: problem");
    assert_eq!(place("/info"), "openapi/cashlink.yaml: /info: rule: problem");
}

#[test]
fn what_cannot_be_joined_is_reported_with_its_place() {
    let at = "openapi/nouns/a.yaml: /paths/a/get/x";
    let b = "schemas: {B: {type: string}}\nother: {O: {}}";
    check("{$ref: '../components/b.yaml#/schemas/B', description: d}", b, &format!("{at}: ref-alone"));
    check("{$ref: '../components/b.yaml#/schemas/C'}", b, &format!("{at}: ref-resolves"));
    check("{$ref: '../components/missing.yaml#/schemas/B'}", b, &format!("{at}: ref-resolves"));
    check("{$ref: 'https://example.com/b.yaml#/schemas/B'}", b, &format!("{at}: ref-resolves"));
    check("{$ref: '../components/b.yaml#/other/O'}", b, &format!("{at}: ref-target"));
    check(
        "[{$ref: '#/schemas/B'}, {$ref: '../components/b.yaml#/schemas/B'}]",
        b,
        &format!("{at}/1: component-name-unique"),
    );
    check("{$ref: '#/schemas/B'}", b, "openapi/nouns/a.yaml: /schemas/Spare: component-used");

    #[track_caller]
    fn check(x: &str, b: &str, expected: &str) {
        let a = format!("paths: {{a: {{get: {{x: {x}}}}}}}\nschemas: {{B: {{type: string}}, Spare: {{}}}}");
        let (_, findings) = join(&a, b);
        assert!(findings.iter().any(|line| line.starts_with(&format!("{expected}: "))), "{findings:#?}");
        // The place in a path item is told, and not that of the path item in the entry as well.
        assert!(!findings.iter().any(|line| line.starts_with("openapi/cashlink.yaml: ")), "{findings:#?}");
    }
}

#[test]
fn a_property_may_be_called_ref_or_example() {
    let a = "
paths: {a: {get: {x: {$ref: '#/schemas/A'}}}}
schemas: {A: {properties: {example: {$ref: '#/schemas/B'}}, example: {$ref: nothing}}, B: {}}";
    let (bundle, findings) = join(a, "{}");
    assert_eq!(findings, [""; 0]);
    assert_eq!(bundle.schema("A").unwrap()["properties"]["example"]["$ref"], "#/components/schemas/B");
}

#[test]
fn references_in_webhooks_are_joined_and_those_in_other_extensions_are_data() {
    let entry = "x-webhooks: {e: {post: {x: {$ref: 'b.yaml#/schemas/B'}}}}\nx-other: {$ref: 'b.yaml#/schemas/C'}";
    let source = Source::from_texts(&[("cashlink.yaml", entry), ("b.yaml", "schemas: {B: {type: string}}")]).unwrap();
    let (bundle, findings) = bundle(&source);
    assert!(findings.is_empty(), "{findings:#?}");
    assert_eq!(bundle.document()["x-webhooks"]["e"]["post"]["x"]["$ref"], "#/components/schemas/B");
    assert_eq!(bundle.document()["x-other"]["$ref"], "b.yaml#/schemas/C");
}
