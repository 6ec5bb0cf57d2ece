use serde_json::json;

use super::*;
use crate::{
    import::entry::Action,
    spec::{self, bundle::Bundle},
};

/// Imports the document of the seeded changes with `properties` in an investor's reply: what is said of each, and what is
/// written.
fn import(properties: &Value, schemas: &Value) -> (Report, Bundle) {
    let mut document = read(&path("tests/import/upstream.yaml"));
    let components = document["components"]["schemas"].as_object_mut().unwrap();
    components.extend(schemas.as_object().unwrap().clone());
    let investor = components["ExternalInvestor"]["properties"].as_object_mut().unwrap();
    investor.extend(properties.as_object().unwrap().clone());
    let copy = Copy::of(&path("tests/import/openapi"));
    let file = copy.folder.path().join("upstream.json");
    fs::write(&file, document.to_string()).unwrap();
    let report = copy.import(&file, false);
    let again = copy.import(&file, false);
    assert_eq!(again.entries, rest(&report.entries));
    assert_eq!(report.findings, Vec::<String>::new());
    (report, spec::read_checked(&copy.workspace()).unwrap())
}

#[test]
fn a_property_of_any_type_is_left_to_a_person() {
    let either = json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] });
    let (report, _) = import(&json!({ "anything": {}, "either": either }), &json!({}));
    let told = |at: &str| report.entries.iter().find(|entry| entry.at == at).unwrap();
    for name in ["anything", "either"] {
        let entry = told(&format!("Investor.{name}"));
        assert_eq!(entry.action, Action::Decide);
        assert_eq!(entry.why, format!("the document does not say of which one type `{name}` is"));
    }
}

#[test]
fn values_that_give_no_variant_are_left_to_a_person() {
    let odd = json!({ "type": "string", "enum": ["<", ">"] });
    let (report, _) = import(&json!({ "relation": odd }), &json!({}));
    let entry = report.entries.iter().find(|entry| entry.at == "Investor.relation").unwrap();
    assert_eq!(entry.action, Action::Decide);
    assert_eq!(entry.why, "the values of `relation`: `<` gives no name of a variant");
}

#[test]
fn an_object_that_holds_itself_may_be_null_from_the_beginning() {
    let node = json!({ "type": "object", "properties": {
        "text": { "type": "string" },
        "parent": { "allOf": [{ "$ref": "#/components/schemas/Node" }], "nullable": true },
    } });
    let list = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Node" } });
    let (report, bundle) = import(&json!({ "nodes": list }), &json!({ "Node": node }));
    let nodes: Vec<&str> = report
        .entries
        .iter()
        .map(|entry| entry.at.as_str())
        .filter(|at| at.starts_with("Node") || *at == "Investor.nodes")
        .collect();
    assert_eq!(nodes, ["Investor.nodes"]);
    assert_eq!(bundle.schema("Node").unwrap()["nullable"], true);
}

#[test]
fn a_schema_that_several_families_use_is_among_the_components() {
    let class = json!({ "type": "string", "enum": ["LOW", "HIGH"] });
    let risk = json!({ "type": "object", "properties": { "class": { "$ref": "#/components/schemas/ClassEnum" } } });
    let only = json!({ "type": "string", "enum": ["A", "B"] });
    let mut document = read(&path("tests/import/upstream.yaml"));
    let components = document["components"]["schemas"].as_object_mut().unwrap();
    for (name, schema) in [("ClassEnum", class), ("RiskRequest", risk), ("OnlyEnum", only)] {
        components.insert(name.to_owned(), schema);
    }
    let refer = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    for owner in ["ExternalInvestorCreationRequest", "DistributorInvestorCreationRequest"] {
        components[owner]["properties"]["risk"] = refer("RiskRequest");
    }
    components["DistributorInvestorCreationRequest"]["properties"]["only"] = refer("OnlyEnum");
    let copy = Copy::of(&path("tests/import/openapi"));
    let file = copy.folder.path().join("upstream.json");
    fs::write(&file, document.to_string()).unwrap();
    assert_eq!(copy.import(&file, false).findings, Vec::<String>::new());

    let bundle = spec::read_checked(&copy.workspace()).unwrap();
    let file = |name: &str| bundle.origin(&format!("/components/schemas/{name}")).0;
    assert_eq!(file("RiskCreate"), "components/risk.yaml");
    assert_eq!(file("Class"), "components/risk.yaml");
    assert_eq!(file("Only"), "distributor/investors.yaml");
    let text = fs::read_to_string(copy.workspace().spec_folder().join("components/risk.yaml")).unwrap();
    assert!(text.starts_with("# Risk, which several files use.\n\nschemas:\n"), "{text}");
}

#[test]
fn labels_of_values_are_no_part_of_a_description() {
    let class = json!({
        "type": "string", "enum": ["LOW", "HIGH"], "description": "Class of risk\n\n* `LOW` - Low\n* `HIGH` - High",
    });
    let (_, bundle) = import(&json!({ "class": class }), &json!({}));
    let property = &bundle.schema("Investor").unwrap()["properties"]["class"];
    assert_eq!(property["description"], "Class of risk.");
    assert_eq!(bundle.schema("InvestorClass").unwrap()["x-extensible-enum"], json!(["LOW", "HIGH"]));
}
