//! What a change touches, and how it is printed.

use std::fs;

use serde_json::{Value, json};

use crate::{
    diff::{
        compare,
        report::{Report, Told},
        touches::Files,
    },
    workspace::Workspace,
};

/// Files of a workspace in which one thing has a place in each part.
const FILES: [(&str, &str); 8] = [
    (
        "crates/cashlink/src/platform/wallets.rs",
        "row!(list = v2_wallets_list);\nwallet.status // and a status\n// Its status.\n",
    ),
    ("crates/cashlink/src/platform/orders.rs", "order.status\n"),
    ("crates/cashlink/src/guides/registry.rs", "fn a(wallet: Wallet) {\n    wallet.status;\n}\n"),
    ("crates/cashlink-sandbox/src/world/wallet.rs", "(\"v2_wallets_list\", list)\n"),
    ("crates/cashlink-sandbox/src/world/status.rs", "status(\"UNDER_REVIEW\")\n"),
    ("crates/cashlink-cli/src/show.rs", "Status::UnderReview\nStatus::Open\nstatuses wallet_status\n"),
    ("tests/tests/wallets.rs", "https://demo.example.org/api\n"),
    ("crates/cashlink-api/src/generated/client.rs", "v2_wallets_list Wallet status\n"),
];

fn document() -> Value {
    let reply = json!({ "description": "All.", "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/Wallet" } } } });
    json!({
        "openapi": "3.0.3",
        "servers": [{ "url": "https://demo.example.org/api" }],
        "paths": { "/v2/wallets/": { "get": { "operationId": "v2_wallets_list", "responses": { "200": reply } } } },
        "components": { "schemas": { "Wallet": { "type": "object", "description": "A wallet.", "properties": {
            "status": { "type": "string", "x-extensible-enum": ["OPEN", "UNDER_REVIEW"] },
        } } } },
    })
}

/// The comparison with a document whose `pointer` is gone.
fn without(pointer: &str) -> Report {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let old = document();
    let mut new = old.clone();
    match new.pointer_mut(parent).unwrap() {
        Value::Object(map) => drop(map.shift_remove(&key.replace("~1", "/")).unwrap()),
        list => drop(list.as_array_mut().unwrap().remove(key.parse().unwrap())),
    }
    let folder = tempfile::tempdir().unwrap();
    for (file, text) in FILES {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    let files = Files::read(&Workspace::at(folder.path()));
    let tell = |change| {
        let touches = files.touched(&change, &old, &new);
        Told { change, touches }
    };
    let changes = compare(&old, &new).into_iter().map(tell).collect();
    Report::new(["old.json", "new.json"].map(ToOwned::to_owned), changes)
}

#[test]
fn a_change_touches_the_lines_in_which_its_words_stand() {
    check(
        "/paths/~1v2~1wallets~1/get",
        &[
            "facade: crates/cashlink/src/platform/wallets.rs:1",
            "sandbox: crates/cashlink-sandbox/src/world/wallet.rs:1",
        ],
    );
    // Only files that know the wallet, where there is one that does.
    check(
        "/components/schemas/Wallet/properties/status",
        &["facade: crates/cashlink/src/platform/wallets.rs:2", "guides: crates/cashlink/src/guides/registry.rs:2"],
    );
    check(
        "/components/schemas/Wallet/properties/status/x-extensible-enum/1",
        &["cli: crates/cashlink-cli/src/show.rs:1", "sandbox: crates/cashlink-sandbox/src/world/status.rs:1"],
    );
    check("/servers/0", &["tests: tests/tests/wallets.rs:1"]);
    check("/components/schemas/Wallet/description", &[]);

    #[track_caller]
    fn check(pointer: &str, expected: &[&str]) {
        let report = without(pointer);
        assert_eq!(report.changes.len(), 1, "{report:?}");
        let text = report.text(true);
        let parts = ["cli: ", "facade: ", "guides: ", "sandbox: ", "tests: "];
        let lines: Vec<&str> =
            text.lines().map(str::trim).filter(|line| parts.iter().any(|part| line.starts_with(part))).collect();
        assert_eq!(lines, expected, "{text}");
    }
}

#[test]
fn a_person_reads_what_breaks_first_and_how_much_there_is() {
    let text = without("/components/schemas/Wallet/properties/status").text(false);
    assert_eq!(
        text,
        "old: old.json\n\
         new: new.json\n\
         \n\
         Breaking\n\
         \x20 property-removed  Wallet.status\n\
         \x20   `status` is gone\n\
         \x20   operations: v2_wallets_list\n\
         \x20   facade: crates/cashlink/src/platform/wallets.rs:2\n\
         \x20   guides: crates/cashlink/src/guides/registry.rs:2\n\
         \n\
         1 breaking, 0 compatible, 0 texts\n"
    );
}

#[test]
fn texts_are_counted_and_listed_if_it_is_asked_for() {
    let report = without("/components/schemas/Wallet/description");
    assert!(report.text(false).ends_with("\n\n0 breaking, 0 compatible, 1 text (listed with --all)\n"));
    assert!(report.text(true).contains("\nCompatible\n  text-changed  Wallet\n    description\n"));
}

#[test]
fn a_program_reads_the_same_with_what_is_touched() {
    let report = serde_json::to_value(without("/components/schemas/Wallet/properties/status")).unwrap();
    let expected = json!({
        "old": "old.json",
        "new": "new.json",
        "counts": { "breaking": 1, "compatible": 0, "recompile": 0, "texts": 0 },
        "changes": [{
            "rule": "property-removed",
            "verdict": "breaking",
            "recompile": true,
            "at": "/components/schemas/Wallet/properties/status",
            "operations": ["v2_wallets_list"],
            "text": "`status` is gone",
            "touches": {
                "facade": [{ "file": "crates/cashlink/src/platform/wallets.rs", "lines": [2] }],
                "guides": [{ "file": "crates/cashlink/src/guides/registry.rs", "lines": [2] }],
            },
        }],
    });
    assert_eq!(report, expected);
}
