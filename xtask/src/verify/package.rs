//! Every publishable crate can be packaged, with all that it is made from.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{Check, Mend, Verdict, command::Cargo};
use crate::workspace::files_below;

pub(super) const CHECK: Check = Check {
    name: "package",
    about: "every publishable crate can be packaged, says what it is, and has all its sources in it",
    fix: "cargo package --workspace --exclude xtask --exclude cashlink-tests --no-verify --allow-dirty",
    mend: Mend::ByHand("what is missing in a manifest, a person has to say"),
    run,
};

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    manifest_path: String,
    description: Option<String>,
    license: Option<String>,
    /// Where it may go; nowhere, if it is an empty list.
    publish: Option<Vec<String>>,
}

fn run(cargo: &Cargo) -> Verdict {
    let exclude = ["--exclude", "xtask", "--exclude", "cashlink-tests"];
    let arguments = [&["package", "--workspace"], &exclude[..], &["--no-verify", "--allow-dirty", "--offline"]];
    match cargo.check(&arguments.concat()) {
        Verdict::Passed => {}
        other => return other,
    }
    // What is told above is that cargo can; a registry wants more, and whoever builds the package needs the sources.
    let metadata = match cargo.text(&["metadata", "--format-version", "1", "--no-deps"]) {
        Ok(text) => text,
        Err(verdict) => return verdict,
    };
    let packages = match serde_json::from_str::<Metadata>(&metadata) {
        Ok(metadata) => metadata.packages,
        Err(error) => return Verdict::Failed(format!("cargo metadata: {error}")),
    };
    let mut problems = Vec::new();
    for package in packages.iter().filter(|package| package.publish.as_ref().is_none_or(|places| !places.is_empty())) {
        problems.extend(undescribed(package));
        match left_out(package, cargo) {
            Ok(files) => {
                problems.extend(files.iter().map(|file| format!("{}: the package lacks {file}", package.name)));
            }
            Err(error) => problems.push(format!("{}: {error:#}", package.name)),
        }
    }
    Verdict::of(&problems)
}

/// What a registry asks of a manifest and cargo only warns of.
fn undescribed(package: &Package) -> Vec<String> {
    let fields = [("description", &package.description), ("license", &package.license)];
    let missing = fields.into_iter().filter(|(_, value)| value.as_ref().is_none_or(|text| text.trim().is_empty()));
    missing.map(|(field, _)| format!("{}: its Cargo.toml has no `{field}`", package.name)).collect()
}

/// Files below `src` that are not in the package.
fn left_out(package: &Package, cargo: &Cargo) -> Result<Vec<String>> {
    let list = ["package", "--list", "--package", &package.name, "--allow-dirty", "--offline"];
    let list = cargo.text(&list).map_err(|verdict| anyhow::anyhow!("{}", verdict.text()))?;
    let packed: Vec<String> = list.lines().map(|line| line.replace('\\', "/")).collect();
    let folder = Path::new(&package.manifest_path).parent().context("a manifest lies in a folder")?;
    let mut files = Vec::new();
    files_below(&folder.join("src"), &mut files);
    files.sort();
    let paths = files.iter().map(|file| file.strip_prefix(folder).unwrap_or(file).to_string_lossy().replace('\\', "/"));
    Ok(paths.filter(|path| !packed.contains(path)).collect())
}
