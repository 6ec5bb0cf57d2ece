//! Reads `openapi/`, joins it into one document, checks it and bends it for the generator.

pub(crate) mod bundle;
pub(crate) mod finding;
pub(crate) mod lint;
pub(crate) mod load;
pub(crate) mod normalize;
pub(crate) mod operations;

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use self::{bundle::Bundle, finding::Finding, load::Source};
use crate::workspace::Workspace;

/// Reads and joins the spec of `workspace`, and refuses it if a rule is broken.
pub(crate) fn read_checked(workspace: &Workspace) -> Result<Bundle> {
    let folder = workspace.spec_folder();
    let source = Source::read(&folder, "cashlink.yaml")?;
    let (bundle, mut findings) = bundle::bundle(&source);
    // The other rules need a document whose references lead somewhere.
    if findings.is_empty() {
        findings = lint::lint(&bundle);
    }
    findings.extend(unread(&folder, "", &source)?);
    if findings.is_empty() {
        return Ok(bundle);
    }
    let list: Vec<String> = findings.iter().map(ToString::to_string).collect();
    bail!("{}\n{} rule(s) broken in openapi/", list.join("\n"), findings.len())
}

/// Files below `folder` that `source` does not reach from its entry. `prefix`: the path of `folder` in the spec.
fn unread(folder: &Path, prefix: &str, source: &Source) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("openapi/{prefix}: cannot be read"))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file = format!("{prefix}{name}");
        if path.is_dir() {
            findings.extend(unread(&path, &format!("{file}/"), source)?);
        } else if path.extension().is_some_and(|extension| extension == "yaml") && source.file(&file).is_none() {
            let problem = "nothing refers to this file: refer to it or delete it".to_owned();
            findings.push(Finding { file, pointer: "/".to_owned(), rule: "file-used", problem });
        }
    }
    findings.sort_by(|left, right| left.file.cmp(&right.file));
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_nothing_reads_is_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("components")).unwrap();
        for (file, text) in
            [("a.yaml", "x: {$ref: 'components/b.yaml#/x'}"), ("components/b.yaml", "x: 1"), ("components/c.yaml", "")]
        {
            fs::write(folder.path().join(file), text).unwrap();
        }
        let source = Source::read(folder.path(), "a.yaml").unwrap();
        let findings: Vec<String> =
            unread(folder.path(), "", &source).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(
            findings,
            ["openapi/components/c.yaml: /: file-used: nothing refers to this file: refer to it or delete it"]
        );
    }
}
