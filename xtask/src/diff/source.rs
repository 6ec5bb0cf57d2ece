//! Where the two documents come from: a file, a folder, or a revision of git.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

use super::Options;
use crate::{
    spec::{
        bundle,
        load::{self, Source},
    },
    workspace::Workspace,
};

/// Entry of a description that has several files.
const ENTRY: &str = "cashlink.yaml";
/// The committed document, below the workspace.
const COMMITTED: &str = "openapi/cashlink.json";

/// A document and what to call it.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) document: Value,
}

/// The older and the newer document that `options` name.
pub(super) fn read(workspace: &Workspace, options: &Options) -> Result<[Given; 2]> {
    let here = workspace.spec_folder();
    let named: Vec<&Path> = options.documents.iter().map(Path::new).collect();
    let (old, new) = match (&options.base, named.as_slice()) {
        (Some(revision), []) => (committed(workspace, revision)?, at(&here)?),
        (Some(revision), [new]) => (committed(workspace, revision)?, at(new)?),
        (Some(_), _) => bail!("--base is the older document: name only the newer one beside it"),
        (None, []) => (committed(workspace, "HEAD")?, at(&here)?),
        (None, [old]) => (at(old)?, at(&here)?),
        (None, [old, new, ..]) => (at(old)?, at(new)?),
    };
    Ok([old, new])
}

/// The document that was committed at `revision`.
fn committed(workspace: &Workspace, revision: &str) -> Result<Given> {
    let git = |arguments: &[&str]| -> Result<Output> {
        let mut command = Command::new("git");
        command.arg("-C").arg(workspace.root()).args(arguments);
        command.output().context("git cannot be run")
    };
    let commit = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])?;
    let commit_id = String::from_utf8_lossy(&commit.stdout).trim().to_owned();
    if !commit.status.success() || commit_id.is_empty() {
        let reason = String::from_utf8_lossy(&commit.stderr);
        let problem = format!("`{revision}` is no revision that git knows in {}\n{reason}", workspace.root().display());
        bail!("{}", problem.trim_end());
    }
    let name = format!("{COMMITTED} at {revision} ({})", commit_id.get(..9).unwrap_or(&commit_id));
    let file = git(&["show", &format!("{commit_id}:./{COMMITTED}")])?;
    if !file.status.success() {
        bail!("{name}: git has no such file: {}", String::from_utf8_lossy(&file.stderr).trim());
    }
    let document = serde_json::from_slice(&file.stdout).with_context(|| format!("{name}: cannot be read as JSON"))?;
    checked(name, document)
}

/// The document at `path`.
fn at(path: &Path) -> Result<Given> {
    let name = path.display().to_string();
    if path.is_dir() {
        return checked(name, joined(path, ENTRY)?);
    }
    let text = fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
    let document: Value = if path.extension().is_some_and(|extension| extension == "json") {
        serde_json::from_str(&text).with_context(|| format!("{name}: cannot be read as JSON"))?
    } else {
        serde_saphyr::from_str(&text).map_err(|error| anyhow!("{name}: is not YAML that JSON can express: {error}"))?
    };
    let is_whole = load::references(&document).iter().all(|reference| reference.starts_with('#'));
    if is_whole {
        return checked(name, document);
    }
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    checked(name, joined(path.parent().unwrap_or(Path::new("")), &file)?)
}

/// The document whose files lie in `folder`. Rules of ours need not hold for it.
fn joined(folder: &Path, entry: &str) -> Result<Value> {
    let source = Source::read(folder, entry).with_context(|| format!("{}: cannot be joined", folder.display()))?;
    let (bundle, findings) = bundle::bundle(&source);
    // What nothing refers to is left out, and then it is not compared.
    let broken: Vec<String> =
        findings.iter().filter(|finding| finding.rule != "component-used").map(ToString::to_string).collect();
    if broken.is_empty() {
        return Ok(bundle.document().clone());
    }
    bail!("{}: cannot be joined:\n{}", folder.display(), broken.join("\n"))
}

/// Refuses what is no OpenAPI 3.0.
fn checked(name: String, document: Value) -> Result<Given> {
    if let Some(version) = document.get("swagger") {
        bail!("{name}: is Swagger {version}, only OpenAPI 3.0 can be compared");
    }
    let Some(version) = document.get("openapi") else {
        bail!("{name}: is no OpenAPI document: `openapi` is missing");
    };
    let Some(version) = version.as_str() else {
        bail!("{name}: is no OpenAPI document: `openapi` is {version}, not a text such as \"3.0.3\"");
    };
    if version != "3.0" && !version.starts_with("3.0.") {
        bail!("{name}: is OpenAPI {version}, only 3.0 can be compared");
    }
    if !document.get("paths").is_some_and(Value::is_object) {
        bail!("{name}: is no OpenAPI document: `paths` is missing");
    }
    let nowhere =
        |reference: &&str| reference.strip_prefix('#').is_some_and(|target| document.pointer(target).is_none());
    if let Some(reference) = load::references(&document).into_iter().find(nowhere) {
        bail!("{name}: nothing is at `{reference}`, to which it refers");
    }
    Ok(Given { name, document })
}
