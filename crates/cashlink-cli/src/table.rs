//! The table at the end of the demo.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use serde::Serialize;

use crate::mask;

/// Something that exists on the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Object {
    pub(crate) guide: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) details: String,
}

/// The objects as a table.
pub(crate) fn render(objects: &[Object]) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(["guide", "object", "id", "status", "details"]);
    // On a narrow terminal cells are folded, but an id is there to be copied.
    table.set_content_arrangement(ContentArrangement::Dynamic);
    for object in objects {
        let (status, details) = (mask::plain(&object.status), mask::plain(&object.details));
        table.add_row([object.guide, object.kind, &object.id, &status, &details]);
    }
    if let Some(id) = table.column_mut(2) {
        id.set_constraint(ColumnConstraint::ContentWidth);
    }
    table.trim_fmt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_a_row() {
        let wallet = Object {
            guide: "registry",
            kind: "wallet",
            id: "0192f0c1".to_owned(),
            status: "open".to_owned(),
            details: "eth-managed".to_owned(),
        };
        let table = render(&[wallet]);
        let row = table.lines().find(|line| line.contains("0192f0c1")).unwrap();
        assert!(row.contains("registry") && row.contains("wallet") && row.contains("open"));
        assert!(table.lines().all(|line| line.chars().count() < 100));
    }
}
