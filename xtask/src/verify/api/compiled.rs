//! What cargo knows of the packages, and what `cargo check` has made of them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;

use crate::verify::{
    check::Verdict,
    command::{ALL, Cargo},
};

/// A workspace that is compiled.
#[derive(Debug)]
pub(super) struct Compiled {
    /// What is in it.
    pub(super) metadata: Metadata,
    /// What was made of that.
    pub(super) checked: Checked,
}

impl Compiled {
    /// Compiles the workspace of `cargo`. What `facade` does not depend on may fail.
    pub(super) fn of(cargo: &Cargo, facade: &str) -> Result<Self, Verdict> {
        let metadata = Metadata::of(cargo)?;
        let format = ["--message-format", "json-render-diagnostics"];
        let arguments = [&["check", ALL[0], ALL[1], "--lib", "--keep-going"], &format[..]].concat();
        let (text, failure) = cargo.text_and_failure(&arguments)?;
        let checked = Checked::read(&text);
        let packages = metadata.with_dependencies(facade).map_err(Verdict::Failed)?;
        match failure {
            Some(failure) if packages.iter().any(|package| checked.library(package).is_none()) => Err(failure),
            _ => Ok(Self { metadata, checked }),
        }
    }
}

/// What cargo knows of packages.
#[derive(Debug, Deserialize)]
pub(super) struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
    /// Where cargo writes.
    pub(super) target_directory: PathBuf,
}

/// A package.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    id: String,
    /// As in its manifest.
    pub(super) name: String,
    /// The same.
    pub(super) version: String,
    manifest_path: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    /// As in paths.
    name: String,
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Debug, Deserialize)]
struct Kind {
    kind: Option<String>,
}

impl Metadata {
    /// Of the workspace of `cargo`, for this machine.
    fn of(cargo: &Cargo) -> Result<Self, Verdict> {
        let version = cargo.text(&["-vV"])?;
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        // Of all platforms, cargo would want to have the sources.
        let text = cargo.text(&["metadata", "--format-version", "1", "--all-features", "--filter-platform", host])?;
        serde_json::from_str(&text).map_err(|error| Verdict::Failed(format!("cargo metadata: {error}")))
    }

    /// The package `name`, and those of the workspace that it depends on.
    pub(super) fn with_dependencies(&self, name: &str) -> Result<Vec<&Package>, String> {
        let is_member = |package: &&Package| self.workspace_members.contains(&package.id);
        let members = || self.packages.iter().filter(is_member);
        let facade = members().find(|package| package.name == name);
        let facade = facade.ok_or_else(|| format!("no package of the workspace is called {name}"))?;
        let mut found = vec![facade];
        let mut next = 0;
        while let Some(package) = found.get(next) {
            let needed: Vec<&str> = self.dependencies(&package.id).map(|dependency| dependency.pkg.as_str()).collect();
            let is_new = |member: &&Package| {
                needed.contains(&member.id.as_str()) && !found.iter().any(|known| known.id == member.id)
            };
            let new: Vec<&Package> = members().filter(is_new).collect();
            found.extend(new);
            next += 1;
        }
        Ok(found)
    }

    /// What the library of `package` is compiled with.
    fn dependencies(&self, package: &str) -> impl Iterator<Item = &Dependency> {
        let node = self.resolve.nodes.iter().find(|node| node.id == package);
        let all = node.map_or(&[][..], |node| &node.deps).iter();
        all.filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind.is_none()))
    }

    /// What rustdoc has to be told of the dependencies of `package`.
    pub(super) fn externs(&self, package: &Package, checked: &Checked) -> Vec<String> {
        let library = |dependency: &Dependency| {
            let file = checked.libraries.get(&dependency.pkg)?.file()?;
            Some(["--extern".to_owned(), format!("{}={}", dependency.name, file.display())])
        };
        self.dependencies(&package.id).filter_map(library).flatten().collect()
    }
}

impl Package {
    /// The folder of its manifest.
    pub(super) fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }
}

/// What `cargo check` made, by package.
#[derive(Debug)]
pub(super) struct Checked {
    libraries: BTreeMap<String, Library>,
}

/// A library.
#[derive(Debug, Deserialize)]
pub(super) struct Library {
    package_id: String,
    /// What it was made from.
    pub(super) target: Target,
    /// What of it is switched on.
    pub(super) features: Vec<String>,
    filenames: Vec<PathBuf>,
}

/// What a library was made from.
#[derive(Debug, Deserialize)]
pub(super) struct Target {
    /// As in paths.
    pub(super) name: String,
    kind: Vec<String>,
    /// Its `lib.rs`.
    pub(super) src_path: PathBuf,
    /// Of the language.
    pub(super) edition: String,
}

impl Checked {
    /// Reads the messages of `cargo check`.
    fn read(text: &str) -> Self {
        let mut libraries = BTreeMap::new();
        for line in text.lines() {
            let message: Value = serde_json::from_str(line).unwrap_or_default();
            if message.get("reason").is_some_and(|reason| reason == "compiler-artifact")
                && let Ok(library) = Library::deserialize(&message)
                && library.file().is_some()
            {
                libraries.insert(library.package_id.clone(), library);
            }
        }
        Self { libraries }
    }

    /// That of `package`.
    pub(super) fn library(&self, package: &Package) -> Option<&Library> {
        self.libraries.get(&package.id)
    }

    /// Where rustdoc finds what is depended on indirectly.
    pub(super) fn search(&self) -> Vec<String> {
        let files = self.libraries.values().filter_map(Library::file);
        let mut folders: Vec<&Path> = files.filter_map(Path::parent).collect();
        folders.sort_unstable();
        folders.dedup();
        folders.iter().flat_map(|folder| ["-L".to_owned(), format!("dependency={}", folder.display())]).collect()
    }
}

impl Library {
    /// What others are compiled with. `None` for what only runs on the compiling machine, such as a library of a build
    /// script, of which cargo makes the whole.
    pub(super) fn file(&self) -> Option<&Path> {
        let is_macro = self.target.kind.iter().any(|kind| kind == "proc-macro");
        let is_library = self.target.kind.iter().any(|kind| kind.ends_with("lib"));
        let metadata = |file: &&PathBuf| file.extension().is_some_and(|extension| extension == "rmeta");
        let code =
            |file: &&PathBuf| file.extension().is_some_and(|extension| extension == std::env::consts::DLL_EXTENSION);
        match (is_macro, self.filenames.as_slice()) {
            (true, files) => files.iter().find(code),
            (false, [file]) if is_library => Some(file).filter(metadata),
            _ => None,
        }
        .map(PathBuf::as_path)
    }
}
