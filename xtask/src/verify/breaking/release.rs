//! The last release, as git has it.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A tag that HEAD is made from.
#[derive(Debug)]
pub(super) struct Release {
    root: PathBuf,
    tag: String,
}

impl Release {
    /// The last one of the checkout that `root` is in; none if there never was one, or why nobody can tell.
    pub(super) fn last(root: &Path) -> Result<Option<Self>, String> {
        git(root, &["rev-parse", "--git-dir"])
            .map_err(|reason| format!("this is no checkout of git, so the last release is not known: {reason}"))?;
        match git(root, &["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"]) {
            Ok(tag) => Ok(Some(Self { root: root.to_owned(), tag: tag.trim().to_owned() })),
            Err(_)
                if git(root, &["rev-parse", "--is-shallow-repository"]).is_ok_and(|answer| answer.trim() == "true") =>
            {
                Err("the history is cut off before the last release; to get it: git fetch --unshallow --tags"
                    .to_owned())
            }
            Err(_) => Ok(None),
        }
    }

    /// Its name.
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// What it has at `path`, from the top folder of the workspace.
    pub(super) fn file(&self, path: &str) -> Option<String> {
        git(&self.root, &["show", &format!("{}:./{path}", self.tag)]).ok()
    }
}

/// What git prints, or why it failed.
pub(super) fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(root).args(arguments);
    // A hook of git sets these, for a checkout that may be another one.
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    let output = command.output();
    let output = output.map_err(|error| format!("git cannot be run: {error}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(text(&output.stderr).lines().next().unwrap_or_default().to_owned())
}
