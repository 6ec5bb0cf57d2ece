//! The table of all operations and the places where each of them exists: `docs/coverage.md`.
//!
//! It is read from the code, by name: an operation counts as covered where its name stands in something that is compiled
//! and, among tests, run. That the code behind the name works is shown by tests: the one in the column `test` calls the
//! operation through the facade and sees the sandbox apply it.

mod module;
mod words;

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context, Result, bail};

use self::words::Files;
use crate::{
    spec::{
        bundle::Bundle,
        operations::{self, Operation},
    },
    workspace::Workspace,
};

/// Where the table is.
const FILE: &str = "docs/coverage.md";

/// A place where each operation has to be.
#[derive(Clone, Copy, Debug)]
struct Place {
    files: Files,
    /// What names an operation there.
    word: fn(&str) -> String,
}

const PLACES: [Place; 4] = [
    Place {
        files: Files {
            top: "crates/cashlink-api/src/lib.rs",
            counted: &["crates/cashlink-api/src/generated/client.rs"],
            are_tests: false,
        },
        word: str::to_owned,
    },
    Place {
        files: Files {
            top: "crates/cashlink/src/lib.rs",
            counted: &[
                "crates/cashlink/src/auth",
                "crates/cashlink/src/distributor",
                "crates/cashlink/src/issuer",
                "crates/cashlink/src/platform",
            ],
            are_tests: false,
        },
        word: str::to_owned,
    },
    Place {
        files: Files {
            top: "crates/cashlink-sandbox/src/lib.rs",
            counted: &["crates/cashlink-sandbox/src/spec.rs", "crates/cashlink-sandbox/src/world/handlers.rs"],
            are_tests: false,
        },
        word: |id| quoted(&family_less(id)),
    },
    Place {
        files: Files {
            top: "tests/tests/every_operation/main.rs",
            counted: &["tests/tests/every_operation"],
            are_tests: true,
        },
        word: quoted,
    },
];

fn quoted(id: &str) -> String {
    format!("\"{id}\"")
}

/// The sandbox answers all families with one function, under the name that is left without the family.
pub(crate) fn family_less(id: &str) -> String {
    let prefixes = ["distributor_", "issuer_"];
    prefixes.iter().find_map(|prefix| id.strip_prefix(prefix)).unwrap_or(id).to_owned()
}

/// Writes the table and says so. Holes are written too.
pub(crate) fn write(workspace: &Workspace, bundle: &Bundle) -> Result<String> {
    let table = Table::read(workspace.root(), bundle)?;
    let file = workspace.root().join(FILE);
    fs::create_dir_all(workspace.root().join("docs")).context("docs: cannot be made")?;
    fs::write(&file, table.text()).with_context(|| format!("{FILE}: cannot be written"))?;
    Ok(format!("{FILE}: {} operations, {} holes", table.rows.len(), table.holes().len()))
}

/// Fails if an operation is missing somewhere or the table is stale.
pub(crate) fn check(workspace: &Workspace, bundle: &Bundle) -> Result<()> {
    let table = Table::read(workspace.root(), bundle)?;
    let mut problems = table.holes();
    if !fs::read(workspace.root().join(FILE)).is_ok_and(|known| known == table.text().as_bytes()) {
        problems.push(format!("{FILE} is stale"));
    }
    if problems.is_empty() { Ok(()) } else { bail!("{}", problems.join("\n")) }
}

/// One line per operation.
#[derive(Debug)]
struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    id: String,
    method: String,
    path: String,
    evidence: String,
    /// The file in which the operation stands, for each of [`PLACES`].
    files: [Option<String>; PLACES.len()],
}

impl Table {
    fn read(root: &Path, bundle: &Bundle) -> Result<Self> {
        let mut words = Vec::new();
        for place in PLACES {
            words.push(place.files.words(root)?);
        }
        let row = |operation: Operation<'_>| {
            let id = operation.text("operationId").unwrap_or_default().to_owned();
            let files = std::array::from_fn(|index| words[index].get(&(PLACES[index].word)(&id)).cloned());
            Row {
                method: operation.method.to_uppercase(),
                path: operation.path.to_owned(),
                evidence: evidence(operation),
                files,
                id,
            }
        };
        Ok(Self { rows: operations::all(bundle.document()).into_iter().map(row).collect() })
    }

    /// A line about each place where an operation is missing.
    fn holes(&self) -> Vec<String> {
        let mut holes = Vec::new();
        for row in &self.rows {
            for (place, file) in PLACES.iter().zip(&row.files) {
                if file.is_none() {
                    holes.push(format!(
                        "{}: `{}` is missing in {}",
                        row.id,
                        (place.word)(&row.id),
                        place.files.counted.join(", ")
                    ));
                }
            }
            if row.evidence.is_empty() {
                holes.push(format!("{}: `x-evidence` is missing", row.id));
            }
        }
        holes
    }

    fn text(&self) -> String {
        let count = self.rows.len();
        let mut text = format!(
            "<!-- @generated by `cargo xtask generate`; do not edit. -->\n# Coverage\n\n\
             {count} operations, each in the description, the raw client, the facade, the sandbox and a test that calls it \
             through the facade.\n`cargo xtask verify coverage` fails if one is missing.\n\n\
             Evidence: `S` guide, `D` other official page, `P` somebody else's public file, `I` assumed.\n\n\
             | Operation | Method and path | Spec | Raw | Facade | Sandbox | Test | Evidence |\n\
             | --- | --- | --- | --- | --- | --- | --- | --- |\n"
        );
        for row in &self.rows {
            let Row { id, method, path, evidence, files } = row;
            let cells = files.each_ref().map(|file| link(file.as_deref())).join(" | ");
            // Writing into a string cannot fail.
            let _ = writeln!(text, "| `{id}` | `{method} {path}` | ✓ | {cells} | {evidence} |");
        }
        text
    }
}

/// A link to `file`, shown by its name.
fn link(file: Option<&str>) -> String {
    file.map_or_else(
        || "**missing**".to_owned(),
        |file| {
            let name = file.rsplit_once('/').map_or(file, |(_, name)| name);
            format!("[{name}](../{file})")
        },
    )
}

fn evidence(operation: Operation<'_>) -> String {
    let mark = operation.value.get("x-evidence");
    let text = |key: &str| mark.and_then(|mark| mark.get(key)?.as_str()).unwrap_or_default().to_owned();
    text("level")
}

#[cfg(test)]
mod tests;
