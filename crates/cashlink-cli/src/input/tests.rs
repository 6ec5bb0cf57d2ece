use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Guide {
    person: Person,
    units: i64,
    #[serde(default)]
    documents: Vec<Document>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    zip: String,
    is_pep: bool,
    id: Option<uuid::Uuid>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    file: String,
}

const TEMPLATE: &str = "person: {name: Max, zip: '1', is_pep: false}\nunits: 1\ndocuments:\n  - file: a.pdf\n";

fn parse(text: &str) -> Parsed<Guide> {
    InputFile { text: text.to_owned(), folder: PathBuf::new() }.parse(TEMPLATE)
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found: Vec<_> = parse(text).finish().unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_good_file_is_read_exactly() {
    let parsed = parse("person:\n  name: Max\n  zip: 01234\n  is_pep: false\nunits: 3\n");
    assert_eq!(parsed.finish().unwrap().person.zip, "01234");
}

#[test]
fn all_misfits_are_found_at_once_with_their_places() {
    check(
        "person:\n  name: [Max]\n  zip: 12345\n  nickname: M\n  id: nonsense\nunits: many\ndocuments:\n  - path: a\n",
        &[
            "line 1, column 1: person.is_pep: is missing",
            "line 2, column 3: person.name: does not fit: sequence, expected a string",
            "line 4, column 3: person.nickname: is not known here; known: name, zip, is_pep, id",
            "line 5, column 3: person.id: UUID parsing failed: invalid character: found `…` at 0",
            "line 6, column 1: units: does not fit: string \"…\", expected a whole number",
            "line 8, column 5: documents[0].path: is not known here; known: file",
            "line 8, column 5: documents[0].file: is missing",
        ],
    );
}

#[test]
fn a_later_check_says_nothing_about_placeholders() {
    let mut parsed = parse("person: {name: Max, zip: '1', is_pep: 7}\nunits: 0\n");
    parsed.add("person.is_pep", "must be true");
    parsed.add("person", "is odd");
    parsed.add("units", "must be at least 1");
    let found: Vec<_> = parsed.finish().unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "line 1, column 1: person: is odd",
            "line 1, column 31: person.is_pep: does not fit: integer `…`, expected a boolean",
            "line 2, column 1: units: must be at least 1",
        ]
    );
}

#[test]
fn no_value_of_the_file_is_quoted() {
    let secret = "DE89370400440532013000";
    for text in [
        format!("person: {secret}\nunits: 1"),
        format!("person: {{name: Max, zip: '1', is_pep: {secret}}}\nunits: 1"),
        format!("person: {{name: Max, zip: '1', is_pep: true, id: {secret}}}\nunits: 1"),
        format!("person: 'unclosed {secret}\nunits: 1"),
        format!("person: @{secret}\n"),
        format!("- {secret}\n- {secret}"),
        format!("!tag {secret}"),
        format!("*{secret}"),
        format!("units: 3704004405320130001234567890\nperson: {secret}"),
    ] {
        let shown: Vec<_> = parse(&text).finish().unwrap_err().iter().map(ToString::to_string).collect();
        assert!(!shown.is_empty(), "{text}");
        assert!(!shown.iter().any(|line| line.contains("3704")), "{shown:?}");
    }
}

#[test]
fn what_is_no_yaml_is_refused_with_its_place() {
    check("", &["--file: holds nothing"]);
    check("# only a comment\n", &["--file: holds nothing"]);
    check("units: 1\nunits: 2\n", &["line 2, column 1: --file: a field appears twice"]);
    check("units: 1\n---\nunits: 2\n", &["line 3, column 1: --file: holds more than one document"]);
    let nested = format!("units: {}", "[".repeat(10_000));
    assert_eq!(parse(&nested).finish().unwrap_err().len(), 1);
    let laughs = (1..40).map(|n| format!("a{n}: &a{n} [*a{0}, *a{0}, *a{0}, *a{0}]\n", n - 1));
    let laughs: String = std::iter::once("a0: &a0 [x, x, x]\n".to_owned()).chain(laughs).collect();
    assert_eq!(parse(&laughs).finish().unwrap_err().len(), 1);
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.yaml");
    let problem = InputFile::read(&missing).err().unwrap();
    assert!(problem.message.starts_with(&format!("cannot read {}", missing.display())), "{problem}");
    assert!(InputFile::read(folder.path()).is_err());

    let large = folder.path().join("large.yaml");
    std::fs::write(&large, vec![b'#'; 1024 * 1024 + 1]).unwrap();
    assert!(InputFile::read(&large).err().unwrap().message.ends_with("is larger than 1 MiB"));

    let latin = folder.path().join("latin.yaml");
    std::fs::write(&latin, b"name: M\xfcller").unwrap();
    assert!(InputFile::read(&latin).err().unwrap().message.ends_with("is not UTF-8 text"));
}

#[test]
fn paths_lie_within_paths_by_whole_segments() {
    assert!(lies_within("a.b", "a"));
    assert!(lies_within("a[0].b", "a"));
    assert!(lies_within("a", "a"));
    assert!(lies_within("a", ""));
    assert!(!lies_within("ab", "a"));
}
