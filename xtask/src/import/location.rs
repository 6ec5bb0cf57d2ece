//! Where in the files of `openapi/` the things of the report stand.

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::Path,
};

use super::{
    entry::{Entry, What},
    yaml::Lines,
};
use crate::spec::{bundle::Bundle, operations};

/// Gives each of `entries` its file and line below `folder`, whose files are joined as `bundle`. What is
/// not there has the place of what is around it.
pub(super) fn locate(entries: &mut [Entry], folder: &Path, bundle: &Bundle) {
    let operations: BTreeMap<&str, String> = operations::all(bundle.document())
        .into_iter()
        .filter_map(|operation| Some((operation.text("operationId")?, operation.pointer())))
        .collect();
    let mut known: HashMap<String, Option<Lines>> = HashMap::new();
    for entry in entries {
        // One that was added is where it was put.
        if entry.what == What::Operation
            && let Some(pointer) = operations.get(entry.at.as_str())
        {
            entry.pointer.clone_from(pointer);
        }
        if entry.pointer.is_empty() {
            continue;
        }
        let (file, pointer) = bundle.origin(&entry.pointer);
        let lines = known
            .entry(file.clone())
            .or_insert_with(|| fs::read_to_string(folder.join(&file)).ok().and_then(|text| Lines::of(&text)));
        let line = lines.as_ref().map(|lines| format!(":{}", lines.nearest(&pointer)));
        entry.location = Some(format!("openapi/{file}{}", line.unwrap_or_default()));
    }
}
