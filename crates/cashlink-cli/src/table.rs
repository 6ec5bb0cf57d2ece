//! Tables: what exists at the end of the demo, and lists.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
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
pub(crate) fn objects(objects: &[Object]) -> String {
    let rows = objects.iter().map(|object| {
        let (status, details) = (mask::plain(&object.status), mask::plain(&object.details));
        vec![object.guide.to_owned(), object.kind.to_owned(), object.id.clone(), status, details]
    });
    render(&["guide", "object", "id", "status", "details"], &[2], rows)
}

/// The widest cell that is not folded, in characters, unless it is there to be copied.
const WIDEST: u16 = 60;

/// `rows` below `header`. The columns `whole` are never folded: what is in them is there to be copied.
pub(crate) fn render(header: &[&str], whole: &[usize], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_header(header);
    // On a narrow terminal the other cells are folded.
    table.set_content_arrangement(ContentArrangement::Dynamic);
    for row in rows {
        table.add_row(row);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_constraint(if whole.contains(&index) {
            ColumnConstraint::ContentWidth
        } else {
            ColumnConstraint::UpperBoundary(Width::Fixed(WIDEST))
        });
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
        let table = objects(&[wallet]);
        let row = table.lines().find(|line| line.contains("0192f0c1")).unwrap();
        assert!(row.contains("registry") && row.contains("wallet") && row.contains("open"));
        assert!(table.lines().all(|line| line.chars().count() < 100));
    }
}
