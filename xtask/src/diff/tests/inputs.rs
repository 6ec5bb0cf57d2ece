//! Files, folders and revisions of git, from the command line to what is printed.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
};

use clap::Parser as _;
use serde_json::{Value, json};

use crate::{
    diff::{Options, exit_code, report::Report, source},
    workspace::Workspace,
};

#[derive(Debug, clap::Parser)]
struct Line {
    #[command(flatten)]
    options: Options,
}

fn options(line: &[&str]) -> Options {
    Line::try_parse_from(["diff"].iter().chain(line)).unwrap().options
}

/// The comparison for a command line.
fn report(folder: &Path, line: &[&str]) -> anyhow::Result<Report> {
    crate::diff::report(&Workspace::at(folder), &options(line))
}

fn document(operation: &str) -> Value {
    let replies = json!({ "200": { "description": "All is well." } });
    let operation = json!({ "operationId": operation, "responses": replies });
    json!({ "openapi": "3.0.3", "info": { "title": "A", "version": "1" }, "paths": { "/a/": { "get": operation } } })
}

fn write(folder: &Path, file: &str, text: &str) {
    let file = folder.join(file);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "user.name=Nobody", "-c", "user.email=nobody@example.org"]);
    // Neither the settings of whoever runs this, nor a repository around it.
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").env_remove("GIT_DIR");
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository whose first commit has the operation `first`, the second one `second`, and the work tree `third`.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    git(path, &["init", "--quiet"]);
    write(path, "README.md", "");
    git(path, &["add", "."]);
    git(path, &["commit", "--quiet", "--message", "Nothing yet"]);
    git(path, &["tag", "empty"]);
    for operation in ["first", "second"] {
        write(path, "openapi/cashlink.json", &document(operation).to_string());
        git(path, &["add", "."]);
        git(path, &["commit", "--quiet", "--message", operation]);
        git(path, &["tag", operation]);
    }
    // YAML has all of JSON.
    write(path, "openapi/cashlink.yaml", &document("third").to_string());
    folder
}

#[test]
fn a_revision_is_compared_with_the_work_tree_or_with_a_file() {
    let folder = repository();
    write(folder.path(), "other.json", &document("other").to_string());
    let other = folder.path().join("other.json");
    let other = other.to_str().unwrap();

    check(&folder, &["--base", "first"], "was `first` and is `third`");
    check(&folder, &["--base", "HEAD~1"], "was `first` and is `third`");
    check(&folder, &[], "was `second` and is `third`");
    check(&folder, &["--base", "first", other], "was `first` and is `other`");
    check(&folder, &[other], "was `other` and is `third`");

    #[track_caller]
    fn check(folder: &tempfile::TempDir, line: &[&str], expected: &str) {
        let report = report(folder.path(), line).unwrap();
        let texts: Vec<&str> = report.changes.iter().map(|told| told.change.text.as_str()).collect();
        assert_eq!(texts, [expected]);
    }
}

#[test]
fn the_revision_that_was_taken_is_named() {
    let folder = repository();
    let report = report(folder.path(), &[]).unwrap();
    assert!(report.old.starts_with("openapi/cashlink.json at HEAD ("), "{}", report.old);
    assert!(report.new.ends_with("openapi"), "{}", report.new);
}

#[test]
fn what_git_does_not_have_is_an_error_that_names_it() {
    let folder = repository();
    check(&folder, &["--base", "nowhere"], "`nowhere` is no revision that git knows in ");
    check(&folder, &["--base=--all"], "`--all` is no revision that git knows in ");
    check(&folder, &["--base", "empty"], "openapi/cashlink.json at empty (");
    check(&folder, &["--base", "first", "a.json", "b.json"], "--base is the older document");

    #[track_caller]
    fn check(folder: &tempfile::TempDir, line: &[&str], expected: &str) {
        let error = format!("{:#}", report(folder.path(), line).unwrap_err());
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_file_a_folder_and_an_entry_are_the_same_document() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let whole = document("only");
    write(path, "whole.json", &whole.to_string());
    write(path, "whole.yaml", &serde_saphyr::to_string(&whole).unwrap());
    let mut split = whole.clone();
    split["paths"]["/a/"] = json!({ "$ref": "nouns/a.yaml#/paths/all" });
    write(path, "split/cashlink.yaml", &split.to_string());
    write(path, "split/nouns/a.yaml", &json!({ "paths": { "all": whole["paths"]["/a/"] } }).to_string());

    let given = ["whole.json", "whole.yaml", "split", "split/cashlink.yaml"].map(|name| path.join(name));
    for new in &given {
        let line = [given[0].to_str().unwrap(), new.to_str().unwrap()];
        let report = report(path, &line).unwrap();
        assert_eq!(report.changes.len(), 0, "{line:?}: {report:?}");
    }
}

#[test]
fn what_cannot_be_compared_is_refused_by_its_name() {
    check("a.json", "{", "cannot be read as JSON");
    check("a.yaml", "a: [", "is not YAML that JSON can express");
    check("a.json", r#"{"swagger": "2.0", "paths": {}}"#, "is Swagger \"2.0\", only OpenAPI 3.0 can be compared");
    check("a.yaml", "openapi: 3.1.0\npaths: {}", "is OpenAPI 3.1.0, only 3.0 can be compared");
    check("a.json", "[]", "is no OpenAPI document: `openapi` is missing");
    check("a.yaml", "openapi: 3.0\npaths: {}", "`openapi` is 3.0, not a text such as \"3.0.3\"");
    check("a.json", r#"{"openapi": "3.0.3", "components": {}}"#, "is no OpenAPI document: `paths` is missing");
    let lost = r##"{"openapi": "3.0.3", "paths": {"/a/": {"$ref": "#/components/lost"}}}"##;
    check("a.json", lost, "nothing is at `#/components/lost`, to which it refers");
    check("a.yaml", "openapi: 3.0.3\npaths: {/a/: {$ref: 'b.yaml#/a'}}", "cannot be joined:\n");
    check("a.json", r#"{"openapi": "3.0.3", "paths": {"/a/": {"$ref": "b.json#/a"}}}"#, "cannot be joined:\n");

    #[track_caller]
    fn check(file: &str, text: &str, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), file, text);
        let file = folder.path().join(file);
        let line = options(&[file.to_str().unwrap(), file.to_str().unwrap()]);
        let error = format!("{:#}", source::read(&Workspace::at(folder.path()), &line).unwrap_err());
        assert!(error.contains(expected), "{error}");
        assert!(error.starts_with(folder.path().to_str().unwrap()), "{error}");
    }
}

#[test]
fn the_exit_code_says_whether_something_breaks_if_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["old", "new"] {
        write(folder.path(), &format!("{name}.json"), &document(name).to_string());
    }
    check(&folder, ["old.json", "new.json"], &["--fail-on", "breaking"], ExitCode::FAILURE);
    check(&folder, ["old.json", "new.json"], &[], ExitCode::SUCCESS);
    check(&folder, ["old.json", "old.json"], &["--fail-on", "breaking"], ExitCode::SUCCESS);

    #[track_caller]
    fn check(folder: &tempfile::TempDir, files: [&str; 2], flags: &[&str], expected: ExitCode) {
        let files = files.map(|file| folder.path().join(file).to_str().unwrap().to_owned());
        let line: Vec<&str> = files.iter().map(String::as_str).chain(flags.iter().copied()).collect();
        let report = report(folder.path(), &line).unwrap();
        assert_eq!(exit_code(&report, &options(&line)), expected);
    }
}
