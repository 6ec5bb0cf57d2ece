//! `cashlink demo`.

use crate::process::{cashlink, run};

#[test]
fn the_demo_finishes_four_guides_and_shows_what_exists() {
    let ended = run(&mut cashlink(&["demo"]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for expected in [
        "registry: done in",
        "distributor: done in",
        "platform: done in",
        "issuance: done in",
        "create_investor",
        "credit_investment",
        "DELIVERED",
        "benefiting person",
        "company",
        "answered",
        "create_listing",
        "campaign",
    ] {
        assert!(ended.stdout.contains(expected), "{expected}: {}", ended.stdout);
    }
    assert_eq!(ended.stderr, "");
    assert!(!ended.stdout.contains('\u{1b}'), "no terminal codes in a pipe");
}

#[test]
fn the_demo_as_json_is_one_document_that_agrees_with_the_server() {
    let ended = run(&mut cashlink(&["demo", "--json"]));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let document = ended.json();
    assert_eq!(document["status"], "done");
    let guides = document["guides"].as_array().unwrap();
    let names: Vec<_> = guides.iter().map(|guide| guide["guide"].as_str().unwrap()).collect();
    assert_eq!(names, ["registry", "distributor", "platform", "issuance"]);
    assert!(guides.iter().all(|guide| guide["status"] == "done"));

    let objects = document["objects"].as_array().unwrap();
    let find = |guide: &str, kind: &str| {
        let found = objects.iter().find(|object| object["guide"] == guide && object["kind"] == kind);
        found.unwrap_or_else(|| panic!("no {kind} of {guide}"))
    };
    assert_eq!(find("registry", "investment")["id"], guides[0]["result"]["investment_id"]);
    assert_eq!(find("registry", "investment")["status"], "DELIVERED");
    assert_eq!(find("registry", "redemption")["status"], guides[0]["result"]["redemption_status"]);
    assert_eq!(find("distributor", "investor")["status"], "SUCCESS");
    assert_eq!(find("distributor", "wallet")["id"], guides[1]["result"]["wallet_id"]);
    assert_eq!(find("platform", "investment")["id"], guides[2]["result"]["investment_id"]);
    for kind in ["issuer", "product", "listing", "campaign", "investment"] {
        assert_eq!(find("issuance", kind)["id"], guides[3]["result"][format!("{kind}_id")], "{kind}");
    }
    assert_eq!(find("issuance", "campaign")["status"], "active");
    assert_eq!(find("issuance", "investment")["status"], guides[3]["result"]["investment_status"]);
}

#[test]
fn the_demo_needs_nothing_of_the_environment() {
    let mut command = cashlink(&["demo", "--quiet"]);
    command.env("CASHLINK_URL", "nonsense").env("CASHLINK_CAMPAIGN_ID", "nonsense");
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.stdout.contains("DELIVERED") && !ended.stdout.contains("create_investor"));
}
