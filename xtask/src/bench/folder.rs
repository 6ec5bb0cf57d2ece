//! Where the files of the contestants are, one contestant at a time.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result};

use super::Settings;
use crate::workspace::Workspace;

/// A folder of our own. It is removed when this is dropped.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new one for `benchmark`, in the folder that is set or where benchmarks have their files.
    pub(super) fn new(workspace: &Workspace, settings: Settings<'_>, benchmark: &str) -> Result<Self> {
        let parent = settings.folder.map_or_else(|| workspace.root().join("target/bench"), PathBuf::from);
        let folder = Self(parent.join(format!("cashlink-bench-{benchmark}")));
        folder.clear()?;
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn as_text(&self) -> Result<&str> {
        self.0.to_str().context("the path of the folder is not UTF-8")
    }

    /// Removes what is in it.
    pub(super) fn clear(&self) -> Result<()> {
        if self.0.exists() {
            fs::remove_dir_all(&self.0)?;
        }
        fs::create_dir_all(&self.0).with_context(|| self.0.display().to_string())
    }

    /// Lets the system forget what it keeps of the files in memory. False if it cannot be told so here.
    pub(super) fn forget(&self) -> Result<bool> {
        for entry in fs::read_dir(&self.0)? {
            let mut command = Command::new("dd");
            command.arg(format!("if={}", entry?.path().display())).args(["of=/dev/null", "iflag=nocache", "count=0"]);
            let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
            if !status.is_ok_and(|status| status.success()) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What stays is removed by the next run.
        let _ = fs::remove_dir_all(&self.0);
    }
}
