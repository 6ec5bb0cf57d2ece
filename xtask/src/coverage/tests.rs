use serde_json::json;

use super::*;

/// A workspace with one operation, `issuer_v2_listings_list`, in the `places` of the four.
fn workspace(places: &[usize]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("crates/cashlink-api/src/generated/client.rs", "fn issuer_v2_listings_list() {}"),
        ("crates/cashlink/src/issuer/listings.rs", "= issuer_v2_listings_list;"),
        ("crates/cashlink-sandbox/src/world/handlers.rs", "(\"v2_listings_list\", list)"),
        ("tests/tests/every_operation/issuer.rs", "\"issuer_v2_listings_list\""),
    ];
    for (index, (path, text)) in files.into_iter().enumerate() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // Part of another word does not count.
        fs::write(
            path,
            if places.contains(&index) { text } else { "x_issuer_v2_listings_list issuer_v2_listings_lists" },
        )
        .unwrap();
    }
    folder
}

fn bundle() -> Bundle {
    let operation = json!({ "operationId": "issuer_v2_listings_list", "x-evidence": { "level": "D", "refs": [] } });
    Bundle::of(json!({ "paths": { "/issuer/v2/listings/": { "get": operation } } }))
}

#[test]
fn an_operation_that_is_everywhere_has_no_hole() {
    let folder = workspace(&[0, 1, 2, 3]);
    let workspace = Workspace::at(folder.path());
    assert!(write(&workspace, &bundle()).unwrap().ends_with("1 operations, 0 holes"));
    check(&workspace, &bundle()).unwrap();
    let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
    assert!(text.contains("| `issuer_v2_listings_list` | `GET /issuer/v2/listings/` | ✓ | [client.rs](../crates/"));
}

#[test]
fn each_place_where_an_operation_is_missing_is_named() {
    for (missing, place) in PLACES.iter().enumerate() {
        let present: Vec<usize> = (0..PLACES.len()).filter(|index| *index != missing).collect();
        let folder = workspace(&present);
        let workspace = Workspace::at(folder.path());
        write(&workspace, &bundle()).unwrap();
        let error = check(&workspace, &bundle()).unwrap_err().to_string();
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.contains(place.paths[0]), "{error}");
    }
}

#[test]
fn a_table_that_is_not_written_anew_is_stale() {
    let folder = workspace(&[0, 1, 2, 3]);
    let workspace = Workspace::at(folder.path());
    assert!(check(&workspace, &bundle()).unwrap_err().to_string().contains("docs/coverage.md is stale"));
}
