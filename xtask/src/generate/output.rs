//! The set of generated files: written, or compared with what is there.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, bail};

/// Generated files by their path below the workspace.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Output {
    files: BTreeMap<String, String>,
}

impl Output {
    /// Adds a file.
    pub(super) fn add(&mut self, path: &str, text: String) {
        self.files.insert(path.to_owned(), text);
    }

    /// The content of `path`.
    #[cfg(test)]
    pub(super) fn text(&self, path: &str) -> &str {
        &self.files[path]
    }

    /// Writes what differs. Returns a line about each file.
    pub(super) fn write(&self, root: &Path) -> Result<Vec<String>> {
        let mut about = Vec::new();
        for (path, text) in &self.files {
            let file = root.join(path);
            let state = if is_fresh(&file, text) {
                "unchanged"
            } else {
                let folder = file.parent().context("a generated file lies in a folder")?;
                fs::create_dir_all(folder).with_context(|| format!("{path}: cannot create its folder"))?;
                fs::write(&file, text).with_context(|| format!("{path}: cannot be written"))?;
                "written"
            };
            about.push(format!("{path}: {} lines, {state}", text.lines().count()));
        }
        Ok(about)
    }

    /// Fails if a file is not what would be written now. Returns how many files there are.
    pub(super) fn compare(&self, root: &Path) -> Result<usize> {
        let stale = self.stale(root);
        if stale.is_empty() {
            return Ok(self.files.len());
        }
        bail!("stale: {}\nto fix: cargo xtask generate", stale.join("\nstale: "))
    }

    fn stale(&self, root: &Path) -> Vec<&str> {
        let stale = self.files.iter().filter(|(path, text)| !is_fresh(&root.join(path), text));
        stale.map(|(path, _)| path.as_str()).collect()
    }
}

fn is_fresh(file: &Path, text: &str) -> bool {
    fs::read(file).is_ok_and(|known| known == text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_names_what_is_stale_and_how_to_fix_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut output = Output::default();
        output.add("a/fresh.rs", "1".to_owned());
        output.add("a/old.rs", "2".to_owned());
        output.add("a/missing.rs", "3".to_owned());
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(folder.path().join("a/fresh.rs"), "1").unwrap();
        fs::write(folder.path().join("a/old.rs"), "1").unwrap();

        let error = output.compare(folder.path()).unwrap_err().to_string();
        assert_eq!(error, "stale: a/missing.rs\nstale: a/old.rs\nto fix: cargo xtask generate");
        assert!(!folder.path().join("a/missing.rs").exists(), "a comparison writes nothing");

        output.write(folder.path()).unwrap();
        output.compare(folder.path()).unwrap();
    }
}
