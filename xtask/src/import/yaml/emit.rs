//! Writes YAML as the files of `openapi/` have it.

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value};

/// Where lines are broken.
const WIDTH: usize = 125;

/// How a text that is longer than a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Long {
    /// On lines of its own.
    Folded,
    /// On one line: a comment follows that would become a part of it.
    Whole,
}

/// `key: value`, whose first line starts at `column`. Without a line end.
pub(super) fn entry(key: &str, value: &Value, column: usize, long: Long) -> String {
    let key = scalar(key, Context::Block);
    let indent = " ".repeat(column + 2);
    match value {
        Value::String(text) => format!("{key}: {}", string(text, column, key.len() + 2, long)),
        Value::Array(items) if !items.is_empty() && !is_flow_list(&key, items) => {
            let items = items.iter().map(|value| format!("\n{indent}{}", item(value, column + 2, long)));
            format!("{key}:{}", items.collect::<String>())
        }
        Value::Object(map) if !map.is_empty() && !is_flow_map(&key, map) => {
            format!("{key}:\n{indent}{}", mapping(map, column + 2, long))
        }
        other => format!("{key}: {}", flow(other, column, key.len() + 2)),
    }
}

/// `- value`, whose dash stands at `column`.
pub(super) fn item(value: &Value, column: usize, long: Long) -> String {
    match value {
        Value::String(text) => format!("- {}", string(text, column, 2, long)),
        Value::Object(map) if !map.is_empty() && !is_flow_map("", map) => {
            format!("- {}", mapping(map, column + 2, long))
        }
        other => format!("- {}", flow(other, column, 2)),
    }
}

/// The entries of `map`, each on its lines; the first line starts at `column`.
fn mapping(map: &Map<String, Value>, column: usize, long: Long) -> String {
    let entries: Vec<String> = map.iter().map(|(key, value)| entry(key, value, column, long)).collect();
    entries.join(&format!("\n{}", " ".repeat(column)))
}

/// A new file that begins with the comment `about`. Fails rather than to return a text that says anything else.
pub(in crate::import) fn file(about: &str, value: &Value) -> Result<String> {
    let mut text = format!("# {about}\n");
    for (section, members) in value.as_object().into_iter().flatten() {
        let members = members.as_object().into_iter().flatten();
        let members: Vec<String> =
            members.map(|(name, value)| format!("  {}\n", entry(name, value, 2, Long::Folded))).collect();
        text = format!("{text}\n{}:\n{}", scalar(section, Context::Block), members.join("\n"));
    }
    let said: Value = serde_saphyr::from_str(&text).context("the new file is not YAML")?;
    if said == *value { Ok(text) } else { bail!("the new file does not say what was meant") }
}

fn is_flow_list(key: &str, items: &[Value]) -> bool {
    key != "tags" && items.iter().all(|item| !item.is_object() && !item.is_array())
}

fn is_flow_map(key: &str, map: &Map<String, Value>) -> bool {
    key == "x-evidence" || (map.len() == 1 && map.contains_key("$ref"))
}

/// `value` in brackets, begun `used` characters behind `column`; long lists of scalars are broken.
pub(super) fn flow(value: &Value, column: usize, used: usize) -> String {
    let Value::Array(items) = value else {
        return inline(value);
    };
    let mut text = "[".to_owned();
    let mut at = column + used + 1;
    for (index, item) in items.iter().enumerate() {
        let item = inline(item);
        let separator = if index == 0 { "" } else { ", " };
        if index > 0 && at + separator.len() + item.len() >= WIDTH {
            text.push_str(",\n");
            text.push_str(&" ".repeat(column + 2));
            at = column + 2;
        } else {
            text.push_str(separator);
            at += separator.len();
        }
        at += item.len();
        text.push_str(&item);
    }
    text + "]"
}

/// `value` on one line.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text, Context::Flow),
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| format!("{}: {}", scalar(key, Context::Flow), inline(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// A text behind its key, broken if it is long.
fn string(text: &str, column: usize, used: usize, long: Long) -> String {
    if long == Long::Whole {
        return scalar(text, Context::Block);
    }
    let indent = " ".repeat(column + 2);
    let is_clean = text.trim() == text && text.chars().all(is_printed);
    if is_clean && column + used + text.len() > WIDTH && text.contains(' ') {
        return format!(">-{}", folded(text, &indent));
    }
    let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
    let is_block = lines.len() > 1
        && lines.iter().all(|line| line.trim_end() == *line && line.chars().all(is_printed))
        && lines.first().is_some_and(|line| !line.is_empty() && !line.starts_with(' '))
        && lines.last().is_some_and(|line| !line.is_empty());
    if !is_block {
        return scalar(text, Context::Block);
    }
    let mark = if text.ends_with('\n') { "|" } else { "|-" };
    let lines = lines.iter().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("\n{indent}{line}") });
    format!("{mark}{}", lines.collect::<String>())
}

/// `text` in lines that a reader joins with one space each.
fn folded(text: &str, indent: &str) -> String {
    continued(text, WIDTH, indent)
}

/// Words behind a line of `at` characters.
pub(super) fn continued(text: &str, mut at: usize, indent: &str) -> String {
    let mut folded = String::new();
    for word in words(text) {
        if at + 1 + word.len() > WIDTH {
            folded.push('\n');
            folded.push_str(indent);
            at = indent.len();
        } else {
            folded.push(' ');
            at += 1;
        }
        at += word.len();
        folded.push_str(word);
    }
    folded
}

/// `text` split at single spaces: several in a row would not survive a break.
fn words(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let is_space = |index: usize| bytes.get(index) == Some(&b' ');
    let mut words = Vec::new();
    let mut start = 0;
    for (index, _) in text.match_indices(' ') {
        if index > start && !is_space(index - 1) && !is_space(index + 1) {
            words.push(&text[start..index]);
            start = index + 1;
        }
    }
    words.push(&text[start..]);
    words
}

/// Where a scalar stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Context {
    Block,
    Flow,
}

/// A text on one line, in quotes if it would be read as something else without.
pub(super) fn scalar(text: &str, context: Context) -> String {
    let starts_well = text.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '_' | '$'))
        || text.starts_with("../");
    let is_uuid = text.len() == 36
        && text.char_indices().all(|(index, character)| match index {
            8 | 13 | 18 | 23 => character == '-',
            _ => character.is_ascii_hexdigit(),
        });
    let is_status_range = matches!(text, "1XX" | "2XX" | "3XX" | "4XX" | "5XX");
    let allowed = |character: char| match character {
        ',' | '[' | ']' | '{' | '}' | ':' | '"' | '\'' => context == Context::Block,
        other => !other.is_control() && (other.is_ascii() || other.is_alphanumeric()),
    };
    let means_other = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    let ends_well = !text.ends_with([' ', ':']) && !text.contains(": ") && !text.contains(" #");
    if (starts_well || is_status_range || is_uuid) && ends_well && !means_other && text.chars().all(allowed) {
        return text.to_owned();
    }
    quoted(text)
}

/// A text in quotes, with what YAML does not print escaped.
fn quoted(text: &str) -> String {
    let json = Value::String(text.to_owned()).to_string();
    let escaped = |character: char| {
        if !is_printed(character) && !character.is_ascii() || character == '\u{7f}' {
            format!("\\u{:04x}", u32::from(character))
        } else {
            character.to_string()
        }
    };
    json.chars().map(escaped).collect()
}

/// Whether YAML may hold `character` as it is, on a line.
fn is_printed(character: char) -> bool {
    let is_mark = matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    !is_mark && !character.is_control()
}
