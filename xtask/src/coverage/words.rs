//! The words that a crate is compiled from.
//!
//! A word in a comment, in what is switched off or in a file that no `mod` names is none of them, and of tests only what
//! runs counts: an operation that is commented out is not there, although its name still stands.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    str::FromStr,
};

use anyhow::{Context, Result, anyhow};
use proc_macro2::TokenStream;

use super::module::{Function, Module};

/// Files of one crate.
#[derive(Clone, Copy, Debug)]
pub(super) struct Files {
    /// The file that the crate is compiled from.
    pub(super) top: &'static str,
    /// Files and folders of it that count.
    pub(super) counted: &'static [&'static str],
    /// Whether only what a test calls counts.
    pub(super) are_tests: bool,
}

impl Files {
    /// Every name, in lower case, and every text, in its quotes, with the first file that it stands in.
    pub(super) fn words(&self, root: &Path) -> Result<BTreeMap<String, String>> {
        let mut modules = BTreeMap::new();
        let folder = self.top.rsplit_once('/').map_or("", |(folder, _)| folder);
        self.follow(root, self.top, folder, &mut modules)?;
        let functions = || modules.values().flat_map(|module| &module.functions);
        let called = self.are_tests.then(|| called(&functions().collect::<Vec<_>>()));
        let mut words = BTreeMap::new();
        for (file, module) in modules.iter().filter(|(file, _)| self.counts(file)) {
            let runs = |function: &&Function| called.as_ref().is_none_or(|called| called.contains(&function.name));
            for word in module.functions.iter().filter(runs).flat_map(|function| &function.words) {
                words.entry(word.to_lowercase()).or_insert_with(|| file.clone());
            }
        }
        Ok(words)
    }

    /// Reads `file`, whose modules are in `folder`, and those of its modules that matter.
    fn follow(&self, root: &Path, file: &str, folder: &str, found: &mut BTreeMap<String, Module>) -> Result<()> {
        // What is not there has none of the words, and each is told.
        let Ok(text) = fs::read_to_string(root.join(file)) else { return Ok(()) };
        let tokens = TokenStream::from_str(&text).map_err(|error| anyhow!("is not Rust: {error}"));
        let module = Module::read(tokens.with_context(|| file.to_owned())?);
        let children: Vec<String> = module.children.iter().map(|child| format!("{folder}/{child}")).collect();
        found.insert(file.to_owned(), module);
        for child in children.into_iter().filter(|child| self.matters(child)) {
            self.follow(root, &format!("{child}.rs"), &child, found)?;
        }
        Ok(())
    }

    /// Whether `file` is one of those that count.
    fn counts(&self, file: &str) -> bool {
        self.counted.iter().any(|counted| file == *counted || is_below(file, counted))
    }

    /// Whether the module at `path`, or one below it, may count.
    fn matters(&self, path: &str) -> bool {
        let mut counted = self.counted.iter().map(|counted| counted.trim_end_matches(".rs"));
        counted.any(|counted| path == counted || is_below(path, counted) || is_below(counted, path))
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Names of those of `functions` that a test calls, directly or not. Two of one name are not told apart.
fn called(functions: &[&Function]) -> BTreeSet<String> {
    let mut waiting: Vec<&Function> = functions.iter().copied().filter(|function| function.is_test).collect();
    let mut called = BTreeSet::new();
    while let Some(function) = waiting.pop() {
        if called.insert(function.name.clone()) {
            waiting.extend(functions.iter().copied().filter(|other| function.words.contains(&other.name)));
        }
    }
    called
}
