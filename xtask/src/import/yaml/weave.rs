//! Edits of a text that make it say another value.

mod align;

use std::ops::Range;

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value};

use self::align::{Gap, gaps};
use super::{
    emit::{self, Context, Long},
    spans::{self, Content, Node, Style},
};

/// Changes `text`, which says `old`, so that it says `new`. Fails rather than to return a text that says anything else.
pub(in crate::import) fn weave(text: &str, old: &Value, new: &Value) -> Result<String> {
    let has_carriage_returns = text.contains("\r\n");
    let plain = text.replace("\r\n", "\n");
    let mut weaver = Weaver { text: &plain, edits: Vec::new() };
    let tree = spans::parse(&plain)?;
    weaver.child(&tree, old, new).context("the document as a whole cannot be changed")?;
    let woven = weaver.apply();
    let said: Value = serde_saphyr::from_str(&woven).context("the edited text is not YAML")?;
    if said != *new {
        bail!("the edited text does not say what was meant: take comments and rare forms of YAML out of the way");
    }
    Ok(if has_carriage_returns { woven.replace('\n', "\r\n") } else { woven })
}

struct Weaver<'t> {
    text: &'t str,
    /// In the order in which those for one place are applied.
    edits: Vec<(Range<usize>, String)>,
}

/// What stays of a collection before a part that goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    Something,
}

impl Weaver<'_> {
    fn apply(mut self) -> String {
        // What is inserted before a part stands before what replaces it.
        self.edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut text = String::new();
        let mut at = 0;
        for (range, replacement) in &self.edits {
            text.push_str(self.text.get(at..range.start).unwrap_or_default());
            text.push_str(replacement);
            at = at.max(range.end);
        }
        text + self.text.get(at..).unwrap_or_default()
    }

    fn insert(&mut self, at: usize, text: String) {
        self.edits.push((at..at, text));
    }

    /// Changes inside `node`; nothing if `node` has to be written anew.
    fn child(&mut self, node: &Node, old: &Value, new: &Value) -> Option<()> {
        if old == new {
            return Some(());
        }
        match (&node.content, old, new) {
            (Content::Mapping(style, entries), Value::Object(old), Value::Object(new)) => {
                self.mapping(*style, entries, old, new)
            }
            (Content::Sequence(style, items), Value::Array(old), Value::Array(new)) => {
                self.sequence(*style, items, old, new)
            }
            (Content::Scalar, Value::String(old), Value::String(new)) => self.continued(node, old, new),
            _ => None,
        }
    }

    fn mapping(
        &mut self,
        style: Style,
        entries: &[(Node, Node)],
        old: &Map<String, Value>,
        new: &Map<String, Value>,
    ) -> Option<()> {
        if entries.len() != old.len() {
            return None;
        }
        let renamed = renamed(old, new);
        let is_kept = |key: &str| new.contains_key(key) || renamed.iter().any(|(from, _)| *from == key);
        let kept = old.keys().filter(|key| is_kept(key)).count();
        if kept == 0 || (style == Style::Flow && kept < old.len()) {
            return None;
        }
        let mut before_it = Before::Nothing;
        for ((key, node), (name, before)) in entries.iter().zip(old) {
            if is_kept(name) {
                before_it = Before::Something;
            }
            if let Some((_, name)) = renamed.iter().find(|(from, _)| from == name) {
                self.edits.push((key.range.clone(), emit::scalar(name, Context::Block)));
            } else if let Some(after) = new.get(name) {
                self.entry(style, (key, node), (before, name, after));
            } else {
                self.remove_entry(entries, (key, node), before_it);
            }
        }
        self.insert_entries(style, entries, old, (new, &renamed));
        Some(())
    }

    /// Adds words to a folded text whose lines stay as they are; nothing if it has to be written anew.
    fn continued(&mut self, node: &Node, old: &str, new: &str) -> Option<()> {
        let more = new.strip_prefix(old)?.strip_prefix(' ')?;
        let text = self.text.get(node.range.clone())?;
        let is_plain = !more.is_empty() && !more.contains("  ") && !more.contains(|other: char| other.is_control());
        if !text.starts_with(">-\n") || !is_plain || more.trim() != more {
            return None;
        }
        let line = self.text.get(self.line_start(node.range.end)..node.range.end)?;
        let indent = &line[..line.len() - line.trim_start().len()];
        self.insert(node.range.end, emit::continued(more, line.chars().count(), indent));
        Some(())
    }

    fn entry(&mut self, style: Style, (key, node): (&Node, &Node), (before, name, after): (&Value, &str, &Value)) {
        let edits = self.edits.len();
        if self.child(node, before, after).is_some() {
            return;
        }
        self.edits.truncate(edits);
        match style {
            Style::Flow => self.edits.push((node.range.clone(), emit::inline(after))),
            Style::Block => {
                let whole = key.range.start..node.range.end.max(key.range.end + 1);
                let column = self.column(key.range.start);
                let long = self.long(whole.end, column);
                self.edits.push((whole, emit::entry(name, after, column, long)));
            }
        }
    }

    fn remove_entry(&mut self, entries: &[(Node, Node)], (key, node): (&Node, &Node), before: Before) {
        let line = self.line_start(key.range.start);
        let is_alone = self.text[line..key.range.start].trim().is_empty();
        let next = entries.iter().map(|(key, _)| key.range.start).find(|start| *start > key.range.start);
        let range = match next {
            // The first key behind a dash: the next one takes its place.
            Some(next) if !is_alone => key.range.start..next,
            _ => self.lines(line, node.range.end, before),
        };
        self.edits.push((range, String::new()));
    }

    /// Writes the entries of `new` that `old` does not have behind those that come before them.
    fn insert_entries(
        &mut self,
        style: Style,
        entries: &[(Node, Node)],
        old: &Map<String, Value>,
        (new, renamed): (&Map<String, Value>, &[(&str, &str)]),
    ) {
        let Some((first, _)) = entries.first() else {
            return;
        };
        let column = self.column(first.range.start);
        let gap = self.gap(entries, column);
        let origin = |name: &str| {
            renamed.iter().find(|(_, to)| *to == name).map_or(name.to_owned(), |(from, _)| (*from).to_owned())
        };
        let mut behind: Option<&Node> = None;
        for (name, value) in new {
            if let Some(index) = old.keys().position(|key| *key == origin(name)) {
                behind = entries.get(index).map(|(_, node)| node);
                continue;
            }
            match (style, behind) {
                (Style::Flow, Some(node)) => {
                    let key = emit::scalar(name, Context::Flow);
                    self.insert(node.range.end, format!(", {key}: {}", emit::inline(value)));
                }
                (Style::Flow, None) => {
                    let key = emit::scalar(name, Context::Flow);
                    self.insert(first.range.start, format!("{key}: {}, ", emit::inline(value)));
                }
                (Style::Block, Some(node)) => {
                    let end = self.line_end(node.range.end);
                    let text = format!("{gap}{}", emit::entry(name, value, column, self.long(end, column)));
                    self.insert(end, text);
                }
                (Style::Block, None) => {
                    let start = self.line_start(first.range.start);
                    let (line_end, indent) = gap.split_at(gap.len() - column);
                    let text = emit::entry(name, value, column, Long::Folded);
                    if self.text[start..first.range.start].trim().is_empty() {
                        self.insert(start, format!("{indent}{text}{line_end}"));
                    } else {
                        self.insert(first.range.start, format!("{text}{line_end}{indent}"));
                    }
                }
            }
        }
    }

    /// What stands between two entries at `column`: an empty line too, if those that are there have one.
    fn gap(&self, entries: &[(Node, Node)], column: usize) -> String {
        let is_spaced = match entries {
            [(_, first), (second, _), ..] => {
                self.text[first.range.end..second.range.start].lines().filter(|line| line.trim().is_empty()).count() > 2
            }
            // Between the members of a section, which stand next to the margin, are empty lines.
            [(key, node)] => column == 2 && self.text[key.range.start..node.range.end].contains('\n'),
            [] => false,
        };
        format!("{}{}", if is_spaced { "\n\n" } else { "\n" }, " ".repeat(column))
    }

    fn sequence(&mut self, style: Style, items: &[Node], old: &[Value], new: &[Value]) -> Option<()> {
        if items.len() != old.len() || old.is_empty() || new.is_empty() {
            return None;
        }
        let gaps = gaps(old, new);
        if style == Style::Flow {
            return self.flow_items(items, old, new, &gaps);
        }
        for (from, to) in gaps {
            let common = from.len().min(to.len());
            for (index, other) in from.clone().zip(to.clone()) {
                self.item(&items[index], &old[index], &new[other]);
            }
            let before = if from.start + common == 0 { Before::Nothing } else { Before::Something };
            for item in &items[from.start + common..from.end] {
                let range = self.lines(self.line_start(item.range.start), item.range.end, before);
                self.edits.push((range, String::new()));
            }
            let last = (from.start + common).checked_sub(1).map(|index| &items[index]);
            for value in &new[to.start + common..to.end] {
                self.insert_item(items, last, value);
            }
        }
        Some(())
    }

    fn item(&mut self, node: &Node, old: &Value, new: &Value) {
        let edits = self.edits.len();
        if self.child(node, old, new).is_some() {
            return;
        }
        self.edits.truncate(edits);
        let dash = self.dash(node);
        let column = self.column(dash);
        let long = self.long(node.range.end, column);
        self.edits.push((dash..node.range.end, emit::item(new, column, long)));
    }

    fn insert_item(&mut self, items: &[Node], behind: Option<&Node>, value: &Value) {
        let Some(first) = items.first() else {
            return;
        };
        let dash = self.dash(first);
        let column = self.column(dash);
        let indent = " ".repeat(column);
        match behind {
            Some(node) => {
                let end = self.line_end(node.range.end);
                let text = emit::item(value, column, self.long(end, column));
                self.insert(end, format!("\n{indent}{text}"));
            }
            None => self.insert(dash, format!("{}\n{indent}", emit::item(value, column, Long::Folded))),
        }
    }

    /// Adds items to a list in brackets; nothing if it has to be written anew.
    fn flow_items(&mut self, items: &[Node], old: &[Value], new: &[Value], gaps: &[Gap]) -> Option<()> {
        let [(from, to)] = gaps else {
            return None;
        };
        let behind = from.start.checked_sub(1).and_then(|index| items.get(index))?;
        if !old[from.clone()].is_empty() {
            return None;
        }
        let line = self.line_start(behind.range.end);
        let mut width = self.line_end(behind.range.end) - line;
        let indent = self.text[line..].len() - self.text[line..].trim_start().len();
        let is_continued = !self.text[line..behind.range.end].contains('[');
        for value in &new[to.clone()] {
            let value = emit::inline(value);
            if width + value.len() + 2 > 130 {
                let indent = " ".repeat(if is_continued { indent } else { indent + 2 });
                width = indent.len() + value.len();
                self.insert(behind.range.end, format!(",\n{indent}{value}"));
            } else {
                width += value.len() + 2;
                self.insert(behind.range.end, format!(", {value}"));
            }
        }
        Some(())
    }

    /// How a text is written that ends at `at` and belongs to a key or dash in `column`.
    fn long(&self, at: usize, column: usize) -> Long {
        let mut lines = self.text[at..].split('\n');
        let is_comment = |line: &str| line.trim_start().starts_with('#');
        let is_beside = lines.next().is_some_and(is_comment);
        let next = lines.find(|line| !line.trim().is_empty()).unwrap_or_default();
        let is_inside = is_comment(next) && next.len() - next.trim_start().len() > column;
        if is_beside || is_inside { Long::Whole } else { Long::Folded }
    }

    /// The lines from the one that starts at `start` to that of `end`. If nothing of the same collection stays before them,
    /// with the line end behind them, else with that before them: what is inserted there stands outside.
    fn lines(&self, start: usize, end: usize, before: Before) -> Range<usize> {
        match start.checked_sub(1).filter(|_| before == Before::Something) {
            Some(line_end) => line_end..self.line_end(end),
            None => start..(self.line_end(end) + 1).min(self.text.len()),
        }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end)
    }

    fn column(&self, at: usize) -> usize {
        self.text[self.line_start(at)..at].chars().count()
    }

    /// Where the dash of an item stands.
    fn dash(&self, item: &Node) -> usize {
        self.text[..item.range.start].rfind('-').unwrap_or(item.range.start)
    }
}

/// Keys of `old` that have another name in `new` and the same content, which is more than a word.
fn renamed<'m>(old: &'m Map<String, Value>, new: &'m Map<String, Value>) -> Vec<(&'m str, &'m str)> {
    let mut fresh: Vec<(&String, &Value)> = new.iter().filter(|(key, _)| !old.contains_key(*key)).collect();
    let mut renamed = Vec::new();
    for (key, value) in old.iter().filter(|(key, value)| !new.contains_key(*key) && value.is_object()) {
        if let Some(index) = fresh.iter().position(|(_, other)| *other == value) {
            renamed.push((key.as_str(), fresh.remove(index).0.as_str()));
        }
    }
    renamed
}

#[cfg(test)]
mod tests;
