//! What is an input is found in the sources, so that nobody has to think of a list.

use std::{collections::BTreeSet, fs, path::Path};

use crate::guides;

#[test]
fn no_guide_and_no_public_type_with_a_schema_is_overlooked() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let folder = crates.join("cashlink/src/guides");
    let entries = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let with_input: BTreeSet<String> = entries
        .filter(|path| path.join("input.rs").exists())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    assert_eq!(with_input, guides().iter().map(|guide| guide.name().to_owned()).collect(), "guides with an input");

    let mut seen: BTreeSet<String> =
        ["Currency", "Decimal", "DocumentSource", "Money", "Price"].map(str::to_owned).into();
    for guide in &guides() {
        seen.extend(guide.types().keys().map(ToString::to_string));
    }
    let mut found = BTreeSet::new();
    with_schema(&crates.join("cashlink/src"), &mut found);
    with_schema(&crates.join("cashlink-types/src"), &mut found);
    found.extend(exported(&fs::read_to_string(folder.join("input.rs")).unwrap()));
    assert!(found.len() > 20, "{found:?}");
    let overlooked: Vec<&String> = found.difference(&seen).collect();
    assert!(overlooked.is_empty(), "no guide's input holds {overlooked:?}: compare them here");
}

/// Names of the public types below `folder` that have a JSON Schema. Those that a macro names are exported elsewhere.
fn with_schema(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            with_schema(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.extend(schemas_in(&fs::read_to_string(&path).unwrap_or_default()));
        }
    }
}

fn schemas_in(text: &str) -> impl Iterator<Item = String> {
    let after = text.split("schemars::JsonSchema").skip(1);
    let names = after.filter_map(|text| {
        let implemented = text.strip_prefix(" for ");
        let declared = || text.split_once("pub struct ").or_else(|| text.split_once("pub enum ")).map(|(_, text)| text);
        let name = implemented.or_else(declared)?;
        name.split(|letter: char| !letter.is_alphanumeric()).next().map(str::to_owned)
    });
    names.filter(|name| !name.is_empty())
}

/// Names of types in the `pub use` lines of `text`.
fn exported(text: &str) -> impl Iterator<Item = String> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("pub use "));
    let words = lines.flat_map(|line| line.split(|letter: char| !letter.is_alphanumeric()));
    words.filter(|word| word.starts_with(char::is_uppercase)).map(str::to_owned)
}

#[test]
fn a_type_with_a_schema_is_found_in_a_source() {
    check("#[derive(schemars::JsonSchema)]\n/// A lamp.\npub struct Lamp {", &["Lamp"]);
    check("derive(schemars::JsonSchema)\npub enum Color {", &["Color"]);
    check("impl schemars::JsonSchema for Watt {", &["Watt"]);
    check("derive(schemars::JsonSchema)\npub struct $name {", &[]);

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(schemas_in(text).collect::<Vec<_>>(), expected);
    }
    assert_eq!(exported("pub use a::{Lamp, Color};\npub(crate) use b::Watt;").collect::<Vec<_>>(), ["Lamp", "Color"]);
}
