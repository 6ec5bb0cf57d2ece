//! Reads `openapi/`, joins it into one document, checks it and bends it for the generator.

pub(crate) mod bundle;
pub(crate) mod finding;
pub(crate) mod lint;
pub(crate) mod load;
pub(crate) mod normalize;
pub(crate) mod operations;

use anyhow::{Result, bail};

use self::{bundle::Bundle, load::Source};
use crate::workspace::Workspace;

/// Reads and joins the spec of `workspace`, and refuses it if a rule is broken.
pub(crate) fn read_checked(workspace: &Workspace) -> Result<Bundle> {
    let source = Source::read(&workspace.spec_folder(), "cashlink.yaml")?;
    let (bundle, mut findings) = bundle::bundle(&source);
    findings.extend(lint::lint(&bundle));
    if findings.is_empty() {
        return Ok(bundle);
    }
    let list: Vec<String> = findings.iter().map(ToString::to_string).collect();
    bail!("{}\n{} rule(s) broken in openapi/", list.join("\n"), findings.len())
}
