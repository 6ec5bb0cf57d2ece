//! The inputs of the guides, and money, agree with the API's own schemas.
//!
//! What a caller fills in besides is `cashlink::model`, which is generated from those schemas.

mod sources;
mod table;

use std::collections::BTreeSet;

use cashlink::{
    Currency, Decimal, Money, Price,
    guides::{distributor, issuance, platform, registry},
};
use cashlink_tests::{
    schemas::{Guide, Known, Known::*, Row, Shape, differences, kinds_of},
    spec,
};
use schemars::JsonSchema;

use self::table::{PROTOCOL, SIGNED, STRUCTURE, TABLE};

/// All guides.
fn guides() -> [Guide; 4] {
    [
        Guide::of::<distributor::Input>("distributor"),
        Guide::of::<issuance::Input>("issuance"),
        Guide::of::<platform::Input>("platform"),
        Guide::of::<registry::Input>("registry"),
    ]
}

/// In what `guide` differs from the API, and what of it is compared with nothing.
fn problems(guide: &Guide, table: &[Row]) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, schema) in guide.types() {
        let place = format!("guides::{}: {name}", guide.name());
        match guide.row(table, name) {
            None => problems
                .push(format!("{place} is compared with nothing: give it a row in tests/tests/schemas/table.rs")),
            Some(row) => {
                let api = if row.component.is_empty() { Shape::default() } else { Shape::of_api(row.component) };
                let found = differences(&guide.shape(table, schema), &api, row.known);
                problems.extend(found.iter().map(|problem| format!("{place} and {}: {problem}", row.component)));
            }
        }
    }
    problems
}

#[test]
fn every_input_has_the_fields_of_the_api_and_what_differs_is_known() {
    let problems: Vec<String> = guides().iter().flat_map(|guide| problems(guide, TABLE)).collect();
    assert!(problems.is_empty(), "inputs and openapi/ differ:\n{}", problems.join("\n"));
}

#[test]
fn every_row_is_used() {
    let mut used = BTreeSet::new();
    for guide in &guides() {
        used.extend(guide.types().keys().filter_map(|name| guide.row(TABLE, name)).map(|row| row.input));
    }
    assert_eq!(used, TABLE.iter().map(|row| row.input).collect());
}

#[test]
fn money_prices_and_decimal_numbers_are_those_of_the_api() {
    let money = Guide::of::<Money>("money");
    assert_eq!(differences(&money.root_shape(TABLE), &Shape::of_api("Money"), &[]), [""; 0]);
    assert_eq!(forms::<Currency>(), kinds_of(&spec::schema("Money")["properties"]["currency"]));

    // A decimal number is sent as text; an input file may have a JSON number, and so may a reply.
    let decimal: BTreeSet<String> = ["number", "string"].map(str::to_owned).into();
    assert_eq!(forms::<Decimal>(), decimal);
    assert_eq!(kinds_of(spec::schema("Decimal")), ["string".to_owned()].into());

    let mut price = forms::<Price>();
    assert!(price.remove("Decimal"), "{price:?}");
    price.extend(decimal);
    assert_eq!(price, kinds_of(spec::schema("Price")));

    fn forms<T: JsonSchema>() -> BTreeSet<String> {
        Guide::of::<T>("value").forms(TABLE)
    }
}

#[test]
fn an_input_that_nothing_is_compared_with_is_found() {
    let without: Vec<Row> = TABLE.iter().filter(|row| row.input != "BankAccount").copied().collect();
    let found = problems(&guides()[0], &without).join("\n");
    assert!(found.contains("guides::distributor: BankAccount is compared with nothing"), "{found}");
    assert!(found.contains("bank_account holds"), "{found}");
}

#[test]
fn a_planted_difference_is_found() {
    let registry = Guide::of::<registry::Input>("registry");
    let ours = registry.shape(TABLE, registry.types()["Identification"]);
    planted(&ours.clone().with("nickname", "string", false), &[PROTOCOL], "nickname is unknown to the API");
    planted(&ours.clone().without("document_id"), &[PROTOCOL], "document_id is missing in the input");
    planted(&ours.clone().with("document_id", "string", false), &[PROTOCOL], "document_id is required on one side");
    planted(&ours.clone().with("verified_at", "string date", true), &[PROTOCOL], "verified_at holds");
    planted(&ours, &[], "legitimation_protocol is unknown to the API");
    planted(&ours, &[PROTOCOL, SIGNED], "document_id is not the id of a document");
    planted(&ours, &[PROTOCOL, STRUCTURE], "company_structure_proof_id is not a field of the API");
    planted(&ours, &[PROTOCOL, Left("document_id")], "document_id cannot be left out");
    planted(&ours, &[PROTOCOL, Demanded("document_id")], "document_id needs no exception");
    planted(&ours, &[PROTOCOL, Open("document_id")], "document_id is required on one side");

    #[track_caller]
    fn planted(ours: &Shape, known: &[Known], expected: &str) {
        let found = differences(ours, &Shape::of_api("IdentificationImport"), known).join("\n");
        assert!(found.contains(expected), "{found:?}");
    }
}

#[test]
fn another_noun_and_a_lower_bound_are_differences() {
    let registry = Guide::of::<registry::Input>("registry");
    let ours = registry.shape(TABLE, registry.types()["Redemption"]);
    planted(&ours.clone().with("product_id", "id of Campaign", false), "product_id holds {\"id of Campaign\"}");
    planted(&ours.with("units", "integer", false), "units may be as small as None, in the API Some(1)");

    #[track_caller]
    fn planted(ours: &Shape, expected: &str) {
        let known = [Filled("investor_id"), Filled("wallet_id"), Open("product_id"), Open("units")];
        let found = differences(ours, &Shape::of_api("RedemptionCreate"), &known).join("\n");
        assert!(found.starts_with(expected), "{found}");
    }
}
