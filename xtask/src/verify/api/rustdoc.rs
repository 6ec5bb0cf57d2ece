//! Runs rustdoc for its JSON, on what `cargo check` has compiled.
//!
//! On a stable toolchain that takes `RUSTC_BOOTSTRAP`. Build scripts of dependencies look at that variable: set for
//! cargo, it would build everything anew, and everything again for the next command. So cargo never sees it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;
use serde_json::Value;

use crate::verify::{
    check::Verdict,
    command::{ALL, Cargo},
};

/// A crate of the workspace, documented.
#[derive(Debug)]
pub(super) struct Documented {
    /// As in paths.
    pub(super) name: String,
    /// What rustdoc wrote.
    pub(super) json: PathBuf,
}

/// The version of rustdoc, such as `1.95.0`.
pub(super) fn version() -> Option<String> {
    let output = rustdoc().arg("--version").stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split(' ').nth(1).map(str::to_owned)
}

/// Documents the package `facade` with all features, and those packages of the workspace that it depends on.
pub(super) fn document(cargo: &Cargo, facade: &str) -> Result<Vec<Documented>, Verdict> {
    let metadata = metadata(cargo)?;
    let checked = Checked::of(cargo)?;
    let all = metadata.with_dependencies(facade).map_err(Verdict::Failed)?;
    let folder = metadata.target_directory.join("api");
    std::thread::scope(|scope| {
        let run = |package| {
            let (metadata, checked, folder) = (&metadata, &checked, &folder);
            scope.spawn(move || one(cargo.workspace().root(), metadata, checked, package, folder))
        };
        let running: Vec<_> = all.into_iter().map(run).collect();
        let joined = running.into_iter().map(|thread| {
            let lost = |_| Err("the thread that ran rustdoc ended early".to_owned());
            thread.join().unwrap_or_else(lost).map_err(Verdict::Failed)
        });
        joined.collect()
    })
}

/// The one that cargo uses.
fn rustdoc() -> Command {
    Command::new(std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()))
}

fn one(
    root: &Path,
    metadata: &Metadata,
    checked: &Checked,
    package: &Package,
    folder: &Path,
) -> Result<Documented, String> {
    let library =
        checked.library(&package.id).ok_or_else(|| format!("{}: cargo check made no library", package.name))?;
    let name = library.target.name.clone();
    // Named after what cargo wrote, whose name stands for features, compiler and profile.
    let folder = folder.join(library.file().and_then(Path::file_stem).unwrap_or_default());
    let file = folder.join(format!("{name}.json"));
    if !is_newer(&file, library.file()) {
        let mut command = rustdoc();
        command.args(["--crate-type", "lib", "--crate-name", &name, "--edition", &library.target.edition]);
        command.args(["--cap-lints", "allow", "-Zunstable-options", "--output-format", "json", "--out-dir"]);
        command.arg(&folder).arg(&library.target.src_path);
        for feature in &library.features {
            command.arg("--cfg").arg(format!("feature=\"{feature}\""));
        }
        command.args(checked.search()).args(metadata.externs(&package.id, checked));
        command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_PKG_NAME", &package.name);
        command.env("CARGO_PKG_VERSION", &package.version).env("CARGO_MANIFEST_DIR", package.folder());
        let output = command.current_dir(root).stdin(Stdio::null()).output();
        let output = output.map_err(|error| format!("rustdoc cannot be run: {error}"))?;
        if !output.status.success() {
            return Err(format!("rustdoc of {name}:\n{}", String::from_utf8_lossy(&output.stderr)));
        }
    }
    Ok(Documented { name, json: file })
}

/// Whether `file` was written after `source`.
fn is_newer(file: &Path, source: Option<&Path>) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    match (time(file), source.and_then(time)) {
        (Some(file), Some(source)) => file > source,
        _ => false,
    }
}

/// What cargo knows of packages.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    resolve: Resolve,
    target_directory: PathBuf,
}

#[derive(Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
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

fn metadata(cargo: &Cargo) -> Result<Metadata, Verdict> {
    let version = cargo.text(&["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
    // Of all platforms, cargo would want to have the sources.
    let text = cargo.text(&["metadata", "--format-version", "1", "--all-features", "--filter-platform", host])?;
    serde_json::from_str(&text).map_err(|error| Verdict::Failed(format!("cargo metadata: {error}")))
}

impl Metadata {
    /// The package `name`, and those of the workspace that it depends on.
    fn with_dependencies(&self, name: &str) -> Result<Vec<&Package>, String> {
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

    fn externs(&self, package: &str, checked: &Checked) -> Vec<String> {
        let library = |dependency: &Dependency| {
            let file = checked.library(&dependency.pkg)?.file()?;
            Some(["--extern".to_owned(), format!("{}={}", dependency.name, file.display())])
        };
        self.dependencies(package).filter_map(library).flatten().collect()
    }
}

impl Package {
    fn folder(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }
}

/// What `cargo check` made, by package.
#[derive(Debug)]
struct Checked {
    libraries: BTreeMap<String, Library>,
}

#[derive(Debug, Deserialize)]
struct Library {
    package_id: String,
    target: Target,
    features: Vec<String>,
    filenames: Vec<PathBuf>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    src_path: PathBuf,
    edition: String,
}

impl Checked {
    fn of(cargo: &Cargo) -> Result<Self, Verdict> {
        let text = cargo.text(&["check", ALL[0], ALL[1], "--lib", "--message-format", "json-render-diagnostics"])?;
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
        Ok(Self { libraries })
    }

    fn library(&self, package: &str) -> Option<&Library> {
        self.libraries.get(package)
    }

    /// Where rustdoc finds what is depended on indirectly.
    fn search(&self) -> Vec<String> {
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
    fn file(&self) -> Option<&Path> {
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
