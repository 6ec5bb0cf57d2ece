//! Reads `openapi/`, joins it into one document, checks it and bends it for the generator.

pub(crate) mod bundle;
mod cause;
pub(crate) mod finding;
pub(crate) mod lint;
pub(crate) mod load;
mod meta;
pub(crate) mod normalize;
pub(crate) mod operations;

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use self::{bundle::Bundle, finding::Finding, load::Source};
use crate::workspace::Workspace;

/// The joined spec and every rule that it breaks.
#[derive(Debug)]
pub(crate) struct Examined {
    bundle: Bundle,
    /// Whether joining went well: the other rules need a document whose references lead somewhere.
    joined: bool,
    findings: Vec<Finding>,
}

impl Examined {
    /// The findings about examples. Everything, if the files could not be joined.
    pub(crate) fn of_examples(&self) -> Result<()> {
        self.refuse(|finding| !self.joined || finding.is_about_examples())
    }

    /// The other findings.
    pub(crate) fn of_rest(&self) -> Result<()> {
        self.refuse(|finding| !finding.is_about_examples())
    }

    fn refuse(&self, counts: impl Fn(&Finding) -> bool) -> Result<()> {
        let list: Vec<String> =
            self.findings.iter().filter(|finding| counts(finding)).map(ToString::to_string).collect();
        ensure!(list.is_empty(), "{}\n{} rule(s) broken in openapi/", list.join("\n"), list.len());
        Ok(())
    }
}

/// Reads and joins the spec of `workspace`, and holds it to OpenAPI and to our own rules.
pub(crate) fn examine(workspace: &Workspace) -> Result<Examined> {
    let folder = workspace.spec_folder();
    let source = Source::read(&folder, "cashlink.yaml")?;
    let (bundle, mut findings) = bundle::bundle(&source);
    let joined = findings.is_empty();
    if joined {
        findings = meta::check(&bundle)?;
        findings.extend(lint::lint(&bundle));
    }
    findings.extend(unread(&folder, "", &source)?);
    Ok(Examined { bundle, joined, findings })
}

/// Reads and joins the spec of `workspace`, and refuses it if a rule is broken.
pub(crate) fn read_checked(workspace: &Workspace) -> Result<Bundle> {
    let examined = examine(workspace)?;
    examined.refuse(|_| true)?;
    Ok(examined.bundle)
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
        } else if is_description(&path) && file != bundle::FILE && source.file(&file).is_none() {
            let problem = "nothing refers to this file: refer to it or delete it".to_owned();
            findings.push(Finding { file, pointer: "/".to_owned(), rule: "file-used", problem });
        }
    }
    findings.sort_by(|left, right| left.file.cmp(&right.file));
    Ok(findings)
}

/// Whether `path` looks as if it described something.
fn is_description(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["json", "yaml", "yml"].iter().any(|known| extension == *known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_nothing_reads_is_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("components")).unwrap();
        for (file, text) in [
            ("a.yaml", "x: {$ref: 'components/b.yaml#/x'}"),
            ("components/b.yaml", "x: 1"),
            ("components/c.yml", ""),
            ("cashlink.json", ""),
        ] {
            fs::write(folder.path().join(file), text).unwrap();
        }
        let source = Source::read(folder.path(), "a.yaml").unwrap();
        let findings: Vec<String> =
            unread(folder.path(), "", &source).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(
            findings,
            ["openapi/components/c.yml: /: file-used: nothing refers to this file: refer to it or delete it"]
        );
    }
}
