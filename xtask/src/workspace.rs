//! Where things are.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The folder of the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The workspace that cargo runs this program for; without cargo, the one around the current folder. Never the one that
    /// the program was built from: it would write into another checkout than the one that its user looks at.
    pub(crate) fn find() -> Result<Self> {
        if let Some(package) = std::env::var_os("CARGO_MANIFEST_DIR") {
            let root = Path::new(&package).parent().context("xtask/ must lie in the workspace")?;
            return Ok(Self { root: root.to_owned() });
        }
        let folder = std::env::current_dir().context("the current folder cannot be found")?;
        Self::around(&folder)
            .with_context(|| format!("{}: neither here nor above is a folder with xtask/Cargo.toml", folder.display()))
    }

    fn around(folder: &Path) -> Option<Self> {
        let root = folder.ancestors().find(|folder| folder.join("xtask/Cargo.toml").is_file())?;
        Some(Self { root: root.to_owned() })
    }

    /// A workspace in the folder `root`.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// The top folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder of the split spec.
    pub(crate) fn spec_folder(&self) -> PathBuf {
        self.root.join("openapi")
    }
}

/// Hand-written Rust files below `folder`.
pub(crate) fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let is_generated = path.ends_with("cashlink-api/src/generated");
        if path.is_dir() && name != "target" && !is_generated {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// All files below `folder`.
pub(crate) fn files_below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, files);
        } else {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_cargo_the_workspace_is_the_nearest_one_around_the_current_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a/b");
        fs::create_dir_all(root.join("xtask")).unwrap();
        fs::create_dir_all(root.join("crates/c")).unwrap();
        fs::write(root.join("xtask/Cargo.toml"), "").unwrap();
        assert_eq!(Workspace::around(&root.join("crates/c")).unwrap().root(), root);
        assert_eq!(Workspace::around(&root).unwrap().root(), root);
        assert!(Workspace::around(&folder.path().join("a")).is_none());
    }
}
