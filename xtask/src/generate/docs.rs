//! Doc comments from descriptions.

use syn::{Attribute, Expr, ExprLit, Lit, Meta, parse_quote};

/// Width of the text of a doc comment.
const WIDTH: usize = 100;

/// `text` as doc attributes, one per line.
pub(super) fn attributes(text: &str) -> Vec<Attribute> {
    lines(text)
        .into_iter()
        .map(|line| {
            let line = if line.is_empty() { line } else { format!(" {line}") };
            parse_quote!(#[doc = #line])
        })
        .collect()
}

/// `text` as the lines of a doc comment, each with its `///`.
pub(super) fn comment(text: &str, indent: &str) -> String {
    let lines = lines(text).into_iter().map(|line| format!("{indent}/// {line}").trim_end().to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// The text of the doc attributes in `attributes`.
pub(super) fn text(attributes: &[Attribute]) -> String {
    let parts = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    parts.collect::<Vec<_>>().join("\n")
}

/// Replaces the doc attributes in `attributes` by `text`.
pub(super) fn set(attributes: &mut Vec<Attribute>, text: &str) {
    attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    attributes.splice(0..0, self::attributes(text));
}

fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fenced = false;
    for line in text.trim().lines() {
        let line = line.trim_end();
        fenced ^= line.trim_start().starts_with("```");
        if fenced || line.starts_with('|') {
            lines.push(line.to_owned());
        } else {
            wrap(line, &mut lines);
        }
    }
    lines
}

fn wrap(line: &str, lines: &mut Vec<String>) {
    let continuation = if line.starts_with("- ") { "  " } else { "" };
    let mut current = String::new();
    for word in line.split(' ') {
        if !current.trim().is_empty() && current.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut current, continuation.to_owned()));
            current.push_str(word);
        } else {
            if !current.trim().is_empty() {
                current.push(' ');
            }
            current.push_str(word);
        }
    }
    lines.push(current);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_wrapped_and_items_of_a_list_stay_indented() {
        let words = "word ".repeat(30);
        let lines = lines(&format!("- {words}\n\n| a | b |"));
        assert_eq!(lines.len(), 4);
        assert!(lines[0].starts_with("- word") && lines[0].len() <= WIDTH);
        assert!(lines[1].starts_with("  word"));
        assert_eq!(lines[2..], ["", "| a | b |"]);
    }
}
