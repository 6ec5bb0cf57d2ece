//! What breaks those who use the last release is named in the changelog.
//!
//! Compared are the two files that others build on, with those of the last tag: the description, by what it means for a
//! client, and the stored public API. That they are fresh is held by the checks `generated` and `api`.

mod changelog;
mod document;
mod release;
mod surface;

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

use self::{changelog::Entries, release::Release};
use super::{
    api::snapshot::{self, Snapshot},
    check::{Check, Mend, Verdict},
    command::Cargo,
};

pub(super) const CHECK: Check = Check {
    name: "breaking",
    about: "what breaks users of the last release is named in CHANGELOG.md",
    fix: "name what is listed in CHANGELOG.md below `## Unreleased`, or take the change back",
    mend: Mend::ByHand("what a user has to do about a change is for its author to say"),
    run,
};

const DOCUMENT: &str = "openapi/cashlink.json";
const CHANGELOG: &str = "CHANGELOG.md";

/// A change that breaks somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Broken {
    /// What happened.
    text: String,
    /// How an entry may name it, the best first.
    names: Vec<Naming>,
}

/// How an entry names a change.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Naming {
    /// By each of these.
    Words(Vec<String>),
    /// By a path in Rust, or by that of what it is in.
    Path(String),
}

/// The files that are compared.
struct Promise {
    document: Value,
    surface: Snapshot,
}

fn run(cargo: &Cargo) -> Verdict {
    let root = cargo.workspace().root();
    let (now, changelog) = match Promise::now(root).and_then(|now| Ok((now, read(root, CHANGELOG)?))) {
        Ok(found) => found,
        Err(error) => return Verdict::Failed(format!("{error:#}")),
    };
    let release = match Release::last(root) {
        Ok(Some(release)) => release,
        Ok(None) => {
            return Verdict::Noted("nothing is released yet: HEAD has no tag such as v0.1.0 behind it".to_owned());
        }
        Err(reason) => return Verdict::Skipped(reason),
    };
    match compared(&release, &now) {
        Err(error) => Verdict::Failed(format!("{error:#}")),
        Ok((broken, notes)) => judged(&release, &broken, notes, &Entries::since(release.tag(), &changelog)),
    }
}

/// Everything that is broken since `release`, and what of it could not be compared.
fn compared(release: &Release, now: &Promise) -> Result<(Vec<Broken>, Vec<String>)> {
    let tag = release.tag();
    let (mut broken, mut notes) = (Vec::new(), Vec::new());
    match release.file(DOCUMENT) {
        Some(text) => {
            let old = serde_json::from_str(&text).with_context(|| format!("{DOCUMENT} of {tag}"))?;
            broken.extend(document::broken(&old, &now.document));
        }
        None => notes.push(format!("{tag} has no {DOCUMENT}")),
    }
    match release.file(snapshot::PATH).as_deref().map(Snapshot::parse) {
        Some(Some(old)) => broken.extend(surface::broken(&old, &now.surface)),
        _ => notes.push(format!("{tag} has no {}", snapshot::PATH)),
    }
    Ok((broken, notes))
}

fn judged(release: &Release, broken: &[Broken], mut notes: Vec<String>, entries: &Entries) -> Verdict {
    let missing: Vec<&Broken> =
        broken.iter().filter(|change| !change.names.iter().any(|name| entries.have(name))).collect();
    if missing.is_empty() {
        notes.insert(0, format!("breaking since {}: {}, each named in {CHANGELOG}", release.tag(), broken.len()));
        return Verdict::Noted(notes.join("; "));
    }
    let mut lines: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for change in missing {
        lines.entry(change.line()).or_default().push(&change.text);
    }
    let head = format!(
        "since {} this breaks users and is not named in {CHANGELOG}. Below `## Unreleased`, in `### Changed`, `### Removed`\n\
         or `### Breaking`, it needs these lines, or others that name the same in backticks:\n",
        release.tag()
    );
    let told =
        lines.iter().map(|(line, changes)| format!("{line}\n    {}\n", changes.join("\n").replace('\n', "\n    ")));
    Verdict::Failed(head + &told.collect::<String>())
}

impl Promise {
    fn now(root: &Path) -> Result<Self> {
        let document = serde_json::from_str(&read(root, DOCUMENT)?).context(DOCUMENT)?;
        let surface = Snapshot::parse(&read(root, snapshot::PATH)?).context("no stored API").context(snapshot::PATH)?;
        Ok(Self { document, surface })
    }
}

fn read(root: &Path, file: &str) -> Result<String> {
    fs::read_to_string(root.join(file)).with_context(|| file.to_owned())
}

impl Broken {
    /// The entry that would name it, up to what it says.
    fn line(&self) -> String {
        let words = match self.names.first() {
            Some(Naming::Words(words)) => words.iter().map(|word| format!("`{word}`")).collect(),
            Some(Naming::Path(path)) => vec![format!("`{}`", changelog::shortened(path))],
            None => Vec::new(),
        };
        format!("- {}: …", words.join(", "))
    }
}

#[cfg(test)]
mod tests;
