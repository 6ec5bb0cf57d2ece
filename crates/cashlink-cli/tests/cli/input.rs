//! Input files.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Stdio,
};

use tempfile::TempDir;

use crate::process::{Ended, Served, cashlink, run};

/// A folder with the template of `guide` as `input.yaml`, edited by `edit`.
fn folder(guide: &str, edit: impl Fn(String) -> String) -> (TempDir, PathBuf) {
    let template = run(&mut cashlink(&["guide", guide, "--template"]));
    assert_eq!((template.code, template.stderr.as_str()), (Some(0), ""));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("input.yaml");
    fs::write(&path, edit(template.stdout)).unwrap();
    (folder, path)
}

/// Writes every document that the file names.
fn write_documents(path: &Path) {
    let text = fs::read_to_string(path).unwrap();
    let is_name = |word: &&str| Path::new(word).extension().is_some_and(|extension| extension == "pdf");
    for name in text.lines().flat_map(|line| line.split_whitespace()).filter(is_name) {
        fs::write(path.with_file_name(name), "%PDF-1.7\n").unwrap();
    }
}

#[track_caller]
fn replaced(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the template");
        text.replacen(from, to, 1)
    })
}

fn with_settings(arguments: &[&str], path: &Path) -> Ended {
    let mut command = cashlink(arguments);
    command.arg("--file").arg(path).env("CASHLINK_URL", "http://127.0.0.1:1").env("CASHLINK_CLIENT_ID", "id");
    command.env("CASHLINK_CLIENT_SECRET", "secret");
    command.env("CASHLINK_CAMPAIGN_ID", "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11");
    command.env("CASHLINK_INVESTOR_ID", "0192f0c1-7c5a-4a61-8d5b-3c8f3a4c2b11");
    run(&mut command)
}

#[test]
fn the_template_of_every_guide_is_an_input_that_runs() {
    let sandbox = Served::start(&[]);
    for guide in ["registry", "distributor", "platform", "issuance"] {
        let (_folder, path) = folder(guide, |text| text);
        write_documents(&path);
        let ended = run(sandbox.cashlink(&["guide", guide, "--json", "--file"]).arg(&path));
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
}

#[test]
fn an_input_may_come_from_stdin() {
    let sandbox = Served::start(&[]);
    let (_folder, path) = folder("platform", |text| text);
    let mut command = sandbox.cashlink(&["guide", "platform", "--quiet", "--file", "-"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(&path).unwrap()).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
}

#[test]
fn a_document_that_is_missing_is_named_with_its_field_and_line() {
    let (_folder, path) = folder("registry", |text| text);
    let ended = with_settings(&["guide", "registry", "--json"], &path);
    assert_eq!(ended.code, Some(2));
    let expected = [
        "identification.legitimation_protocol",
        "investment.signed_documents[0].file",
        "investment.signed_documents[1].file",
    ];
    assert_eq!(ended.paths(), expected);
    let text = fs::read_to_string(&path).unwrap();
    let line = ended.json()["error"]["fields"][0]["line"].as_u64().unwrap();
    let named = text.lines().nth(usize::try_from(line).unwrap() - 1).unwrap();
    assert!(named.trim_start().starts_with("legitimation_protocol:"), "{named}");
}

#[test]
fn five_mistakes_are_named_at_once_and_their_values_are_not_shown() {
    let changes = [
        ("country: DEU", "country: Wonderland"),
        ("DE89370400440532013000", "DE00370400440532013000"),
        ("email: erika@example.org", "email: erika-at-example"),
        ("units: 300", "units: 0"),
        ("birth_date: 1984-06-17", "birth_date: 17.06.1984"),
    ];
    let (_folder, path) = folder("registry", |text| replaced(&text, &changes));
    write_documents(&path);
    let ended = with_settings(&["guide", "registry", "--json"], &path);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let mut paths = ended.paths();
    paths.sort();
    assert_eq!(
        paths,
        [
            "investment.units",
            "investor.bank_account.iban",
            "investor.communication.email",
            "investor.natural_person.birth_date",
            "investor.natural_person.country",
        ]
    );
    for path in paths {
        assert!(ended.stderr.contains(&format!("{path}: ")), "{}", ended.stderr);
    }
    assert!(ended.stderr.contains("write it like 1984-06-17"), "{}", ended.stderr);
    for value in ["Wonderland", "DE0037", "erika-at", "17.06.1984"] {
        assert!(!ended.stderr.contains(value) && !ended.stdout.contains(value), "{}", ended.stderr);
    }
}

#[test]
fn mistakes_about_a_security_are_named_at_once_with_the_rules_that_they_break() {
    let changes = [
        ("ewpg: false", "ewpg: true"),
        ("provide_nominal_value: true", "provide_nominal_value: false"),
        ("allocation: 10000", "allocation: 500000"),
        ("units: 50 ", "units: 55 "),
    ];
    let (_folder, path) = folder("issuance", |text| replaced(&text, &changes));
    write_documents(&path);
    let ended = with_settings(&["guide", "issuance", "--json"], &path);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let mut paths = ended.paths();
    paths.sort();
    assert_eq!(
        paths,
        ["campaign.allocation", "investment.units", "product.isin", "product.issuance_price", "product.nominal_value"]
    );
    assert!(ended.stderr.contains("must be a multiple of product.step_size"), "{}", ended.stderr);
}

#[test]
fn an_unknown_field_is_refused_by_name_and_line() {
    let (_folder, path) = folder("platform", |text| format!("{text}\nunts: 3\n"));
    let ended = with_settings(&["guide", "platform"], &path);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("unts: is not known here; known: ") && ended.stderr.contains("line "));
}

#[test]
fn what_is_no_input_file_is_refused_without_a_panic() {
    let nested = "a: ".repeat(5000) + &"[".repeat(5000);
    for text in ["", "- 1", "{", "\u{0}", "a: &a [*a]", "investor: 7", nested.as_str()] {
        let (_folder, path) = folder("registry", |_| text.to_owned());
        let ended = with_settings(&["guide", "registry", "--json"], &path);
        assert_eq!((ended.code, ended.json()["status"].as_str()), (Some(2), Some("invalid")), "{text}: {ended:?}");
    }
    let ended = with_settings(&["guide", "registry"], Path::new("/nonexistent/input.yaml"));
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("cannot read /nonexistent/input.yaml"), "{}", ended.stderr);
}

#[test]
fn a_reader_that_goes_away_is_no_reason_to_fail() {
    let mut child =
        cashlink(&["guide", "registry", "--template"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}
