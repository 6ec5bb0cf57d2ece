//! No type of the HTTP client, of TLS or of the raw client stands in a public signature of the facade.
//!
//! Otherwise a new version of one of those libraries would be a breaking change of ours. This reads the sources: every
//! item marked `pub` counts as public, which the lint `unreachable_pub` makes true, and names are followed through
//! imports and type aliases. Macros are searched word by word.

mod names;
mod public;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

pub(super) use self::names::FOREIGN;
use self::names::Names;
use super::{Check, Mend, Verdict, command::Cargo};
use crate::workspace::rust_files;

pub(super) const CHECK: Check = Check {
    name: "signatures",
    about: "no type of the HTTP client, TLS or the raw client in a public signature of the facade",
    fix: "wrap the named type in one of ours, or make the named item pub(crate)",
    mend: Mend::ByHand("what stands in the place of a foreign type is part of the design"),
    run,
};

/// What users of the facade see: its own sources, and those of what it exports from other crates.
const PUBLIC: [&str; 4] = [
    "crates/cashlink/src",
    "crates/cashlink-types/src",
    "crates/cashlink-api/src/generated/enums.rs",
    "crates/cashlink-api/src/generated/types.rs",
];

/// A source file.
struct Source {
    path: String,
    file: syn::File,
}

fn run(cargo: &Cargo) -> Verdict {
    let root = cargo.workspace().root();
    match sources(root).map(|sources| problems(&sources)) {
        Ok(problems) if problems.is_empty() => Verdict::Passed,
        Ok(problems) => Verdict::Failed(problems.join("\n")),
        Err(error) => Verdict::Failed(format!("{error:#}")),
    }
}

fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut files = Vec::new();
    for place in PUBLIC {
        let place = root.join(place);
        if place.is_dir() {
            rust_files(&place, &mut files);
        } else {
            files.push(place);
        }
    }
    files.sort();
    files.iter().filter(|file| !is_test(file)).map(|file| source(root, file)).collect()
}

/// Whether `file` is a module of tests by its name, as in `foo/tests.rs`.
fn is_test(file: &Path) -> bool {
    file.file_stem().is_some_and(|name| name == "tests")
}

fn source(root: &Path, file: &PathBuf) -> Result<Source> {
    let path = file.strip_prefix(root).unwrap_or(file).display().to_string();
    let text = fs::read_to_string(file).with_context(|| format!("{path}: cannot be read"))?;
    let file = syn::parse_file(&text).with_context(|| format!("{path}: is not Rust"))?;
    Ok(Source { path, file })
}

/// Every foreign type in a public signature, with file and item.
fn problems(sources: &[Source]) -> Vec<String> {
    let names = Names::of(sources);
    let mut problems = Vec::new();
    for source in sources {
        for (item, foreign) in public::mentions(source, &names) {
            problems.push(format!("{}: {item}: `{foreign}` is public", source.path));
        }
    }
    problems.dedup();
    problems
}

#[cfg(test)]
mod tests;
