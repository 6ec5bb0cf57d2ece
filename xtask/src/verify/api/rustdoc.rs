//! Runs rustdoc for its JSON, on what `cargo check` has compiled.
//!
//! On a stable toolchain that takes `RUSTC_BOOTSTRAP`. Build scripts of dependencies look at that variable: set for
//! cargo, it would build everything anew, and everything again for the next command. So cargo never sees it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::compiled::{Compiled, Library, Package};

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

/// Documents the package `facade` of the workspace in `root`, and those packages of it that `facade` depends on.
pub(super) fn document(root: &Path, compiled: &Compiled, facade: &str) -> Result<Vec<Documented>, String> {
    let packages = compiled.metadata.with_dependencies(facade)?;
    std::thread::scope(|scope| {
        let run = |package| scope.spawn(move || one(root, compiled, package));
        let running: Vec<_> = packages.into_iter().map(run).collect();
        let lost = |_| Err("the thread that ran rustdoc ended early".to_owned());
        running.into_iter().map(|thread| thread.join().unwrap_or_else(lost)).collect()
    })
}

/// The one that cargo uses.
fn rustdoc() -> Command {
    Command::new(std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into()))
}

fn one(root: &Path, compiled: &Compiled, package: &Package) -> Result<Documented, String> {
    let library = compiled.checked.library(package);
    let library = library.ok_or_else(|| format!("{}: cargo check made no library", package.name))?;
    let name = library.target.name.clone();
    // Named after what cargo wrote, whose name stands for features, compiler and profile.
    let stem = library.file().and_then(Path::file_stem).unwrap_or_default();
    let folder = compiled.metadata.target_directory.join("api").join(stem);
    let json = folder.join(format!("{name}.json"));
    if is_newer(&json, library.file()) {
        return Ok(Documented { name, json });
    }
    // What was written in part is never taken for the whole.
    let fresh = folder.join("fresh");
    let output = command(compiled, package, library, &fresh).current_dir(root).output();
    let output = output.map_err(|error| format!("rustdoc cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("rustdoc of {name}:\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    let moved = fs::rename(fresh.join(format!("{name}.json")), &json);
    moved.map_err(|error| format!("{}: {error}", json.display()))?;
    Ok(Documented { name, json })
}

fn command(compiled: &Compiled, package: &Package, library: &Library, folder: &Path) -> Command {
    let target = &library.target;
    let mut command = rustdoc();
    command.args(["--crate-type", "lib", "--crate-name", &target.name, "--edition", &target.edition]);
    command.args(["--cap-lints", "allow", "-Zunstable-options", "--output-format", "json", "--out-dir"]);
    command.arg(folder).arg(&target.src_path);
    for feature in &library.features {
        command.arg("--cfg").arg(format!("feature=\"{feature}\""));
    }
    command.args(compiled.checked.search()).args(compiled.metadata.externs(package, &compiled.checked));
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_PKG_NAME", &package.name);
    command.env("CARGO_PKG_VERSION", &package.version).env("CARGO_MANIFEST_DIR", package.folder());
    command.stdin(Stdio::null());
    command
}

/// Whether `file` was written after `source`.
fn is_newer(file: &Path, source: Option<&Path>) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    match (time(file), source.and_then(time)) {
        (Some(file), Some(source)) => file > source,
        _ => false,
    }
}
