//! In which line of a text each part of what it says stands.

use std::collections::BTreeMap;

use serde_json::Value;

use super::spans::{self, Content, Node};
use crate::spec::bundle::escape;

/// The lines of the parts of a text, by their JSON pointers.
#[derive(Debug)]
pub(in crate::import) struct Lines(BTreeMap<String, usize>);

impl Lines {
    /// Those of `text`. None if it is written in a way that is not followed, such as with anchors.
    pub(in crate::import) fn of(text: &str) -> Option<Self> {
        let value: Value = serde_saphyr::from_str(text).ok()?;
        let tree = spans::parse(text).ok()?;
        let ends: Vec<usize> = text.match_indices('\n').map(|(end, _)| end).collect();
        let mut lines = Self(BTreeMap::new());
        lines.add(&ends, String::new(), tree.range.start, (&tree, &value));
        Some(lines)
    }

    /// The line of the part at `pointer`, or of the nearest one around it.
    pub(in crate::import) fn nearest(&self, pointer: &str) -> usize {
        let mut pointer = pointer;
        loop {
            match (self.0.get(pointer), pointer.rfind('/')) {
                (Some(line), _) => return *line,
                (None, Some(end)) => pointer = &pointer[..end],
                (None, None) => return 1,
            }
        }
    }

    fn add(&mut self, ends: &[usize], pointer: String, start: usize, (node, value): (&Node, &Value)) {
        match (&node.content, value) {
            (Content::Mapping(_, entries), Value::Object(map)) => {
                for ((key, node), (name, value)) in entries.iter().zip(map) {
                    self.add(ends, format!("{pointer}/{}", escape(name)), key.range.start, (node, value));
                }
            }
            (Content::Sequence(_, nodes), Value::Array(items)) => {
                for (index, (node, value)) in nodes.iter().zip(items).enumerate() {
                    self.add(ends, format!("{pointer}/{index}"), node.range.start, (node, value));
                }
            }
            _ => {}
        }
        self.0.insert(pointer, ends.partition_point(|end| *end < start) + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_the_line_of_its_key_and_what_is_missing_that_of_what_is_around_it() {
        let text = "# About.\r\na:\r\n  \"b/c\": {d: 1}\r\n  e:\r\n    - x\r\n    - f: 2\r\n";
        let lines = Lines::of(text).unwrap();
        let check = |pointer: &str, line: usize| assert_eq!(lines.nearest(pointer), line, "{pointer}");
        check("/a", 2);
        check("/a/b~1c", 3);
        check("/a/b~1c/d", 3);
        check("/a/e", 4);
        check("/a/e/1/f", 6);
        check("/a/missing/too", 2);
        check("/missing", 2);
    }
}
