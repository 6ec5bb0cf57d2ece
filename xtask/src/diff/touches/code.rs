//! A file of Rust as far as words in it are looked for.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// How far from a line its subject may be named.
const NEAR: usize = 2;

/// A file without its comments: what they speak of is no use of it.
#[derive(Debug)]
pub(super) struct Code {
    /// Its path below the workspace.
    pub(super) name: String,
    lines: Vec<String>,
    /// Every word, with the indices of the lines in which it stands.
    words: BTreeMap<String, BTreeSet<usize>>,
}

/// How a word has to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Any,
    /// As text of its own: `"name"`.
    Quoted,
    /// As a part of something: `.name`, `name:` or text of its own.
    Member,
    /// As a value of an enum: `::Name`, or text of its own.
    Variant,
}

impl Code {
    pub(super) fn read(path: &Path, name: String) -> Self {
        let text = fs::read_to_string(path).unwrap_or_default();
        let lines: Vec<String> = text.lines().map(|line| without_comment(line).to_owned()).collect();
        let mut words: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (index, line) in lines.iter().enumerate() {
            for word in line.split(|character| !is_part(character)).filter(|word| !word.is_empty()) {
                words.entry(word.to_owned()).or_default().insert(index);
            }
        }
        Self { name, lines, words }
    }

    /// Indices of the lines in which `word` stands in this shape.
    pub(super) fn uses(&self, word: &str, shape: Shape) -> BTreeSet<usize> {
        let has = |index: &usize| self.lines.get(*index).is_some_and(|line| is_used(line, word, shape));
        if word.chars().all(is_part) {
            return self.words.get(word).into_iter().flatten().copied().filter(has).collect();
        }
        (0..self.lines.len()).filter(has).collect()
    }

    /// Whether it is all about one of `nouns`: by its name or that of its folder, in the singular or the plural.
    pub(super) fn is_of(&self, nouns: &BTreeSet<String>) -> bool {
        let parts = self.name.trim_end_matches(".rs").split('/').map(plain);
        parts
            .into_iter()
            .any(|part| nouns.contains(&part) || part.strip_suffix('s').is_some_and(|one| nouns.contains(one)))
    }

    /// Whether one of `nouns` is named somewhere.
    pub(super) fn names(&self, nouns: &BTreeSet<String>) -> bool {
        self.words.keys().map(|word| plain(word)).any(|word| nouns.iter().any(|noun| word.contains(noun.as_str())))
    }

    /// Whether one of `nouns` is named about the line at `index`.
    pub(super) fn names_near(&self, index: usize, nouns: &BTreeSet<String>) -> bool {
        let near = self.lines.iter().take(index + NEAR + 1).skip(index.saturating_sub(NEAR));
        near.map(|line| plain(line)).any(|line| nouns.iter().any(|noun| line.contains(noun.as_str())))
    }
}

/// A name as it is compared, however it is written: `natural_person` is `NaturalPerson`.
pub(super) fn plain(name: &str) -> String {
    name.replace(['_', '-'], "").to_lowercase()
}

fn is_used(line: &str, word: &str, shape: Shape) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let (before, after) = (&line[..start], &line[start + word.len()..]);
        // `type` is written `r#type`.
        let before = before.strip_suffix("r#").unwrap_or(before);
        let is_whole = !before.ends_with(is_part) && !after.starts_with(is_part);
        let is_quoted = before.ends_with('"') && after.starts_with(['"', '\\']) || before.ends_with("\\\"");
        let is_parameter = before.contains("fn ");
        let is_given = after.starts_with(':') && !after.starts_with("::") && !is_parameter;
        let is_field = is_given || before.ends_with('.') && !before.ends_with("..");
        match shape {
            Shape::Any => is_whole || !word.chars().all(is_part),
            Shape::Quoted => is_quoted,
            Shape::Member => is_whole && (is_quoted || is_field),
            Shape::Variant => is_whole && (is_quoted || before.ends_with("::")),
        }
    })
}

/// `line` up to its comment. An address in a text is none: nothing stands before the strokes of a comment, or a space.
fn without_comment(line: &str) -> &str {
    let mut starts = line.match_indices("//").map(|(start, _)| start);
    let start = starts.find(|start| line[..*start].chars().next_back().is_none_or(char::is_whitespace));
    start.map_or(line, |start| &line[..start])
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_used_if_it_is_written_in_its_shape() {
        check("wallet.name = x;", Shape::Member, true);
        check("Wallet { name: x }", Shape::Member, true);
        check(r#"json["name"]"#, Shape::Member, true);
        check(r#"r"{\"name\": 1}""#, Shape::Member, true);
        check("let name = x;", Shape::Member, false);
        check("fn a(name: &str)", Shape::Member, false);
        check("name::of(x)", Shape::Member, false);
        check("wallet.names", Shape::Member, false);
        check("its name", Shape::Member, false);
        check("its name", Shape::Any, true);
        check("it.r#name", Shape::Member, true);
        check("Kind::name", Shape::Variant, true);
        check("kind.name", Shape::Variant, false);
        check(r#"query("name", x)"#, Shape::Quoted, true);
        check("it.name", Shape::Quoted, false);

        #[track_caller]
        fn check(line: &str, shape: Shape, expected: bool) {
            assert_eq!(is_used(line, "name", shape), expected, "{line}");
        }
    }

    #[test]
    fn comments_use_nothing_and_addresses_are_no_comments() {
        assert_eq!(without_comment("let a = b; // a.name"), "let a = b; ");
        assert_eq!(without_comment("/// The name."), "");
        assert_eq!(without_comment(r#"let a = "https://a";"#), r#"let a = "https://a";"#);
    }
}
