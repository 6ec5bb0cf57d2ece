//! Which file a new schema belongs to.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Merge, names};
use crate::{
    import::matching::{below, family},
    spec::{normalize::collect_schema_names, operations},
};

impl Merge<'_> {
    /// The file of the new schema `name`, which is `component` in the document and which `file` needs: one of what several
    /// files use, if operations of several families use it.
    pub(super) fn file_of(&self, component: Option<&str>, name: &str, file: &str) -> String {
        let is_shared = component.is_some_and(|component| self.families(component).len() > 1);
        if !is_shared || file.starts_with("components/") {
            return file.to_owned();
        }
        let noun = ["Create", "Update"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
        format!("components/{}.yaml", names::snake(noun))
    }

    /// The families of which operations use `component` of the document.
    fn families(&self, component: &str) -> BTreeSet<&'static str> {
        let mut families = BTreeSet::new();
        for operation in operations::all(self.upstream) {
            let path = below(operation.path, self.upstream, self.bundle.document());
            let Some(family) = family(&path).filter(|family| !families.contains(family)) else {
                continue;
            };
            if reaches(self.upstream, operation.value, component) {
                families.insert(family);
            }
        }
        families
    }
}

/// Whether `part` of `document` refers to the schema `component`, directly or through others.
fn reaches(document: &Value, part: &Value, component: &str) -> bool {
    let mut waiting = Vec::new();
    collect_schema_names(part, &mut waiting);
    let mut seen = BTreeSet::new();
    while let Some(next) = waiting.pop() {
        if next == component {
            return true;
        }
        let schema = document.pointer("/components/schemas").and_then(|schemas| schemas.get(&next));
        if let Some(schema) = schema.filter(|_| seen.insert(next)) {
            collect_schema_names(schema, &mut waiting);
        }
    }
    false
}
