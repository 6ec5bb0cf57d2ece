//! The set of generated files: written, or compared with what is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

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

    /// Writes what differs and deletes what is left over. Returns a line about each file.
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
        for path in self.left_over(root)? {
            let place = root.join(&path);
            let deleted = if place.is_dir() { fs::remove_dir_all(place) } else { fs::remove_file(place) };
            deleted.with_context(|| format!("{path}: cannot be deleted"))?;
            about.push(format!("{path}: deleted"));
        }
        Ok(about)
    }

    /// Fails if a file is not what would be written now. Returns how many files there are.
    pub(super) fn compare(&self, root: &Path) -> Result<usize> {
        let stale = self.stale(root).map(|path| format!("stale: {path}\n"));
        let left_over = self.left_over(root)?.into_iter().map(|path| format!("no longer generated: {path}\n"));
        let problems: String = stale.chain(left_over).collect();
        if problems.is_empty() {
            return Ok(self.files.len());
        }
        bail!("{problems}to fix: cargo xtask generate")
    }

    fn stale(&self, root: &Path) -> impl Iterator<Item = &str> {
        let stale = self.files.iter().filter(|(path, text)| !is_fresh(&root.join(path), text));
        stale.map(|(path, _)| path.as_str())
    }

    /// What lies in a folder called `generated` beside our files and is none of them.
    fn left_over(&self, root: &Path) -> Result<Vec<String>> {
        let folders = self.files.keys().filter_map(|path| Some(path.rsplit_once('/')?.0));
        let folders: BTreeSet<&str> = folders.filter(|folder| folder.ends_with("/generated")).collect();
        let mut found = Vec::new();
        for folder in folders.into_iter().filter(|folder| root.join(folder).exists()) {
            let entries = fs::read_dir(root.join(folder)).with_context(|| format!("{folder}: cannot be read"))?;
            for entry in entries {
                let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
                if !self.files.contains_key(&path) {
                    found.push(path);
                }
            }
        }
        found.sort();
        Ok(found)
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
        output.add("a/generated/fresh.rs", "1\n".to_owned());
        output.add("a/generated/old.rs", "2\n".to_owned());
        output.add("a/generated/missing.rs", "3\n".to_owned());
        output.add("a/windows.rs", "4\n".to_owned());
        fs::create_dir_all(folder.path().join("a/generated")).unwrap();
        fs::write(folder.path().join("a/generated/fresh.rs"), "1\n").unwrap();
        fs::write(folder.path().join("a/generated/old.rs"), "1\n").unwrap();
        fs::write(folder.path().join("a/generated/spare.rs"), "").unwrap();
        fs::create_dir(folder.path().join("a/generated/old")).unwrap();
        fs::write(folder.path().join("a/generated/old/left.rs"), "").unwrap();
        fs::write(folder.path().join("a/windows.rs"), "4\r\n").unwrap();
        fs::write(folder.path().join("a/by_hand.rs"), "").unwrap();

        let error = output.compare(folder.path()).unwrap_err().to_string();
        assert_eq!(
            error,
            "stale: a/generated/missing.rs\nstale: a/generated/old.rs\nstale: a/windows.rs\n\
             no longer generated: a/generated/old\nno longer generated: a/generated/spare.rs\nto fix: cargo xtask generate"
        );
        assert!(!folder.path().join("a/generated/missing.rs").exists(), "a comparison writes nothing");
        assert!(folder.path().join("a/generated/spare.rs").exists(), "a comparison deletes nothing");

        output.write(folder.path()).unwrap();
        assert_eq!(output.compare(folder.path()).unwrap(), 4);
        assert!(folder.path().join("a/by_hand.rs").exists(), "what people write is left alone");
    }
}
