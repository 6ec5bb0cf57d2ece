//! Where in the workspace a change touches what is written by hand. Few lines that are right help more than all that may be.

mod code;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use self::{code::Code, wanted::Wanted};
use super::{Change, rules};
use crate::workspace::{Workspace, rust_files};

/// Parts of the workspace with their folders, and a folder that another part has.
const PARTS: [(&str, &[&str], Option<&str>); 5] = [
    ("facade", &["crates/cashlink/src"], Some("crates/cashlink/src/guides/")),
    ("guides", &["crates/cashlink/src/guides"], None),
    ("sandbox", &["crates/cashlink-sandbox/src"], None),
    ("cli", &["crates/cashlink-cli/src"], None),
    ("tests", &["tests", "crates/cashlink/tests", "crates/cashlink-cli/tests", "crates/cashlink-sandbox/tests"], None),
];

/// Lines of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Touched {
    pub(super) file: String,
    pub(super) lines: Vec<usize>,
}

/// What a change touches, by part of the workspace.
pub(super) type Touches = BTreeMap<&'static str, Vec<Touched>>;

/// The hand-written Rust files of the workspace.
#[derive(Debug)]
pub(super) struct Files {
    files: Vec<(&'static str, Code)>,
}

impl Files {
    /// Reads them. A file that cannot be read is touched by nothing.
    pub(super) fn read(workspace: &Workspace) -> Self {
        let mut files = Vec::new();
        for (part, folders, without) in PARTS {
            let mut paths = Vec::new();
            for folder in folders {
                rust_files(&workspace.root().join(folder), &mut paths);
            }
            paths.sort();
            for path in paths {
                let name = path.strip_prefix(workspace.root()).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                if without.is_none_or(|without| !name.starts_with(without)) {
                    files.push((part, Code::read(&path, name)));
                }
            }
        }
        Self { files }
    }

    /// What `change` from `old` to `new` touches. A text touches nothing.
    pub(super) fn touched(&self, change: &Change, old: &Value, new: &Value) -> Touches {
        let mut found = Touches::new();
        if change.rule == rules::TEXT_CHANGED.name {
            return found;
        }
        let wanted = Wanted::by(change, [old, new]);
        for (part, _, _) in PARTS {
            let files = || self.files.iter().filter(|(of, _)| *of == part).map(|(_, code)| code);
            let mut touched: Vec<Touched> = files().filter_map(|code| touch(code, wanted.near(code))).collect();
            if touched.is_empty() && wanted.is_telling {
                touched = files().filter_map(|code| touch(code, wanted.anywhere(code))).collect();
            }
            if !touched.is_empty() {
                found.insert(part, touched);
            }
        }
        found
    }
}

fn touch(code: &Code, lines: BTreeSet<usize>) -> Option<Touched> {
    (!lines.is_empty()).then(|| Touched { file: code.name.clone(), lines: lines.into_iter().collect() })
}
