use serde_json::json;

use super::*;

/// Code that names `issuer_v2_listings_list` in each of the four places, and what leads the compiler there.
const FILES: [(&str, &str); 10] = [
    ("crates/cashlink-api/src/generated/client.rs", "impl Client { pub fn issuer_v2_listings_list() {} }"),
    (
        "crates/cashlink/src/issuer/listings.rs",
        "/// A list.\nresource! { pub struct Listings; pub fn list() -> Page = issuer_v2_listings_list;\n}",
    ),
    (
        "crates/cashlink-sandbox/src/world/handlers.rs",
        "const HANDLERS: &[(&str, fn())] = &[\n(\"v2_listings_list\", list),\n];",
    ),
    (
        "tests/tests/every_operation/issuer.rs",
        "#[tokio::test]\nasync fn all() { part(); }\nfn part() { walk.list(\"issuer_v2_listings_list\"); }",
    ),
    ("crates/cashlink-api/src/lib.rs", "mod generated { pub mod client; }"),
    ("crates/cashlink/src/lib.rs", "mod issuer;"),
    ("crates/cashlink/src/issuer.rs", "mod listings;"),
    ("crates/cashlink-sandbox/src/lib.rs", "mod world;"),
    ("crates/cashlink-sandbox/src/world.rs", "mod handlers;"),
    ("tests/tests/every_operation/main.rs", "#![expect(clippy::panic)]\nmod issuer;"),
];

/// A workspace with one operation, `issuer_v2_listings_list`, in the `places` of the four.
fn workspace(places: &[usize]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (index, (path, text)) in FILES.into_iter().enumerate() {
        // Part of another word does not count.
        let other = text.replace("v2_listings_list", "v2_listings_lists");
        let is_there = index >= PLACES.len() || places.contains(&index);
        write_file(folder.path(), path, if is_there { text } else { &other });
    }
    folder
}

fn write_file(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
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
        assert!(error.contains(place.files.counted[0]), "{error}");
    }
}

#[test]
fn a_table_that_is_not_written_anew_is_stale() {
    let folder = workspace(&[0, 1, 2, 3]);
    let workspace = Workspace::at(folder.path());
    assert!(check(&workspace, &bundle()).unwrap_err().to_string().contains("docs/coverage.md is stale"));
}

#[test]
fn a_name_that_is_not_compiled_or_not_run_is_missing() {
    let listings = "crates/cashlink/src/issuer/listings.rs";
    check(listings, "pub fn list", "// pub fn list", true);
    check(listings, "pub fn list", "/// pub fn list", true);
    check(listings, "= issuer_v2_listings_list;", "/* = issuer_v2_listings_list; */", true);
    check(listings, "issuer_v2_listings_list", "\"issuer_v2_listings_list\"", true);
    check(listings, "resource!", "#[cfg(false)]\nresource!", true);
    check(listings, "pub fn list", "#[cfg(any())] pub fn list", true);
    check(listings, "resource!", "#[cfg(feature = \"rows\")]\nresource!", false);
    check(listings, "/// A list.", "#![cfg(test)]", true);
    check(listings, "resource! {", "#[cfg(test)] mod tests {", true);
    check("crates/cashlink/src/issuer.rs", "mod listings;", "// mod listings;", true);
    check("crates/cashlink/src/issuer.rs", "mod listings;", "#[cfg(false)] mod listings;", true);
    check("crates/cashlink/src/lib.rs", "mod issuer;", "pub(crate) mod issuer;", false);
    check("crates/cashlink-sandbox/src/world/handlers.rs", "(\"v2", "// (\"v2", true);

    let test = "tests/tests/every_operation/issuer.rs";
    check(test, "#[tokio::test]", "#[tokio::test]\n#[ignore = \"slow\"]", true);
    check(test, "#[tokio::test]", "#[cfg_attr(unix, ignore)]\n#[tokio::test]", true);
    check(test, "#[tokio::test]", "#[should_panic]\n#[tokio::test]", true);
    check(test, "#[tokio::test]", "#[cfg(false)]\n#[tokio::test]", true);
    check(test, "#[tokio::test]", "", true);
    check(test, "#[tokio::test]", "#[expect(clippy::panic)]\n#[test]\npub", false);
    check(test, "part(); }", "}", true);
    check("tests/tests/every_operation/main.rs", "mod issuer;", "", true);

    #[track_caller]
    fn check(file: &str, correct: &str, wrong: &str, is_missing: bool) {
        let folder = workspace(&[0, 1, 2, 3]);
        let (_, text) = FILES.into_iter().find(|(path, _)| *path == file).unwrap();
        assert!(text.contains(correct), "{correct}");
        write_file(folder.path(), file, &text.replacen(correct, wrong, 1));
        let table = Table::read(folder.path(), &bundle()).unwrap();
        assert_eq!(table.holes().len(), usize::from(is_missing), "{wrong}: {:?}", table.holes());
    }
}
