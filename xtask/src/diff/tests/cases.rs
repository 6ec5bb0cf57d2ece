//! The edits of `tests/diff`, with what has to be said of each.

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use json_patch::Patch;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    diff::{Change, Verdict, compare},
    workspace::Workspace,
};

/// An edit of the base document.
#[derive(Debug, Deserialize)]
struct Case {
    name: String,
    patch: Patch,
    expect: Vec<Expected>,
}

#[derive(Debug, Deserialize)]
struct Expected {
    rule: String,
    verdict: String,
    #[serde(default)]
    recompile: bool,
    at: String,
    /// Left out where they are of no interest.
    operations: Option<BTreeSet<String>>,
}

impl Expected {
    fn fits(&self, change: &Change) -> bool {
        let verdict = match change.verdict {
            Verdict::Breaking => "breaking",
            Verdict::Compatible => "compatible",
        };
        let operations = || change.operations.iter().cloned().collect::<BTreeSet<String>>();
        (self.rule.as_str(), self.verdict.as_str(), self.recompile, self.at.as_str())
            == (change.rule, verdict, change.recompile, change.at.as_str())
            && self.operations.as_ref().is_none_or(|expected| *expected == operations())
    }
}

#[test]
fn every_seeded_edit_is_told_exactly() {
    let workspace = Workspace::find().unwrap();
    let folder = workspace.root().join("tests/diff");
    let base: Value = serde_json::from_str(&fs::read_to_string(folder.join("base.json")).unwrap()).unwrap();
    let (mut count, mut failures) = (0, Vec::new());
    for (file, case) in cases(&folder) {
        count += 1;
        let mut edited = base.clone();
        json_patch::patch(&mut edited, &case.patch).unwrap_or_else(|error| panic!("{file}: {}: {error}", case.name));
        if let Some(failure) = judge(&case.expect, &compare(&base, &edited)) {
            failures.push(format!("{file}: {}\n{failure}", case.name));
        }
    }
    assert!(count >= 60, "{count} cases are too few");
    assert!(failures.is_empty(), "{} of {count} edits\n\n{}", failures.len(), failures.join("\n"));
}

/// Every case with the file it stands in.
fn cases(folder: &Path) -> Vec<(String, Case)> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let cases: Vec<Case> = serde_saphyr::from_str(&fs::read_to_string(path).unwrap())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        cases.into_iter().map(move |case| (name.clone(), case)).collect::<Vec<_>>()
    };
    files.iter().flat_map(read).collect()
}

/// What is missing and what is too much.
fn judge(expected: &[Expected], changes: &[Change]) -> Option<String> {
    let mut left: Vec<&Change> = changes.iter().collect();
    let mut text = String::new();
    for entry in expected {
        if let Some(index) = left.iter().position(|change| entry.fits(change)) {
            left.remove(index);
        } else {
            writeln!(text, "  missing: {entry:?}").unwrap();
        }
    }
    for change in left {
        writeln!(text, "  too much: {change:?}").unwrap();
    }
    if text.is_empty() { None } else { Some(text) }
}
