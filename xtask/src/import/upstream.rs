//! Reads the document of the API's makers: one file, checked before anything is made of it.

mod json;
mod version;

use std::{fs::File, io::Read, path::Path};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

/// No description of an API is larger, and none need be read by a person that is.
const LARGEST: usize = 32 << 20;

/// More objects, lists and scalars than a description has, with what aliases repeat.
const MOST: usize = 1_000_000;

/// Reads the document in `file`.
pub(super) fn read(file: &Path) -> Result<Value> {
    let document = text(file).and_then(|text| parse(&text));
    document.with_context(|| file.display().to_string())
}

/// The text in `file`, which may be a pipe: its size is not known before.
fn text(file: &Path) -> Result<String> {
    if file.to_str().is_some_and(|name| name.contains("://")) {
        bail!("an address is not read: download the document and name the file");
    }
    let mut bytes = Vec::new();
    let source = File::open(file).context("cannot be read")?;
    source.take(LARGEST as u64 + 1).read_to_end(&mut bytes).context("cannot be read")?;
    if bytes.len() > LARGEST {
        bail!("more than {} MiB are no description of an API", LARGEST >> 20);
    }
    String::from_utf8(bytes)
        .map_err(|_| anyhow!("this is no text in UTF-8: another kind of file, or one that is packed"))
}

/// Reads the document `text`, YAML or JSON, whose parsers bound how deep it nests and how much an alias may repeat.
pub(super) fn parse(text: &str) -> Result<Value> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end();
    if text.is_empty() {
        bail!("there is nothing in it");
    }
    if text.trim_start().starts_with('<') {
        bail!(
            "this is a web page, or XML: if it was downloaded, an address for which one has to log in may be the cause"
        );
    }
    let mut document = value(text)?;
    let said = |key: &str| document.get(key).and_then(Value::as_str);
    if said("swagger").is_some() {
        bail!("this is Swagger 2, which came before OpenAPI: convert it to OpenAPI 3 first");
    }
    let version = match document.get("openapi") {
        Some(Value::String(version)) => version.clone(),
        Some(other) => other.to_string(),
        None => bail!("`openapi` is missing: this is no description of an API"),
    };
    if !["3.0", "3.1"].iter().any(|known| version == *known || version.starts_with(&format!("{known}."))) {
        bail!("`openapi` must say 3.0 or 3.1 and says `{version}`");
    }
    if !document.get("paths").is_some_and(Value::is_object) {
        bail!("`paths` is missing: this is no description of an API");
    }
    if version.starts_with("3.1") {
        version::plain(&mut document, false);
    }
    Ok(document)
}

fn value(text: &str) -> Result<Value> {
    let parsed = if text.trim_start().starts_with('{') { Some(json::parse(text)) } else { None };
    if let Some(Ok(value)) = parsed {
        return Ok(value);
    }
    let options = serde_saphyr::options! {
        // In YAML 1.2, which OpenAPI demands, `on` and `NO` are texts.
        strict_booleans: true,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_nodes: MOST,
            max_events: 2 * MOST,
            max_recorded_anchor_events: MOST / 4,
            max_depth: 127,
            // One anchor may stand for what every operation has.
            enforce_alias_anchor_ratio: false,
        },
    };
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let error = error.to_string();
        let (problem, place) = error.split_once(" at line ").unwrap_or((&error, "?"));
        // Behind the problem stands what a programmer could set.
        let problem = problem.split("; ").next().unwrap_or_default().split(", set ").next().unwrap_or_default();
        let reason = format!("{problem} at line {place}");
        match parsed {
            Some(Err(json)) => anyhow!("neither JSON ({json}) nor YAML ({reason})"),
            _ => anyhow!("neither JSON nor YAML that JSON can express: {reason}"),
        }
    })
}

/// The name under which the document becomes a source.
pub(super) fn source_name(document: &Value) -> String {
    let version = document.pointer("/info/version").and_then(Value::as_str).unwrap_or_default();
    let kept = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_');
    let version: String = version.chars().filter(kept).take(40).collect();
    if version.is_empty() { "upstream".to_owned() } else { format!("upstream-{version}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_description_is_refused_with_a_sentence() {
        check("", "there is nothing in it");
        check("\u{feff}\n", "there is nothing in it");
        check("swagger: '2.0'\npaths: {}", "this is Swagger 2, ");
        check("\n<!DOCTYPE html>\n<html></html>", "this is a web page, or XML: ");
        check("{\"detail\": \"Not found.\"}", "`openapi` is missing: this is no description of an API");
        check("[]", "`openapi` is missing: ");
        check("openapi: 3.2.0\npaths: {}", "`openapi` must say 3.0 or 3.1 and says `3.2.0`");
        check("openapi: 3.10.0\npaths: {}", "`openapi` must say 3.0 or 3.1 and says `3.10.0`");
        check("openapi: 3\npaths: {}", "`openapi` must say 3.0 or 3.1 and says `3`");
        check("openapi: 3.0.3", "`paths` is missing: this is no description of an API");
        check("openapi: 3.0.3\npaths:\n\t/a/: {}", "neither JSON nor YAML that JSON can express: tabs disallowed ");
        check(
            "openapi: 3.0.3\npaths: {}\npaths: {}",
            "neither JSON nor YAML that JSON can express: duplicate mapping key: paths at line 3, column 1",
        );
        check(
            "openapi: 3.0.3\n---\npaths: {}",
            "neither JSON nor YAML that JSON can express: multiple YAML documents detected at line 3, column 1",
        );
        check("a: [", "neither JSON nor YAML that JSON can express: ");
        check("{\"openapi\": \"3.0.3\",", "neither JSON (EOF while parsing a value at line 1 column 20) nor YAML (");
        check(
            "{\"openapi\": \"3.0.3\", \"paths\": {\"/a/\": {}, \"/a/\": {}}}",
            "neither JSON (the key `/a/` stands twice in one object at line 1 column 47) nor YAML (",
        );
        check(&format!("openapi: 3.0.3\npaths: {}", "[".repeat(100_000)), "neither JSON nor YAML that ");
        check(&format!("{{\"paths\": {}", "[".repeat(100_000)), "neither JSON (recursion limit exceeded at line ");
        check("a: &a [*a]", "neither JSON nor YAML that JSON can express: ");

        #[track_caller]
        fn check(text: &str, expected: &str) {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        std::fs::write(file("packed"), [0x1f, 0x8b, 0x08]).unwrap();
        std::fs::write(file("large"), vec![b' '; LARGEST + 1]).unwrap();
        check(&file("packed"), "this is no text in UTF-8: another kind of file, or one that is packed");
        check(&file("large"), "more than 32 MiB are no description of an API");
        check(&file("missing"), "cannot be read: ");
        check(folder.path(), "cannot be read: ");
        check(
            Path::new("https://example.org/schema/"),
            "an address is not read: download the document and name the file",
        );

        #[track_caller]
        fn check(file: &Path, expected: &str) {
            let error = format!("{:#}", read(file).unwrap_err());
            assert!(error.starts_with(&format!("{}: {expected}", file.display())), "{error}");
        }
    }

    #[test]
    fn a_document_is_the_same_whichever_way_it_is_written() {
        let expected = json!({ "openapi": "3.0.3", "paths": { "/a/": { "get": { "responses": { "200": "on" } } } } });
        check(&expected.to_string());
        check(&format!("\u{feff}{expected:#}"));
        check("openapi: 3.0.3\npaths: {/a/: {get: {responses: {200: 'on'}}}}");
        check("{openapi: 3.0.3, paths: {/a/: {get: {responses: {200: on}}}}}");
        check("---\nopenapi: 3.0.3\npaths:\n  /a/:\n    get:\n      responses:\n        '200': on\n...\n");
        check("openapi: 3.0.3\r\npaths:\r\n  /a/:\r\n    get: {responses: {200: on}}\r\n");
        check("openapi: 3.0.3\npaths: {/a/: {get: {responses: &a {200: on}}}}");

        #[track_caller]
        fn check(text: &str) {
            let expected =
                json!({ "openapi": "3.0.3", "paths": { "/a/": { "get": { "responses": { "200": "on" } } } } });
            assert_eq!(parse(text).unwrap(), expected);
        }
    }

    #[test]
    fn a_source_is_named_by_the_version() {
        check(&json!({ "info": { "version": "2.7.0" } }), "upstream-2.7.0");
        check(&json!({ "info": { "version": "2.7 (beta)\n" } }), "upstream-2.7beta");
        check(&json!({}), "upstream");

        #[track_caller]
        fn check(document: &Value, expected: &str) {
            assert_eq!(source_name(document), expected);
        }
    }
}
